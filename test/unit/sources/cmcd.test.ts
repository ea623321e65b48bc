import { validateCmcdRequest } from '@svta/cml-cmcd';
import { expect } from 'chai';
import type Hls from 'hls.js';
import type { LoaderContext } from 'hls.js';
import { type CmcdOptions, cmcd } from '../../../src/sources/cmcd.ts';

const URL_OF_IT = 'https://a.example/0.aac';

interface Player {
  readonly ahead?: number;
  readonly paused?: boolean;
  readonly rate?: number;
  readonly live?: boolean | null;
}

const playerOf = ({ ahead = 6.04, paused = false, rate = 1, live = true }: Player): Hls => {
  const buffered = { length: ahead ? 1 : 0, start: () => 0, end: () => ahead };
  return {
    media: { buffered, currentTime: 0, paused, playbackRate: rate },
    latestLevelDetails: live === null ? null : { live },
    bandwidthEstimate: 5_149_000,
    levels: [{ bitrate: 64_200, audioCodec: 'mp4a.40.2', videoCodec: undefined }],
  } as unknown as Hls;
};

const fragment = (over: object = {}): LoaderContext => {
  const frag = { sn: 7, level: 0, type: 'main', duration: 4.0009, ...over };
  return { url: URL_OF_IT, responseType: 'arraybuffer', frag } as unknown as LoaderContext;
};
const playlist = {
  url: URL_OF_IT,
  responseType: 'text',
  type: 'level',
} as unknown as LoaderContext;

/** What another implementation reads out of a request, which it must find nothing against. */
const read = (
  options: CmcdOptions,
  player: Player,
  loading = fragment(),
  url = URL_OF_IT,
): Record<string, unknown> => {
  const asked = { url, purpose: 'segment', headers: { range: 'bytes=0-1' } } as const;
  const marked = cmcd(options)(asked, loading, playerOf(player));
  expect(marked.headers?.range).to.equal('bytes=0-1');
  const { data, issues } = validateCmcdRequest(
    new Request(marked.url, { headers: { ...marked.headers } }),
  );
  expect(issues, marked.url).to.deep.equal([]);
  return { ...data };
};

const WHOLE = { bl: 6000, br: 64, d: 4001, mtp: 5100, ot: 'a', sf: 'h', st: 'l' };

describe('CMCD', () => {
  for (const useHeaders of [false, true]) {
    const how = useHeaders ? 'as headers' : 'as a query';
    it(`${how}: what is known of a segment, and nothing of who listens`, () => {
      expect(read({ useHeaders }, {})).to.deep.equal(WHOLE);
    });

    it(`${how}: names of the developer's, whatever is in them`, () => {
      const ids = { contentId: 'A "talk", part=1\\2', sessionId: '6e2f' };
      const { cid, sid } = read({ ...ids, useHeaders }, {});
      expect({ cid, sid }).to.deep.equal({ cid: ids.contentId, sid: ids.sessionId });
      expect(read({ contentId: 'Zuhören', useHeaders }, {}).cid).to.equal('Zuh%C3%B6ren');
      expect(read({ contentId: 'x'.repeat(100), useHeaders }, {}).cid).to.have.length(64);
    });

    it(`${how}: a player that starts, or ran dry, is in a hurry`, () => {
      const { su, bl, mtp } = read({ useHeaders }, { ahead: 0 });
      expect({ su, bl, mtp }).to.deep.equal({ su: true, bl: 0, mtp: undefined });
    });
  }

  it('writes its keys in the order of the alphabet', () => {
    const asked = { url: URL_OF_IT, purpose: 'segment' } as const;
    const { url } = cmcd({ contentId: 'talk' })(asked, fragment(), playerOf({ rate: 1.1 }));
    const keys = new URL(url).searchParams
      .get('CMCD')
      ?.split(',')
      .map((pair) => pair.split('=')[0]);
    expect(keys?.join()).to.equal('bl,br,cid,d,mtp,ot,pr,sf,st');
  });

  it('tells a speed that is none, or another', () => {
    expect(read({}, { paused: true }).pr).to.equal(0);
    expect(read({}, { rate: 1.1 }).pr).to.equal(1.1);
    expect(read({}, {})).not.to.have.property('pr');
  });

  it('tells what is loaded', () => {
    expect(read({}, { live: null }, playlist)).to.deep.equal({ mtp: 5100, ot: 'm', sf: 'h' });
    expect(read({}, { live: false }, playlist).st).to.equal('v');
    expect(read({}, {}, fragment({ sn: 'initSegment' })).ot).to.equal('i');
    expect(read({}, {}, fragment({ type: 'subtitle' })).ot).to.equal('c');
    expect(read({}, {}, fragment({ type: 'audio', level: 9 })).ot).to.equal('a');
    expect(read({}, {}, { ...playlist, keyInfo: {} } as LoaderContext).ot).to.equal('k');
  });

  it('leaves the query of a URL as it is', () => {
    const url = `${URL_OF_IT}?_HLS_msn=7&sig=a%2Fb+c`;
    const asked = { url, purpose: 'playlist' } as const;
    const marked = cmcd()(asked, playlist, playerOf({}));
    expect(marked.url.startsWith(`${url}&CMCD=`)).to.equal(true);
    expect(read({}, {}, fragment(), url)).to.deep.equal(WHOLE);
  });

  it('is never in a URL twice', () => {
    const ends: Record<string, string> = {
      '?CMCD=old': '?CMCD=',
      '?CMCD=old&a=b': '?a=b&CMCD=',
      '?a=b&CMCD=old': '?a=b&CMCD=',
      '?a=b&CMCD=old&c=d': '?a=b&c=d&CMCD=',
    };
    for (const [before, after] of Object.entries(ends)) {
      const asked = { url: `${URL_OF_IT}${before}`, purpose: 'playlist' } as const;
      const { url } = cmcd()(asked, playlist, playerOf({}));
      expect(url.startsWith(`${URL_OF_IT}${after}`), url).to.equal(true);
      expect(url.match(/CMCD=/g)).to.have.length(1);
    }
  });
});
