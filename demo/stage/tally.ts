const SECONDS = 60;

/** Counts for each of the last 60 s, oldest first; the last one is the second that now runs. */
export interface Rates {
  arrivals: number[];
  refusals: number[];
}

export interface Tally {
  count(at: number, refused: boolean): void;
  rates(at: number): Rates;
}

export function createTally(): Tally {
  const ring = Array.from({ length: SECONDS }, () => ({ second: -1, arrivals: 0, refusals: 0 }));
  const slot = (second: number) => ring[second % SECONDS] as (typeof ring)[number];

  return {
    count(at, refused) {
      const second = Math.floor(at / 1000);
      const counts = slot(second);
      if (counts.second !== second) Object.assign(counts, { second, arrivals: 0, refusals: 0 });
      counts.arrivals++;
      if (refused) counts.refusals++;
    },
    rates(at) {
      const oldest = Math.floor(at / 1000) - SECONDS + 1;
      const minute = Array.from({ length: SECONDS }, (_, i) => {
        const counts = slot(oldest + i);
        return counts.second === oldest + i ? counts : { arrivals: 0, refusals: 0 };
      });
      return {
        arrivals: minute.map((counts) => counts.arrivals),
        refusals: minute.map((counts) => counts.refusals),
      };
    },
  };
}
