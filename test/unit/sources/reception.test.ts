import { expect } from 'chai';
import type { Realtime } from '../../../src/host/host.ts';
import { Reception } from '../../../src/sources/reception.ts';
import type { SourceHost } from '../../../src/sources/source.ts';

const PACKET = 20;
/** What a browser adds to the time of the page. */
const EPOCH = 1_700_000_000_000;

/** A receiver whose packets come each 20 ms, and a page that sees its statistics late. */
class SlowPage {
  now = 0;
  stopsAt = Infinity;
  isTelling = true;
  /** How late statistics come, ms: one after the other, again and again. */
  readonly #delays: readonly number[];
  #asked = 0;
  #onItsWay: { readonly at: number; readonly give: () => void }[] = [];
  readonly reception: Reception;

  constructor(delays: readonly number[]) {
    this.#delays = delays;
    const host = { elapsed: () => this.now } as unknown as SourceHost;
    const receiver = {
      getSynchronizationSources: () => [
        { timestamp: EPOCH + this.now, rtpTimestamp: this.now * 48 },
      ],
      getStats: () => this.#stats(),
    } as unknown as RTCRtpReceiver;
    this.reception = new Reception(host, { origin: EPOCH } as Realtime, receiver);
  }

  #stats(): Promise<Map<string, unknown>> {
    const last = Math.min(this.now, this.stopsAt);
    const inbound = {
      type: 'inbound-rtp',
      timestamp: EPOCH + this.now,
      lastPacketReceivedTimestamp: EPOCH + last - (last % PACKET),
      packetsReceived: 1 + Math.floor(last / PACKET),
      jitterBufferEmittedCount: this.now,
      jitterBufferDelay: 0.6 * this.now,
    };
    const delay = this.#delays[this.#asked++ % this.#delays.length] ?? 0;
    return new Promise((resolve) => {
      const give = () => resolve(new Map([['in', inbound]]));
      this.#onItsWay.push({ at: this.now + delay, give });
    });
  }

  /** Lets time pass, in which the page looks each so many ms; tells the verdicts. */
  async pass(ms: number, lookEvery: number): Promise<string[]> {
    const verdicts: string[] = [];
    for (const end = this.now + ms; this.now < end; ) {
      this.now += 5;
      const due = this.#onItsWay.filter(({ at }) => at <= this.now && this.isTelling);
      for (const { give } of due) give();
      this.#onItsWay = this.#onItsWay.filter(({ at }) => at > this.now);
      // The statistics go through a promise or two.
      for (let turn = 0; turn < 4; turn++) await Promise.resolve();
      if (this.now % lookEvery === 0) verdicts.push(this.reception.liveness() ?? 'unknown');
    }
    return verdicts;
  }

  /** How long after the last packet it is suspect, ms. */
  async noticesAfter(lookEvery: number): Promise<number> {
    this.stopsAt = this.now;
    while (!(await this.pass(lookEvery, lookEvery)).some((one) => one !== 'steady')) {
      if (this.now - this.stopsAt > 2_000) return Infinity;
    }
    return this.now - this.stopsAt;
  }
}

describe('the arrivals of a realtime source', () => {
  it('are steady on a page that sees its statistics late, some later than others', async () => {
    const page = new SlowPage([0, 120, 30, 150]);
    await page.pass(1_000, 50);
    expect(new Set(await page.pass(10_000, 50))).to.deep.equal(new Set(['steady']));
    const noticed = await page.noticesAfter(50);
    expect(noticed).to.be.within(200, 200 + 150 + 50);
    for (let most = noticed + 300; page.now - page.stopsAt < most; await page.pass(5, 5)) {
      const left = 600 - (page.now - page.stopsAt);
      expect(page.reception.inHand).to.be.at.most(left + PACKET);
    }
  });

  it('have no gap because the page seldom looks', async () => {
    const page = new SlowPage([0]);
    await page.pass(10_000, 400);
    expect(await page.noticesAfter(50)).to.be.within(200, 300);
  });

  it('are steady after the page itself stood still for a second', async () => {
    const page = new SlowPage([30]);
    await page.pass(5_000, 50);
    await page.pass(1_200, Infinity);
    expect(new Set(await page.pass(1_000, 50))).to.deep.equal(new Set(['steady']));
  });

  it('are lost when the browser tells no statistics any more', async () => {
    const page = new SlowPage([0]);
    await page.pass(5_000, 50);
    page.isTelling = false;
    expect((await page.pass(2_000, 50)).at(-1)).to.equal('lost');
  });
});
