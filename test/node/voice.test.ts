import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launch } from '../../bench/lib/browser.ts';
import { startStage } from '../../demo/stage/stage.ts';
import { ntpTime, rtpTime } from '../../demo/stage/whep/clock.ts';
import { createOpusDecoder, createOpusEncoder } from '../../demo/stage/whep/opus.ts';
import { OPUS_RATE, PACKET_MS, PACKET_SAMPLES, VOICES } from '../../demo/stage/whep/voice.ts';
import { ROUTES } from './whep/listener.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const STARTS_AT = NOON - 120_000;
const SEGMENT_PACKETS = 4000 / PACKET_MS;

let browser: Browser | undefined;
after(() => browser?.close());

/** What a voice says in the 4 s from a program time on. */
function segmentOf(name: string, from: number): Float32Array {
  const voice = VOICES[name]?.(STARTS_AT);
  const samples = new Float32Array(SEGMENT_PACKETS * PACKET_SAMPLES);
  for (let i = 0; i < SEGMENT_PACKETS; i++) {
    const pcm = voice?.(from + i * PACKET_MS) ?? new Int16Array();
    samples.set(
      Float32Array.from(pcm, (sample) => sample / 32_768),
      i * PACKET_SAMPLES,
    );
  }
  return samples;
}

/** By how many samples `late` is behind `sound`, where they are most alike. */
function lag(sound: Float32Array, late: Float32Array): number {
  let [best, most] = [0, Number.NEGATIVE_INFINITY];
  for (let shift = -480; shift <= 480; shift++) {
    let likeness = 0;
    for (let i = OPUS_RATE / 10; i < sound.length - OPUS_RATE / 10; i++) {
      likeness += (sound[i] ?? 0) * (late[i + shift] ?? 0);
    }
    if (likeness > most) [best, most] = [shift, likeness];
  }
  return best;
}

test('the RTP and NTP clocks run with the program', () => {
  assert.equal(rtpTime(NOON + 1000), (rtpTime(NOON) + OPUS_RATE) % 2 ** 32);
  assert.equal(ntpTime(Date.UTC(1900, 0, 1)), 0n);
  assert.equal(ntpTime(500) - ntpTime(0), 2n ** 31n);
});

test('what comes out of the encoder is late by its lookahead', () => {
  const sound = segmentOf('talk', NOON);
  const encoder = createOpusEncoder(OPUS_RATE, 40_000);
  const decode = createOpusDecoder(OPUS_RATE);
  const heard = new Float32Array(sound.length);
  for (let at = 0; at < sound.length; at += PACKET_SAMPLES) {
    const pcm = Int16Array.from(sound.subarray(at, at + PACKET_SAMPLES), (x) => x * 32_768);
    heard.set(
      Float32Array.from(decode(encoder.encode(pcm)), (sample) => sample / 32_768),
      at,
    );
  }
  assert.equal(encoder.lookahead, 312);
  assert.ok(Math.abs(lag(sound, heard) - encoder.lookahead) <= 2);
});

test('WHEP and HLS say the same at the same program time, to within 2 ms', async (t) => {
  const stage = await startStage({ now: () => NOON + 8_000, startsAt: STARTS_AT, routes: ROUTES });
  try {
    browser ??= await launch();
    const page = await browser.newPage();
    await page.goto(`${stage.url}/page`);
    for (const name of ['talk', 'sweep']) {
      const decoded = await page.evaluate(
        async ([url, rate]) => {
          const bytes = await (await fetch(url)).arrayBuffer();
          const buffer = await new OfflineAudioContext(1, 1, rate).decodeAudioData(bytes);
          return [...buffer.getChannelData(0)];
        },
        [`${stage.cdn.a}/${name}/${NOON / 4000}.aac`, OPUS_RATE] as const,
      );
      const samples = lag(segmentOf(name, NOON), Float32Array.from(decoded));
      t.diagnostic(`${name}: HLS is ${((samples * 1000) / OPUS_RATE).toFixed(2)} ms behind`);
      assert.ok(Math.abs(samples) <= (2 * OPUS_RATE) / 1000);
    }
  } finally {
    await stage.close();
  }
});
