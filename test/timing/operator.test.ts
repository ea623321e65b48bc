import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launch } from '../../bench/lib/browser.ts';
import { operatedStage, plainListener, signedIn } from '../helpers/operator-page.ts';

const WITHIN_MS = 2_000;
const CAPACITIES = [100, 20, 400, 50, 200];

test('a listener sees a door within 2 s of its change on the page', async (context) => {
  const [browser, operated] = await Promise.all([launch(), operatedStage()]);
  const page = await signedIn(browser, operated);
  const field = page.locator('[data-door="floor"] form').first();
  const took: number[] = [];
  for (const capacity of CAPACITIES) {
    const listener = await plainListener(operated.served.url);
    const { doors } = await listener.document(() => true);
    const before = doors.floor?.opensPerSecond ?? 0;
    await field.getByRole('spinbutton').fill(String(capacity));
    const since = performance.now();
    await field.getByRole('button').click();
    await listener.document(({ doors: now }) => {
      const change = (now.floor?.opensPerSecond ?? 0) / before;
      return Math.abs(change - 1) > 0.05;
    });
    took.push(Math.round(performance.now() - since));
    listener.close();
    await page.locator('[data-door="floor"] .current', { hasText: `now ${capacity}/s` }).waitFor();
  }
  await browser.close();
  await operated.close();
  context.diagnostic(`ms from Apply to the listener: ${took.join(', ')}`);
  assert.ok(Math.max(...took) < WITHIN_MS, `${took.join(', ')} ms`);
});
