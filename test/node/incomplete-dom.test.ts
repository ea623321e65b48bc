import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { build } from 'esbuild';
import { Window } from 'happy-dom';
import { JSDOM, VirtualConsole } from 'jsdom';

const ROOT = join(import.meta.dirname, '../..');

/** Runs in the window: what an application's own tests do with the element. */
const ELEMENT = `import { EarshotListener } from './src/element/index.ts';
  const one = document.createElement('earshot-listener');
  globalThis.one = one;
  globalThis.made = new EarshotListener();
  one.setAttribute('heading', 'A talk');
  one.muted = true;
  document.body.append(one);
  one.setAttribute('src', '/stage.json');
  one.words = { listen: 'Zuhören' };`;

const COMPONENT = `import { createElement } from 'react';
  import { createRoot } from 'react-dom/client';
  import { EarshotListener } from './src/react/index.ts';
  const root = createRoot(document.body);
  const props = { src: '/stage.json', heading: 'A talk', words: { listen: 'Zuhören' } };
  root.render(createElement(EarshotListener, props));
  globalThis.unmount = () => root.unmount();`;

/** What the tests see of a window. */
interface Global {
  readonly one: HTMLElement;
  readonly made: HTMLElement;
  readonly document: Document;
  readonly customElements: CustomElementRegistry;
  unmount(): void;
}

/** A DOM that is no browser. */
interface Dom {
  readonly global: Global;
  /** What the page said or threw. */
  readonly complaints: string[];
  close(): Promise<void>;
}

const inJsdom = (script: string): Dom => {
  const complaints: string[] = [];
  const virtualConsole = new VirtualConsole();
  const complain = (told: unknown) => complaints.push(String(told));
  virtualConsole.on('error', complain).on('warn', complain).on('jsdomError', complain);
  const page = new JSDOM('<!doctype html><body></body>', {
    ...{ url: 'https://page.example/', runScripts: 'outside-only', pretendToBeVisual: true },
    virtualConsole,
  });
  page.window.eval(script);
  return {
    global: page.window as unknown as Global,
    complaints,
    close: async () => page.window.close(),
  };
};

const inHappyDom = (script: string): Dom => {
  const window = new Window({
    url: 'https://page.example/',
    settings: {
      enableJavaScriptEvaluation: true,
      suppressInsecureJavaScriptEnvironmentWarning: true,
    },
  });
  window.eval(script);
  const complaints: string[] = [];
  return {
    global: window as unknown as Global,
    get complaints() {
      const told = window.happyDOM.virtualConsolePrinter.readAsString();
      return told ? [told] : complaints;
    },
    close: () => window.happyDOM.close(),
  };
};

const bundle = async (contents: string): Promise<string> => {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    stdin: { contents, resolveDir: ROOT },
    bundle: true,
    format: 'iife',
    target: 'es2022',
    write: false,
    logLevel: 'error',
    conditions: ['browser'],
    // The development build of React marks times in the console, which happy-dom throws at.
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  return outputFiles[0]?.text ?? '';
};

const labelOf = (element: Element): string | null | undefined =>
  element.shadowRoot?.querySelector('[part="press"]')?.getAttribute('aria-label');

const headingOf = (element: Element): string | null | undefined =>
  element.shadowRoot?.querySelector('[part="heading"]')?.textContent;

let element: string;
let component: string;
before(async () => {
  [element, component] = await Promise.all([bundle(ELEMENT), bundle(COMPONENT)]);
});

for (const [name, open] of Object.entries({ jsdom: inJsdom, 'happy-dom': inHappyDom })) {
  test(`${name}: the element is made, set, shown and removed`, async () => {
    const dom = open(element);
    const { one, made, document } = dom.global;
    assert.equal(made.localName, 'earshot-listener');
    assert.equal(labelOf(one), 'Zuhören');
    assert.equal(headingOf(one), 'A talk');
    one.setAttribute('heading', 'Another talk');
    assert.equal(headingOf(one), 'Another talk');
    one.remove();
    await Promise.resolve();
    document.body.append(one);
    assert.equal(one.isConnected, true);
    assert.deepEqual(dom.complaints, []);
    await dom.close();
  });

  test(`${name}: the component is mounted and unmounted`, async () => {
    const dom = open(component);
    const { document, customElements } = dom.global;
    await customElements.whenDefined('earshot-listener');
    const one = document.querySelector('earshot-listener');
    assert.ok(one);
    assert.equal(labelOf(one), 'Zuhören');
    assert.equal(headingOf(one), 'A talk');
    dom.global.unmount();
    assert.equal(document.querySelector('earshot-listener'), null);
    assert.deepEqual(dom.complaints, []);
    await dom.close();
  });
}
