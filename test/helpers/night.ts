import '../../src/session/recorder.ts';
import '../../src/session/pause-after-fall.ts';
import { EarshotError } from '../../src/policy/errors.ts';
import { noAnswer, reply } from './fake-fetch.ts';
import { FakeOrigins, SEGMENT_MS } from './fake-origins.ts';
import { A, B, Listening, type ListeningOptions, STAGE, TWO_CDNS } from './listening.ts';

/** Secrets that no record may hold. */
export const SECRETS = [
  's3cret-query',
  's3cret-bearer',
  's3cret-body',
  's3cret-user',
  's3cret-hash',
];

const [query, bearer, body] = SECRETS;

/** The stage of the night: signed URLs, of which two differ in the query only. */
export const SIGNED = {
  ...TWO_CDNS,
  sources: [
    { kind: 'hls', url: `${A}/talk.m3u8?sig=${query}-1#${SECRETS[4]}` },
    { kind: 'hls', url: `${A}/talk.m3u8?sig=${query}-2` },
    { kind: 'hls', url: `${B}/talk.m3u8?sig=${query}-3` },
    { kind: 'recording', url: `${A}/talk-vod.m3u8?sig=${query}-4` },
  ],
};

/** What goes wrong in the night, in order; each for a while, and then it is over. */
export const FAULTS: Readonly<Record<string, (night: Listening) => void>> = {
  'the first CDN refuses connections': ({ origins }) => origins.faults.set(A, () => noAnswer()),
  'the second CDN answers 503, with a page': ({ origins }) =>
    origins.faults.set(B, () => reply(503, `<p>"${body}"</p>`, { 'retry-after': '20' })),
  'the playlist of the first CDN freezes': ({ origins, host }) => {
    const edge = Math.floor(host.now() / SEGMENT_MS) * SEGMENT_MS;
    const playlist = JSON.stringify({ first: edge - 120_000, edge, ended: false });
    origins.faults.set(`${A}/talk.m3u8`, () => reply(200, playlist));
  },
  'both CDNs are down': ({ origins }) =>
    origins.faults.set(A, () => noAnswer()).set(B, () => 'never'),
  'segments are corrupt': ({ origins }) =>
    origins.faults.set(A, ({ path }) => (path.endsWith('.seg') ? reply(200, body) : undefined)),
  'the stage document is a page of HTML': ({ origins }) =>
    origins.faults.set(`${STAGE}/stage.json`, () => reply(200, `<html>${body}</html>`)),
};

/** A session that is recorded from its start. */
export const recorded = async (options: ListeningOptions = {}): Promise<Listening> => {
  const origins = new FakeOrigins();
  origins.document = SIGNED;
  const listening = new Listening({
    origins,
    stage: `${STAGE}/stage.json?key=${query}`,
    token: async () => bearer as string,
    record: true,
    ...options,
  });
  await listening.host.clock.until(() => listening.session.record() !== null, 1_000);
  return listening;
};

/** A recorded night with six faults, a pause, a mute, and another edition of the stage document. */
export const night = async (options: ListeningOptions = {}): Promise<Listening> => {
  const listening = await recorded(options);
  const { origins, session } = listening;
  await listening.reaches('hearing');
  for (const fault of Object.values(FAULTS)) {
    await listening.advance(20_000);
    fault(listening);
    await listening.advance(45_000);
    origins.faults.clear();
    await listening.advance(25_000);
  }
  session.muted = true;
  await listening.advance(2_000);
  session.muted = false;
  session.pause();
  await listening.advance(3_000);
  session.play();
  origins.document = { ...SIGNED, sequence: 2, sources: SIGNED.sources.slice(1) };
  await listening.advance(60_000);
  return listening;
};

/** An error of a custom source that tells too much. */
export const TELLTALE = new EarshotError(
  'media',
  `https://${SECRETS[3]}:x@a.example/x?y=${query}#${SECRETS[4]} said "${body}"; Bearer ${bearer}`,
  { url: `https://${SECRETS[3]}:x@a.example/x?y=${query}` },
);
