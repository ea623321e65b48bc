import { expect } from 'chai';
import { isEarshotError } from '../../../src/policy/errors.ts';
import type { Source, SourceContext } from '../../../src/sources/source.ts';
import { type Asked, noAnswer, type Reply, reply } from '../../helpers/fake-fetch.ts';
import { FakeHost } from '../../helpers/fake-host.ts';
import { FakeOrigins } from '../../helpers/fake-origins.ts';
import { A, Listening, STAGE, TWO_CDNS } from '../../helpers/listening.ts';
import { thrown } from '../../helpers/outcome.ts';

const HLS = '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n1.ts\n';
const HTML = '<!doctype html><title>Sign in</title>';

/** Takes every source and plays none. */
const silent = (opened: SourceContext[] = []): Source => ({
  kinds: ['hls', 'stream'],
  supports: () => true,
  open(context) {
    opened.push(context);
    return new Promise(() => {});
  },
});

/** A session whose stage URL answers with this. */
const at = (path: string, answer: (asked: Asked) => Reply, opened: SourceContext[] = []) => {
  const host = new FakeHost({ script: answer, latency: () => 50 });
  return new Listening({ stage: STAGE + path, host, sources: [silent(opened)] });
};

const ladderOf = ({ state }: Listening) => state.ladder.map(({ kind, url }) => `${kind} ${url}`);

/** Sound that never ends, at the pace at which it is read. */
const endless = (start: readonly number[]) => {
  const seen = { chunks: 0, isCancelled: false };
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull(out) {
        out.enqueue(new Uint8Array([...(seen.chunks++ ? [] : start), ...Array(4_096).fill(7)]));
      },
      cancel() {
        seen.isCancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, seen };
};

describe('a stage URL that says it is HLS', () => {
  for (const path of [
    '/talk.m3u8',
    '/TALK.M3U8?token=1',
    '/talk.m3u8/',
    '/stream?format=m3u8',
    '/stream?id=7&type=M3U8&token=1',
    '/talk.ism/manifest(format=m3u8-aapl)',
  ]) {
    it(`is played without another request: ${path}`, async () => {
      const listening = at(path, () => reply(500));
      await listening.advance(1_000);
      expect(ladderOf(listening)).to.deep.equal([`hls ${STAGE}${path}`]);
      expect(listening.asked()).to.equal(0);
    });
  }

  for (const path of ['/stage.json?backup=talk.m3u8', '/talk.m3u8.json', '/m3u8', '/m3u8/stage']) {
    it(`only by chance is asked: ${path}`, async () => {
      const listening = at(path, () => reply(200, JSON.stringify(TWO_CDNS)));
      await listening.advance(1_000);
      expect(listening.state.ladder).to.have.length(3);
    });
  }
});

describe('a stage URL that is no stage document, but can be played', () => {
  const STREAM = 'https://radio.example/talk';
  const lists: Record<string, string> = {
    'an .m3u of streams': `#EXTM3U\r\n#EXTINF:-1,The talk\r\n${STREAM}\r\nhttps://b.example/2\r\n`,
    'an .m3u without a header': `${STREAM}\n`,
    'an .m3u with a comment': `# for you\n\n${STREAM}`,
    'a .pls': `[playlist]\nNumberOfEntries=1\nFile1=${STREAM}\nTitle1=The talk\n`,
  };
  for (const [name, list] of Object.entries(lists)) {
    it(`since it is ${name}: its first stream`, async () => {
      const listening = at('/listen.m3u', () =>
        reply(200, list, { 'content-type': 'audio/x-mpegurl' }),
      );
      await listening.advance(1_000);
      expect(ladderOf(listening)).to.deep.equal([`stream ${STREAM}`]);
    });
  }

  it('since it is an .m3u that names HLS', async () => {
    const listening = at('/listen.m3u', () => reply(200, `#EXTM3U\n${A}/talk.m3u8\n`));
    await listening.advance(1_000);
    expect(ladderOf(listening)).to.deep.equal([`hls ${A}/talk.m3u8`]);
  });

  for (const type of ['application/vnd.apple.mpegurl', 'audio/mpegurl', 'text/plain', '']) {
    it(`since it is HLS, of type "${type}": it is looked at once, and the playlist decides the end`, async () => {
      const opened: SourceContext[] = [];
      const listening = at('/live', () => reply(200, HLS, { 'content-type': type }), opened);
      await listening.advance(600_000);
      expect(ladderOf(listening)).to.deep.equal([`hls ${STAGE}/live`]);
      expect(listening.asked(), 'looks').to.equal(1);
      expect(listening.state.documentWait).to.equal(null);
      expect(listening.errors.filter(({ code }) => code === 'bad-document')).to.deep.equal([]);
    });
  }

  it('since it is HLS: its playlist decides the end, as with a plain HLS URL', async () => {
    const opened: SourceContext[] = [];
    const listening = at('/live', () => reply(200, HLS), opened);
    await listening.advance(1_000);
    opened[0]?.finish();
    await listening.reaches('ended', 1_000);
  });

  const bytes: Record<string, readonly [type: string, start: readonly number[]]> = {
    MP3: ['audio/mpeg', []],
    AAC: ['audio/aacp', []],
    Ogg: ['application/ogg', []],
    'MP3 of no type': ['', [0x49, 0x44, 0x33, 4]],
    'ADTS of no type': ['application/octet-stream', [0xff, 0xf1, 0x50, 0x80]],
    'Ogg of no type': ['application/octet-stream', [0x4f, 0x67, 0x67, 0x53]],
  };
  for (const [name, [type, start]] of Object.entries(bytes)) {
    it(`since it is endless ${name}: it is not read to the end`, async () => {
      const { body, seen } = endless(start);
      const listening = at('/talk', () => reply(200, body, { 'content-type': type }));
      await listening.advance(1_000);
      expect(ladderOf(listening)).to.deep.equal([`stream ${STAGE}/talk`]);
      expect(seen.chunks).to.be.at.most(2);
      expect(listening.host.requests[0]?.signal.aborted, 'the connection is given up').to.equal(
        true,
      );
      await listening.advance(600_000);
      expect(listening.asked()).to.equal(1);
    });
  }
});

describe('a stage URL that gives nothing that can be played', () => {
  const html = () => reply(200, HTML, { 'content-type': 'text/html' });

  it('ends the session after five minutes, and says what was asked and what came', async () => {
    const listening = at('/talk?key=secret', html);
    await listening.advance(299_000);
    expect(listening.state.status).to.equal('waiting');
    await listening.reaches('closed', 300_000);
    const { state } = listening;
    const error = state.status === 'closed' ? state.error : null;
    expect(error).to.include({
      code: 'bad-document',
      status: 200,
      url: `${STAGE}/talk?key=secret`,
    });
    expect(error?.message).to.include(`${STAGE}/talk: HTTP 200, text/html, "<!doctype`);
    expect(error?.message).to.not.include('secret');
    expect(listening.asked()).to.be.within(4, 20);
    const asked = listening.asked();
    await listening.advance(600_000);
    expect(listening.asked()).to.equal(asked);
  });

  it('but for two minutes only, as behind a captive portal, costs nothing but the wait', async () => {
    const origins = new FakeOrigins();
    origins.document = TWO_CDNS;
    origins.faults.set(STAGE, html);
    const listening = new Listening({ stage: `${STAGE}/stage.json`, origins });
    await listening.advance(120_000);
    origins.faults.clear();
    await listening.reaches('hearing', 240_000);
  });

  it('but slept through the rest, or was offline, begins a new patience', async () => {
    const origins = new FakeOrigins();
    origins.document = TWO_CDNS;
    origins.faults.set(STAGE, html);
    const listening = new Listening({ stage: `${STAGE}/stage.json`, origins });
    await listening.advance(60_000);
    origins.faults.set(STAGE, () => noAnswer());
    await listening.advance(600_000);
    origins.faults.set(STAGE, html);
    await listening.advance(120_000);
    expect(listening.state.status).to.equal('waiting');
    origins.faults.clear();
    await listening.host.clock.sleep(3_600_000);
    await listening.reaches('hearing', 240_000);
  });

  it('for hours, after it gave a document once, keeps that one in force', async () => {
    const origins = new FakeOrigins();
    origins.document = { ...TWO_CDNS, refresh: 5 };
    const listening = new Listening({ stage: `${STAGE}/stage.json`, origins });
    await listening.reaches('hearing');
    for (const body of [HTML, HLS, `${A}/other`]) {
      origins.faults.set(STAGE, () => reply(200, body));
      await listening.advance(600_000);
      expect(listening.state.status).to.equal('hearing');
      expect(listening.state.ladder).to.have.length(3);
      expect(listening.state.documentWait?.error.code).to.equal('bad-document');
    }
  });

  it('begins a new patience with each page', async () => {
    const listening = at('/talk', html);
    await listening.reaches('closed', 900_000);
    const host = listening.host.reload();
    const again = new Listening({ stage: `${STAGE}/talk`, host, sources: [silent()] });
    await again.advance(120_000);
    expect(again.state.status).to.equal('waiting');
  });
});

describe('a URL with a user name or a password', () => {
  for (const url of ['https://user:secret@a.example/talk.m3u8', 'https://:secret@a.example/talk']) {
    it(`is refused as the stage, and the message says what to do: ${url}`, () => {
      const error = thrown(() => new Listening({ stage: url }));
      expect(isEarshotError(error) && error.code).to.equal('bad-option');
      expect(error.message).to.match(/\bstage\b.*user name.*token/);
      expect(error.message).to.not.include('secret');
    });

    it(`is refused in a document that is handed in: ${url}`, () => {
      const sources = [{ kind: 'hls', url }, ...TWO_CDNS.sources];
      const error = thrown(() => new Listening({ stage: { ...TWO_CDNS, sources } }));
      expect(error.code).to.equal('bad-option');
      expect(error.message).to.match(/https:\/\/a\.example\/.*user name.*token/);
      expect(error.message).to.not.include('secret');
    });

    it(`is left out of a document that came, and told: ${url}`, async () => {
      const origins = new FakeOrigins();
      origins.document = { ...TWO_CDNS, sources: [{ kind: 'hls', url }, ...TWO_CDNS.sources] };
      const listening = new Listening({ stage: `${STAGE}/stage.json`, origins });
      await listening.reaches('hearing');
      expect(listening.state.ladder).to.have.length(3);
      const [error] = listening.errors;
      expect(error?.code).to.equal('bad-document');
      expect(error?.message).to.match(/https:\/\/a\.example\/.*user name.*token/);
      expect(error?.url).to.equal(`${STAGE}/stage.json`);
    });
  }
});

it('a list of streams that names one with a password says what to do', async () => {
  const listening = at('/listen.m3u', () =>
    reply(200, '#EXTM3U\nhttps://me:secret@radio.example/\n'),
  );
  await listening.advance(1_000);
  expect(listening.state.documentWait?.error.message).to.match(
    /radio\.example\/: .*user name.*token/,
  );
});
