import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromiumTabs } from '../tabs/chromium.ts';
import { firefoxTabs } from '../tabs/firefox.ts';
import type { TabbedBrowser } from '../tabs/tabs.ts';
import { chromium } from './chromium.ts';
import { type Engine, until } from './engine.ts';
import { firefox } from './firefox.ts';
import { webkit } from './webkit.ts';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const FIREFOX = process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr';
const DRIVER = process.env.WEBKIT_DRIVER_PATH ?? '/usr/bin/WebKitWebDriver';
const MINI_BROWSER = ['/usr/lib/x86_64-linux-gnu', '/usr/libexec']
  .flatMap((lib) => [`${lib}/webkit2gtk-4.1/MiniBrowser`, `${lib}/webkit2gtk-4.0/MiniBrowser`])
  .find((path) => existsSync(path));
const DISPLAY = ':97';

/** A display and a sound card that are none: without a sink Firefox plays no media. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  close(): Promise<void>;
}

export const openSurroundings = async (): Promise<Surroundings> => {
  const runtime = await mkdtemp(join(tmpdir(), 'earshot-engines-'));
  const env = { DISPLAY, XDG_RUNTIME_DIR: runtime };
  const modules = ['-L', 'module-null-sink', '-L', 'module-native-protocol-unix'];
  const pulse = ['-n', '--exit-idle-time=-1', ...modules];
  const children = [
    spawn('pulseaudio', pulse, { env: { ...process.env, ...env }, stdio: 'ignore' }),
    spawn('Xvfb', [DISPLAY, '-screen', '0', '1024x768x24'], { stdio: 'ignore' }),
  ];
  await until('a display', async () => existsSync('/tmp/.X11-unix/X97'), 20_000);
  return {
    env,
    close: async () => {
      for (const child of children) child.kill();
      await rm(runtime, { recursive: true, force: true });
    },
  };
};

export const ENGINES = ['chromium', 'firefox', 'webkit'] as const;
export type EngineName = (typeof ENGINES)[number];

/** @throws Error if it is not installed: CONTRIBUTING.md names the packages. */
export const openEngine = (name: EngineName, { env }: Surroundings): Promise<Engine> => {
  if (name === 'chromium') return chromium();
  const isInstalled = name === 'firefox' ? existsSync(FIREFOX) : existsSync(DRIVER) && MINI_BROWSER;
  if (!isInstalled) throw new Error(`${name} is not installed: see CONTRIBUTING.md.`);
  return name === 'firefox' ? firefox(FIREFOX, env) : webkit(DRIVER, MINI_BROWSER as string, env);
};

export const TABBED = ['chromium', 'firefox'] as const;

/** @throws Error if it is not installed: CONTRIBUTING.md names the packages. */
export const openTabs = (
  name: (typeof TABBED)[number],
  { env }: Surroundings,
): Promise<TabbedBrowser> => {
  const path = name === 'chromium' ? CHROMIUM : FIREFOX;
  if (!existsSync(path)) throw new Error(`${name} is not installed: see CONTRIBUTING.md.`);
  return name === 'chromium' ? chromiumTabs(path, env) : firefoxTabs(path, env);
};
