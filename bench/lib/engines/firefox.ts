import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, lineOf, ownAddress } from './engine.ts';

// Autoplay is denied as it is by default, so that a gesture is needed as it is for a listener. Peers are reached at an
// address of this machine: Firefox has no candidates at the loopback address.
const PREFERENCES = `user_pref('media.peerconnection.ice.obfuscate_host_addresses', false);
user_pref('datareporting.policy.dataSubmissionEnabled', false);
user_pref('app.update.enabled', false);
user_pref('remote.active-protocols', 1);
`;

type Result = { result?: { value?: string }; context?: string; contexts?: { context: string }[] };

/** Firefox by WebDriver BiDi, which it speaks by itself. */
export const firefox = async (path: string, env: NodeJS.ProcessEnv): Promise<Engine> => {
  const profile = await mkdtemp(join(tmpdir(), 'earshot-firefox-'));
  await writeFile(join(profile, 'user.js'), PREFERENCES);
  const args = ['--headless', '--remote-debugging-port=0', '--profile', profile];
  const child = spawn(path, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [, url] = await lineOf(child.stderr, /WebDriver BiDi listening on (ws:\S+)/);
  const socket = new WebSocket(`${url}/session`);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', reject);
  });
  const pending = new Map<
    number,
    (message: { error?: string; message?: string; result: Result }) => void
  >();
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data));
    pending.get(message.id)?.(message);
    pending.delete(message.id);
  });
  let last = 0;
  const send = (method: string, params: object): Promise<Result> =>
    new Promise((resolve, reject) => {
      const id = ++last;
      pending.set(id, ({ error, message, result }) =>
        error ? reject(new Error(`${method}: ${message}`)) : resolve(result),
      );
      socket.send(JSON.stringify({ id, method, params }));
    });
  await send('session.new', { capabilities: {} });
  const { contexts = [] } = await send('browsingContext.getTree', {});
  const context = contexts[0]?.context;
  const evaluate = async (script: string) => {
    const expression = `Promise.resolve((() => { ${script} })()).then((value) => JSON.stringify(value ?? null))`;
    const { result } = await send('script.evaluate', {
      expression,
      target: { context },
      awaitPromise: true,
    });
    return JSON.parse(result?.value ?? 'null');
  };
  const click = () =>
    send('input.performActions', {
      context,
      actions: [
        {
          type: 'pointer',
          id: 'mouse',
          actions: [
            { type: 'pointerMove', x: 20, y: 20 },
            { type: 'pointerDown', button: 0 },
            { type: 'pointerUp', button: 0 },
          ],
        },
      ],
    });
  return {
    name: 'Firefox',
    host: ownAddress(),
    open: async (address) => {
      await send('browsingContext.navigate', { context, url: address, wait: 'complete' });
    },
    run: async (script, gesture = false) => {
      if (gesture) {
        await evaluate(`document.addEventListener('click', () => { ${script} }, { once: true });`);
        await click();
        return undefined as never;
      }
      return evaluate(script);
    },
    close: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
      await rm(profile, { recursive: true, force: true });
    },
  };
};
