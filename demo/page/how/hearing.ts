import { derive } from '../../../src/policy/derive.ts';
import { addLook, isAdvancing, type Look } from '../../../src/policy/hearing.ts';
import { type Event, INITIAL } from '../../../src/policy/model.ts';
import { reduce } from '../../../src/policy/reduce.ts';
import type { Status } from '../../../src/policy/state.ts';
import { documentOfHls } from '../../../src/stage/parse.ts';
import { duration } from '../lab/duration.ts';
import { byId } from '../ui/dom.ts';
import { createDial } from './dial.ts';
import { box, createPicture, stroke, timeAxis, write } from './picture.ts';

const SECONDS = 10;
const EVERY = 250;
const STALLS_AT = 3_000;
const MUTED_AT = 8_000;
const TALL = 96;

interface Moment {
  readonly at: number;
  readonly media: number;
  readonly status: Status;
  readonly hearing: boolean;
}

/** Ten seconds of a session: what the media clock shows, and what the state says. */
const told = (stall: number, isMuted: boolean): Moment[] => {
  const document = documentOfHls('https://cdn.invalid/talk.m3u8');
  let [model] = reduce(INITIAL, { type: 'document', document, isFixed: false });
  let looks: readonly Look[] = [];
  const moments: Moment[] = [];
  for (let at = 0; at <= SECONDS * 1_000; at += EVERY) {
    const media = at - Math.max(0, Math.min(stall, at - STALLS_AT));
    looks = addLook(looks, [at, media]);
    const facts = { isAdvancing: isAdvancing(looks), ahead: 5_000, target: 8_000, wait: null };
    const tick: Event = {
      ...{
        type: 'observed',
        now: at,
        waits: [null],
        positions: [null],
        documentWait: null,
        cues: [],
        draw: 0,
      },
      ...{
        active: model.active && { ...facts, isFrozen: false, isComplete: false, liveness: null },
        standby: null,
      },
    };
    [model] = reduce(model, tick);
    const { status, hearing } = derive(model, {
      ...{
        programTime: null,
        latency: null,
        pause: null,
        now: at,
        muted: isMuted && at >= MUTED_AT,
        volume: 1,
      },
      ...{ documentWait: null, outbox: [], cues: [] },
      channel: { status: 'none', wait: null, isLeader: false, listeners: null },
    });
    moments.push({ at, media, status, hearing });
  }
  return moments;
};

interface Span {
  readonly status: Status;
  readonly hearing: boolean;
  readonly from: number;
  to: number;
}

const spansOf = (moments: readonly Moment[]): Span[] => {
  const spans: Span[] = [];
  for (const { status, hearing, at } of moments.slice(0, -1)) {
    const last = spans.at(-1);
    if (last?.status === status) last.to = at + EVERY;
    else spans.push({ status, hearing, from: at, to: at + EVERY });
  }
  return spans;
};

const still = (ms: number): string => (ms ? duration(ms / 1_000) : '0 s');

/** What `play()` reports, what is measured, and what the state says. */
export const createHearing = (): void => {
  const stall = createDial(
    'stall',
    (position) => position,
    still,
    () => redraw(),
  );
  const muted = byId<HTMLInputElement>('muted');
  muted.addEventListener('change', () => redraw());

  const redraw = createPicture('hearing', (width) => {
    const moments = told(stall(), muted.checked);
    const spans = spansOf(moments);
    const [left, right, top] = [2, width - 2, 24];
    const foot = top + TALL;
    const across = (ms: number) => left + ((right - left) * ms) / (SECONDS * 1_000);
    const up = (ms: number) => foot - (TALL * ms) / (SECONDS * 1_000);
    const line = moments.map(({ at, media }) => `${across(at).toFixed(1)} ${up(media).toFixed(1)}`);
    const said = spans.map(
      ({ status, from, to }) => `${status} from ${from / 1_000} to ${to / 1_000} s`,
    );
    const fits = (one: Span) => across(one.to) - across(one.from) > 8 * one.status.length + 8;
    return {
      words: `Media time over ten seconds, measured four times a second. play() stays resolved all the time. The state says: ${said.join(', ')}.`,
      height: foot + 104,
      parts: [
        write('Media time, as measured', left, 14, { kind: 'strong' }),
        stroke('media', `M${line.join('L')}`),
        ...moments.map(({ at, media }) =>
          stroke('look', `M${across(at).toFixed(1)} ${(up(media) - 3).toFixed(1)}v6`),
        ),
        box('claimed', left, right, foot + 8, 22),
        write('play() resolved', left + 6, foot + 23),
        ...spans.map((one) =>
          box(
            one.hearing ? 'heard a' : 'heard wait',
            across(one.from),
            across(one.to) - 1,
            foot + 36,
            22,
          ),
        ),
        ...spans
          .filter(fits)
          .map((one) => write(one.status, across(one.from) + 6, foot + 51, { kind: 'on-tone' })),
        ...timeAxis([left, right], foot + 66, SECONDS, [1, 2, 5]),
      ],
    };
  });
};
