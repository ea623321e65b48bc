import { type ChildProcess, spawn } from 'node:child_process';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transform } from 'esbuild';
import type { Page } from 'playwright-core';
import { manifest, ROOT } from '../exports.ts';
import { npm, run } from '../npm.ts';
import { none, type Part } from '../part.ts';
import { write } from '../project.ts';

/** Not a devDependency: it is 330 MB, and only this part needs it. */
const NEXT = 'next@16.4.6';
const APP = join(import.meta.dirname, '../next');
const RECIPE = join(ROOT, 'docs/recipes/TalkElement.tsx');

/** Ends what hangs, ms. */
const PATIENCE = { timeout: 600_000 };

const QUIET = { NEXT_TELEMETRY_DISABLED: '1' };

const cli = (project: string): string => join(project, 'node_modules/next/dist/bin/next');

/** `next start` on a port that is free, once it says its address. */
const start = (
  project: string,
  env: NodeJS.ProcessEnv,
): Promise<{ url: string; process: ChildProcess }> =>
  new Promise((resolve, reject) => {
    const args = [cli(project), 'start', '--port', '0', '--hostname', '127.0.0.1'];
    const child = spawn(process.execPath, args, { cwd: project, env });
    let said = '';
    const read = (chunk: Buffer) => {
      said += chunk;
      const [url] = /http:\/\/127\.0\.0\.1:[1-9]\d*/.exec(said) ?? [];
      if (url && said.includes('Ready')) resolve({ url, process: child });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`next start ended with ${code}\n${said}`)));
  });

/** What a page said that nobody wants to read. */
const complaintsOf = (page: Page): string[] => {
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  return complaints;
};

/** `<EarshotListener>` in an application of Next's, built and served as in production. */
export const next: Part = {
  name: 'next',
  async run(tools, check) {
    const project = join(tools.folder, 'next');
    await cp(await tools.project(), project, { recursive: true });
    await cp(APP, project, { recursive: true });
    const { code } = await transform(await readFile(RECIPE, 'utf8'), {
      loader: 'tsx',
      jsx: 'preserve',
    });
    await write(project, { 'app/TalkElement.jsx': code });
    const { devDependencies } = manifest;
    const env = { ...process.env, ...QUIET, STAGE: await tools.playlist() };
    const isInstalled = await check(`npm install ${NEXT}`, async () => {
      await npm(['install', NEXT, `react-dom@${devDependencies['react-dom']}`], project);
    });
    if (!isInstalled) return;
    const isBuilt = await check('next build', async () => {
      await run(process.execPath, [cli(project), 'build'], { cwd: project, env });
    });
    if (!isBuilt) return;
    const server = await start(project, env);
    const context = await (await tools.browser()).newContext();
    try {
      await check('the server renders the element with its attributes', async () => {
        for (const path of ['/', '/server-only']) {
          const html = await (await fetch(`${server.url}${path}`)).text();
          const tag = `<earshot-listener src="${env.STAGE}" heading="A talk"></earshot-listener>`;
          if (!html.includes(tag)) throw new Error(`${path} has no ${tag}\n${html}`);
        }
      });
      await check('its state is heard after hydration, with an empty console', async () => {
        const page = await context.newPage();
        const complaints = complaintsOf(page);
        await page.goto(`${server.url}/`);
        await page.getByText('Not listening.').waitFor(PATIENCE);
        await page.getByRole('button', { name: 'Listen', exact: true }).click(PATIENCE);
        await page.getByText('Listening live.').waitFor(PATIENCE);
        await page.getByRole('button', { name: 'Pause', exact: true }).click(PATIENCE);
        await page.getByText('Not listening.').waitFor(PATIENCE);
        none(complaints);
      });
      await check('a component of the server alone can render it', async () => {
        const page = await context.newPage();
        const complaints = complaintsOf(page);
        await page.goto(`${server.url}/server-only`);
        await page.getByRole('button', { name: 'Listen', exact: true }).click(PATIENCE);
        await page.getByRole('button', { name: 'Pause', exact: true }).waitFor(PATIENCE);
        none(complaints);
      });
    } finally {
      await context.close();
      server.process.removeAllListeners('exit');
      server.process.kill();
    }
  },
};
