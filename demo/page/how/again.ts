import { Random } from '../../../src/herd/random.ts';
import { backoff, type RetryContext, type RetryPolicy } from '../../../src/policy/backoff.ts';
import { EarshotError } from '../../../src/policy/errors.ts';
import { duration } from '../lab/duration.ts';
import { grouped } from '../lab/run.ts';
import { createDial, oneOf } from './dial.ts';
import { box, createPicture, timeAxis, write } from './picture.ts';

const CROWD = 1_000;
const SECONDS = 120;
const SPREADS = [1, 5, 10, 20, 30, 45, 60];
const TALL = 72;
/** Bars so low that a share of them would vanish are drawn this high. */
const HAIR = 1.5;

/** The formula that many clients ship: it doubles up to a cap, without jitter. */
const doubling: RetryPolicy = ({ attempt }) => Math.min(30_000, 1_000 * 2 ** (attempt - 1));

/** How many of a crowd retry in each second, while no server answers. */
const asked = (policy: RetryPolicy, spread: number, crowd = CROWD): number[] => {
  const seconds = Array.from({ length: SECONDS }, () => 0);
  const random = new Random(7).next;
  const error = new EarshotError('network', 'It is down.');
  for (let listener = 0; listener < crowd; listener++) {
    let at = 0;
    for (let attempt = 1; at < SECONDS * 1_000; attempt++) {
      const context: RetryContext = {
        ...{ attempt, elapsed: at, error, floor: 0 },
        ...{ spread: spread * 1_000, hearing: true, random },
      };
      at += policy(context) ?? Infinity;
      const second = Math.floor(at / 1_000);
      if (second < SECONDS) seconds[second] = (seconds[second] ?? 0) + 1;
    }
  }
  return seconds;
};

// Without jitter all do the same, so one listener stands for all.
const DOUBLED = asked(doubling, 0, 1).map((count) => count * CROWD);

/** A crowd that only doubles its waits, and one that draws them at random. */
export const createAgain = (): void => {
  const earshot = backoff();
  const spread = createDial('spread', oneOf(SPREADS), duration, () => redraw());
  const redraw = createPicture('again', (width) => {
    const mine = asked(earshot, spread());
    const peak = Math.max(...mine);
    const right = width - 2;
    const bars = (counts: readonly number[], foot: number, kind: string) =>
      counts.flatMap((count, at) => {
        if (!count) return [];
        const height = Math.max(HAIR, (count / CROWD) * TALL);
        const x = (right * at) / SECONDS;
        return [box(kind, x, x + right / SECONDS - 0.6, foot - height, height)];
      });
    return {
      words: `Two rows of bars over two minutes. Doubling without jitter: all ${CROWD} listeners retry in the same second, again and again. Earshot: at most ${peak} retry in any second.`,
      height: 178,
      parts: [
        write(`Doubling only: all ${grouped(CROWD)} in one second`, 0, 14, { kind: 'strong lost' }),
        ...bars(DOUBLED, 22 + TALL, 'asked lost'),
        write(`Earshot: at most ${peak} in one second`, 0, 122, { kind: 'strong' }),
        ...bars(mine, 152, 'asked'),
        ...timeAxis([0, right], 153, SECONDS, [20, 30, 60]),
      ],
    };
  });
};
