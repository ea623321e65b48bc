import { expect } from 'chai';
import { errorAt } from '../../../src/policy/errors.ts';

describe('an error about a URL', () => {
  it('says one line without the query of any URL, though a player quotes a whole playlist', () => {
    const quoted = 'hls.js: mismatch 19: https://cdn.example/19.aac?token=secret\n#EXTM3U\n#EXTINF';
    const { message, url } = errorAt('https://cdn.example/live.m3u8?key=secret', 'media', quoted);
    expect(message).to.equal(
      'https://cdn.example/live.m3u8: hls.js: mismatch 19: https://cdn.example/19.aac',
    );
    expect(url).to.equal('https://cdn.example/live.m3u8?key=secret');
  });

  it('keeps a question', () => {
    const { message } = errorAt(
      'https://cdn.example/a',
      'network',
      'no response; is it up (CORS)?',
    );
    expect(message).to.equal('https://cdn.example/a: no response; is it up (CORS)?');
  });
});
