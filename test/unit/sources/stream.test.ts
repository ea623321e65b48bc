import { expect } from 'chai';
import type { GovernedResponse } from '../../../src/governor/exchange.ts';
import { EarshotError } from '../../../src/policy/errors.ts';
import { core } from '../../../src/sources/core.ts';
import type { SourceContext, SourceRequest, SourceRun } from '../../../src/sources/source.ts';
import { openStream } from '../../../src/sources/stream-run.ts';
import { settle } from '../../helpers/clock.ts';

const URL_OF_STREAM = 'https://radio.example/talk?key=secret';

class Element extends EventTarget {
  src = '';
  preload = '';
  error: { code: number; message: string } | null = null;
  currentTime = 0;
  readonly buffered = { length: 0 };
  load(): void {}
  removeAttribute(): void {
    this.src = '';
  }
  canPlayType(type: string): string {
    return /mpeg|aac/.test(type) ? 'maybe' : '';
  }
  tell(type: string): void {
    this.dispatchEvent(new Event(type));
  }
}

/** A run whose requests the test answers. */
class Opened {
  readonly media = new Element();
  readonly asked: SourceRequest[] = [];
  readonly failed: EarshotError[] = [];
  finished = 0;
  run: SourceRun | null = null;
  error: EarshotError | null = null;
  readonly #controller = new AbortController();
  readonly #answers: ((headers: Record<string, string>) => void)[] = [];

  constructor() {
    const context = {
      description: { kind: 'stream', url: URL_OF_STREAM },
      media: this.media,
      signal: this.#controller.signal,
      request: (ask: SourceRequest) => {
        this.asked.push(ask);
        return new Promise((resolve, reject) => {
          this.#answers.push(async (headers) => {
            const answer = { url: ask.url, status: 200, headers: new Headers(headers) };
            const wrong = await ask.check?.(new ArrayBuffer(0), answer);
            if (wrong) reject(new EarshotError('bad-answer', wrong));
            else resolve(answer as GovernedResponse);
          });
        });
      },
      fail: (error: EarshotError) => this.failed.push(error),
      finish: () => this.finished++,
    } as unknown as SourceContext;
    openStream(context, core).then(
      (run) => {
        this.run = run;
      },
      (error) => {
        this.error = error;
      },
    );
  }

  async answer(headers: Record<string, string> = { 'content-type': 'audio/mpeg' }): Promise<void> {
    this.#answers.shift()?.(headers);
    await settle();
  }

  drop(): void {
    this.#controller.abort();
    this.run?.close();
  }
}

const opened = async (headers?: Record<string, string>): Promise<Opened> => {
  const one = new Opened();
  await one.answer(headers);
  return one;
};

describe('stream()', () => {
  it('gives the element nothing before its headers came through the gate', async () => {
    const one = new Opened();
    await settle();
    expect(one.media.src).to.equal('');
    const [ask] = one.asked;
    expect(ask?.url).to.equal(URL_OF_STREAM);
    expect(ask?.isEndless?.(new Headers()), 'its body is not read').to.equal(true);
    await one.answer();
    expect(one.media.src).to.equal(URL_OF_STREAM);
    expect(one.media.preload).to.equal('auto');
  });

  it('plays what has no type', async () => {
    expect((await opened({})).media.src).to.equal(URL_OF_STREAM);
    expect((await opened({ 'content-type': 'application/octet-stream' })).media.src).to.equal(
      URL_OF_STREAM,
    );
  });

  for (const type of ['text/html; charset=utf-8', 'application/json', 'image/png']) {
    it(`refuses ${type}`, async () => {
      const one = await opened({ 'content-type': type });
      expect(one.error?.code).to.equal('bad-answer');
      expect(one.media.src).to.equal('');
    });
  }

  for (const type of ['audio/flac', 'application/ogg', 'video/mp2t']) {
    it(`says that this browser does not play ${type}`, async () => {
      const one = await opened({ 'content-type': type });
      expect(one.error).to.include({ code: 'unsupported', status: 200, url: URL_OF_STREAM });
      expect(one.error?.message).to.include(type).and.not.include('secret');
      expect(one.media.src).to.equal('');
    });
  }

  it('fails when the connection ends: a stream has no end', async () => {
    const one = await opened();
    one.media.tell('ended');
    expect(one.failed.map(({ code }) => code)).to.deep.equal(['network']);
    expect(one.finished).to.equal(0);
  });

  it('finishes when a file ends', async () => {
    const one = await opened({ 'content-type': 'audio/mpeg', 'content-length': '100000' });
    one.media.tell('ended');
    expect(one.failed).to.deep.equal([]);
    expect(one.finished).to.equal(1);
  });

  for (const [code, expected] of [
    [2, 'network'],
    [3, 'media'],
    [4, 'media'],
  ] as const) {
    it(`fails with "${expected}" at MediaError ${code}`, async () => {
      const one = await opened();
      one.media.error = { code, message: 'PIPELINE_ERROR' };
      one.media.tell('error');
      const [error] = one.failed;
      expect(error).to.include({ code: expected, url: URL_OF_STREAM });
      expect(error?.message).to.match(/^https:\/\/radio\.example\/talk: .*PIPELINE_ERROR$/);
    });
  }

  it('goes on in another element, and to live, through the gate each time', async () => {
    const one = await opened();
    const next = new Element();
    one.run?.attach(next as unknown as HTMLMediaElement, null);
    await settle();
    expect(one.media.src, 'the old element is let go').to.equal('');
    expect(next.src).to.equal('');
    await one.answer();
    expect(next.src).to.equal(URL_OF_STREAM);
    one.run?.seek(1_000);
    expect(one.asked, 'a word that was said cannot be sought').to.have.length(2);
    one.run?.seek(null);
    expect(next.src).to.equal('');
    await one.answer();
    expect(next.src).to.equal(URL_OF_STREAM);
    expect(one.asked).to.have.length(3);
    one.media.tell('error');
    expect(one.failed, 'what the old element tells is late').to.deep.equal([]);
  });

  it('that is closed while it is asked for gives no element anything', async () => {
    const one = await opened();
    one.run?.seek(null);
    one.drop();
    await one.answer();
    expect(one.media.src).to.equal('');
  });
});
