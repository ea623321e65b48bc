// Which Chromium to test with: CHROME_PATH, or the one that npm ships, or the one that is installed.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const INSTALLED = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  '/usr/bin/google-chrome',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
];

const ARGS = [
  '--no-sandbox',
  '--headless=shell',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
];

/** Lets sound play without a gesture, and runs pages in the background at full speed. */
export const UNATTENDED = [
  '--autoplay-policy=no-user-gesture-required',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

const runs = (path, env) => {
  try {
    execFileSync(path, ['--version'], { env, stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
};

const fromNpm = async () => {
  const cache = join(process.cwd(), 'node_modules', '.cache', 'earshot-chromium');
  mkdirSync(cache, { recursive: true });
  const before = process.env.TMPDIR;
  // The package unpacks into the temporary folder; its own folder keeps versions and users apart.
  process.env.TMPDIR = cache;
  try {
    const { default: chromium, inflate } = await import('@sparticuz/chromium');
    const executablePath = await chromium.executablePath();
    const env = { ...process.env, TMPDIR: before ?? '/tmp' };
    if (runs(executablePath, env)) return { executablePath, env };
    const packaged = dirname(
      createRequire(import.meta.url).resolve('@sparticuz/chromium/package.json'),
    );
    const libraries = await inflate(join(packaged, 'bin', 'al2023.tar.br'));
    env.LD_LIBRARY_PATH = join(libraries, 'lib');
    return { executablePath, env };
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
};

/** Launch options for playwright-core. */
export const chromium = async () => {
  const { CHROME_PATH } = process.env;
  if (CHROME_PATH) return { executablePath: CHROME_PATH, args: ARGS };
  if (process.platform === 'linux' && process.arch === 'x64') {
    return { ...(await fromNpm()), args: ARGS };
  }
  const executablePath = INSTALLED.find((path) => existsSync(path));
  if (!executablePath) throw new Error('No Chrome found. Install one, or name it in CHROME_PATH.');
  return { executablePath, args: ARGS };
};
