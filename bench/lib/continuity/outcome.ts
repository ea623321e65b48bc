import type { Switch } from '../../../src/index.ts';
import { type Figures, figuresOf, type Seam } from './figures.ts';
import { CAP, FAULT, type Incident, type Lived, type Player } from './incidents.ts';
import { piecesOf } from './pieces.ts';

/** What one listener heard. All in ms. */
export interface Outcome extends Figures {
  readonly player: Player;
  readonly incident: Incident;
  readonly run: number;
  /** Still silent at the cap: then `silence` is what it had come to by then. */
  readonly capped: boolean;
  /** Whether the stage was told by a DELETE that the lost session is over. */
  readonly said: boolean;
  /** Of the way up again: the seams around it, and how long it came after the fall. */
  readonly climb: {
    readonly silence: number;
    readonly lost: number;
    readonly after: number;
  } | null;
}

const AROUND = 3_000;

/** Reads off the sound what a listener had of an incident. Seams are told from the fault on. */
export function outcomeOf(
  of: { player: Player; incident: Incident; run: number },
  { heard, capped, said }: Lived,
): Outcome {
  const pieces = piecesOf(heard.sound);
  const found = figuresOf(pieces);
  const { length } = heard.sound.samples;
  const silentAtEnd =
    capped && of.incident !== 'returns'
      ? (length * 1000) / heard.sound.rate - Math.max(0, ...pieces.map(({ to }) => to))
      : 0;
  const fault = timesOf(heard, FAULT)[0]?.at ?? 0;
  return {
    ...of,
    ...found,
    silence: found.silence + silentAtEnd,
    longest: Math.max(found.longest, silentAtEnd),
    seams: found.seams.map((seam) => ({ ...seam, at: seam.at - fault })),
    capped: capped || silentAtEnd > CAP,
    said,
    climb: climbOf(heard, found.seams),
  };
}

const timesOf = ({ notes }: Lived['heard'], name: string) =>
  notes.filter((note) => note.name === name);

function climbOf(heard: Lived['heard'], seams: readonly Seam[]): Outcome['climb'] {
  const switches = timesOf(heard, 'switch').map(({ at, detail }) => ({
    at,
    to: (detail as Switch).to.kind,
  }));
  const fall = switches.find(({ to }) => to !== 'whep');
  const up = switches.find(({ at, to }) => to === 'whep' && at > (fall?.at ?? Infinity));
  if (!fall || !up) return null;
  const sum = (kind: Seam['kind']) =>
    seams
      .filter((seam) => seam.kind === kind && Math.abs(seam.at - up.at) < AROUND)
      .reduce((total, { ms }) => total + ms, 0);
  return { silence: sum('silence'), lost: sum('lost'), after: up.at - fall.at };
}
