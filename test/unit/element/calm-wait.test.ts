import { expect } from 'chai';
import { createCalmWait } from '../../../src/element/calm-wait.ts';
import { EarshotError, type ErrorCode } from '../../../src/policy/errors.ts';
import type { State, Wait } from '../../../src/policy/state.ts';

const BOOTED = 7_000_000;
const EPOCH = Date.UTC(2026, 10, 22, 12);

/** A screen: what stands on it at each moment, in seconds from the start. */
class Screen {
  readonly #calm = createCalmWait();
  /** What the device's clock is ahead, s. */
  ahead = 0;

  /** @param left seconds until the retry, for `waiting`. */
  at(seconds: number, status: State['status'], left = 0, code: ErrorCode = 'network'): string {
    const elapsed = BOOTED + seconds * 1_000;
    const now = EPOCH + (seconds + this.ahead) * 1_000;
    const error = new EarshotError(code, 'no response.');
    const wait: Wait = { until: now + left * 1_000, error, since: now, attempt: 1 };
    const state = { status, ...(status === 'waiting' && { wait }) } as unknown as State;
    const shown = this.#calm(state, now, elapsed) as State;
    return shown.status === 'waiting'
      ? `waiting ${Math.round((shown.wait.until - now) / 1_000)}`
      : shown.status;
  }
}

describe('a wait on the screen', () => {
  let screen: Screen;
  beforeEach(() => {
    screen = new Screen();
  });

  it('counts down', () => {
    expect(screen.at(0, 'waiting', 36)).to.equal('waiting 36');
    expect(screen.at(1, 'waiting', 35)).to.equal('waiting 35');
    expect(screen.at(35, 'waiting', 1)).to.equal('waiting 1');
    expect(screen.at(36, 'waiting', 0)).to.equal('waiting 0');
  });

  it('is not brought forward, whatever another source waits for', () => {
    screen.at(0, 'waiting', 36);
    expect(screen.at(0.2, 'waiting', 0)).to.equal('waiting 36');
    expect(screen.at(0.4, 'waiting', 28)).to.equal('waiting 36');
    expect(screen.at(9, 'waiting', 20)).to.equal('waiting 27');
  });

  it('is put off, once it has stood for a second', () => {
    screen.at(0, 'waiting', 5);
    expect(screen.at(0.9, 'waiting', 12)).to.equal('waiting 4');
    expect(screen.at(1, 'waiting', 12)).to.equal('waiting 12');
    expect(screen.at(1.5, 'waiting', 40)).to.equal('waiting 12');
    expect(screen.at(2, 'waiting', 40)).to.equal('waiting 40');
  });

  it('says "now" for a second', () => {
    screen.at(0, 'waiting', 5);
    screen.at(5, 'waiting', 0);
    expect(screen.at(5.2, 'waiting', 28)).to.equal('waiting 0');
    expect(screen.at(6, 'waiting', 28)).to.equal('waiting 28');
  });

  it('stands for a second before a try', () => {
    screen.at(0, 'waiting', 36);
    expect(screen.at(0.5, 'connecting')).to.equal('waiting 36');
    expect(screen.at(1, 'connecting')).to.equal('connecting');
  });

  for (const status of ['opening', 'connecting', 'stalled'] as const) {
    it(`gives way to ${status}, which stands for a second, and what comes then is another wait`, () => {
      screen.at(0, 'waiting', 3_600);
      expect(screen.at(10, status)).to.equal(status);
      expect(screen.at(10.1, 'waiting', 28)).to.equal(status);
      expect(screen.at(11, 'waiting', 27)).to.equal('waiting 27');
    });
  }

  for (const status of ['hearing', 'muted', 'paused', 'blocked', 'ended', 'closed'] as const) {
    it(`gives way to ${status} at once, and is forgotten`, () => {
      screen.at(0, 'waiting', 36);
      expect(screen.at(0.1, status)).to.equal(status);
      expect(screen.at(0.2, 'waiting', 5)).to.equal('waiting 5');
    });
  }

  it('comes after the first try has stood for a second', () => {
    expect(screen.at(0, 'opening')).to.equal('opening');
    expect(screen.at(0.05, 'waiting', 5)).to.equal('opening');
    expect(screen.at(1, 'waiting', 4)).to.equal('waiting 4');
  });

  it('follows a turn at a door, which moves both ways', () => {
    screen.at(0, 'waiting', 600, 'turned-away');
    expect(screen.at(0.5, 'waiting', 300, 'turned-away')).to.equal('waiting 300');
  });

  it('is as long as before after the clock was set', () => {
    screen.at(0, 'waiting', 36);
    screen.ahead = -3_600;
    expect(screen.at(2, 'waiting', 34)).to.equal('waiting 34');
    screen.ahead = 3_600;
    expect(screen.at(4, 'waiting', 32)).to.equal('waiting 32');
  });
});
