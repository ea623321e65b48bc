import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launch } from '../../bench/lib/browser.ts';
import { type Stage, startStage } from '../../demo/stage/stage.ts';
import { install, pack } from './project.ts';

/** What the parts share; each thing is made when the first part asks for it. */
export interface Tools {
  /** A folder that is gone afterwards. */
  readonly folder: string;
  tarball(): Promise<string>;
  /** What npm tells of the tarball. */
  packed(): ReturnType<typeof pack>;
  /** A project in which nothing but the tarball was installed. */
  project(): Promise<string>;
  browser(): Promise<Browser>;
  stage(): Promise<Stage>;
  /** The URL of an HLS playlist of the stage. */
  playlist(): Promise<string>;
  close(): Promise<void>;
}

const once = <Thing>(make: () => Promise<Thing>): (() => Promise<Thing>) => {
  let made: Promise<Thing> | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

/** Tools in a temporary folder, outside the repository, so that nothing resolves into it. */
export const createTools = async (): Promise<Tools> => {
  const folder = await mkdtemp(join(tmpdir(), 'earshot-package-'));
  const closing: (() => Promise<void>)[] = [];
  const packed = once(() => pack(folder));
  const tarball = async () => (await packed()).path;
  const stage = once(async () => {
    const started = await startStage();
    closing.push(started.close);
    return started;
  });
  return {
    folder,
    packed,
    tarball,
    project: once(async () => install(join(folder, 'consumer'), await tarball())),
    browser: once(async () => {
      const browser = await launch();
      closing.push(() => browser.close());
      return browser;
    }),
    stage,
    playlist: async () => `${(await stage()).cdn.a}/talk.m3u8`,
    async close() {
      await Promise.all(closing.map((close) => close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
};
