import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Stage } from '../../demo/stage/stage.ts';
import { startStage } from '../../demo/stage/stage.ts';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));

const page = (lang: string, playlist: string): string => `<!doctype html>
<html lang="${lang}" dir="${lang === 'ar' ? 'rtl' : 'ltr'}">
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Captions</title>
<link rel="stylesheet" href="/page.css">
<main><h1>The talk</h1>
<earshot-listener src="${playlist}" heading="The talk that says its own time">
<earshot-captions slot="captions"></earshot-captions>
</earshot-listener></main>
<script type="module" src="/page.js"></script>`;

const STYLE = `:root { color-scheme: light dark; font: 1rem/1.5 sans-serif; }
body { margin: 1rem; background: light-dark(#fff, #101413); color: light-dark(#111, #eee); }`;

const SCRIPT = `import '/dist/standalone/captions.js';
import '/dist/standalone/element.js';
import { cues } from '/dist/standalone/earshot.js';
const listener = document.querySelector('earshot-listener');
if (document.documentElement.lang === 'ar') listener.words = (await import('/dist/locales/ar.js')).ar;
listener.options = { cues: cues() };
document.documentElement.dataset.ready = '';`;

/** Only what an app with the strictest policy allows. */
const POLICY =
  "default-src 'self'; connect-src *; media-src blob:; require-trusted-types-for 'script'";

/** A stage with captions, and a page `/en` or `/ar` that shows them with what npm ships. */
export const startCaptionedStage = async (): Promise<Stage> => {
  const stage: Stage = await startStage({
    routes(request, response) {
      const { pathname } = new URL(request.url ?? '', 'http://stage');
      const send = (type: string, body: string | Uint8Array) => {
        response.setHeader('Content-Type', type);
        response.setHeader('Content-Security-Policy', POLICY);
        response.end(body);
      };
      if (/^\/(en|ar)$/.test(pathname))
        send('text/html', page(pathname.slice(1), `${stage.cdn.a}/talk-cc.m3u8`));
      else if (pathname === '/page.css') send('text/css', STYLE);
      else if (pathname === '/page.js') send('text/javascript', SCRIPT);
      else if (/^\/dist\/[\w/.-]+\.m?js$/.test(pathname) && !pathname.includes('..'))
        readFile(join(DIST, pathname.slice('/dist'.length))).then(
          (body) => send('text/javascript', body),
          () => response.writeHead(404).end(),
        );
      else return false;
      return true;
    },
  });
  return stage;
};
