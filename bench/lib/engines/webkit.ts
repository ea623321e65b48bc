import { spawn } from 'node:child_process';
import type { Engine } from './engine.ts';
import { freePort, until } from './engine.ts';
import { openLoudspeaker } from './loudspeaker.ts';

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/**
 * WebKitGTK's MiniBrowser by W3C WebDriver. A gesture is a click of the driver's own. Its sound is measured at the
 * loudspeaker: an element that is tapped by Web Audio seeks only roughly there, and may then stand still for seconds.
 */
export const webkit = async (
  driver: string,
  browser: string,
  env: NodeJS.ProcessEnv,
): Promise<Engine> => {
  const port = await freePort();
  const loudspeaker = await openLoudspeaker(env);
  const child = spawn(driver, [`--port=${port}`], {
    env: { ...process.env, ...loudspeaker.env },
    stdio: 'ignore',
  });
  const base = `http://127.0.0.1:${port}`;
  const send = async (method: string, path: string, body?: object) => {
    const answer = await fetch(base + path, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
    const { value } = (await answer.json()) as { value: never };
    if (!answer.ok) throw new Error(`${path}: ${JSON.stringify(value)}`);
    return value;
  };
  await until('WebKitWebDriver answers', () => send('GET', '/status').catch(() => null), 20_000);
  const { sessionId } = await send('POST', '/session', {
    capabilities: {
      alwaysMatch: {
        'webkitgtk:browserOptions': { binary: browser, args: ['--automation'] },
      },
    },
  });
  const session = `/session/${sessionId}`;
  const run = (script: string) => send('POST', `${session}/execute/sync`, { script, args: [] });
  return {
    name: 'WebKitGTK',
    host: '127.0.0.1',
    open: async (url) => {
      loudspeaker.restart();
      await send('POST', `${session}/url`, { url });
    },
    stretches: () => loudspeaker.stretches(),
    run: async (script, gesture = false) => {
      if (!gesture) return run(script);
      await run(`document.addEventListener('click', () => { ${script} }, { once: true });`);
      const body = await send('POST', `${session}/element`, {
        using: 'css selector',
        value: 'body',
      });
      return send('POST', `${session}/element/${body[ELEMENT]}/click`, {});
    },
    close: async () => {
      await send('DELETE', session).catch(() => {});
      child.kill();
      await loudspeaker.close();
    },
  };
};
