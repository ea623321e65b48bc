import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { StageConfig } from '../../src/stage-server/config-types.ts';
import { type ServedStage, serveStage } from '../../src/stage-server/node/serve.ts';
import { createStage } from '../../src/stage-server/stage.ts';
import type { StageServer } from '../../src/stage-server/stage-api.ts';

export const SECRET = 'the secret of this stage, of 32 bytes and more';

/** A stage with two doors, three sources and a channel, on a port of its own. */
export interface OperatedStage {
  readonly stage: StageServer;
  readonly served: ServedStage;
  /** The URL of the page, with an invitation. */
  invitation(name?: string): Promise<string>;
  close(): Promise<void>;
}

const CONFIG: StageConfig = {
  title: 'An evening with Ada',
  sources: [
    { kind: 'whep', url: 'https://stage.example/talk/whep', door: 'floor' },
    { kind: 'hls', url: 'https://cdn-a.example/talk.m3u8' },
    { kind: 'hls', url: 'https://cdn-b.example/talk.m3u8', isOut: true },
  ],
  doors: {
    floor: { capacity: 200, most: 5_000, listeners: 100_000 },
    balcony: { capacity: 20, listeners: 1_000, opensIn: 600 },
  },
  channel: { accepts: ['hand'] },
};

/** @param port 0: any free one. */
export async function operatedStage(
  config: StageConfig = {},
  port = 0,
  secret = SECRET,
): Promise<OperatedStage> {
  const stage = createStage({ ...CONFIG, ...config, secrets: [secret] });
  const served = await serveStage(stage, { port, host: '127.0.0.1' });
  await stage.ready;
  return {
    stage,
    served,
    invitation: async (name = 'Grace') => `${served.url}${await stage.operatorPath(name)}`,
    close: () => served.close({ window: 1 }),
  };
}

/** Ends what hangs. */
const TIMEOUT_MS = 600_000;

/** The page at a URL. */
export async function openOperatorPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const page = await browser.newPage({ reducedMotion: 'reduce', ...options });
  page.setDefaultTimeout(TIMEOUT_MS);
  await page.goto(url);
  return page;
}

/** The page, signed in and live. */
export async function signedIn(
  browser: Browser,
  { invitation }: Pick<OperatedStage, 'invitation'>,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const page = await openOperatorPage(browser, await invitation(), options);
  await page.locator('#link[data-link="channel"]').waitFor();
  return page;
}

/** The parts of a stage document that tests look at. */
export interface PlainDocument {
  readonly state: string;
  readonly spread: number;
  readonly sources: readonly unknown[];
  readonly doors: Readonly<Record<string, { readonly opensPerSecond: number }>>;
}

/** A frame of the channel, as it came. */
export interface PlainFrame {
  readonly op: string;
  readonly document?: PlainDocument;
  readonly seconds?: number;
  readonly type?: string;
  readonly payload?: unknown;
}

/** A listener of the channel, as any client is one. */
export interface PlainListener {
  /** Resolves with the first document that is so. */
  document(isSo: (document: PlainDocument) => boolean): Promise<PlainDocument>;
  /** All frames so far. */
  readonly frames: readonly PlainFrame[];
  close(): void;
}

/** @param token for the hello. */
export async function plainListener(url: string, token?: string): Promise<PlainListener> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/channel`, 'earshot.v1');
  const frames: PlainFrame[] = [];
  const waiting = new Set<() => void>();
  socket.addEventListener('message', ({ data }) => {
    frames.push(JSON.parse(data));
    for (const look of waiting) look();
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', reject);
  });
  socket.send(JSON.stringify({ op: 'hello', ...(token && { token }) }));
  const document = (isSo: (document: PlainDocument) => boolean) =>
    new Promise<PlainDocument>((resolve) => {
      const look = () => {
        const documents = frames.flatMap((frame) => frame.document ?? []);
        const found = documents.find(isSo);
        if (!found) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return { frames, document, close: () => socket.close() };
}
