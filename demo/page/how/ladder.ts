import { duration } from '../lab/duration.ts';
import { clocked } from '../lab/words.ts';
import { byId } from '../ui/dom.ts';
import { createDial, oneOf } from './dial.ts';
import { livedThrough, type Outage, RUNGS, type Stretch } from './ladder-world.ts';
import { box, createPicture, stroke, timeAxis, write } from './picture.ts';

const SECONDS = 300;
const FALLS_AT = 30;
const OUTAGES = [5, 15, 30, 45, 60, 75, 90, 105, 120, 135, 150, 165, 180];
const CDN: Outage = { rung: 1, from: 60, to: 100 };
const [TOP, LANE] = [8, 44];
const TONES = ['whep', 'a', 'b'] as const;

/** What happened, as one sentence. */
const story = (stretches: readonly Stretch[]): string => {
  const heard = stretches.filter(({ part }) => part === 'heard');
  const moves = heard.slice(1).map(({ rung, from }, at) => {
    const climbs = rung < (heard[at]?.rung ?? 0);
    return `${climbs ? 'climbs back to' : 'falls to'} ${RUNGS[rung]} at ${clocked(from)}`;
  });
  return `Plays ${RUNGS[heard[0]?.rung ?? 0]}, ${moves.join(', ')}.`;
};

/** Which source plays while others are down. */
export const createLadder = (): void => {
  const outage = createDial('outage', oneOf(OUTAGES), duration, () => redraw());
  const cdnToo = byId<HTMLInputElement>('cdn-too');
  cdnToo.addEventListener('change', () => redraw());

  const redraw = createPicture('ladder', (width) => {
    const outages: Outage[] = [{ rung: 0, from: FALLS_AT, to: FALLS_AT + outage() }];
    if (cdnToo.checked) outages.push(CDN);
    const stretches = livedThrough(outages, SECONDS);
    const [left, right] = [0, width - 2];
    const at = (seconds: number) => left + ((right - left) * seconds) / SECONDS;
    const lane = (rung: number) => TOP + rung * LANE;
    const foot = lane(RUNGS.length);
    const heard = stretches.filter(({ part }) => part === 'heard');
    const steps = heard.slice(1).flatMap(({ rung, from }, index) => {
      const before = heard[index];
      if (!before) return [];
      const [one, other] = [lane(before.rung), lane(rung)].map((y) => y + 29) as [number, number];
      return [stroke('step', `M${at(from).toFixed(1)} ${one}V${other}`)];
    });
    return {
      words: `The three sources over five minutes. ${story(stretches)}`,
      height: foot + 26,
      parts: [
        ...RUNGS.map((_, rung) => box('well', left, right, lane(rung) + 22, 14)),
        ...outages.map(({ rung, from, to }) => box('over', at(from), at(to), lane(rung) + 22, 14)),
        ...outages.map(({ rung, from }) =>
          write('down', at(from) + 4, lane(rung) + 33, { kind: 'lost small' }),
        ),
        ...stretches.map(({ rung, part, from, to }) =>
          part === 'heard'
            ? box(`heard ${TONES[rung]}`, at(from), at(to), lane(rung) + 25, 8)
            : box(`tried ${TONES[rung]}`, at(from), at(to), lane(rung) + 27, 4),
        ),
        ...steps,
        ...RUNGS.map((name, rung) => write(name, left, lane(rung) + 15, { kind: 'strong' })),
        ...timeAxis([left, right], foot, SECONDS, [60, 120]),
      ],
    };
  });
};
