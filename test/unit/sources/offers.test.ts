import { expect } from 'chai';
import { inStereo, withResends } from '../../../src/sources/whep-signalling.ts';

const offer = (...lines: string[]): string =>
  ['v=0', 'm=audio 9 UDP/TLS/RTP/SAVPF 111 0', ...lines, ''].join('\r\n');

const OPUS = 'a=rtpmap:111 opus/48000/2';
const PCMU = 'a=rtpmap:0 PCMU/8000';

describe('an offer asks for stereo', () => {
  it('beside what Opus is asked for already', () => {
    const sdp = inStereo(offer(OPUS, 'a=fmtp:111 minptime=10;useinbandfec=1', PCMU));
    expect(sdp).to.equal(offer(OPUS, 'a=fmtp:111 minptime=10;useinbandfec=1;stereo=1', PCMU));
  });

  it('where nothing is said of Opus', () => {
    expect(inStereo(offer(OPUS, PCMU))).to.equal(offer(OPUS, 'a=fmtp:111 stereo=1', PCMU));
  });

  it('once, as Firefox does by itself', () => {
    const sdp = offer(OPUS, 'a=fmtp:111 maxplaybackrate=48000;stereo=1;useinbandfec=1');
    expect(inStereo(sdp)).to.equal(sdp);
  });

  it('of no other codec', () => {
    const sdp = offer(PCMU, 'a=rtpmap:97 rtx/90000', 'a=fmtp:97 apt=96');
    expect(inStereo(sdp)).to.equal(sdp);
  });
});

describe('an offer asks for lost packets of Opus again', () => {
  it('and of no other codec', () => {
    const sdp = withResends(offer(OPUS, PCMU));
    expect(sdp).to.equal(offer(OPUS, 'a=rtcp-fb:111 nack', PCMU));
  });

  it('once', () => {
    const sdp = offer(OPUS, 'a=rtcp-fb:111 transport-cc', 'a=rtcp-fb:111 nack');
    expect(withResends(sdp)).to.equal(sdp);
  });

  it('beside other feedback, of which one begins alike', () => {
    const sdp = withResends(offer(OPUS, 'a=rtcp-fb:111 nack pli'));
    expect(sdp).to.equal(offer(OPUS, 'a=rtcp-fb:111 nack', 'a=rtcp-fb:111 nack pli'));
  });
});
