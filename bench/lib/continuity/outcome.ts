import type { Switch } from '../../../src/index.ts';
import { type Figures, figuresOf, type Seam, summed } from './figures.ts';
import { FAULT, type Incident, type Lived, type Player } from './incidents.ts';
import { piecesOf } from './pieces.ts';
import { TOLERANCE } from './tracks.ts';

/** What one listener heard. All in ms. */
export interface Outcome extends Figures {
  readonly player: Player;
  readonly incident: Incident;
  readonly run: number;
  /** What was not in order before the fault, and is not counted. */
  readonly before: Figures;
  /** Still silent at the cap: then `silence` is what it had come to by then. */
  readonly capped: boolean;
  /** Whether the stage was told by a DELETE that the lost session is over. */
  readonly said: boolean;
  /** The share of the sound that was made up for packets, 0 to 1; `null`: not measured. */
  readonly concealed: number | null;
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
  { heard, capped, said, concealed }: Lived,
): Outcome {
  const pieces = piecesOf(heard.sound);
  const fault = timesOf(heard, FAULT)[0]?.at ?? 0;
  const seams = figuresOf(pieces).seams.map((seam) => ({ ...seam, at: seam.at - fault }));
  const found = summed(seams.filter(({ at }) => at >= -TOLERANCE));
  const { length } = heard.sound.samples;
  const silentAtEnd =
    capped && of.incident !== 'returns'
      ? (length * 1000) / heard.sound.rate - Math.max(0, ...pieces.map(({ to }) => to))
      : 0;
  return {
    ...of,
    ...found,
    silence: found.silence + silentAtEnd,
    longest: Math.max(found.longest, silentAtEnd),
    before: summed(seams.filter(({ at }) => at < -TOLERANCE)),
    capped,
    said,
    concealed,
    climb: climbOf(heard, fault, found.seams),
  };
}

const timesOf = ({ notes }: Lived['heard'], name: string) =>
  notes.filter((note) => note.name === name);

function climbOf(heard: Lived['heard'], fault: number, seams: readonly Seam[]): Outcome['climb'] {
  const switches = timesOf(heard, 'switch').map(({ at, detail }) => ({
    at: at - fault,
    to: (detail as Switch).to.kind,
  }));
  const fall = switches.find(({ to }) => to !== 'whep');
  const up = switches.find(({ at, to }) => to === 'whep' && at > (fall?.at ?? Infinity));
  if (!fall || !up) return null;
  const { silence, lost } = summed(seams.filter(({ at }) => Math.abs(at - up.at) < AROUND));
  return { silence, lost, after: up.at - fall.at };
}
