import { expect } from 'chai';
import type { EarshotError } from '../../../src/policy/errors.ts';
import { notPlaylist } from '../../../src/sources/playlist-checks.ts';
import { noAnswer, type Reply, reply } from '../../helpers/fake-fetch.ts';
import { A, Governed } from '../../helpers/governed.ts';

const PATH = '/x?key=secret';
const HTML = { 'content-type': 'text/html' };

/** What a request that ends so is told with. */
const told = async (answer: () => Reply, check = (_: ArrayBuffer) => ''): Promise<EarshotError> => {
  const page = new Governed({ script: answer });
  const outcome = page.ask(PATH, { check });
  // Longer than any request is waited for.
  await page.host.advance(10_000);
  const error = outcome.error ?? page.governor.waitOf(A + PATH)?.error;
  if (!error) throw new Error('Nothing was told.');
  expect(error.url).to.equal(A + PATH);
  expect(error.message).to.not.include('secret');
  return error;
};

describe('an error says what was asked, what came and what to do', () => {
  const cases: [string, () => Reply, code: string, status: number | undefined, RegExp][] = [
    [
      '404',
      () => reply(404, '<p>', HTML),
      'gone',
      404,
      /x: HTTP 404, text\/html\. Check the URL\.$/,
    ],
    ['401', () => reply(401), 'refused', 401, /x: HTTP 401, no type\. .*token/],
    ['503', () => reply(503, '', HTML), 'overload', 503, /x: HTTP 503, text\/html\.$/],
    ['418', () => reply(418), 'http', 418, /x: HTTP 418, no type\.$/],
    ['no answer', noAnswer, 'network', undefined, /x: no response; .*CORS/],
    ['nothing in time', () => 'never', 'timeout', undefined, /x: no response; .*10000 ms/],
    [
      'a body that never ends',
      () => reply(200, new ReadableStream(), HTML),
      'timeout',
      200,
      /x: HTTP 200, text\/html; not complete within 10000 ms/,
    ],
    [
      'a body that breaks off',
      () => reply(200, new ReadableStream({ start: (out) => out.error(new Error('reset')) }), HTML),
      'network',
      200,
      /x: HTTP 200, text\/html; /,
    ],
  ];
  for (const [name, answer, code, status, message] of cases) {
    it(name, async () => {
      const error = await told(answer);
      expect(error).to.include({ code, status });
      expect(error.message).to.match(message);
      expect(error.message.startsWith(`${A}/x: `)).to.equal(true);
    });
  }

  it('a page instead of a playlist', async () => {
    const error = await told(() => reply(200, '<!doctype html>', HTML), notPlaylist);
    expect(error).to.include({ code: 'bad-answer', status: 200 });
    expect(error.message).to.equal(
      `${A}/x: HTTP 200, text/html, "<!doctype html>". This is no HLS playlist.`,
    );
  });

  for (const tags of ['', '#EXT-X-PART-INF:PART-TARGET=0.5\n']) {
    it(`a live playlist without segments ${tags}`, async () => {
      const type = { 'content-type': 'application/vnd.apple.mpegurl' };
      const playlist = `#EXTM3U\n#EXT-X-TARGETDURATION:4\n${tags}#EXT-X-MEDIA-SEQUENCE:0\n`;
      const error = await told(() => reply(200, playlist, type), notPlaylist);
      expect(error).to.include({ code: 'bad-answer', status: 200 });
      expect(error.message).to.match(/mpegurl, "#EXTM3U.*without segments\.$/);
    });
  }

  it('what was learnt by another page', async () => {
    const page = new Governed({ script: () => reply(404) });
    page.ask(PATH, { tries: 1 });
    await page.host.advance(0);
    const error = page.reload().governor.waitOf(A + PATH)?.error;
    expect(error).to.include({ code: 'gone' });
    expect(error?.message).to.match(/^https:\/\/a\.example\/x .*gone/);
  });
});
