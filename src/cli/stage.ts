/// <reference types="node" />
import { serveStage } from '../stage-server/node/serve.ts';
import { createStage } from '../stage-server/stage.ts';
import type { StageServer } from '../stage-server/stage-api.ts';
import { VERSION } from '../version.ts';
import { banner } from './banner.ts';
import { CommandError, EXIT_RUNTIME } from './command-error.ts';
import { checkedConfig, readConfig } from './config-file.ts';
import { firstConfig } from './first-config.ts';
import { type CommandLog, createLog } from './log.ts';
import { placesOf, urlAt } from './places.ts';
import { createSite } from './site.ts';
import { readStageArguments, type StageArguments } from './stage-arguments.ts';
import { openStorage } from './storage.ts';

const READY_WITHIN_MS = 5_000;
const DEFAULT_STAGE = 'stage';
const DEFAULT_TITLE = 'Live';

function configOf(args: StageArguments) {
  const config =
    args.config === undefined
      ? checkedConfig(firstConfig(args.urls, args), 'The stage')
      : readConfig(args.config, process.env);
  return args.publicUrl === undefined ? config : { ...config, publicUrl: args.publicUrl };
}

async function serve(
  stage: StageServer,
  args: StageArguments,
  before: ReturnType<typeof createSite>,
) {
  const { port, host } = args;
  try {
    return await serveStage(stage, { port, host, before });
  } catch (error) {
    await stage.close();
    const { code, message } = Object(error);
    const why =
      code === 'EADDRINUSE' ? `Port ${port} is in use. Give another one with --port.` : message;
    throw new CommandError(why, EXIT_RUNTIME);
  }
}

/** One line for each change, by whomever and on whichever node. */
function logChanges(stage: StageServer, log: CommandLog): void {
  let before: number | null = null;
  stage.on('settings', (settings) => {
    const { at = 0, who, change } = settings.log.at(-1) ?? {};
    // The first ones are those that the stage starts with.
    if (before !== null && at > before) log.info({ who, change }, 'The settings changed.');
    before = at;
  });
}

/** Resolves `true` with the promise, or `false` after a time. */
async function isReady(stage: StageServer): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), READY_WITHIN_MS);
  });
  const ready = await Promise.race([stage.ready.then(() => true), late]);
  clearTimeout(timer);
  return ready;
}

/** Hands over at the first signal, and ends at the second. */
function stopOnSignal(stop: () => Promise<void>, log: CommandLog): void {
  let isStopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(EXIT_RUNTIME);
      isStopping = true;
      log.info({ signal }, 'Handing the listeners over.');
      stop().then(
        () => {
          log.info({}, 'Stopped.');
          process.exit(0);
        },
        (error: unknown) => {
          log.error({ error: String(error) }, 'The end was not clean.');
          process.exit(EXIT_RUNTIME);
        },
      );
    });
  }
}

/** What nobody has caught may have left anything half done: the next start begins from what is kept. */
function endOnFault(log: CommandLog): void {
  process.on('uncaughtException', (error) => {
    log.error({ error: error.stack ?? String(error) }, 'A fault of the program.');
    process.exit(EXIT_RUNTIME);
  });
}

/**
 * `earshot stage`: runs until a signal ends it.
 *
 * @param root the folder of the build.
 * @throws CommandError that says what is wrong.
 */
export async function runStage(args: readonly string[], root: URL): Promise<void> {
  const options = readStageArguments(args, process.env);
  const config = configOf(options);
  const isTerminal = process.stdout.isTTY === true;
  const log = createLog(options.logLevel, isTerminal);
  const name = config.stage ?? DEFAULT_STAGE;
  const { store, secrets, kind, close } = await openStorage(options, name, process.env, log);
  const accepts = config.channel ? (config.channel.accepts ?? []) : [];
  const site = createSite(root, {
    title: config.title ?? DEFAULT_TITLE,
    hasHand: accepts.includes('hand'),
  });
  const stage = createStage({ ...config, secrets, store, log });
  logChanges(stage, log);
  endOnFault(log);
  const served = await serve(stage, options, site);
  stopOnSignal(async () => {
    await served.close();
    await close();
  }, log);
  if (!(await isReady(stage))) {
    log.warn({ store: kind }, 'The store has not answered yet. The stage starts when it does.');
    await stage.ready;
  }
  const base = config.publicUrl ?? served.url;
  const places = placesOf(base);
  if (isTerminal) {
    const operator = urlAt(base, await stage.operatorPath());
    return console.log(banner(VERSION, places, operator, kind));
  }
  const { listen, document, snippet } = places;
  const embed = snippet.join('\n');
  const facts = { version: VERSION, stage: name, node: stage.node, store: kind };
  log.info({ ...facts, listen, document, embed }, 'The stage is running.');
}
