// How punctual the packets of the embedded stage are, and the program time that a page reads from them.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launch } from '../../bench/lib/browser.ts';
import { startStage } from '../../demo/stage/stage.ts';
import { pace } from '../../demo/stage/whep/clock.ts';
import { PACKET_MS } from '../../demo/stage/whep/voice.ts';
import { ROUTES, until } from '../node/whep/listener.ts';

let browser: Browser | undefined;
after(() => browser?.close());

test('packets are due when they have passed, without a gap, also after a late timer', async (t) => {
  const said: number[] = [];
  const lateness: number[] = [];
  await new Promise<void>((resolve) => {
    const stop = pace((programMs) => {
      said.push(programMs);
      lateness.push(Date.now() - programMs - PACKET_MS);
      // The machine is busy for a while.
      if (said.length === 40) for (const from = Date.now(); Date.now() - from < 150; );
      if (said.length < 120) return;
      stop();
      resolve();
    });
  });
  for (let i = 1; i < said.length; i++) {
    assert.equal(said[i], (said[i - 1] ?? 0) + PACKET_MS);
  }
  const usual = lateness.filter((_, i) => i < 40 || i > 50).sort((a, b) => a - b);
  t.diagnostic(`late by ${usual[Math.floor(usual.length / 2)]} ms, at most ${usual.at(-1)} ms`);
  assert.ok((usual[0] ?? -1) >= 0);
  assert.ok((usual[Math.floor(usual.length * 0.9)] ?? 99) <= 5);
});

test('the program time that a page reads is that of the sound it hears', async (t) => {
  const stage = await startStage({ whep: true, program: 'sweep', routes: ROUTES });
  try {
    browser ??= await launch();
    const page = await browser.newPage();
    await page.goto(`${stage.url}/page`);
    await page.evaluate((url) => window.bare().join(url), `${stage.url}/whep/sweep`);
    await until(page, 0, ({ packets, saidAt }) => packets > 100 && saidAt !== null);
    // The pitch rises by 500 Hz in a second from 400 Hz on: it tells the time within the 4 s.
    const errors = await page.evaluate(async () => {
      const context = new AudioContext({ sampleRate: 48_000, latencyHint: 'interactive' });
      const analyser = context.createAnalyser();
      const [bare] = window.listeners;
      if (!bare) return [];
      context.createMediaStreamSource(bare.stream()).connect(analyser);
      const wave = new Float32Array(analyser.fftSize);
      const found: number[] = [];
      while (found.length < 60) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        const { saidAt, playedAt } = await bare.look();
        const now = performance.timeOrigin + performance.now();
        analyser.getFloatTimeDomainData(wave);
        const crossings: number[] = [];
        for (let i = 1; i < wave.length; i++) {
          const [a = 0, b = 0] = [wave[i - 1], wave[i]];
          if (a < 0 && b >= 0) crossings.push(i - b / (b - a));
        }
        const [from = 0, to = 0] = [crossings[0], crossings.at(-1)];
        const pitch = ((crossings.length - 1) * 48_000) / (to - from);
        // Near the jump back the pitch is none.
        if (!(pitch > 500 && pitch < 2300) || saidAt === null || playedAt === null) continue;
        const heard = (pitch - 400) * 2 + (wave.length - (from + to) / 2) / 48;
        const told = saidAt + now - playedAt;
        found.push(((((heard - told) % 4000) + 6000) % 4000) - 2000);
      }
      return found;
    });
    errors.sort((a, b) => a - b);
    const [least = 0, middle = 0, most = 0] = [errors[0], errors[30], errors.at(-1)];
    t.diagnostic(`heard minus told: ${[least, middle, most].map(Math.round).join(', ')} ms`);
    assert.ok(Math.abs(middle) < 60, `${middle}`);
  } finally {
    await stage.close();
  }
});
