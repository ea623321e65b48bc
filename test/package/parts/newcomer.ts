import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer, type ViteDevServer } from 'vite';
import { TIMEOUT_MS } from '../../../src/policy/defaults.ts';
import { faultsOf, visit } from '../listening.ts';
import { npm } from '../npm.ts';
import { none, type Part } from '../part.ts';
import { write } from '../project.ts';
import { fiveLines, installing, readmePage } from '../readme.ts';
import { MODULE, pageWith, serve } from '../site.ts';

/** All that a machine does on the way, s; it takes some five, half of them npm's. */
const MOST_SECONDS = 60;
/** From the press to a second of sound, s: what most sources have for their first sound, and that second. */
const MOST_TO_SOUND = TIMEOUT_MS / 2_000 + 1;

/** The documented way from an empty folder to sound, step by step, with a development server. */
export const newcomer: Part = {
  name: 'newcomer',
  async run(tools, check, isBounded) {
    const tarball = await tools.tarball();
    const stage = await tools.playlist();
    const browser = await tools.browser();
    const folder = join(tools.folder, 'newcomer');
    let server: ViteDevServer | undefined;
    let soundAfter = 0;
    const steps: Record<string, () => Promise<unknown>> = {
      'an empty folder, npm init -y': async () => {
        await mkdir(folder);
        await npm(['init', '-y'], folder);
      },
      'npm install': () => npm(installing(tarball), folder).then(() => {}),
      'the first program of the documentation, and a page': () =>
        write(folder, { 'main.js': fiveLines(stage), 'index.html': pageWith(MODULE) }),
      'a development server': async () => {
        server = await createServer({ root: folder, configFile: false, logLevel: 'error' });
        await server.listen(0);
      },
      sound: async () => {
        const { port } = server?.httpServer?.address() as AddressInfo;
        const visited = await visit(browser, `http://localhost:${port}/`);
        none(faultsOf(visited));
        soundAfter = visited.soundAfter / 1000;
      },
      "the README's page, from a static server": async () => {
        const { documentUrl } = await tools.stage();
        await write(folder, { 'index.html': readmePage(documentUrl) });
        const site = await serve(folder, "object-src 'none'");
        try {
          none(faultsOf(await visit(browser, `${site.url}/`)));
        } finally {
          await site.close();
        }
      },
    };
    const began = performance.now();
    try {
      for (const [name, step] of Object.entries(steps)) if (!(await check(name, step))) return;
    } finally {
      await server?.close();
    }
    const all = (performance.now() - began) / 1000;
    const said = `${all.toFixed(1)} s in all, ${soundAfter.toFixed(1)} s from the press to a second of sound`;
    if (!isBounded) return console.log(`        ${said}`);
    await check(`within ${MOST_SECONDS} s and ${MOST_TO_SOUND} s`, async () => {
      if (all > MOST_SECONDS || soundAfter > MOST_TO_SOUND) throw new Error(said);
      return said;
    });
  },
};
