// Runs a policy that somebody pasted. This worker is served with a policy of its own: it can load
// modules from here or from a blob:, and has no network access. Its messages are not trusted.
import { simulate } from '../../../src/herd/index.ts';
import type { RetryPolicy } from '../../../src/policy/backoff.ts';
import type { FromSandbox, ToSandbox } from './messages.ts';
import { heartbeat, moduleOf, probe, watched, wordsOf } from './pasted.ts';
import { SAMPLE, scenarioOf, wantsWhole } from './run.ts';

const tell = (message: FromSandbox): void => postMessage(message);

// What a worker can still write to, and other pages of this origin read.
for (const name of ['indexedDB', 'caches', 'BroadcastChannel', 'navigator']) {
  for (let scope: object = globalThis; scope; scope = Object.getPrototypeOf(scope)) {
    Reflect.deleteProperty(scope, name);
  }
  Object.defineProperty(globalThis, name, { value: undefined });
}

const alive = (): void => tell({ type: 'alive' });
const beat = heartbeat(() => performance.now(), alive);

let policy: RetryPolicy | null = null;
let running: AbortController | null = null;

async function load(code: string): Promise<void> {
  const sdk = new URL('../earshot.js', location.href).href;
  const source = new Blob([moduleOf(code, sdk)], { type: 'text/javascript' });
  const url = URL.createObjectURL(source);
  try {
    const loaded = (await import(url)) as { default?: unknown };
    alive();
    if (typeof loaded.default !== 'function') {
      throw new TypeError('it must be a function or export one as default');
    }
    policy = loaded.default as RetryPolicy;
    probe(watched(policy, beat).retry);
    tell({ type: 'loaded' });
  } catch (error) {
    tell({ type: 'unusable', words: error instanceof Error ? error.message : String(error) });
  } finally {
    URL.revokeObjectURL(url);
  }
}

async function run({ id, settings, isMoving }: Extract<ToSandbox, { type: 'run' }>): Promise<void> {
  running?.abort();
  running = new AbortController();
  const { signal } = running;
  const whole = settings.listeners;
  let simulated = Math.min(whole, SAMPLE);
  try {
    for (;;) {
      const { retry, report } = watched(policy as RetryPolicy, beat);
      const scenario = scenarioOf(settings, { kind: 'earshot', retry }, simulated);
      const outcome = await simulate(scenario, { signal, onProgress: alive });
      const own = { name: '', kind: 'own', outcome, simulated } as const;
      const isDone = isMoving || !wantsWhole(own, settings);
      tell({ type: 'outcome', id, simulated, outcome, words: wordsOf(report), isDone });
      if (isDone) return;
      simulated = whole;
    }
  } catch (error) {
    if (signal.aborted) return;
    tell({ type: 'unusable', words: error instanceof Error ? error.message : String(error) });
  }
}

addEventListener('message', ({ data }: MessageEvent<ToSandbox>) => {
  if (data.type === 'load') void load(data.code);
  else if (policy) void run(data);
});
tell({ type: 'ready' });
