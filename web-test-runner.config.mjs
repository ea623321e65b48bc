import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { playwrightLauncher } from '@web/test-runner-playwright';
import { chromium, UNATTENDED } from './scripts/chromium.mjs';
import { stagePlugin } from './test/helpers/stage-plugin.ts';

const { executablePath, args, env } = await chromium();
const worker = createRequire(import.meta.url).resolve('msw/mockServiceWorker.js');

/** Serves the service worker of msw from the root, so that its scope is every test page. */
const mockServiceWorker = async (context, next) => {
  if (context.path !== '/mockServiceWorker.js') return next();
  context.type = 'text/javascript';
  context.body = await readFile(worker, 'utf8');
};

export default {
  groups: [
    { name: 'unit', files: 'test/unit/**/*.test.ts' },
    { name: 'browser', files: 'test/browser/**/*.test.ts' },
  ],
  nodeResolve: { browser: true, exportConditions: ['browser'] },
  concurrency: 2,
  middleware: [mockServiceWorker],
  plugins: [esbuildPlugin({ ts: true, target: 'es2022' }), stagePlugin()],
  browsers: [
    playwrightLauncher({
      launchOptions: {
        executablePath,
        args: [...args, ...UNATTENDED],
        headless: true,
        ...(env && { env }),
      },
    }),
  ],
  browserStartTimeout: 60_000,
  testsStartTimeout: 60_000,
  testsFinishTimeout: 240_000,
  testFramework: { config: { timeout: 60_000 } },
};
