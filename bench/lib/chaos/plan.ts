import type { Fault } from '../../../demo/stage/stage.ts';
import { Random } from '../../../src/herd/random.ts';

/** What befalls the stage. */
export type Deed =
  /**
   * SIGKILL, and another process on the same port and journal; `frozen`: after so many ms in which it
   * took messages and answered none.
   */
  | { readonly kind: 'kill'; readonly frozen: number }
  /** For as long as the blow lasts; `cut`: the connections that there are end with 1011 first. */
  | { readonly kind: 'fault'; readonly fault: Fault; readonly cut?: boolean }
  /** All connections are closed with this code. */
  | { readonly kind: 'close'; readonly code: number }
  /** The same for good: then the document names another channel. */
  | { readonly kind: 'banish'; readonly code: number };

export interface Blow {
  readonly name: string;
  readonly deed: Deed;
  /** Ms of peace before it. */
  readonly after: number;
  /** Ms until it is mended. */
  readonly lasts: number;
}

/** A close code that the chaos server declares terminal. */
export const TERMINAL = 4403;

interface Kind {
  readonly name: string;
  readonly deed: Deed;
  /** Seconds, from and to. */
  readonly lasts: readonly [number, number];
  /** Not for a short run: what it does outlasts one. */
  readonly isLong?: true;
}

const fault = (name: string, kind: Fault, lasts: Kind['lasts'], cut = false): Kind => ({
  name,
  deed: { kind: 'fault', fault: kind, cut },
  lasts,
});

const KILLED: Kind = { name: 'killed', deed: { kind: 'kill', frozen: 0 }, lasts: [0.2, 3] };
const KILLED_FROZEN: Kind = {
  name: 'killed while frozen',
  deed: { kind: 'kill', frozen: 800 },
  lasts: [0.2, 3],
};

const KINDS: readonly Kind[] = [
  KILLED,
  KILLED,
  KILLED_FROZEN,
  KILLED_FROZEN,
  fault('frozen', { kind: 'frozen' }, [1, 4]),
  { ...fault('frozen for long', { kind: 'frozen' }, [12, 16]), isLong: true },
  fault('half-open', { kind: 'halfOpen' }, [1, 4]),
  fault('garbage', { kind: 'garbage' }, [0.5, 2]),
  fault('10 MB frames', { kind: 'huge' }, [0.5, 2]),
  fault('flood', { kind: 'flood' }, [0.5, 2]),
  fault('503', { kind: 'unavailable' }, [1, 4], true),
  fault('welcomed late', { kind: 'slow', ms: 1_500 }, [1, 3], true),
  fault('welcomed and closed', { kind: 'curt' }, [0.5, 2], true),
  { name: '1012', deed: { kind: 'close', code: 1012 }, lasts: [0, 0] },
  { name: '4000', deed: { kind: 'close', code: 4000 }, lasts: [0, 0] },
  { ...fault('1013', { kind: 'closes', code: 1013 }, [1, 2]), isLong: true },
  { name: '1008', deed: { kind: 'banish', code: 1008 }, lasts: [1, 3], isLong: true },
  {
    name: `${TERMINAL}, terminal`,
    deed: { kind: 'banish', code: TERMINAL },
    lasts: [1, 3],
    isLong: true,
  },
];

/** Below this a run is short, s. */
const SHORT = 60;
const PEACE = { share: 1 / 24, least: 1_500, most: 14_000 };

/** What befalls the stage in so many seconds: each kind once before any comes again. */
export function planOf(seconds: number, seed: number): Blow[] {
  const random = new Random(seed);
  const within = (from: number, to: number) => from + random.next() * (to - from);
  const kinds = KINDS.filter(({ isLong }) => !isLong || seconds >= SHORT);
  const peace = Math.min(PEACE.most, Math.max(PEACE.least, seconds * 1_000 * PEACE.share));
  const blows: Blow[] = [];
  let deck: Kind[] = [];
  for (let at = 0; ; ) {
    if (deck.length === 0) deck = [...kinds];
    const [kind] = deck.splice(Math.floor(random.next() * deck.length), 1);
    if (!kind) return blows;
    const { name, deed } = kind;
    const lasts = within(...kind.lasts) * 1_000;
    const after = within(0.5, 1.5) * peace;
    at += after + lasts;
    if (at > seconds * 1_000) return blows;
    blows.push({ name, deed, after, lasts });
  }
}
