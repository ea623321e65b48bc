import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';

/** What npm ships, by the name that its users import: the compiler looks at the sources instead. */
const shipped = async (name: string) => (await import(name)) as Record<string, unknown>;

test('earshot, its element and its hook are imported in Node without a DOM', async () => {
  assert.equal(typeof (await shipped('earshot')).listen, 'function');
  const { EarshotListener, WORDS } = await shipped('earshot/element');
  assert.equal(typeof EarshotListener, 'function');
  assert.equal((WORDS as { listen: string }).listen, 'Listen');
  assert.equal('HTMLElement' in globalThis, false);
});

test('useListener() renders on a server: nothing is listened to', async () => {
  const { useListener } = (await shipped('earshot/react')) as {
    useListener: (options: object) => { state: unknown };
  };
  const Page = () => createElement('p', null, String(useListener({ stage: '/x.json' }).state));
  assert.equal(renderToString(createElement(Page)), '<p>null</p>');
});
