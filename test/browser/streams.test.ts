import { expect } from 'chai';
import { bypass, HttpResponse, http } from 'msw';
import { backoff } from '../../src/policy/backoff.ts';
import type { EarshotError } from '../../src/policy/errors.ts';
import type { Session } from '../../src/session/api.ts';
import { listen } from '../../src/session/listen.ts';
import { until } from '../helpers/condition.ts';
import { Ear } from '../helpers/ear.ts';
import { LiveStage } from '../helpers/live-stage.ts';
import { mockWorker } from '../helpers/mock-worker.ts';

const ADTS = '/demo/stage/assets/sweep-64k.aac';
/** Of its 64 kbit/s, bytes that are a quarter of a second. */
const PIECE = 2_048;
const PIECE_MS = 250;
/** What a server sends at once, as Icecast does. */
const BURST = 64_000;

const worker = mockWorker();
const errors: EarshotError[] = [];
let origin = '';
let origins = 0;
let ear: Ear;
let session: Session;

const open = (stage: string | object) => {
  const url = typeof stage === 'string' ? origin + stage : stage;
  session = listen({ stage: url, host: ear.host, retry: backoff({ first: 500 }) });
  session.on('error', (error) => errors.push(error));
};
const hears = (what: string) =>
  until(
    `${what}, but ${JSON.stringify(session.state)}`,
    () => session.state.hearing && ear.hears(),
  );

beforeEach(() => {
  origin = `https://${++origins}.streams.test`;
  errors.length = 0;
  ear = new Ear();
});
afterEach(async () => {
  session?.close();
  worker.resetHandlers();
  await ear.close();
});

it('HLS at a URL without an extension, of a type that says nothing, is heard', async () => {
  const stage = await LiveStage.start({ program: 'sweep' });
  try {
    worker.use(
      http.get(`${origin}/*`, async ({ request }) => {
        const { pathname } = new URL(request.url);
        const isPlaylist = pathname === '/live';
        const from = await fetch(bypass(stage.cdn.a + (isPlaylist ? '/sweep.m3u8' : pathname)));
        const headers = { 'content-type': isPlaylist ? 'text/plain' : 'audio/aac' };
        return new HttpResponse(await from.arrayBuffer(), { status: from.status, headers });
      }),
    );
    open('/live');
    await hears('HLS is heard');
    expect(session.state.source).to.include({ kind: 'hls', url: `${origin}/live` });
    expect(errors).to.deep.equal([]);
  } finally {
    await stage.close();
  }
});

describe('an endless stream', () => {
  let sound: Uint8Array<ArrayBuffer>;
  /** Ends each connection that is open. */
  let breaks: (() => void)[] = [];
  /** Ends what each connection sends, and not the connection. */
  let freezes: (() => void)[] = [];
  let asked = 0;

  /** Sends the same sound again and again, at its own pace after a burst. */
  const endless = (): ReadableStream<Uint8Array<ArrayBuffer>> => {
    let at = 0;
    let timer = 0;
    const next = (length: number) => {
      const piece = new Uint8Array(length).map(
        (_, index) => sound[(at + index) % sound.length] ?? 0,
      );
      at += length;
      return piece;
    };
    return new ReadableStream({
      start(out) {
        out.enqueue(next(BURST));
        timer = window.setInterval(() => out.enqueue(next(PIECE)), PIECE_MS);
        freezes.push(() => clearInterval(timer));
        breaks.push(() => {
          clearInterval(timer);
          try {
            out.close();
          } catch {
            // The listener has gone.
          }
        });
      },
      cancel: () => clearInterval(timer),
    });
  };

  const serve = (type: string | null) =>
    worker.use(
      http.get(`${origin}/talk`, () => {
        asked++;
        return new HttpResponse(endless(), { headers: type ? { 'content-type': type } : {} });
      }),
    );

  before(async () => {
    sound = new Uint8Array(await (await fetch(ADTS)).arrayBuffer());
  });
  beforeEach(() => {
    asked = 0;
    breaks = [];
    freezes = [];
  });
  afterEach(() => {
    for (const end of breaks) end();
  });

  for (const type of ['audio/aac', null]) {
    it(`of type ${type} is heard, in the browser's own element`, async () => {
      serve(type);
      open('/talk');
      await hears('the stream is heard');
      expect(session.state.source).to.include({ kind: 'stream', url: `${origin}/talk` });
      expect(session.state.behindLive).to.equal(null);
      expect(errors).to.deep.equal([]);
      expect(asked, 'twice for its headers, once by the element').to.be.at.most(4);
    });
  }

  it('that breaks is connected again, by the policy, and heard', async () => {
    serve('audio/aac');
    open('/talk');
    await hears('the stream is heard');
    for (const end of breaks.splice(0)) end();
    await until('the loss is told', () => errors.length > 0);
    expect(errors[0]?.message).to.include(`${origin}/talk: `);
    await hears('it is heard again');
  });

  it('that falls silent without an end is connected again, and heard', async () => {
    serve('audio/aac');
    open('/talk');
    await hears('the stream is heard');
    for (const freeze of freezes.splice(0)) freeze();
    await until('the silence is told', () => errors.length > 0);
    expect(errors[0]).to.include({ code: 'stalled', url: `${origin}/talk` });
    await hears('it is heard again');
  });

  it('takes over from HLS whose CDN dies, without silence', async () => {
    const stage = await LiveStage.start({ program: 'sweep' });
    try {
      serve('audio/aac');
      const hls = { kind: 'hls', url: `${stage.cdn.a}/sweep.m3u8` };
      open({ version: 1, sources: [hls, { kind: 'stream', url: `${origin}/talk` }] });
      await hears('HLS is heard');
      expect(session.state.source?.kind).to.equal('hls');
      let wasSilent = false;
      session.on('state', ({ hearing }) => {
        wasSilent ||= !hearing;
      });
      await stage.fault('a', { kind: 'unavailable' });
      await until('the stream is heard', () => session.state.source?.kind === 'stream');
      await hears('the stream is heard');
      expect(wasSilent).to.equal(false);
    } finally {
      await stage.close();
    }
  });

  it('of a type that no browser plays is told at once, and not asked for again', async () => {
    serve('audio/x-unknown');
    open('/talk');
    await until('it is over', () => session.state.status === 'closed');
    const { state } = session;
    const error = state.status === 'closed' ? state.error : null;
    expect(error).to.include({ code: 'unsupported', status: 200, url: `${origin}/talk` });
    expect(error?.message).to.include('audio/x-unknown');
    expect(asked).to.equal(2);
  });
});
