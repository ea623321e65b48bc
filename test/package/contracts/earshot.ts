// What a user's code may rely on, and what must not compile. Nothing here runs.
import {
  backoff,
  channel,
  cloudflareWaitingRoom,
  cmcd,
  DEFAULTS,
  EarshotError,
  type ErrorCode,
  type Host,
  hls,
  isEarshotError,
  type ListenOptions,
  listen,
  lots,
  mediaSession,
  nativeHls,
  type RetryPolicy,
  type Session,
  type SessionRecord,
  type Source,
  type StageDocumentJson,
  type State,
  type Status,
  stream,
  whep,
} from 'earshot';
import type { listen as listenStandalone } from 'earshot/standalone';

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => {};

// What listen() takes.
const document: StageDocumentJson = {
  version: 1,
  sources: [{ kind: 'hls', url: 'https://cdn.example/talk.m3u8' }],
};
listen({ stage: 'https://cdn.example/talk.m3u8' });
listen({ stage: new URL('https://cdn.example/talk.m3u8') });
listen({ stage: document });
const options: ListenOptions = {
  stage: '/stage.json',
  media: new Audio(),
  retry: ({ attempt, floor }) => (attempt > 20 ? null : floor),
  signal: AbortSignal.timeout(1),
  sources: [whep({ iceServers: [{ urls: 'stun:stun.example' }] }), hls(), nativeHls(), stream()],
  catchUp: 'skip',
  fall: 'wait',
  admission: lots(),
  channel: channel({ keep: true, tabs: false }),
  record: true,
  lang: ['es', 'en'],
  role: 'description',
};
const session: Session = listen(options);
same<ReturnType<typeof listen>, Session>(true);
same<typeof listenStandalone, typeof listen>(true);
listen({ stage: '/stage.json', media: globalThis.document.createElement('video') });
listen({ stage: '/stage.json', admission: cloudflareWaitingRoom() });
// @ts-expect-error a stage is needed
listen({});
// @ts-expect-error options are needed
listen();
// @ts-expect-error a number is no stage
listen({ stage: 1 });
// @ts-expect-error any element will not do
listen({ stage: '/', media: globalThis.document.createElement('div') });
// @ts-expect-error misspelt
listen({ stage: '/', retries: backoff() });
// @ts-expect-error no such way to climb
listen({ stage: '/', catchUp: 'fast' });
listen({ stage: '/', fall: 2_000 });
// @ts-expect-error no such way to fall
listen({ stage: '/', fall: 'skip' });
// @ts-expect-error options cannot be changed afterwards
options.climb = 'gapless';
// @ts-expect-error a version is needed
({ sources: [] }) satisfies StageDocumentJson;

// An option that is not known yet may be `undefined`, with exactOptionalPropertyTypes too.
declare const maybe: {
  readonly media: HTMLMediaElement | undefined;
  readonly signal: AbortSignal | undefined;
  readonly text: string | undefined;
  readonly ms: number | undefined;
};
const { media, signal, text, ms } = maybe;
listen({
  ...{ stage: '/', media, signal, fall: ms, retry: undefined, token: undefined, host: undefined },
  ...{
    catchUp: undefined,
    maxBehind: undefined,
    resume: undefined,
    admission: undefined,
    channel: undefined,
    debug: undefined,
  },
  sources: [
    whep({ iceServers: undefined, request: undefined }),
    hls({ Hls: undefined, config: undefined, cmcd: cmcd({ contentId: text, sessionId: text }) }),
  ],
});
listen({ stage: '/', sources: undefined });
backoff({ first: ms, factor: ms, cap: ms, capWhileSilent: ms });
channel({ keep: undefined, tabs: undefined });
cloudflareWaitingRoom({ url: text });
mediaSession(session, { title: 'A talk', artist: text, album: text, artwork: text });
same<ReturnType<Session['record']>, SessionRecord | null>(true);
session.lang = 'es';
session.lang = undefined;
void session.send('hand', null, { ttl: ms, key: text });
({ version: 1, startsAt: text, channel: text, doors: undefined }) satisfies StageDocumentJson;

// A state is one union, told apart by its status.
const show = (state: State): string => {
  switch (state.status) {
    case 'waiting':
      return `${new Date(state.wait.until)} ${state.wait.error.code}`;
    case 'rejoining':
      return `${new Date(state.until)}`;
    case 'queued':
      return `${state.queue.turn}`;
    case 'closed':
      return state.error?.message ?? '';
    default:
      // @ts-expect-error what is waited for belongs to `waiting`
      return String(state.wait);
  }
};
const every: Record<Status, string> = {
  opening: '',
  scheduled: '',
  connecting: '',
  hearing: '',
  muted: '',
  paused: '',
  blocked: '',
  stalled: '',
  waiting: '',
  rejoining: '',
  queued: '',
  ended: '',
  closed: '',
};
void every;
session.subscribe((state) => show(state));
same<typeof session.state.hearing, boolean>(true);
// @ts-expect-error derived, not set
session.state.hearing = true;
// @ts-expect-error a state is replaced, not changed
session.state = null as unknown as State;
// @ts-expect-error the ladder is the session's own
session.state.ladder.push();
// @ts-expect-error no such status
if (session.state.status === 'playing') session.close();

// What a session does.
session.muted = true;
session.volume = 0.5;
const stop: () => void = session.on('switch', ({ from, to, skippedMs }) => [
  from.url,
  to.url,
  skippedMs,
]);
stop();
session.on('error', ({ code, status }) => [code, status]);
session.on('unrecoverable', ({ missed }) => {
  same<typeof missed, number | null>(true);
});
session.send('hand', { up: true }, { ttl: 5_000, key: 'hand' }).then((sent) => {
  if (sent.outcome === 'refused') return sent.reason;
  // @ts-expect-error only a refusal has a reason
  return sent.reason;
});
session.ended.then((last) => show(last));
// @ts-expect-error no such event
session.on('playing', () => {});
// @ts-expect-error a type is text
session.send(1);
// @ts-expect-error volume is a number
session.volume = '1';

// Errors.
const caught: unknown = new EarshotError('network', 'refused', { cause: 1 });
if (isEarshotError(caught)) same<typeof caught.code, ErrorCode>(true);
// @ts-expect-error not known to be one
caught.code;
// @ts-expect-error no such code
new EarshotError('unknown', '');

// Policies.
const policy: RetryPolicy = backoff({ first: 1_000, factor: 2, cap: 2_000, capWhileSilent: 1 });
const wrapped: RetryPolicy = (context) => (context.hearing ? policy(context) : context.floor);
void wrapped;
// @ts-expect-error the dial has another name
backoff({ maximum: 1 });
// @ts-expect-error a policy answers at once
const late: RetryPolicy = async () => 1;
void late;
// @ts-expect-error defaults are constants
DEFAULTS.first = 1;

// A source of one's own.
const own: Source = {
  kinds: ['own'],
  supports: (host: Host) => host.now() > 0,
  open: async ({ signal, request }) => {
    await request({ url: '/', purpose: 'playlist' });
    signal.throwIfAborted();
    throw new Error();
  },
};
listen({ stage: document, sources: [own] });
// @ts-expect-error kinds are needed
listen({ stage: document, sources: [{ supports: () => true, open: own.open }] });
