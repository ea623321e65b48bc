import { expect } from 'chai';
import HlsLight from 'hls.js/light';
import type { EarshotError } from '../../src/policy/errors.ts';
import type { Session } from '../../src/session/api.ts';
import { listen } from '../../src/session/listen.ts';
import type { ListenOptions } from '../../src/session/options.ts';
import { hls } from '../../src/sources/hls.ts';
import { until } from '../helpers/condition.ts';
import { Ear } from '../helpers/ear.ts';

const CDN = 'https://cdn.example';
const OTHER = 'https://other.example';
const SEGMENTS = [0, 1, 2, 3, 4, 5];

type Files = Record<string, string | (() => string)>;

const playlist = (kind: string, extension: string, segments = SEGMENTS): string =>
  [
    '#EXTM3U',
    '#EXT-X-TARGETDURATION:4',
    ...segments.flatMap((number) => ['#EXTINF:4.0,', `${kind}-${number}.${extension}`]),
    '#EXT-X-ENDLIST',
  ].join('\n');

const MASTER = [
  '#EXTM3U',
  '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="English",DEFAULT=YES,AUTOSELECT=YES,URI="sound.m3u8"',
  '#EXT-X-STREAM-INF:BANDWIDTH=90000,RESOLUTION=64x36,CODECS="avc1.42c00a,mp4a.40.2",AUDIO="sound"',
  'picture.m3u8',
].join('\n');

const FILM: Files = {
  '/film.m3u8': MASTER,
  '/picture.m3u8': playlist('picture', 'm2ts'),
  '/sound.m3u8': playlist('sound', 'aac'),
};

/** A page that hears what the given files say; segments are those of test/media/film. */
class Viewer {
  readonly ear = new Ear();
  readonly errors: EarshotError[] = [];
  readonly asked: string[] = [];
  readonly session: Session;
  readonly media = document.createElement('video');

  constructor(files: Files, options: Partial<ListenOptions> = {}) {
    this.ear.add(this.media);
    const host = { ...this.ear.host, fetch: (url: string) => this.#serve(files, url) };
    const { stage = `${CDN}/film.m3u8` } = options;
    this.session = listen({ stage, host, media: this.media, ...options });
    this.session.on('error', (error) => this.errors.push(error));
  }

  async #serve(files: Files, url: string): Promise<Response> {
    this.asked.push(url);
    const { pathname } = new URL(url);
    const file = files[pathname];
    if (file) return new Response(typeof file === 'string' ? file : file());
    const name = /^\/((picture|sound|mp3)-\d\.\w+)$/.exec(pathname)?.[1];
    return name ? fetch(`/test/media/film/${name}`) : new Response(null, { status: 404 });
  }

  hears(): Promise<void> {
    const { state } = this.session;
    return until(
      `it hears, but is ${state.status}`,
      () => this.session.state.hearing && this.ear.hears(),
    );
  }

  async close(): Promise<void> {
    this.session.close();
    await this.ear.close();
  }
}

const viewing = async (
  files: Files,
  options: Partial<ListenOptions>,
  live: (viewer: Viewer) => Promise<void>,
): Promise<void> => {
  localStorage.clear();
  sessionStorage.clear();
  const viewer = new Viewer(files, options);
  try {
    await live(viewer);
  } finally {
    await viewer.close();
  }
};

describe('a picture whose sound is apart from it', () => {
  it('is heard: the whole hls.js takes the place of the light one, and nothing is asked twice', () =>
    viewing(FILM, {}, async (viewer) => {
      await viewer.hears();
      await until('there is a picture', () => viewer.media.videoWidth === 64);
      expect(viewer.errors).to.deep.equal([]);
      const twice = viewer.asked.filter((url, at) => viewer.asked.indexOf(url) !== at);
      expect(twice).to.deep.equal([]);
    }));

  it('says so where the developer gives the light build', () =>
    viewing(FILM, { sources: [hls({ Hls: HlsLight })] }, async (viewer) => {
      await until('it is told', () => viewer.session.state.ladder[0]?.status === 'excluded');
      expect(viewer.session.state.ladder[0]?.error?.code).to.equal('unsupported');
      expect(viewer.session.state.ladder[0]?.error?.message).to.contain('whole hls.js');
    }));

  it('is not heard while its sound is missing', () =>
    viewing({ ...FILM, '/sound.m3u8': playlist('missing', 'aac') }, {}, async (viewer) => {
      const heard: boolean[] = [];
      viewer.session.subscribe(({ hearing }) => heard.push(hearing));
      await until('its sound has been asked for in vain', () => viewer.errors.length > 1);
      await until('its picture is there', () =>
        viewer.asked.some((url) => url.includes('picture-')),
      );
      expect(heard).not.to.include(true);
    }));

  it('is not heard any more once its sound has stopped alone', () =>
    viewing({ ...FILM, '/sound.m3u8': playlist('sound', 'aac', [0, 1]) }, {}, async (viewer) => {
      await viewer.hears();
      await until('it is not claimed', () => !viewer.session.state.hearing);
      expect(viewer.ear.hears()).to.equal(false);
    }));
});

describe('a picture without any sound', () => {
  it('is not hearing, however well it plays', () =>
    viewing({ '/film.m3u8': playlist('picture', 'm2ts') }, {}, async (viewer) => {
      const heard: boolean[] = [];
      viewer.session.subscribe(({ hearing }) => heard.push(hearing));
      await until('it has played for 3 s', () => viewer.media.currentTime > 3);
      expect(heard).not.to.include(true);
    }));
});

describe('a playlist with variables', () => {
  it('is heard', () => {
    const lines = playlist('{$kind}', 'aac').split('\n');
    lines.splice(1, 0, '#EXT-X-VERSION:8', '#EXT-X-DEFINE:NAME="kind",VALUE="sound"');
    return viewing({ '/film.m3u8': lines.join('\n') }, {}, async (viewer) => {
      await viewer.hears();
      expect(viewer.errors).to.deep.equal([]);
    });
  });
});

describe('MP3, whose segments leave gaps', () => {
  it('is heard from one CDN for as long as that is well', () => {
    const from = Date.now() - 40_000;
    const live = () => {
      const last = Math.floor((Date.now() - from) / 4_000);
      const numbers = Array.from({ length: 6 }, (_, at) => last - 6 + at);
      return [
        '#EXTM3U',
        '#EXT-X-TARGETDURATION:4',
        `#EXT-X-MEDIA-SEQUENCE:${numbers[0]}`,
        ...numbers.flatMap((number) => [
          `#EXT-X-PROGRAM-DATE-TIME:${new Date(from + number * 4_000).toISOString()}`,
          '#EXTINF:4.0,',
          `mp3-${number % 6}.mp3?number=${number}`,
        ]),
      ].join('\n');
    };
    const sources = [CDN, OTHER].map((cdn) => ({ kind: 'hls', url: `${cdn}/live.m3u8` }));
    return viewing({ '/live.m3u8': live }, { stage: { version: 1, sources } }, async (viewer) => {
      await viewer.hears();
      const { currentTime } = viewer.media;
      await until('it has played for 14 s', () => viewer.media.currentTime > currentTime + 14);
      expect(viewer.asked.filter((url) => url.startsWith(OTHER))).to.deep.equal([]);
      expect(viewer.errors).to.deep.equal([]);
    });
  });
});
