// Records one session of a real listener through a night with six faults, by the package as it ships, in Chromium, and
// writes what `session.record()` returns. `npm test` replays it. Takes a minute. Another file: `node bench/record-night.ts FILE`.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startStage } from '../demo/stage/stage.ts';
import type { SessionRecord } from '../src/session/api.ts';
import { launch, visitor } from './lib/browser.ts';
import { earshotFiles, pageFiles } from './lib/bundle.ts';
import { livesThrough } from './lib/night.ts';
import { progress } from './lib/report.ts';
import { pageOf, site } from './lib/site.ts';
import type {} from './page/night.ts';

const FILE = new URL('../test/recordings/night.json', import.meta.url);

/** One entry a line, so that two recordings can be compared. */
const textOf = ({ entries, ...record }: SessionRecord): string => {
  const lines = entries.map((entry) => JSON.stringify(entry)).join(',\n');
  return `${JSON.stringify(record).slice(0, -1)},"entries":[\n${lines}\n]}\n`;
};

const stage = await startStage({
  whep: true,
  door: { capacity: 50, listeners: 1 },
  channel: true,
  routes: site([await earshotFiles(), await pageFiles('night')], []),
});
const browser = await launch();
try {
  const context = await visitor(browser, 'night');
  const page = await context.newPage();
  await page.goto(pageOf(stage.url, 'night', { stage: stage.documentUrl }));
  await livesThrough({ context, page, stage }, progress);
  const record = await page.evaluate(() => {
    bench.night.close();
    return bench.night.record();
  });
  if (!record) throw new Error('There is no record.');
  const text = textOf(record);
  const file = process.argv[2] ?? fileURLToPath(FILE);
  writeFileSync(file, text);
  progress(`${file}: ${record.entries.length} entries, ${text.length} characters`);
} finally {
  await browser.close();
  await stage.close();
}
