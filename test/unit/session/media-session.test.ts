import '../../../src/session/rewind.ts';
import { expect } from 'chai';
import type { MediaControls } from '../../../src/host/media-controls.ts';
import type { Session } from '../../../src/session/api.ts';
import { mediaSession, type StageMetadata } from '../../../src/session/media-session.ts';
import { connect } from '../../../src/session/media-session-run.ts';
import { settle } from '../../helpers/clock.ts';
import { A, hearing, Listening, TWO_CDNS } from '../../helpers/listening.ts';

/** A lock screen that knows some actions. */
class LockScreen implements MediaControls {
  readonly handlers = new Map<string, MediaSessionActionHandler>();
  /** What it was told last; `null`: no position. */
  position: MediaPositionState | null = null;
  readonly session: MediaSession;

  constructor(unknown: string[] = []) {
    const { handlers } = this;
    const setPosition = (position: MediaPositionState | null) => {
      this.position = position;
    };
    this.session = {
      metadata: null,
      playbackState: 'none',
      setActionHandler(action: string, handler: MediaSessionActionHandler | null) {
        if (unknown.includes(action)) throw new TypeError(action);
        if (handler) handlers.set(action, handler);
        else handlers.delete(action);
      },
      // As the standard has it: it throws for a position that cannot be.
      setPositionState(state: MediaPositionState = {}) {
        const { duration = Number.NaN, position = 0, playbackRate = 1 } = state;
        if (!Object.keys(state).length) return setPosition(null);
        if (!(duration >= 0 && position >= 0 && position <= duration) || !playbackRate)
          throw new TypeError('position');
        setPosition(state);
      },
    } as unknown as MediaSession;
  }

  readonly createMetadata = (init: MediaMetadataInit) => init as MediaMetadata;

  press(action: MediaSessionAction, details: Partial<MediaSessionActionDetails> = {}): void {
    this.handlers.get(action)?.({ action, ...details });
  }
}

/** The code of the connection loads once there is sound. */
const connected = async (
  listening: Listening,
  screen: LockScreen = new LockScreen(),
  about: StageMetadata = ABOUT,
) => {
  const stop = mediaSession(listening.session, about, screen);
  await settle();
  return { screen, stop };
};

const ABOUT: StageMetadata = { title: 'A talk', artist: 'Ada', artwork: 'https://a.example/a.png' };

describe('media session', () => {
  it('tells what is on, and whether it plays', async () => {
    const listening = await hearing();
    const { screen } = await connected(listening);
    expect(screen.session.metadata).to.deep.equal({
      title: 'A talk',
      artist: 'Ada',
      artwork: [{ src: 'https://a.example/a.png' }],
    });
    expect(screen.session.playbackState).to.equal('playing');
    listening.session.pause();
    expect(screen.session.playbackState).to.equal('paused');
  });

  it('skips 15 s back', async () => {
    const listening = await hearing();
    const { screen } = await connected(listening);
    const word = listening.state.programTime ?? 0;
    screen.press('seekbackward');
    const isBack = () => (listening.state.programTime ?? word) < word - 10_000;
    expect(await listening.host.clock.until(isBack, 5_000)).to.equal(true);
    expect(listening.state.programTime).to.be.closeTo(word - 15_000, 600);
  });

  it('pauses, goes on, and skips forward to live', async () => {
    const listening = await hearing();
    const { screen } = await connected(listening);
    const at = listening.state.behindLive ?? 0;
    screen.press('pause');
    expect(listening.state.status).to.equal('paused');
    await listening.advance(30_000);
    screen.press('play');
    await listening.reaches('hearing');
    expect(listening.state.behindLive).to.be.above(at + 20_000);
    screen.press('seekforward');
    await listening.advance(2_000);
    expect(listening.state.behindLive).to.be.below(at + 5_000);
  });

  it('is taken off when the session ends, or by hand, once', async () => {
    for (const end of ['close', 'stop'] as const) {
      const listening = await hearing();
      const { screen, stop } = await connected(listening);
      if (end === 'stop') stop();
      else listening.session.close();
      await listening.advance(0);
      expect(screen.session).to.include({ metadata: null, playbackState: 'none' });
      expect(screen.handlers.size).to.equal(0);
    }
  });

  it('leaves alone who came after', async () => {
    const [first, second] = [await hearing(), await hearing()];
    const { screen } = await connected(first);
    await connected(second, screen, { title: 'Another' });
    first.session.close();
    await first.advance(0);
    expect(screen.session.metadata?.title).to.equal('Another');
    expect(screen.handlers.size).to.equal(5);
    expect(screen.position).to.not.equal(null);
  });

  it('does without a picture whose URL cannot be parsed', async () => {
    const listening = await hearing();
    const screen = new LockScreen();
    const { createMetadata } = screen;
    const controls = {
      session: screen.session,
      createMetadata: (init: MediaMetadataInit) => {
        for (const { src } of init.artwork ?? []) new URL(src);
        return createMetadata(init);
      },
    };
    mediaSession(listening.session, { ...ABOUT, artwork: 'https://' }, controls);
    await settle();
    expect(screen.session.metadata).to.deep.include({ title: 'A talk', artwork: [] });
    screen.press('pause');
    expect(listening.state.status).to.equal('paused');
  });

  it('does without the actions that a browser does not know, and without any controls', async () => {
    const listening = await hearing();
    const screen = new LockScreen(['seekforward']);
    await connected(listening, screen, { title: 'A talk', artwork: '' });
    expect([...screen.handlers.keys()]).to.deep.equal(['play', 'pause', 'seekbackward', 'seekto']);
    expect(screen.session.metadata?.artwork).to.deep.equal([]);
    expect(mediaSession(listening.session, ABOUT, null)()).to.equal(undefined);
  });

  it('shows nothing before there is sound', async () => {
    const listening = new Listening();
    const { screen, stop } = await connected(listening);
    expect(screen.session).to.include({ metadata: null, playbackState: 'none' });
    await listening.reaches('hearing');
    await listening.advance(1_000);
    expect(screen.session.playbackState).to.equal('playing');
    stop();
    const ended = new Listening();
    const never = await connected(ended);
    never.stop();
    await ended.reaches('hearing');
    await ended.advance(1_000);
    expect(never.screen.session.metadata).to.equal(null);
  });

  it('tells the position in the window, and forgets it at the end', async () => {
    const listening = await hearing();
    const { screen } = await connected(listening);
    await listening.advance(3_000);
    const { seekable, programTime } = listening.state;
    const { from, to } = seekable as { from: number; to: number };
    expect(screen.position?.duration).to.be.closeTo((to - from) / 1_000, 2);
    expect(screen.position?.position).to.be.closeTo(((programTime ?? 0) - from) / 1_000, 2);
    listening.session.close();
    await listening.advance(0);
    expect(screen.position).to.equal(null);
  });

  it('goes to a position, and leaves out one that is none', async () => {
    const listening = await hearing();
    const { screen } = await connected(listening);
    const from = listening.state.seekable?.from as number;
    screen.press('seekto', { seekTime: 30 });
    const isThere = () => Math.abs((listening.state.programTime ?? 0) - from - 30_000) < 2_000;
    expect(await listening.host.clock.until(isThere, 5_000)).to.equal(true);
    const word = listening.state.programTime ?? 0;
    for (const seekTime of [undefined, Number.NaN, Infinity])
      screen.press('seekto', { seekTime } as { seekTime: number });
    await listening.advance(2_000);
    expect(listening.state.programTime).to.be.closeTo(word + 2_000, 1_000);
  });

  it('skips forward to live only where that gains something', async () => {
    const listening = await hearing();
    const { screen } = await connected(listening);
    await listening.advance(10_000);
    const seeks: unknown[] = [];
    const { goLive } = listening.session;
    Object.assign(listening.session, { goLive: () => seeks.push(goLive()) });
    screen.press('seekforward');
    expect(seeks).to.have.length(0);
    screen.press('seekbackward');
    await listening.advance(3_000);
    screen.press('seekforward');
    expect(seeks).to.have.length(1);
  });

  it('skips forward in a recording, which has no live edge', async () => {
    const sources = [{ kind: 'recording', url: `${A}/talk-vod.m3u8` }];
    const listening = new Listening({ stage: { ...TWO_CDNS, sources } });
    await listening.reaches('hearing');
    await listening.advance(2_000);
    const { screen } = await connected(listening);
    expect(screen.position?.duration).to.be.above(60);
    screen.press('seekto', { seekTime: 10 });
    await listening.advance(1_000);
    const before = screen.position?.position ?? Number.NaN;
    expect(before).to.be.closeTo(11, 1);
    screen.press('seekforward', { seekOffset: 20 });
    await listening.advance(1_000);
    expect(screen.position?.position).to.be.closeTo(before + 21, 1);
  });

  it('survives odd times of a source, and controls without positions', async () => {
    const listening = await hearing();
    const { screen } = await connected(listening);
    const odd = (programTime: number | null, from: number | null, to: number) => {
      const state = { ...listening.state, programTime, seekable: { from, to } };
      const subscribe = (see: (state: unknown) => void) => {
        see(state);
        return () => {};
      };
      const session = { subscribe };
      return connect({ ...listening.session, ...session } as Session, ABOUT, screen);
    };
    for (const [programTime, from, to] of [
      [0, 1e12, 1e12 - 1],
      [Number.NaN, 1e12, 2e12],
      [1e12, Number.NaN, 2e12],
      [1e12, 0, Infinity],
      [null, 1e12, 2e12],
      [1e12, null, 2e12],
    ] as const) {
      odd(programTime, from, to)();
      expect(screen.position).to.equal(null);
    }
    odd(9e15, 1e12, 2e12);
    expect(screen.position).to.deep.equal({ duration: 1e9, position: 1e9, playbackRate: 1 });
    Reflect.deleteProperty(screen.session, 'setPositionState');
    odd(1e12, 1e11, 2e12)();
    expect(screen.session.playbackState).to.equal('none');
  });
});
