import { type Expected, lookedAfter } from './expected-polls.ts';
import { TICK, TICKS } from './time.ts';
import type { Outcome, Percentiles, Series } from './types.ts';

/** The inputs of {@link Tally.outcome}. */
export interface Span {
  readonly listeners: number;
  readonly capacity: number;
  /** The ms from which the percentiles count. */
  readonly clock: number;
  /** Start and end of the incident, ms; equal if it is a moment. */
  readonly lasts: readonly [from: number, to: number];
  /** The number of simulated ticks. */
  readonly ticks: number;
  readonly step: number;
  /** Joins per second that the origin accepted, by second. */
  readonly capacityAt: (second: number) => number;
}

/** Counts what the crowd did, per tick or per second. */
export class Tally {
  readonly arrivals: Float64Array;
  readonly admitted: Float64Array;
  readonly hearing: Float64Array;
  readonly refusals: Float64Array;
  /** Listeners who left after their stay. */
  readonly left: Float64Array;
  /** Polls of the stage document, per second. */
  readonly looks: Float64Array;
  /** Of the admitted listeners: the second of their next planned poll. */
  readonly planned: Float64Array;
  /** The peak excludes the time in which the origin was down. */
  readonly excludedFromPeak: Uint8Array;
  admittedSum = 0;
  hearingSum = 0;
  waitSum = 0;
  lostTurns = 0;
  refusedTurns = 0;
  timedOut = 0;
  /** Requests refused only because all places were taken. */
  full = 0;
  givenUp = 0;
  events = 0;

  constructor(ticks: number) {
    this.arrivals = new Float64Array(ticks);
    this.admitted = new Float64Array(ticks);
    this.hearing = new Float64Array(ticks);
    this.refusals = new Float64Array(ticks);
    this.left = new Float64Array(ticks);
    this.excludedFromPeak = new Uint8Array(ticks);
    const seconds = Math.ceil(ticks / TICKS) + 1;
    this.looks = new Float64Array(seconds);
    this.planned = new Float64Array(seconds);
  }

  /** One listener is admitted, after so many ms. */
  admits(tick: number, waited: number): void {
    this.admitted[tick] = (this.admitted[tick] as number) + 1;
    this.admittedSum++;
    this.waitSum += waited;
  }

  /** One listener is not admitted. */
  refuses(tick: number, timedOut: boolean, requests = 1): void {
    this.refusals[tick] = (this.refusals[tick] as number) + requests;
    if (timedOut) this.timedOut += requests;
  }

  /** This many listeners hear sound from `time` on, ms. */
  hears(time: number, count = 1): void {
    const tick = Math.floor(time / TICK);
    if (tick < this.hearing.length) this.hearing[tick] = (this.hearing[tick] as number) + count;
    this.hearingSum += count;
  }

  outcome(span: Span, expected: Expected | null): Outcome {
    const { listeners, capacity, clock, ticks, lasts } = span;
    const at = (counts: Float64Array, from: number) =>
      percentilesOf(counts.subarray(0, ticks), listeners, from);
    const admitted = at(this.admitted, clock);
    const end = admitted.p999 === null ? ticks * TICK : clock + admitted.p999 * 1_000;
    const looks = sum(this.looks.subarray(0, Math.ceil(end / 1_000)));
    const later = expected ? lookedAfter(expected, this.planned, end / 1_000) : 0;
    const [from, to] = lasts.map((time) => time / TICK) as [number, number];
    const during = sum(this.admitted.subarray(from, to));
    const refused = sum(this.refusals);
    return {
      listeners,
      capacity,
      limit: listeners / capacity,
      admitted,
      hearing: at(this.hearing, 0),
      peak: peakOf(this.arrivals, this.excludedFromPeak) / capacity,
      requests: sum(this.arrivals) / listeners,
      requestsWhileDown:
        sum(this.arrivals.map((one, tick) => (this.excludedFromPeak[tick] ? one : 0))) / listeners,
      refused: (refused - this.timedOut) / listeners,
      timedOut: this.timedOut / listeners,
      refusedFull: this.full / listeners,
      documents: (looks + later) / listeners,
      wait: this.admittedSum ? this.waitSum / this.admittedSum / 1_000 : 0,
      recovers: admitted.p999 !== null,
      lostTurns: this.lostTurns,
      refusedTurns: this.refusedTurns,
      givenUp: this.givenUp,
      waiting: listeners - this.admittedSum - this.givenUp,
      refusedPerAdmitted:
        to > from ? sum(this.refusals.subarray(from, to)) / Math.max(1, during) : null,
      series: this.#series(span),
      events: this.events,
    };
  }

  #series({ ticks, capacityAt, step }: Span): Series {
    const length = Math.ceil(ticks / TICKS / step);
    const series = {
      step,
      arrivals: new Float64Array(length),
      capacity: new Float64Array(length),
      admitted: new Float64Array(length),
      hearing: new Float64Array(length),
      inside: new Float64Array(length),
    };
    let [admitted, hearing, left] = [0, 0, 0];
    for (let index = 0; index < length; index++) {
      const from = index * step * TICKS;
      const to = Math.min(ticks, from + step * TICKS);
      admitted += sum(this.admitted.subarray(from, to));
      hearing += sum(this.hearing.subarray(from, to));
      left += sum(this.left.subarray(from, to));
      series.arrivals[index] = (sum(this.arrivals.subarray(from, to)) * TICKS) / (to - from);
      series.capacity[index] = capacityAt(index * step);
      series.admitted[index] = admitted;
      series.hearing[index] = hearing;
      series.inside[index] = admitted - left;
    }
    return series;
  }
}

const sum = (counts: Float64Array): number => counts.reduce((all, one) => all + one, 0);

/** Seconds after `clock`; earlier admissions count as 0. */
const percentilesOf = (counts: Float64Array, listeners: number, clock: number): Percentiles => {
  const shares = [0.5, 0.95, 0.99, 0.999];
  const found: (number | null)[] = [null, null, null, null];
  let there = 0;
  let next = 0;
  for (let tick = 0; tick < counts.length && next < shares.length; tick++) {
    there += counts[tick] as number;
    while (next < shares.length && there >= (shares[next] as number) * listeners) {
      found[next++] = Math.max(0, ((tick + 1) * TICK - clock) / 1_000);
    }
  }
  const [p50 = null, p95 = null, p99 = null, p999 = null] = found;
  return { p50, p95, p99, p999 };
};

/** The most arrivals in any window of one second, aligned or not. */
const peakOf = (arrivals: Float64Array, unhurt: Uint8Array): number => {
  let [most, inSecond] = [0, 0];
  const at = (tick: number) => (tick >= 0 && !unhurt[tick] ? (arrivals[tick] as number) : 0);
  for (let tick = 0; tick < arrivals.length; tick++) {
    inSecond += at(tick) - at(tick - TICKS);
    most = Math.max(most, inSecond);
  }
  return most;
};
