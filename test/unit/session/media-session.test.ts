import '../../../src/session/rewind.ts';
import { expect } from 'chai';
import type { MediaControls } from '../../../src/host/media-controls.ts';
import { mediaSession, type StageMetadata } from '../../../src/session/media-session.ts';
import { hearing, Listening } from '../../helpers/listening.ts';

/** A lock screen that knows some actions. */
class LockScreen implements MediaControls {
  readonly handlers = new Map<string, MediaSessionActionHandler>();
  readonly session: MediaSession;

  constructor(unknown: string[] = []) {
    const { handlers } = this;
    this.session = {
      metadata: null,
      playbackState: 'none',
      setActionHandler(action: string, handler: MediaSessionActionHandler | null) {
        if (unknown.includes(action)) throw new TypeError(action);
        if (handler) handlers.set(action, handler);
        else handlers.delete(action);
      },
    } as unknown as MediaSession;
  }

  readonly createMetadata = (init: MediaMetadataInit) => init as MediaMetadata;

  press(action: MediaSessionAction): void {
    this.handlers.get(action)?.({ action });
  }
}

const ABOUT: StageMetadata = { title: 'A talk', artist: 'Ada', artwork: 'https://a.example/a.png' };

describe('media session', () => {
  it('tells what is on, and whether it plays', async () => {
    const listening = await hearing();
    const screen = new LockScreen();
    mediaSession(listening.session, ABOUT, screen);
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
    const screen = new LockScreen();
    mediaSession(listening.session, ABOUT, screen);
    const word = listening.state.programTime ?? 0;
    screen.press('seekbackward');
    const isBack = () => (listening.state.programTime ?? word) < word - 10_000;
    expect(await listening.host.clock.until(isBack, 5_000)).to.equal(true);
    expect(listening.state.programTime).to.be.closeTo(word - 15_000, 600);
  });

  it('pauses, goes on, and skips forward to live', async () => {
    const listening = await hearing();
    const screen = new LockScreen();
    mediaSession(listening.session, ABOUT, screen);
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
      const screen = new LockScreen();
      const stop = mediaSession(listening.session, ABOUT, screen);
      if (end === 'stop') stop();
      else listening.session.close();
      await listening.advance(0);
      expect(screen.session).to.include({ metadata: null, playbackState: 'none' });
      expect(screen.handlers.size).to.equal(0);
    }
  });

  it('leaves alone who came after', async () => {
    const [first, second] = [await hearing(), await hearing()];
    const screen = new LockScreen();
    mediaSession(first.session, ABOUT, screen);
    mediaSession(second.session, { title: 'Another' }, screen);
    first.session.close();
    await first.advance(0);
    expect(screen.session.metadata?.title).to.equal('Another');
    expect(screen.handlers.size).to.equal(4);
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
    expect(screen.session.metadata).to.deep.include({ title: 'A talk', artwork: [] });
    screen.press('pause');
    expect(listening.state.status).to.equal('paused');
  });

  it('does without the actions that a browser does not know, and without any controls', async () => {
    const listening = new Listening();
    const screen = new LockScreen(['seekforward']);
    mediaSession(listening.session, { title: 'A talk', artwork: '' }, screen);
    expect([...screen.handlers.keys()]).to.deep.equal(['play', 'pause', 'seekbackward']);
    expect(screen.session.metadata?.artwork).to.deep.equal([]);
    expect(mediaSession(listening.session, ABOUT, null)()).to.equal(undefined);
  });
});
