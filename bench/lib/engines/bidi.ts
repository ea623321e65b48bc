import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expressionOf, openWire, type Wire } from '../tabs/tabs.ts';
import { lineOf } from './engine.ts';

// Autoplay is denied as it is by default, so that a gesture is needed as it is for a listener. Peers are reached at an
// address of this machine: Firefox has no candidates at the loopback address.
const PREFERENCES = `user_pref('media.peerconnection.ice.obfuscate_host_addresses', false);
user_pref('datareporting.policy.dataSubmissionEnabled', false);
user_pref('app.update.enabled', false);
user_pref('remote.active-protocols', 1);
`;

/** A Firefox, by WebDriver BiDi, which it speaks by itself. */
export interface Bidi extends Wire {
  /** Runs a script in the page of a context and returns its JSON value. */
  run<Value>(context: string, script: string): Promise<Value>;
  click(context: string): Promise<void>;
  /** Ends the browser. */
  end(): Promise<void>;
}

export const openBidi = async (path: string, env: NodeJS.ProcessEnv): Promise<Bidi> => {
  const profile = await mkdtemp(join(tmpdir(), 'earshot-firefox-'));
  await writeFile(join(profile, 'user.js'), PREFERENCES);
  const args = ['--headless', '--remote-debugging-port=0', '--profile', profile];
  const child = spawn(path, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [, url] = await lineOf(child.stderr, /WebDriver BiDi listening on (ws:\S+)/);
  const wire = await openWire(`${url}/session`);
  const { send } = wire;
  await send('session.new', { capabilities: {} });
  return {
    ...wire,
    run: async (context, script) => {
      const { result, exceptionDetails } = await send('script.evaluate', {
        expression: expressionOf(script),
        target: { context },
        awaitPromise: true,
      });
      if (exceptionDetails) throw new Error(exceptionDetails.text);
      return JSON.parse(result.value);
    },
    click: async (context) => {
      const actions = [
        { type: 'pointerMove', x: 20, y: 20 },
        { type: 'pointerDown', button: 0 },
        { type: 'pointerUp', button: 0 },
      ];
      await send('input.performActions', {
        context,
        actions: [{ type: 'pointer', id: 'mouse', actions }],
      });
    },
    end: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
      wire.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
};
