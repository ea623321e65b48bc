import { expect } from 'chai';
import { browserHost } from '../../src/host/browser.ts';
import { nativeHls } from '../../src/sources/native-hls.ts';
import { audience } from '../helpers/audience.ts';

const source = nativeHls();

it('nativeHls() says whether this browser plays HLS by itself', () => {
  const answer = document.createElement('audio').canPlayType('application/vnd.apple.mpegurl');
  expect(source.supports(browserHost)).to.equal(answer !== '');
});

it('where it does, the stage is heard by it, after its playlist was asked for', async function () {
  if (!source.supports(browserHost)) return this.skip();
  const one = await audience({ sources: [source] });
  try {
    expect(one.state.status).to.equal('hearing');
    const [first] = (await one.stage.requests()).filter(({ origin }) => origin === 'a');
    expect(first?.path).to.equal('/sweep.m3u8');
  } finally {
    await one.close();
  }
});
