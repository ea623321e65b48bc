import type { Source, SourceContext, SourceRun } from '../../src/sources/source.ts';

/** How far a realtime source is behind what is said, ms. */
export const REALTIME_LATENCY_MS = 200;
const FIRST_PACKET_MS = 100;

const STREAM = { id: 'realtime' } as unknown as MediaStream;

/** WebRTC in small: plays what is said now, keeps nothing, and goes on while its element is paused. */
const runOf = ({ host, ...context }: SourceContext): SourceRun => {
  let { media } = context;
  const since = host.elapsed() + FIRST_PACKET_MS;
  const sounded = () => Math.max(0, host.elapsed() - since);
  media.srcObject = STREAM;
  return {
    programTime: () => (sounded() ? host.now() - REALTIME_LATENCY_MS : null),
    ahead: () => (context.joins ? sounded() : 0),
    target: () => null,
    latency: () => null,
    frozen: () => false,
    liveness: () => (sounded() ? 'steady' : null),
    soundedMs: sounded,
    seek() {},
    attach(next) {
      media.srcObject = null;
      media = next;
      media.srcObject = STREAM;
    },
    close() {
      media.srcObject = null;
    },
  };
};

/** The source of kind `whep` of FakeHosts. */
export const fakeRealtime = (): Source => ({
  kinds: ['whep'],
  supports: () => true,
  async open(context) {
    await context.request({ url: context.description.url, purpose: 'session' });
    return runOf(context);
  },
});
