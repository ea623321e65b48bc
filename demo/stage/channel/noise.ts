import type { Fault } from '../faults.ts';

const GARBAGE_EVERY_MS = 200;
const FLOOD_EVERY_MS = 20;
/** 3,000 a second. */
const FLOOD_AT_ONCE = 60;
const HUGE_BYTES = 10 * 1024 * 1024;

/** What a client must survive: no JSON, no object, no op, wrong types, a depth that no stack bears. */
const GARBAGE: readonly (string | Buffer)[] = [
  'not JSON',
  '',
  'null',
  '[]',
  '"welcome"',
  '{"op":7}',
  '{"op":"__proto__","constructor":{"prototype":1}}',
  '{"op":"ack","from":5,"seq":"one"}',
  '{"op":"ack","from":"AAAAAAAAAAAAAAAAAAAAAA","seq":-1}',
  '{"op":"refused","from":"AAAAAAAAAAAAAAAAAAAAAA","seq":9007199254740993,"reason":{}}',
  '{"op":"document","document":17}',
  '{"op":"document","document":{"version":1,"sources":"none"}}',
  '{"op":"window","seconds":"soon"}',
  '{"op":"listeners","count":-3.5}',
  '{"op":"message","type":null,"payload":null}',
  '{"op":"welcome","ping":"often","pace":null,"terminal":{"0":1012}}',
  '{"op":"from the future","field":true}',
  Buffer.from([0, 255, 254, 7]),
  '['.repeat(20_000),
  '\u0000\ud800',
];

/** What a fault sends besides what is meant. */
export interface Noise {
  /** Until the next call, or `stop`. */
  make(kind: Fault['kind']): void;
  stop(): void;
}

export function createNoise(write: (data: string | Buffer) => void): Noise {
  let timer: NodeJS.Timeout | undefined;
  let count = 0;

  function garbage(): void {
    write(GARBAGE[count++ % GARBAGE.length] as string | Buffer);
  }

  function flood(): void {
    for (let i = 0; i < FLOOD_AT_ONCE; i++) {
      write(JSON.stringify({ op: 'message', type: 'flood', payload: count++ }));
    }
  }

  return {
    make(kind) {
      clearInterval(timer);
      if (kind === 'garbage') timer = setInterval(garbage, GARBAGE_EVERY_MS);
      if (kind === 'flood') timer = setInterval(flood, FLOOD_EVERY_MS);
      if (kind === 'huge')
        write(JSON.stringify({ op: 'message', type: 'huge', payload: 'a'.repeat(HUGE_BYTES) }));
    },
    stop: () => clearInterval(timer),
  };
}
