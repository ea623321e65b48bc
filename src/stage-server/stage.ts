import { EventEmitter } from 'eventemitter3';
import { VERSION } from '../version.ts';
import { createChannelServer, type HelloVerdict } from './channel/channel.ts';
import { judgeUpgrade } from './channel/upgrade.ts';
import { createClock, processTimers } from './clock.ts';
import { parseConfig } from './config.ts';
import { createSigner, toBase64Url } from './door/tokens.ts';
import { createDoors } from './doors.ts';
import { type Edition, isNews } from './edition.ts';
import { addressOf } from './http/address.ts';
import { type App, createApp, type ServedDocument } from './http/app.ts';
import type { RequestInfo } from './http/request-info.ts';
import { createWhepProxy } from './http/whep-proxy.ts';
import { createActions } from './operator/actions.ts';
import { addOperatorApi } from './operator/api.ts';
import { type OperatorState, operatorStateOf } from './operator/operator-state.ts';
import { createOperators } from './operator/operators.ts';
import { pageAnswer } from './operator/pages.ts';
import type { StageOptions } from './options.ts';
import type { CloseOptions, StageEvents, StageServer, UpgradeHead } from './stage-api.ts';
import type { NodeCounts, NodeStats, StageStats } from './stats.ts';
import { createBatch } from './store/batch.ts';
import { memoryStore } from './store/memory-store.ts';
import { createSync, hashOf } from './sync.ts';

const NODE_BYTES = 9;
const ID_BYTES = 12;
const SETTLE_MS = 2_000;
/** Listeners that are told of the window must get it before the connection ends. */
const GONE_WITHIN_MS = 2_000;
const RESTART = 1012;
const MOST_REMEMBERED = 1_000_000;
const MS_PER_MINUTE = 60_000;

/**
 * Creates a node of a stage. It starts at once.
 *
 * @throws ConfigError that names the path of each wrong field; RangeError for a secret that is too short.
 */
export function createStage(options: StageOptions): StageServer {
  const { secrets, messages = {}, accept = null, authorize, log = null, timers, ...rest } = options;
  const { now } = timers ?? processTimers;
  const { store = memoryStore({ now }), fetch: fetchUpstream = fetch, pages, ...others } = rest;
  const { randomBytes = systemBytes, document: finish = asItIs, ...given } = others;
  const config = parseConfig(given);
  const channelConfig = config.channel === false ? null : config.channel;
  const clock = createClock(timers ?? processTimers);
  const signer = createSigner(secrets);
  const newId = (bytes = ID_BYTES) => toBase64Url(randomBytes(bytes));
  const node = newId(NODE_BYTES);
  const since = clock.local();
  const events = new EventEmitter<StageEvents>();
  const tell = <Name extends keyof StageEvents>(
    name: Name,
    ...told: Parameters<StageEvents[Name]>
  ): boolean => events.emit(name, ...(told as never));

  /** A listener of the app that throws keeps nothing from the others, nor from the stage. */
  function isolated(name: string, listener: (told: never) => void): (told: never) => void {
    return (told) => {
      try {
        listener(told);
      } catch (error) {
        log?.error({ event: name, error: String(error) }, 'A listener of the stage failed.');
      }
    };
  }

  const base = config.publicUrl ? `${config.publicUrl.replace(/\/+$/, '')}/` : '';
  const doors = createDoors({
    ...{ stage: config.stage, store, clock, signer, randomBytes, memory: MOST_REMEMBERED },
    settings: () => sync.settings,
    edition: () => sync.edition,
    onJoin(answer) {
      if (!answer.ok) counts.joinsRefused++;
      else if (answer.isNew) counts.joins++;
      else counts.passes++;
    },
  });
  const counts: NodeCounts = {
    ...{ documents: 0, renders: 0, tickets: 0, ticketsRefused: 0, joins: 0, joinsRefused: 0 },
    ...{ passes: 0, upgrades: 0, upgradesRefused: 0, messages: 0 },
    storeErrors: 0,
  };
  let served: ServedDocument | null = null;
  let isDraining = false;

  const accepted = Object.fromEntries(
    (channelConfig?.accepts ?? []).map((type) => [type, () => true] as const),
  );
  const operators = createOperators({ stage: config.stage, signer, clock, store, newId });

  async function verdictOn(token: string | null, address: string): Promise<HelloVerdict> {
    if (await operators.read(token)) return 'operator';
    return authorize ? authorize(token, address) : 'listener';
  }

  const channel =
    channelConfig &&
    createChannelServer({
      config: channelConfig,
      types: { ...accepted, ...messages },
      store,
      clock,
      document: () => sync.edition?.document ?? null,
      listeners,
      operatorState,
      authorize: verdictOn,
      onMessage(message) {
        counts.messages++;
        tell('message', message);
      },
    });

  const sync = createSync({
    ...{ store, clock, config, node, log, finish },
    places: { base, hasChannel: channel !== null },
    status: (isKeeper): NodeStats => ({
      ...{ node, since, at: clock.now(), isDraining, isKeeper },
      connections: channel?.open ?? 0,
      version: VERSION,
    }),
    onSettings(settings, before) {
      doors.follow(settings);
      if (before && settings.restart.count > before.restart.count) {
        channel?.broadcast({ op: 'window', seconds: settings.restart.seconds });
        channel?.closeAll(RESTART);
      }
      tell('settings', settings);
      channel?.pushState();
    },
    onEdition(edition, before) {
      served = serve(edition);
      if (isNews(before, edition)) channel?.pushDocument();
      tell('edition', edition.document);
    },
    onFrames: (news) => channel?.deliver(news),
    onBeat() {
      channel?.tick();
      channel?.pushState();
      doors.report();
    },
    onRender: () => counts.renders++,
    onStoreError: () => counts.storeErrors++,
  });

  function listeners(): number {
    const others = sync.nodes.filter((one) => one.node !== node);
    return others.reduce((sum, { connections }) => sum + connections, channel?.open ?? 0);
  }

  const stats = (): StageStats => ({
    ...{ node, counts, nodes: sync.nodes, isKeeper: sync.isKeeper },
    doors: doors.stats(clock.now()),
    channel: { open: channel?.open ?? 0, waiting: channel?.waiting ?? 0 },
    listeners: listeners(),
    storeAge: sync.storeAge / 1_000,
  });

  function operatorState(): OperatorState | null {
    const { settings } = sync;
    if (!settings) return null;
    return operatorStateOf(config.stage, settings, stats(), channel !== null, clock.now());
  }

  const ration = createBatch({
    ...{ clock, pace: store.pace },
    call: (networks: readonly string[]) =>
      store.ration(networks, {
        rate: (config.tickets.perMinute * 1_000) / MS_PER_MINUTE,
        burst: config.tickets.burst,
      }),
  });

  const app: App = createApp({
    ...{ config, counts, log, door: doors.get, accept, ration, now: clock.now },
    stats,
    whep: createWhepProxy({
      ...{ stage: config.stage, signer, door: doors.get, fetch: fetchUpstream, root: '/whep' },
      upstreams: new Map(Object.entries(config.whep)),
    }),
    document: () => served,
    isTicketed: doors.isTicketed,
    whyNotReady() {
      if (isDraining) return 'draining';
      return served ? null : 'no edition yet';
    },
  });
  const actions = createActions({ store, sync, newId, state: operatorState, now: clock.now });
  addOperatorApi(app, operators, actions);

  const addressIn = (request: UpgradeHead, { address }: RequestInfo) =>
    addressOf(request.headers, address, config.trustedProxies);

  async function close({ window }: CloseOptions = {}): Promise<void> {
    isDraining = true;
    await channel?.settle(SETTLE_MS);
    const seconds = Math.max(1, Math.min(3_600, window ?? sync.settings?.spread ?? config.spread));
    channel?.broadcast({ op: 'window', seconds });
    channel?.closeAll(RESTART);
    const until = clock.local() + GONE_WITHIN_MS;
    while ((channel?.size ?? 0) > 0 && clock.local() < until) await clock.pause(50);
    channel?.stop();
    await sync.stop();
    await store.close();
  }

  return {
    ready: sync.ready,
    node,
    fetch: async (request, info) =>
      (pages && pageAnswer(pages, request)) ?? app.fetch(request, info),
    judgeUpgrade(request, info) {
      const { pathname: path } = new URL(request.url);
      const isReady = served !== null && !isDraining;
      const countOf = channel?.countOf ?? (() => 0);
      const upgrade = { path, headers: request.headers, address: addressIn(request, info) };
      const refusal = channelConfig
        ? judgeUpgrade(upgrade, channelConfig, { isReady, countOf })
        : ({ status: 404, headers: {} } as const);
      if (refusal) counts.upgradesRefused++;
      else counts.upgrades++;
      return refusal;
    },
    connect(socket, request, info) {
      if (!channel) throw new Error('This stage has no channel.');
      return channel.connect(socket, addressIn(request, info));
    },
    door: doors.get,
    change: (change, who = 'app') => actions.change(change, who),
    say: (saying, id) => actions.say(saying, 'app', id ?? null),
    refresh: sync.refresh,
    operatorPath: async (name = 'operator') => `/operator/#token=${await operators.invite(name)}`,
    stats,
    on(name, listener) {
      const call = isolated(name, listener);
      events.on(name, call as never);
      return () => void events.off(name, call as never);
    },
    close,
  };
}

const asItIs = (document: Record<string, unknown>) => document;
const systemBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));

function serve(edition: Edition): ServedDocument {
  return {
    bytes: new TextEncoder().encode(edition.document),
    etag: `"${edition.sequence.toString(36)}-${hashOf(edition.document)}"`,
    hasDoors: Object.keys(edition.doors).length > 0,
  };
}
