import { expect } from 'chai';
import { DEFAULTS } from '../../../src/policy/defaults.ts';
import { type Asked, reply } from '../../helpers/fake-fetch.ts';
import { FakeHost } from '../../helpers/fake-host.ts';
import { A, Governed } from '../../helpers/governed.ts';

const bearer = ({ headers }: Asked): string | null => headers.get('authorization');

const accepting = (good: string) => (asked: Asked) =>
  reply(bearer(asked) === `Bearer ${good}` ? 200 : 401, 'ok');

describe('token()', () => {
  it('is asked once for each origin, and its answer goes there only', async () => {
    const origins: string[] = [];
    const token = (origin: string) => {
      origins.push(origin);
      return origin === A ? 'for-a' : null;
    };
    const page = new Governed({ script: () => reply(200, 'ok'), token });
    for (const url of ['/1', '/2', 'https://b.example/1', 'https://a.example:8443/1', '/3']) {
      page.ask(url);
      await page.host.advance(0);
    }
    expect(origins).to.deep.equal([A, 'https://b.example', 'https://a.example:8443']);
    for (const asked of page.requests) {
      expect(bearer(asked)).to.equal(asked.origin === A ? 'Bearer for-a' : null);
    }
  });

  it('is asked once more after a 401, and the request is made again', async () => {
    const tokens = ['old', 'new'];
    const page = new Governed({ script: accepting('new'), token: () => tokens.shift() });
    const outcome = page.ask('/x');
    await page.host.advance(DEFAULTS.minimum - 1);
    expect(page.requests, 'not at once').to.have.length(1);
    await page.host.advance(1);
    expect(outcome.value?.status).to.equal(200);
    expect(page.requests.map(bearer)).to.deep.equal(['Bearer old', 'Bearer new']);
  });

  it('is asked once for all that one expiry refuses', async () => {
    let asked = 0;
    const page = new Governed({ script: accepting('token 2'), token: () => `token ${++asked}` });
    const outcomes = Array.from({ length: 6 }, (_, n) => page.ask(`/${n}`));
    await page.host.advance(DEFAULTS.minimum);
    expect(outcomes.map(({ value }) => value?.status)).to.deep.equal(Array(6).fill(200));
    expect(asked).to.equal(2);
  });

  it('is not asked once more for what was refused before the newest one came', async () => {
    let asked = 0;
    const host: FakeHost = new FakeHost({
      async script(one) {
        if (one.path === '/late' && bearer(one) === 'Bearer token 1') {
          await new Promise<void>((resolve) => host.clock.schedule(resolve, 2_000));
        }
        return accepting('token 2')(one);
      },
    });
    const page = new Governed({ host, token: () => `token ${++asked}` });
    const late = page.ask('/late');
    const early = page.ask('/early');
    await host.advance(5_000);
    expect([early.value?.status, late.value?.status]).to.deep.equal([200, 200]);
    expect(asked).to.equal(2);
  });

  it('is not asked for ever: a second 401 closes the URL', async () => {
    let asked = 0;
    const page = new Governed({ script: () => reply(401), token: () => `token ${asked++}` });
    page.ask('/x');
    await page.host.advance(DEFAULTS.minimum);
    expect(page.requests).to.have.length(2);
    expect(page.governor.waitOf(`${A}/x`)?.error.code).to.equal('refused');
  });

  it('that gave nothing is asked once more after a 401', async () => {
    const tokens = [null, 'new'];
    const page = new Governed({ script: accepting('new'), token: () => tokens.shift() });
    const outcome = page.ask('/x');
    await page.host.advance(DEFAULTS.first);
    expect(outcome.value?.status).to.equal(200);
  });

  const failures: Record<string, () => Promise<string> | string> = {
    throws: () => {
      throw new Error('Not signed in.');
    },
    rejects: () => Promise.reject(new Error('Not signed in.')),
  };
  for (const [name, token] of Object.entries(failures)) {
    it(`that ${name} counts as none`, async () => {
      const page = new Governed({ script: () => reply(200, 'ok'), token });
      page.ask('/x');
      await page.host.advance(0);
      expect(page.requests.map(bearer)).to.deep.equal([null]);
    });
  }

  it('that hangs makes the request time out: nothing is sent, and the gate is closed', async () => {
    const page = new Governed({
      script: () => reply(200, 'ok'),
      token: () => new Promise(() => {}),
    });
    page.ask('/x');
    await page.host.advance(DEFAULTS.timeout);
    expect(page.requests).to.have.length(0);
    expect(page.governor.waitOf(`${A}/x`)?.error.code).to.equal('timeout');
  });

  it('that hangs holds up no abort', async () => {
    const page = new Governed({ token: () => new Promise(() => {}) });
    const outcome = page.ask('/x');
    await page.host.advance(100);
    page.abort();
    await page.host.advance(0);
    expect(outcome.settled).to.equal(true);
    expect(page.host.held.timers).to.equal(0);
  });

  it('is not lost to the others when the one who asked for it is called off', async () => {
    let give = (_token: string) => {};
    const token = () => new Promise<string>((resolve) => (give = resolve));
    const page = new Governed({ script: accepting('good'), token });
    const controller = new AbortController();
    page.ask('/first', { signal: controller.signal });
    const second = page.ask('/second');
    await page.host.advance(100);
    controller.abort();
    await page.host.advance(100);
    give('good');
    await page.host.advance(100);
    expect(second.value?.status).to.equal(200);
    expect(page.requests.map(bearer)).to.deep.equal(['Bearer good']);
  });

  it('does not go where a redirect or another tab may read it: it is never stored', async () => {
    const page = new Governed({ script: () => reply(503), token: () => 'token-secret' });
    page.ask('/x');
    await page.host.advance(0);
    for (const name of ['tab', 'browser'] as const) {
      expect([...page.host.store(name).values.values()].join()).not.to.contain('secret');
    }
  });

  it('is not asked for what has no origin', async () => {
    const origins: string[] = [];
    const token = (origin: string) => {
      origins.push(origin);
      return 'token';
    };
    const page = new Governed({ script: () => reply(200, 'key'), token });
    page.ask('/x');
    const { signal } = new AbortController();
    await page.governor.request({ url: 'data:,key', purpose: 'segment', signal }).catch(() => {});
    expect(origins).to.deep.equal([A]);
  });
});
