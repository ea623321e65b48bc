import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lineOf } from '../engines/engine.ts';
import { expressionOf, openWire, type Tab, type TabbedBrowser } from './tabs.ts';

/** After five minutes hidden, nested timers of a silent page run once a minute (Chromium, intensive throttling). */
const ONCE_A_MINUTE = 60_000;

/**
 * A Chromium with a window, by its DevTools. Not by Playwright, which tells each page that it has the focus: such a page is
 * never hidden.
 */
export const chromiumTabs = async (
  path: string,
  env: NodeJS.ProcessEnv,
): Promise<TabbedBrowser> => {
  const profile = await mkdtemp(join(tmpdir(), 'earshot-chromium-'));
  const args = [
    '--no-sandbox',
    '--no-first-run',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
    'about:blank',
  ];
  const child = spawn(path, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [, url = ''] = await lineOf(child.stderr, /DevTools listening on (ws:\S+)/);
  const { send, close } = await openWire(url);

  const attach = async (targetId: string): Promise<Tab> => {
    const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
    const to = (method: string, params: object = {}) => send(method, params, { sessionId });
    await to('Page.enable');
    const run = async <Value>(script: string): Promise<Value> => {
      const { result, exceptionDetails } = await to('Runtime.evaluate', {
        expression: expressionOf(script),
        awaitPromise: true,
      });
      if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
      return JSON.parse(result.value);
    };
    for (let isReady = false; !isReady; ) {
      isReady = await run(
        `return document.readyState === 'complete' && !!document.body.textContent;`,
      );
    }
    // A page that is not drawn yet takes no input.
    while (!(await run('return navigator.userActivation.hasBeenActive;'))) {
      for (const type of ['mousePressed', 'mouseReleased']) {
        await to('Input.dispatchMouseEvent', { type, x: 20, y: 20, button: 'left', clickCount: 1 });
      }
    }
    return {
      run,
      freeze: async (isFrozen) => {
        await to('Page.setWebLifecycleState', { state: isFrozen ? 'frozen' : 'active' });
      },
    };
  };

  return {
    name: 'Chromium',
    slowest: ONCE_A_MINUTE,
    host: '127.0.0.1',
    open: async (address) => attach((await send('Target.createTarget', { url: address })).targetId),
    close: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      await send('Browser.close').catch(() => {});
      await ended;
      close();
      await rm(profile, { recursive: true, force: true });
    },
  };
};
