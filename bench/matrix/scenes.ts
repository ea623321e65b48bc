import { type Stage, type Fault as StageFault, startStage } from '../../demo/stage/stage.ts';
import { chosenOrigin, earshotFiles, type Files, hlsFiles, pageFiles } from '../lib/bundle.ts';
import type { Harm } from '../lib/misdeeds/served.ts';
import { Served } from '../lib/misdeeds/served.ts';
import { site } from '../lib/site.ts';
import { openCable } from './namespace.ts';
import { type Limit, Nginx } from './nginx.ts';
import type { Request, Scene } from './scene.ts';

let scripts: Promise<Files[]> | undefined;

type StageOptions = NonNullable<Parameters<typeof startStage>[0]>;

const openStage = async (options: StageOptions = {}): Promise<Stage> => {
  scripts ??= Promise.all([
    earshotFiles(chosenOrigin()),
    hlsFiles('full'),
    pageFiles('ear', 'probe', 'recorder', 'stretches', 'listener'),
  ]);
  const routes = site(await scripts, ['ear', 'probe', 'stretches']);
  return startStage({ program: 'sweep', routes, ...options });
};

/** An origin that does wrong. */
export interface OriginOptions {
  /** Of what is played. Default: the media playlist. */
  readonly path?: string;
  /** Before the page opens. */
  readonly serve?: Harm;
  readonly begin?: Harm;
  readonly end?: Harm;
  readonly stage?: StageOptions;
}

const wellAgain: Harm = ({ origin }) => {
  origin.misdeed = () => undefined;
};

export const originScene = async (options: OriginOptions): Promise<Scene> => {
  const { path = '/sweep.m3u8', serve, begin, end = wellAgain } = options;
  const stage = await openStage(options.stage);
  const served = await Served.open(stage);
  await serve?.(served);
  return {
    pages: stage.url,
    url: served.origin.url + path,
    begin: async () => begin?.(served),
    end: async () => end(served),
    requests: async () => served.origin.entries,
    close: async () => {
      await served.close();
      await stage.close();
    },
  };
};

/** nginx that limits the rate in front of the CDN. */
export const nginxScene = async (limit: Limit): Promise<Scene> => {
  const stage = await openStage();
  const nginx = await Nginx.open(stage.cdn.a, limit);
  return {
    pages: stage.url,
    url: `${nginx.url}/sweep.m3u8`,
    begin: () => nginx.limits(true),
    end: () => nginx.limits(false),
    requests: () => nginx.requests(),
    close: async () => {
      await nginx.close();
      await stage.close();
    },
  };
};

/** The CDN is behind a cable that is cut. */
export const cableScene = async (): Promise<Scene> => {
  const stage = await openStage();
  const cable = await openCable(Number(new URL(stage.cdn.a).port));
  return {
    pages: stage.url,
    url: `${cable.url}/sweep.m3u8`,
    begin: () => cable.cut(),
    end: () => cable.restore(),
    requests: async () => requestsOf(stage),
    close: async () => {
      await cable.close();
      await stage.close();
    },
  };
};

/** A whole stage with its document, one of whose servers fails. */
export const stageScene = async (
  on: Parameters<Stage['setFault']>[0],
  fault: StageFault,
  options: StageOptions = {},
): Promise<Scene> => {
  const stage = await openStage(options);
  return {
    pages: stage.url,
    url: stage.documentUrl,
    begin: () => stage.setFault(on, fault),
    end: () => stage.setFault(on, { kind: 'none' }),
    requests: async () => requestsOf(stage),
    close: () => stage.close(),
  };
};

const PAGES = /^\/(run|page|earshot|hls\.js)/;

const requestsOf = ({ requests }: Stage): Request[] =>
  requests
    .filter(({ path }) => !PAGES.test(path))
    .map(({ at, path, status }) => ({ at, path, isFailed: status === null || status >= 400 }));
