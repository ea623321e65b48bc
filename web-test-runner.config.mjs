import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { playwrightLauncher } from '@web/test-runner-playwright';
import { chromium, UNATTENDED } from './scripts/chromium.mjs';
import { stagePlugin } from './test/helpers/stage-plugin.ts';

const { executablePath, args, env } = await chromium();
const require = createRequire(import.meta.url);
const worker = require.resolve('msw/mockServiceWorker.js');

/** A page knows no CommonJS: eventemitter3 brings itself as a module too, beside its entry. */
const emitter = {
  name: 'eventemitter3',
  resolveImport: ({ source }) =>
    source === 'eventemitter3'
      ? '/node_modules/eventemitter3/dist/eventemitter3.esm.js'
      : undefined,
};

/** Serves the service worker of msw from the root, so that its scope is every test page. */
const mockServiceWorker = async (context, next) => {
  if (context.path !== '/mockServiceWorker.js') return next();
  context.type = 'text/javascript';
  context.body = await readFile(worker, 'utf8');
};

export default {
  groups: [
    { name: 'dom', files: 'test/dom/**/*.test.ts' },
    { name: 'browser', files: 'test/browser/**/*.test.ts' },
  ],
  nodeResolve: { browser: true, exportConditions: ['browser'] },
  concurrency: 2,
  middleware: [mockServiceWorker],
  plugins: [emitter, esbuildPlugin({ ts: true, target: 'es2022' }), stagePlugin()],
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
  // These only end what hangs: ten times the usual and more, since a verdict is not to depend on the machine.
  browserStartTimeout: 300_000,
  testsStartTimeout: 300_000,
  testsFinishTimeout: 1_200_000,
  testFramework: { config: { timeout: 600_000 } },
};
