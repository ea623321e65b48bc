import { lotOf, turnOf } from '../../../src/policy/door.ts';
import { doorOf, openDoor } from '../../../src/policy/opening.ts';
import { duration } from '../lab/duration.ts';
import { clocked } from '../lab/words.ts';
import { byId, draw } from '../ui/dom.ts';
import { createDial } from './dial.ts';
import { createPicture, stroke, timeAxis, write } from './picture.ts';

const CROWD = 240;
const SECONDS = 520;
const EPOCH = 1;
const OPENING = openDoor({
  ...{ epoch: EPOCH, now: 0, capacity: 2_000 },
  ...{ listeners: 1_000_000, opensIn: 0 },
});
const DOOR = { ...doorOf(OPENING, 0), tickets: null, passes: null };
const TALL = 132;
const SEED = 0.31;

const turnFor = (seed: number): number => turnOf(DOOR, lotOf(seed, 'floor', EPOCH)) / 1_000;

const TURNS = Array.from({ length: CROWD }, (_, index) => turnFor(index / CROWD));

const since = (seconds: number): string => (seconds ? duration(seconds) : '0 s');

/** The share of listeners admitted at a time after the door began to open, and the visitor's own turn. */
export const createDoorPicture = (): void => {
  let seed = SEED;
  const passed = createDial(
    'since',
    (position) => position,
    since,
    () => redraw(),
  );
  byId('another').addEventListener('click', () => {
    seed = Math.random();
    redraw();
  });

  const redraw = createPicture('door', (width) => {
    const [left, right, top] = [6, width - 6, 34];
    const at = (seconds: number) => left + ((right - left) * seconds) / SECONDS;
    const now = passed();
    const { open } = doorOf(OPENING, now * 1_000);
    const lot = lotOf(seed, 'floor', EPOCH);
    const turn = turnFor(seed);
    const isIn = turn <= now;
    const share = Math.round(Math.min(1, open) * 100);
    const yours = isIn ? 'admitted' : `in ${duration(turn - now)}`;
    // The height has no meaning; it only keeps the dots apart.
    const dots = TURNS.map((one, index) =>
      draw('circle', {
        class: one <= now ? 'in' : 'out',
        cx: at(one).toFixed(1),
        cy: (top + 8 + ((index * 89) % CROWD) * ((TALL - 16) / CROWD)).toFixed(1),
        r: 3,
      }),
    );
    return {
      words: `${CROWD} listeners in the order of their turns. The door is open to ${share} % of the lots and admits 2,000 listeners a second. Your lot is ${lot.toFixed(3)}. Your turn is ${clocked(turn)} after the opening (${yours}).`,
      height: top + TALL + 62,
      parts: [
        draw('rect', {
          class: 'opened',
          x: left,
          y: top,
          width: Math.max(0, at(Math.min(now, SECONDS)) - left).toFixed(1),
          height: TALL,
        }),
        ...dots,
        stroke('mark', `M${at(now).toFixed(1)} ${top - 4}V${top + TALL}`),
        write(`open to lot ${(share / 100).toFixed(2)}`, at(now), top - 12, {
          anchor: now < 100 ? 'start' : now > 400 ? 'end' : 'middle',
        }),
        draw('circle', {
          class: isIn ? 'you in' : 'you',
          cx: at(turn).toFixed(1),
          cy: top + TALL / 2,
          r: 8,
        }),
        ...timeAxis([left, right], top + TALL, SECONDS, [60, 120, 240]),
        write(
          `You: lot ${lot.toFixed(2)}, turn at ${clocked(turn)} (${yours})`,
          width / 2,
          top + TALL + 46,
          {
            anchor: 'middle',
            kind: 'strong',
          },
        ),
      ],
    };
  });
};
