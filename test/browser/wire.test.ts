import { expect } from 'chai';
import { delay, HttpResponse, http } from 'msw';
import { createGovernor } from '../../src/governor/governor.ts';
import { browserHost } from '../../src/host/browser.ts';
import { backoff } from '../../src/policy/backoff.ts';
import type { EarshotError } from '../../src/policy/errors.ts';
import { until } from '../helpers/condition.ts';
import { mockWorker } from '../helpers/mock-worker.ts';

const worker = mockWorker();
const FIRST = 200;

let origin = '';
let origins = 0;
let arrivals: number[] = [];
let controller = new AbortController();

/** What the origin answers, one after the other; the last one for ever. */
const serve = (...answers: (() => Response | Promise<Response>)[]): void => {
  worker.use(
    http.get(`${origin}/*`, () => {
      arrivals.push(performance.now());
      const answer = answers[Math.min(arrivals.length, answers.length) - 1];
      return answer ? answer() : HttpResponse.error();
    }),
  );
};

const status =
  (code: number, headers: Record<string, string> = {}) =>
  () =>
    new HttpResponse('body', { status: code, headers });

const ask = (token?: string) => {
  const onError = (error: EarshotError) => {
    throw error;
  };
  const policy = backoff({ first: FIRST });
  const governor = createGovernor({
    host: browserHost,
    policy,
    onError,
    token: token ? () => token : undefined,
  });
  const { signal } = controller;
  return {
    governor,
    answer: governor.request({ url: `${origin}/x`, purpose: 'playlist', signal }),
  };
};

beforeEach(() => {
  origin = `https://${++origins}.wire.test`;
  arrivals = [];
  controller = new AbortController();
});
afterEach(() => {
  controller.abort();
  worker.resetHandlers();
});

const gap = () => (arrivals[1] ?? 0) - (arrivals[0] ?? 0);

it('an answer comes whole, with its headers', async () => {
  serve(status(200, { 'x-edge': 'here' }));
  const answer = await ask().answer;
  expect(new TextDecoder().decode(answer.body)).to.equal('body');
  expect(answer.headers.get('x-edge')).to.equal('here');
  expect(answer.endedAt).to.be.at.least(answer.askedAt);
});

for (const code of [503, 429]) {
  it(`Retry-After in seconds, of a ${code}, is a floor over a real fetch`, async () => {
    serve(status(code, { 'retry-after': '1' }), status(200));
    await ask().answer;
    expect(gap()).to.be.at.least(1_000);
  });
}

it('Retry-After as a date is a floor', async () => {
  const at = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 2_000);
  serve(status(503, { 'retry-after': at.toUTCString() }), status(200));
  await ask().answer;
  expect(Date.now()).to.be.at.least(at.getTime());
});

it('RateLimit is a floor', async () => {
  serve(status(429, { ratelimit: '"default";r=0;t=1' }), status(200));
  await ask().answer;
  expect(gap()).to.be.at.least(1_000);
});

it('a network error is one, and is retried after the minimum at the earliest', async () => {
  serve(() => HttpResponse.error(), status(200));
  const { governor, answer } = ask();
  await until('it waits', () => governor.waitOf(`${origin}/x`) !== null);
  expect(governor.waitOf(`${origin}/x`)?.error.code).to.equal('network');
  await answer;
  expect(gap()).to.be.at.least(250);
});

it('an abort ends a request that hangs', async () => {
  serve(async () => {
    await delay('infinite');
    return HttpResponse.error();
  });
  const { answer } = ask();
  await until('it was asked', () => arrivals.length > 0);
  const reason = new Error('No longer needed.');
  controller.abort(reason);
  const caught = await answer.catch((error: unknown) => error);
  expect(caught).to.equal(reason);
});

it('the token goes out as a bearer token', async () => {
  let seen: string | null = null;
  worker.use(
    http.get(`${origin}/*`, ({ request }) => {
      seen = request.headers.get('authorization');
      return new HttpResponse('body');
    }),
  );
  await ask('secret').answer;
  expect(seen).to.equal('Bearer secret');
});

it('what was learnt is kept in the storage of the browser, and by another governor obeyed', async () => {
  serve(status(503, { 'retry-after': '2' }), status(200));
  const first = ask();
  await until('it waits', () => first.governor.waitOf(`${origin}/x`) !== null);
  controller.abort();
  await first.answer.catch(() => {});
  controller = new AbortController();
  await ask().answer;
  expect(gap()).to.be.at.least(2_000);
});
