import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { dragged, settled, watchLongTasks } from '../../bench/lib/lab-driving.ts';
import { complaintsOf, demoPages } from '../helpers/demo-pages.ts';

/** Ends what hangs. */
const TIMEOUT = 180_000;
const SMALL = '#listeners=20000&capacity=40';

const demo = demoPages();
let page: Page;
let complaints: string[];

beforeEach(async () => {
  const context = await demo.browser.newContext({
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT);
  complaints = complaintsOf(page);
});

afterEach(() => page?.context().close());

const open = async (hash = SMALL): Promise<void> => {
  await page.goto(`${demo.stage.url}/lab${hash}`);
  await settled(page);
};

const says = async (id: string, text: string) => {
  try {
    await page.waitForFunction(
      ([name, words]) => document.getElementById(name ?? '')?.textContent?.includes(words ?? ''),
      [id, text],
    );
  } catch (cause) {
    throw new Error(`#${id} says "${await words(id)}", not "${text}"`, { cause });
  }
};

const words = (id: string) => page.locator(`#${id}`).innerText();

const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

/** Puts a policy into the field and runs it. */
const paste = async (code: string): Promise<void> => {
  const field = page.getByLabel('Your retry policy, in JavaScript');
  if (!(await field.isVisible())) await page.getByText('Your own retry policy').click();
  await field.fill(code);
  await press('Run this policy');
};

test('names the client that never recovers in its first sentence, and draws it', async () => {
  await open();
  assert.match(await words('headline'), /With partysocket, the origin never recovers/);
  assert.match(await words('rest'), /With Earshot, 99\.9\s% of 20,000 are admitted/);
  assert.match(await words('effort'), /^All 20,000 Earshot listeners simulated in/);
  assert.match(await words('figures'), /Earshot\s+yes/);
  assert.equal(await page.locator('.drawing svg[role=img]').count(), 2);
  assert.deepEqual(complaints, []);
});

// For how long the page is blocked is a matter of the machine: npm run bench:lab.
test('simulates anew while one drags, by keys too', async () => {
  await open('#listeners=1000000&capacity=2000');
  const drawings = await dragged(page);
  assert.ok(drawings >= 32, `${drawings} drawings for 32 steps`);
  await page.locator('#dial-capacity').press('End');
  await settled(page);
  assert.equal(await words('dial-capacity-value'), '100,000/s');
  assert.equal(await page.locator('#dial-capacity').getAttribute('aria-valuetext'), '100,000/s');
  assert.deepEqual(complaints, []);
});

test('shows the people inside where they are limited, by keys too', async () => {
  await open('#listeners=20000&capacity=100&most=2000&stay=1800');
  assert.equal(await words('dial-most-value'), '2,000');
  assert.equal(await words('dial-stay-value'), '30 min');
  assert.match(await words('plot-listeners'), /Earshot: people inside/);
  await page.locator('#dial-stay').press('End');
  await settled(page);
  assert.equal(await words('dial-stay-value'), 'to the end');
  assert.match(await words('headline'), /2,000 people are inside, 2,000 fit/);
  await page.locator('#dial-most').press('End');
  await settled(page);
  assert.equal(await page.locator('#dial-most').getAttribute('aria-valuetext'), 'no limit');
  assert.doesNotMatch(await words('plot-listeners'), /people inside/);
  assert.deepEqual(complaints, []);
});

test('the watch for long tasks sees one when there is one', async () => {
  await watchLongTasks(page);
  await open();
  // In a task of the page's own: those of a debugger are not told.
  await page.evaluate(() => {
    setTimeout(() => {
      const from = performance.now();
      while (performance.now() < from + 120);
    });
  });
  await page.waitForFunction(
    () => Math.max(0, ...(window as unknown as { tasks: number[] }).tasks) > 100,
  );
});

test('a link is the run: all that was chosen is there again', async () => {
  await open();
  await page.getByRole('radio', { name: 'No hint' }).check();
  await page.getByRole('checkbox', { name: 'centrifuge' }).check();
  await page.locator('#dial-cap').press('Home');
  await settled(page);
  await press('Copy a link to this run');
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const table = await words('figures');
  assert.match(table, /centrifuge/);
  await page.goto('about:blank');
  await page.goto(link);
  await settled(page);
  assert.equal(await words('figures'), table);
  assert.equal(await words('dial-cap-value'), '5 s');
  assert.ok(await page.getByRole('radio', { name: 'No hint' }).isChecked());
  await page.locator('#copy-code').click();
  const code = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(code, /backoff\({ first: 5_000, factor: 2, cap: 5_000 }\)/);
});

test('a hostile link becomes a run that can be simulated', async () => {
  const hash = new URLSearchParams({
    listeners: '1e300',
    capacity: '-5',
    refusal: 'NaN',
    incident: '__proto__',
    first: '<img src=x onerror=alert(1)>',
    with: 'fixed 1 s~__proto__~constructor',
    factor: '1e-9',
  });
  await page.goto(`${demo.stage.url}/lab#${hash}`);
  await says('dial-listeners-value', '8,000,000');
  assert.equal(await words('dial-capacity-value'), '50/s');
  assert.equal(await words('dial-refusal-value'), '0.1 joins');
  assert.equal(await words('dial-first-value'), '5 s');
  assert.equal(await words('dial-factor-value'), '1');
  assert.ok(await page.getByRole('radio', { name: 'Doors open' }).isChecked());
  await says('figures', 'fixed 1 s');
  assert.equal(await page.locator('img').count(), 0);
  assert.deepEqual(complaints, []);
});

test('the plots are saved as one SVG that stands alone', async () => {
  await open();
  const saving = page.waitForEvent('download');
  await press('Save the plots as SVG');
  const saved = await saving;
  assert.equal(saved.suggestedFilename(), 'doors-open.svg');
  const svg = await readFile(await saved.path(), 'utf8');
  const found = await page.evaluate((source) => {
    const file = new DOMParser().parseFromString(source, 'image/svg+xml');
    return {
      root: file.documentElement.localName,
      errors: file.querySelectorAll('parsererror').length,
      style: file.querySelector('style')?.textContent ?? '',
      heading: file.querySelector('.heading')?.textContent ?? '',
      scripts: file.querySelectorAll('script, [onload], foreignObject').length,
    };
  }, svg);
  assert.equal(found.root, 'svg');
  assert.equal(found.errors + found.scripts, 0);
  assert.match(found.style, /prefers-color-scheme: dark/);
  assert.match(found.heading, /never recovers/);
});

test('a pasted policy runs beside Earshot, and again when a dial is turned', async () => {
  await open(`${SMALL}&incident=no-hint`);
  await paste('({ attempt, random }) => random() * 60_000 * attempt');
  await says('own-words', 'Your policy runs.');
  await says('figures', 'Your policy');
  await settled(page);
  const before = await words('figures');
  await page.locator('#dial-capacity').press('ArrowRight');
  await page.waitForFunction(
    (old) => document.getElementById('figures')?.innerText !== old,
    before,
  );
  await says('code', 'const retry = (');
  await press('Remove this policy');
  await page.waitForFunction(
    () => !document.getElementById('figures')?.textContent?.includes('Your policy'),
  );
  assert.deepEqual(complaints, []);
});

test('a pasted module may use what the SDK exports', async () => {
  await open(`${SMALL}&incident=no-hint`);
  await paste(`import { backoff } from 'earshot';\nexport default backoff({ cap: 300_000 });`);
  await says('own-words', 'Your policy runs.');
  await says('figures', 'Your policy');
  assert.deepEqual(complaints, []);
});

test('what is wrong with a policy is said in words, and backoff() replaces it', async () => {
  await open(`${SMALL}&incident=no-hint`);
  await paste('({ attempt }) => { if (attempt > 1) throw new Error("no idea"); return 1000; }');
  await says('own-words', 'it threw the text "no idea"');
  await says('own-words', 'backoff() was used instead');
  await says('figures', 'Your policy');
  await paste('() => NaN');
  await says('own-words', 'No result was usable (attempt 1: it returned NaN)');
  await paste('({ attempt } => 5');
  await says('own-words', 'Could not run it');
  await paste('42');
  await says('own-words', 'it must be a function');
});

// On the page itself the loop would never end.
test('a loop without an end is stopped, and the page goes on', async () => {
  await open();
  await paste('() => { for (;;); }');
  await says('own-words', 'Stopped: no result for 4 s');
  assert.ok(await page.locator('#own-stop').isHidden());
  await page.locator('#dial-capacity').press('ArrowRight');
  await settled(page);
  await paste('() => 30_000');
  await says('own-words', 'Your policy runs.');
});

test('a policy that a link brings is not run until its reader presses the button', async () => {
  const workers: string[] = [];
  page.on('worker', (worker) => workers.push(worker.url()));
  const code = new URLSearchParams({ code: '() => { throw new Error("ran") }' });
  await open(`${SMALL}&${code}`);
  await says('own-words', 'This code came with the link');
  assert.ok(!workers.some((url) => url.includes('sandbox')), workers.join());
  await press('Run this policy');
  await says('own-words', 'it threw the text "ran"');
  assert.ok(workers.some((url) => url.includes('sandbox')));
});

test('a pasted policy has no network access', async () => {
  const leaked: (string | undefined)[] = [];
  const outside = createServer((request, response) => {
    leaked.push(request.url);
    response.setHeader('Access-Control-Allow-Origin', '*').end('export default 1');
  });
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
  const there = `http://127.0.0.1:${(outside.address() as AddressInfo).port}`;
  const tries = [
    `fetch('${there}/fetch')`,
    `fetch('/ui/plot/plot.css')`,
    `import('${there}/import.js')`,
    `import('data:text/javascript,export default 1')`,
    `eval('1')`,
    `new Function('return 1')()`,
    `indexedDB.open('x')`,
    `new BroadcastChannel('x')`,
    `new Promise((resolve, reject) => { const w = new Worker('/lab/worker.js', { type: 'module' });
      w.onerror = reject; w.onmessage = resolve; setTimeout(resolve, 20_000); })`,
    `navigator.sendBeacon('${there}/beacon')`,
    `(() => { const x = new XMLHttpRequest(); x.open('GET', '${there}/xhr', false); x.send(); })()`,
    `new Promise((resolve, reject) => { const s = new WebSocket('${there.replace('http', 'ws')}');
      s.onerror = reject; s.onopen = resolve; })`,
  ];
  const attempts = tries.map((code) => `await attempt(async () => ${code});`).join('\n');
  try {
    await open(`${SMALL}&incident=no-hint`);
    await paste(`const did = [];
const attempt = async (run) => {
  try { await run(); did.push('worked: ' + run); } catch { did.push('no'); }
};
${attempts}
throw new Error(did.join());
export default () => 1;`);
    await says('own-words', 'Could not run it');
    assert.equal(await words('own-words'), `Could not run it: ${tries.map(() => 'no').join()}.`);
    assert.deepEqual(leaked, []);
  } finally {
    await new Promise((resolve) => outside.close(resolve));
  }
});

test('the server gives the page and the box a strict policy each', async () => {
  const policyOf = async (path: string) => {
    const response = await fetch(`${demo.stage.url}${path}`);
    assert.ok(response.ok, path);
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    return response.headers.get('content-security-policy') ?? '';
  };
  assert.match(await policyOf('/lab'), /default-src 'self'/);
  assert.doesNotMatch(await policyOf('/lab'), /unsafe|blob:/);
  assert.doesNotMatch(await policyOf('/lab/worker.js'), /unsafe|blob:/);
  assert.match(
    await policyOf('/lab/sandbox.js'),
    /^default-src 'none'; script-src 'self' blob:; connect-src 'none'/,
  );
  for (const path of ['/lab/missing.js', '/lab/../../lab-server.ts', '/lab-server.ts', '/lab/']) {
    assert.equal((await fetch(`${demo.stage.url}${path}`)).status, 404, path);
  }
});

test('has names, one h1, fits a phone, and no target is too small', async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  await open();
  const found = await page.evaluate(() => ({
    fits: document.documentElement.scrollWidth <= document.documentElement.clientWidth,
    headings: document.querySelectorAll('h1').length,
    ids: [...document.querySelectorAll('[id]')].map(({ id }) => id),
    inline: document.querySelectorAll('script:not([src]), style, [style], [onclick]').length,
    low: [...document.querySelectorAll<HTMLElement>('button, .chips label, input[type=range]')]
      .filter(({ offsetHeight }) => offsetHeight && offsetHeight < 24)
      .map(({ outerHTML }) => outerHTML),
  }));
  assert.ok(found.fits, 'scrolls sideways');
  assert.equal(found.headings, 1);
  assert.equal(new Set(found.ids).size, found.ids.length);
  assert.equal(found.inline, 0);
  assert.deepEqual(found.low, []);
  const tree = await page.locator('body').ariaSnapshot();
  assert.doesNotMatch(tree, /- (button|slider|progressbar|textbox|img)(?! ")/);
  assert.deepEqual(complaints, []);
});

test('npm run lab prints a table, runs a policy of a file, and writes the plots', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'earshot-lab-'));
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['bench/lab.ts', ...args]);
  try {
    const policy = join(folder, 'mine.mjs');
    await writeFile(policy, 'export default ({ random }) => 1_200_000 * random();');
    const svg = join(folder, 'out.svg');
    const crowd = ['--listeners', '20000', '--capacity', '100', '--incident', 'no-hint'];
    const chosen = ['--policy', `${policy},earshot,partysocket`, '--svg', svg];
    const { stdout, stderr } = await run(...crowd, ...chosen);
    assert.match(stdout, /\| mine\.mjs +\| yes/);
    assert.match(stdout, /\| Earshot +\| yes/);
    assert.match(stderr, /Earshot/);
    assert.doesNotMatch(stderr, /\r/);
    assert.match(await readFile(svg, 'utf8'), /^<svg .*<\/svg>$/s);
    const limited = await run(...crowd, '--most', '2000', '--stay', '600', '--policy', 'earshot');
    assert.match(limited.stdout, /Earshot, .+ % of 20,000 are admitted/);
    assert.match((await run('--help')).stdout, /--most .+ default no limit/);
    const { rows } = JSON.parse((await run(...crowd, '--json')).stdout);
    assert.equal(rows[0].name, 'Earshot');
    assert.equal(rows[0].recovers, true);
    assert.match((await run('--help')).stdout, /--listeners/);
    await assert.rejects(run('--incident', 'nonsense'), /--incident: nonsense is not one of/);
    await assert.rejects(run('--listeners', '1e12'), /--listeners: 1e12 is not from/);
    await assert.rejects(run('--policy', 'nobody'), /nobody is neither/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
