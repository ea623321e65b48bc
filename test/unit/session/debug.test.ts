import { expect } from 'chai';
import { EarshotError } from '../../../src/policy/errors.ts';
import { unknownOptions, wordsOfChange, wordsOfError } from '../../../src/session/debug.ts';
import { noAnswer } from '../../helpers/fake-fetch.ts';
import { A, B, hearing } from '../../helpers/listening.ts';

describe('what the console is told', () => {
  it('is which options there are none of', () => {
    const options = { stage: '/', muted: true, sorces: [], whep: {} };
    expect(unknownOptions(options)).to.deep.equal(['sorces']);
  });

  it('is what failed, and what comes next', () => {
    const url = `${A}/talk.m3u8`;
    const error = new EarshotError('overload', 'It answered 503.', { url, status: 503 });
    Object.assign(error, { purpose: 'playlist', retryAt: 4_200 });
    expect(wordsOfError(error, 1_000)).to.equal(
      `playlist ${url} failed (overload): It answered 503. It is asked for again in 3.2 s.`,
    );
    Object.assign(error, { retryAt: null });
    expect(wordsOfError(error, 1_000)).to.contain('not asked for again');
  });

  it('is each decision once', async () => {
    const listening = await hearing();
    const words: string[] = [];
    let before = listening.state;
    listening.session.subscribe((state) => {
      words.push(...wordsOfChange(before, state, listening.host.now()));
      before = state;
    });
    expect(words).to.deep.equal([]);
    listening.origins.faults.set(A, () => noAnswer());
    await listening.advance(30_000);
    const of = (text: string) => words.filter((one) => one.includes(text));
    expect(of(`hls ${B}/talk.m3u8 is prepared`)).to.have.length(1);
    expect(of(`hls ${B}/talk.m3u8 plays`)).to.have.length(1);
    expect(of(`hls ${A}/talk.m3u8 waits`)).to.have.length(1);
  });
});
