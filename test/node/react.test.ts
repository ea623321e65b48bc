import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launch } from '../../bench/lib/browser.ts';
import { type Stage, startStage } from '../../demo/stage/stage.ts';
import type { EarshotListenerElement, EarshotListenerProps } from '../../src/react/index.ts';
import { complaintsOf } from '../helpers/demo-pages.ts';
import { pageScript, renderer, VERSIONS } from './react/bundles.ts';
import type {} from './react/page.ts';
import { earScript } from './recipes/bundles.ts';
import type {} from './recipes/ear.ts';

/** Ends what hangs. */
const PATIENCE = { timeout: 600_000, polling: 50 };

let browser: Browser;
let ear: string;
let stage: Stage;
let page: Page;
let complaints: string[];
let files: Map<string, string>;

before(async () => {
  [browser, ear] = await Promise.all([launch(), earScript()]);
});
after(() => browser?.close());

beforeEach(async () => {
  files = new Map();
  stage = await startStage({
    program: 'sweep',
    routes: (request, response) => {
      const body = files.get(request.url ?? '');
      if (body === undefined) return false;
      response.setHeader('Content-Type', request.url === '/' ? 'text/html' : 'text/javascript');
      response.end(body);
      return true;
    },
  });
  page = await browser.newPage();
  complaints = complaintsOf(page);
  await page.addInitScript(ear);
});

afterEach(async () => {
  await page?.close();
  await stage?.close();
});

const open = async (markup: string, script: string): Promise<void> => {
  const html = `<!doctype html><html lang="en"><head><title>A talk</title><link rel="icon" href="data:,"></head>
    <body><main>${markup}</main><script src="/page.js"></script></body></html>`;
  files.set('/', html).set('/page.js', script);
  await page.goto(`${stage.url}/`);
};

const shows = (id: string, text: string) =>
  page.waitForFunction(
    ([from, wanted]) => document.getElementById(from as string)?.textContent === wanted,
    [id, text],
    PATIENCE,
  );

const hears = (wanted = true) =>
  page.waitForFunction((one) => globalThis.hears() === one, wanted, PATIENCE);

const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

const eventsShown = async () => (await page.textContent('#events')) ?? '';

for (const version of VERSIONS) {
  describe(version.name, () => {
    let script: string;
    let render: (props: EarshotListenerProps) => string;
    before(async () => {
      [script, render] = await Promise.all([pageScript(version), renderer(version)]);
    });

    const props = (): EarshotListenerProps => ({ src: stage.documentUrl, heading: 'A talk' });

    const served = (given: EarshotListenerProps) => open(render(given), script);

    test('a server renders attributes and children, without a DOM', () => {
      assert.equal('HTMLElement' in globalThis, false);
      const markup = render({
        ...{ src: '/stage.json', heading: 'A talk', autoplay: true, muted: false, hidden: false },
        ...{ volume: 0.5, options: {}, words: {}, id: 'talk' },
      });
      const [, tag = ''] = /<earshot-listener ([^>]*)>/.exec(markup) ?? [];
      assert.match(tag, /^[^<>]*$/);
      const attributes = tag.replaceAll(/="(true)?"/g, '').split(/ (?=\w+(?:=|$| ))/);
      assert.deepEqual(attributes.sort(), [
        ...['autoplay', 'class="talk"', 'heading="A talk"', 'id="talk"', 'src="/stage.json"'],
      ]);
      assert.match(markup, /<b slot="heading">A talk, marked up<\/b>/);
    });

    test('a component that selects what it needs is drawn when that changes, and not when times move', async () => {
      await open('', script);
      await page.evaluate((url) => globalThis.showStatus(url), stage.documentUrl);
      await page.click('#start');
      await shows('start', 'hearing');
      const before = await page.evaluate(() => [globalThis.drawn, globalThis.statesTold]);
      const [drawn = 0, told = 0] = before;
      await page.waitForFunction((few) => globalThis.statesTold >= few, told + 3, PATIENCE);
      assert.equal(await page.evaluate(() => globalThis.drawn), drawn);
      assert.equal(await page.textContent('#start'), 'hearing');
    });

    test('an element that plays before React hydrates: the handlers learn of it', async () => {
      const given = { ...props(), autoplay: true };
      await served(given);
      await page.evaluate(() => globalThis.defineElement());
      await hears();
      await page.waitForFunction(
        () => document.querySelector('earshot-listener')?.hearing,
        null,
        PATIENCE,
      );
      await page.evaluate((all) => globalThis.hydrate(all), given as object);
      await shows('status', 'It says hearing.');
      assert.equal(await eventsShown(), 'play playing');
      await press('Pause');
      await shows('status', 'It says paused.');
      await press('Resume');
      await shows('status', 'It says hearing.');
      assert.match(await eventsShown(), /^play playing pause play (waiting )?playing$/);
      const isSame = () => globalThis.held === globalThis.first;
      assert.equal(await page.evaluate(isSame), true);
      assert.deepEqual(complaints, []);
    });

    test('React hydrates before the element is defined: it loads it, with its properties', async () => {
      await served(props());
      assert.equal(await page.evaluate(() => !!customElements.get('earshot-listener')), false);
      const own = {
        volume: 0.5,
        words: { listen: 'Zuhören' },
        options: { catchUp: 'skip' as const },
      };
      await page.evaluate((all) => globalThis.hydrate(all), { ...props(), ...own } as object);
      await page.getByRole('button', { name: 'Zuhören' }).waitFor();
      const set = () => {
        const { volume, words, options } = globalThis.held as EarshotListenerElement;
        return { volume, words, options };
      };
      assert.deepEqual(await page.evaluate(set), own);
      assert.equal(stage.requests.length, 0);
      await press('Zuhören');
      await hears();
      await shows('status', 'It says hearing.');
      assert.deepEqual(complaints, []);
    });

    test('a change of a prop reaches the element, the listener keeps what did not change', async () => {
      await served(props());
      await page.evaluate((all) => globalThis.hydrate(all), props() as object);
      await press('Listen');
      await hears();
      const rerender = (given: EarshotListenerProps) =>
        page.evaluate((all) => globalThis.rerender(all), given as object);
      await rerender({ ...props(), muted: true, className: 'other', lang: 'de' });
      await hears(false);
      await shows('status', 'It says muted.');
      await press('Mute');
      await hears();
      // Nothing of the props has changed: muting is the listener's choice.
      await rerender({ ...props(), muted: true, className: 'other', heading: 'Another' });
      await page.waitForFunction(() => globalThis.held?.heading === 'Another', null, PATIENCE);
      const now = () => {
        const { muted, className, lang } = globalThis.held as EarshotListenerElement;
        return { muted, className, lang };
      };
      assert.deepEqual(await page.evaluate(now), { muted: false, className: 'other', lang: '' });
      await rerender({ src: stage.documentUrl });
      await page.waitForFunction(() => !globalThis.held?.hasAttribute('heading'), null, PATIENCE);
      await page.evaluate(() => globalThis.leave());
      await hears(false);
      assert.equal(await page.evaluate(() => globalThis.held), null);
      assert.deepEqual(complaints, []);
    });
  });
}
