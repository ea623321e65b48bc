import { expect } from 'chai';
import { FakeMedia } from '../../helpers/fake-media.ts';
import { A, hearing, Listening, TWO_CDNS } from '../../helpers/listening.ts';

/** An element that shows a picture, in a browser that tells how much sound it has decoded. */
const filmed = (listening: Listening, tells: (media: FakeMedia) => object): void => {
  for (const media of listening.host.media) {
    Object.defineProperties(media, {
      videoWidth: { value: 640 },
      ...Object.fromEntries(
        Object.keys(tells(media)).map((name) => [
          name,
          { get: () => (tells(media) as Record<string, unknown>)[name] },
        ]),
      ),
    });
  }
};

const ONE = { ...TWO_CDNS, sources: TWO_CDNS.sources.slice(0, 1) };

describe('a picture that moves on', () => {
  it('is heard while sound is decoded with it', async () => {
    const listening = new Listening({ stage: ONE });
    filmed(listening, (media) => ({ webkitAudioDecodedByteCount: media.currentTime * 16_000 }));
    await listening.reaches('hearing');
  });

  it('is not heard while none is', async () => {
    const listening = new Listening({ stage: ONE });
    filmed(listening, () => ({ webkitAudioDecodedByteCount: 0 }));
    await listening.advance(15_000);
    expect(listening.state.hearing).to.equal(false);
  });

  it('is not heard where the browser says that it has no sound', async () => {
    const listening = new Listening({ stage: ONE });
    filmed(listening, () => ({ mozHasAudio: false }));
    await listening.advance(15_000);
    expect(listening.state.hearing).to.equal(false);
  });

  it('is left for the next source once its sound stops alone', async () => {
    const listening = await hearing();
    let sound = 0;
    const stops = listening.host.media.find((media) => media.isPlaying) as FakeMedia;
    filmed(listening, (media) => {
      if (media !== stops) sound = media.currentTime * 16_000;
      return { webkitAudioDecodedByteCount: media === stops ? 1_000 : sound };
    });
    await listening.advance(3_000);
    expect(listening.state.source?.url).not.to.contain(A);
    expect(listening.state.hearing).to.equal(true);
  });
});

it('both elements are played within the call, in the gesture, so that they may sound later', () => {
  const played = new Set<FakeMedia>();
  const { play } = FakeMedia.prototype;
  FakeMedia.prototype.play = function (this: FakeMedia) {
    played.add(this);
    return play.call(this);
  };
  try {
    const listening = new Listening();
    expect(listening.host.media).to.have.length(2);
    expect([...played]).to.have.members(listening.host.media);
    listening.session.close();
  } finally {
    FakeMedia.prototype.play = play;
  }
});
