import { expect } from 'chai';
import { nativeHls } from '../../../src/sources/native-hls.ts';
import type { SourceContext } from '../../../src/sources/source.ts';
import { Clock } from '../../helpers/clock.ts';
import { FakeMedia } from '../../helpers/fake-media.ts';

describe('HLS by the browser itself', () => {
  const url = 'https://a.example/talk.m3u8';

  /** A context whose element another run takes over once the playlist was answered. */
  const contextOf = (onAnswer: (media: FakeMedia, controller: AbortController) => void) => {
    const media = new FakeMedia(new Clock());
    const controller = new AbortController();
    const request = async () => {
      onAnswer(media, controller);
      return {};
    };
    const { signal } = controller;
    const context = { description: { kind: 'hls', url }, media, signal, request, from: null };
    return { media, context: context as unknown as SourceContext };
  };

  it('takes its element once the playlist was answered', async () => {
    const { media, context } = contextOf(() => {});
    await nativeHls().open(context);
    expect(media.src).to.equal(url);
  });

  it('leaves an element alone that is another run’s by the time its code has come', async () => {
    const reason = new Error('No longer needed.');
    const { media, context } = contextOf((media, controller) => {
      media.src = 'https://b.example/talk.m3u8';
      queueMicrotask(() => controller.abort(reason));
    });
    const opened = (async () => nativeHls().open(context))();
    const failed = await opened.catch((error: unknown) => error);
    expect(failed).to.equal(reason);
    expect(media.src).to.equal('https://b.example/talk.m3u8');
  });
});
