// What a user's code may rely on, and what must not compile. Nothing here runs.
import {
  ConfigError,
  createSigner,
  createStage,
  type DoorConfig,
  type Journal,
  memoryStore,
  type RedisClient,
  redisStore,
  type StageConfig,
  type StageOptions,
  type StageServer,
  type Store,
} from 'earshot/stage-server';

const door: DoorConfig = { capacity: 100, most: 2_000 };
const config: StageConfig = {
  sources: [{ kind: 'hls', url: 'https://cdn.example/talk.m3u8', door: 'floor' }],
  doors: { floor: door },
  channel: { accepts: ['hand'] },
};
const options: StageOptions = {
  ...config,
  secrets: ['a secret of 32 bytes or more, please'],
  accept: (request, address) => (request.headers.get('x-login') && address ? 1 : 0),
  messages: { vote: (payload) => typeof payload === 'number' },
};
const stage: StageServer = createStage(options);
await stage.ready;
const answer = await stage.fetch(new Request('https://stage.example/stage.json'), {
  address: '192.0.2.1',
});
answer.headers.get('etag')?.length;
const join = await stage.door('floor')?.join(new Headers(), { rejoin: true });
if (join && !join.ok) {
  const status: 403 | 503 = join.status;
  void status;
}
const off: () => void = stage.on('message', ({ type, payload }) => void [type.length, payload]);
off();
await stage.change({ state: 'held', doors: { floor: { capacity: 10 } } }, 'Ada');
await stage.say({ message: { type: 'poll', payload: { open: true } } });
const path: string = await stage.operatorPath();
const inside: number | undefined = stage.stats().doors.floor?.inside;
void [path, inside];
await stage.close({ window: 30 });

const claims = await createSigner(options.secrets).read('token');
if (claims?.kind === 'ticket') claims.lot.toFixed();

declare const journal: Journal;
declare const client: RedisClient;
const stores: Store[] = [
  memoryStore(),
  memoryStore({ journal }),
  redisStore(client, { stage: 's' }),
];
void stores;
// Clients of `redis` and of `ioredis`, by structure.
const redis: RedisClient = { sendCommand: async (args: string[]) => args.length };
const ioredis: RedisClient = {
  call: async (command: string, ...args: string[]) => [command, args],
};
void [redis, ioredis];

try {
  createStage({ ...options, spread: -1 });
} catch (error) {
  if (error instanceof ConfigError) error.problems.join('\n');
}
// @ts-expect-error secrets are needed
createStage(config);
// @ts-expect-error there is no such state
createStage({ ...options, state: 'paused' });
// @ts-expect-error a door needs a capacity
createStage({ ...options, doors: { floor: {} } });
// @ts-expect-error there may be no such door
stage.door('floor').join(new Headers());
// @ts-expect-error only a refusal has a status
join.status;
// @ts-expect-error a pass has no lot
if (claims?.kind === 'pass') claims.lot;
// @ts-expect-error it is a message or a cue
await stage.say({ type: 'poll' });
