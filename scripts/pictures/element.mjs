// The pictures of <earshot-listener>: each state, light, dark and on a phone.
import { createServer } from 'node:http';
import { join } from 'node:path';
import { build } from 'esbuild';
import { PAGE_BUNDLE } from '../../bench/lib/bundle.ts';

const STYLE = `
  :root { color-scheme: light dark; font: 1rem/1.5 "Open Sans", system-ui, sans-serif; background: light-dark(#dfe3e1, #0b0f0e); }
  body { display: grid; gap: 1.25rem; margin: 1.25rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); align-items: start; }
  figure { margin: 0; }
  figcaption { padding: 0.25rem 1.25rem; color: light-dark(#4b5954, #a2b0aa); font-size: 0.875rem; }
  [data-plain] figcaption { display: none; }
`;

const serve = async () => {
  const { outputFiles } = await build({
    ...PAGE_BUNDLE,
    entryPoints: ['scripts/pictures/gallery.ts'],
  });
  const files = new Map([
    ['/gallery.js', ['text/javascript', outputFiles[0].text]],
    ['/gallery.css', ['text/css', STYLE]],
  ]);
  const page = `<!doctype html><meta charset="utf-8"><title>The element</title><link rel="stylesheet" href="/gallery.css"><script type="module" src="/gallery.js"></script>`;
  const server = createServer(({ url = '' }, response) => {
    const [type, body] = files.get(url) ?? ['text/html', page];
    // The strictest policy that a page may have.
    response.setHeader(
      'Content-Security-Policy',
      "default-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'",
    );
    response.setHeader('Content-Type', type);
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, base: `http://127.0.0.1:${server.address().port}` };
};

const SHOWN = ['before', 'paused', 'hearing in the queue', 'waiting'];

/** @param dirs `readme`, and `all` for every view, or `null`. */
export const takeElementPictures = async (browser, { readme, all }) => {
  const { server, base } = await serve();
  const look = async (path, { colorScheme, width, states = [], forcedColors = 'none', rtl }) => {
    const page = await browser.newPage({
      viewport: { width, height: 100 },
      colorScheme,
      forcedColors,
      reducedMotion: 'reduce',
    });
    page.on('pageerror', (error) => console.error(error));
    page.on('console', (message) => message.type() === 'error' && console.error(message.text()));
    const query = new URLSearchParams(states.map((state) => ['state', state]));
    await page.goto(`${base}/?${query}`);
    await page.locator('[data-ready]').waitFor();
    if (states.length) await page.evaluate(() => document.body.toggleAttribute('data-plain'));
    if (rtl) await page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'));
    await page.screenshot({ path, fullPage: true });
    await page.close();
  };
  try {
    for (const colorScheme of ['light', 'dark']) {
      const path = join(readme, `element-${colorScheme}.png`);
      await look(path, { colorScheme, width: 920, states: SHOWN });
      if (!all) continue;
      await look(join(all, `element-${colorScheme}-desk.png`), { colorScheme, width: 1280 });
      await look(join(all, `element-${colorScheme}-phone.png`), { colorScheme, width: 390 });
    }
    if (!all) return;
    const light = { colorScheme: 'light', width: 920 };
    await look(join(all, 'element-rtl.png'), { ...light, rtl: true });
    await look(join(all, 'element-forced.png'), { ...light, forcedColors: 'active' });
  } finally {
    server.close();
  }
};
