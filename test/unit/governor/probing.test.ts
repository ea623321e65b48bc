import { expect } from 'chai';
import { DEFAULTS } from '../../../src/policy/defaults.ts';
import { noAnswer, type Reply, reply } from '../../helpers/fake-fetch.ts';
import { A, Governed } from '../../helpers/governed.ts';

/** Answers as told at the moment. */
class Server {
  now: (path: string) => Reply = () => reply(200, 'ok');
  readonly script = ({ path }: { path: string }): Reply => this.now(path);
}

const ways: Record<string, () => Reply> = {
  'a 503': () => reply(503),
  'a 429': () => reply(429),
  'a 500': () => reply(500),
  'no answer': () => noAnswer(),
  'a hanging request': () => 'never',
};

for (const [name, way] of Object.entries(ways)) {
  describe(`after ${name}`, () => {
    it('no request to the origin leaves before the deadline', async () => {
      const page = new Governed({ script: way });
      page.ask('/x');
      await page.host.clock.until(() => page.until > 0, DEFAULTS.timeout);
      expect(page.requests).to.have.length(1);
      const { until } = page;
      page.ask('/y');
      await page.host.advance(until - page.host.now() - 1);
      expect(page.requests).to.have.length(1);
      await page.host.advance(1);
      expect(page.requests).to.have.length(2);
    });

    it('another origin is asked at once', async () => {
      const page = new Governed({
        script: ({ origin }) => (origin === A ? way() : reply(200, 'ok')),
      });
      page.ask('/x');
      await page.host.advance(DEFAULTS.timeout);
      const other = page.ask('https://b.example/x');
      await page.host.advance(0);
      expect(other.value?.status).to.equal(200);
    });
  });
}

it('a timeout counts as overload: it closes the gate with a draw, never with 0', async () => {
  const page = new Governed({ script: () => 'never' });
  page.host.draws.push(0, 0, 0);
  page.ask('/x');
  await page.host.advance(DEFAULTS.timeout);
  const wait = page.governor.waitOf(`${A}/x`);
  expect(wait?.error.code).to.equal('timeout');
  expect(wait?.until).to.be.at.least(page.host.now() + DEFAULTS.minimum);
});

it('an answer that stops halfway is a timeout too', async () => {
  const half = () => new ReadableStream({ start: (out) => out.enqueue(new Uint8Array(10)) });
  const page = new Governed({ script: () => reply(200, half()) });
  page.ask('/x');
  await page.host.advance(DEFAULTS.timeout);
  expect(page.governor.waitOf(`${A}/x`)?.error.code).to.equal('timeout');
  expect(page.host.held.fetches).to.equal(0);
});

it('one request finds out, the others wait for what it finds', async () => {
  const server = new Server();
  const page = new Governed({ script: server.script });
  server.now = () => reply(503);
  const asked = ['/1', '/2', '/3', '/4'].map((path) => page.ask(path));
  await page.host.advance(0);
  expect(page.requests).to.have.length(4);
  server.now = () => 'never';
  await page.host.advance(page.until - page.host.now());
  expect(page.requests, 'one probe').to.have.length(5);
  await page.host.advance(DEFAULTS.timeout - 1);
  expect(page.requests, 'nothing beside the probe').to.have.length(5);
  server.now = () => reply(200, 'ok');
  await page.host.advance(10 * DEFAULTS.first);
  expect(page.requests).to.have.length(9);
  expect(asked.every(({ value }) => value?.status === 200)).to.equal(true);
});

it('of requests made in one turn after the deadline one finds out', async () => {
  const page = new Governed({ script: () => reply(503) });
  page.ask('/x', { tries: 1 });
  await page.host.advance(0);
  const { until } = page;
  page.abort();
  page.host.network.script = () => 'never';
  await page.host.advance(until - page.host.now() + 1);
  expect(page.requests).to.have.length(1);
  for (const path of ['/1', '/2', '/3', '/4']) page.ask(path);
  await page.host.advance(0);
  expect(page.requests).to.have.length(2);
});

it('a probe that is called off lets another request find out, later', async () => {
  const server = new Server();
  const page = new Governed({ script: server.script });
  server.now = () => reply(503);
  page.ask('/x');
  await page.host.advance(0);
  server.now = () => 'never';
  await page.host.advance(page.until - page.host.now());
  expect(page.requests).to.have.length(2);
  page.abort();
  await page.host.advance(0);
  server.now = () => reply(200, 'ok');
  const at = page.host.now();
  const next = page.ask('/y');
  await page.host.advance(0);
  expect(page.requests, 'not at once').to.have.length(2);
  await page.host.advance(DEFAULTS.cap);
  expect(next.value?.status).to.equal(200);
  expect(page.requests[2]?.at).to.be.above(at);
});

it('a failure of what was asked before the deadline was drawn does not count twice', async () => {
  const page = new Governed({ script: () => noAnswer() });
  for (const path of ['/1', '/2', '/3']) page.ask(path);
  await page.host.advance(0);
  expect(page.governor.waitOf(`${A}/x`)?.attempt).to.equal(1);
});

it('a burst of 5 retries, then one more each 30 s, whatever the policy says', async () => {
  const page = new Governed({ script: () => noAnswer(), policy: () => 0 });
  page.ask('/x');
  const minutes = 10;
  await page.host.advance(minutes * 60_000);
  const retries = page.arrivals.slice(1);
  for (const at of retries) {
    const soFar = retries.filter((arrival) => arrival <= at).length;
    expect(soFar).to.be.at.most(DEFAULTS.tokens + 1 + at / DEFAULTS.tokenEvery);
  }
  expect(retries.length).to.be.above(DEFAULTS.tokens);
});

for (const status of [400, 401, 403, 404, 410]) {
  describe(`a ${status}`, () => {
    it('closes the gate of its URL alone', async () => {
      const page = new Governed({
        script: ({ path }) => (path === '/x' ? reply(status) : reply(200, 'ok')),
      });
      page.ask('/x');
      await page.host.advance(0);
      const [same, other] = [page.ask('/x'), page.ask('/y')];
      await page.host.advance(0);
      expect(other.value?.status).to.equal(200);
      expect(same.settled).to.equal(false);
      expect(page.requests).to.have.length(2);
    });

    it('is handed on after the tries that were asked for', async () => {
      const page = new Governed({ script: () => reply(status) });
      const outcome = page.ask('/x', { tries: 2 });
      await page.host.advance(0);
      expect(outcome.settled).to.equal(false);
      await page.host.advance(DEFAULTS.first + DEFAULTS.minimum);
      expect(outcome.error?.status).to.equal(status);
      expect(page.requests).to.have.length(2);
    });
  });
}

it('a URL stays closed whatever its query says', async () => {
  const page = new Governed({ script: () => reply(404) });
  page.ask('/x?signature=1');
  await page.host.advance(0);
  page.ask('/x?signature=2');
  await page.host.advance(0);
  expect(page.requests).to.have.length(1);
});
