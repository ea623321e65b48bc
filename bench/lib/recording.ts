import { setTimeout as wait } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { type Fault, startStage } from '../../demo/stage/stage.ts';
import type { Switch } from '../../src/index.ts';
import type {} from '../page/recorded.ts';
import type {} from '../page/tap.ts';
import { visitor } from './browser.ts';
import type { Files } from './bundle.ts';
import { pageOf, site } from './site.ts';
import type { Sound } from './sound.ts';

/** What a listener heard, and what was noted meanwhile. */
export interface Recording {
  readonly sound: Sound;
  readonly notes: readonly Note[];
}

/** Something that happened at a time of the recording, seconds. */
export interface Note {
  readonly name: string;
  readonly at: number;
  readonly detail: unknown;
}

/** What the SDK says of itself, noted ten times a second. */
export interface LookDetail {
  readonly status: string;
  readonly programTime: number | null;
  readonly speed: number | null;
}

/** The names of the notes. */
export const BEGIN = 'begin';
export const KILL = 'kill';
export const END = 'end';
export const SWITCH = 'switch';
export const LOOK = 'look';

const STEADY = 6_000;
const AFTER = 5_000;
const START_WITHIN = 600_000;
const SWITCH_WITHIN = 90_000;

/** Records a listener who is given no element, or one, while CDN a dies and CDN b serves. */
export const recordDeath = (browser: Browser, files: Files[], fault: Fault, given: boolean) =>
  record(browser, files, given, async (page, kill) => {
    await kill(fault);
    const heardFromB = () => !!globalThis.bench.recorded.switches.length;
    await page.waitForFunction(heardFromB, null, { timeout: SWITCH_WITHIN, polling: 100 });
    await wait(AFTER);
  });

/** Records a listener whose sound the bench itself does something to. */
export const recordControl = (
  browser: Browser,
  files: Files[],
  act: (page: Page) => Promise<void>,
) => record(browser, files, false, act);

async function record(
  browser: Browser,
  files: Files[],
  given: boolean,
  act: (page: Page, kill: (fault: Fault) => Promise<void>) => Promise<void>,
): Promise<Recording> {
  const stage = await startStage({ program: 'sweep', routes: site(files, ['tap']) });
  const context = await visitor(browser, 'recorded');
  try {
    const page = await context.newPage();
    const query = { stage: stage.documentUrl, ...(given && { given: '' }) };
    await page.goto(pageOf(stage.url, 'recorded', query));
    const hearing = () => globalThis.bench?.recorded?.session.state.status === 'hearing';
    await page.waitForFunction(hearing, null, { timeout: START_WITHIN, polling: 100 });
    const note = (name: string) => page.evaluate((one) => bench.tap.mark(one), name);
    await note(BEGIN);
    await wait(STEADY);
    await note(KILL);
    await act(page, (fault) => stage.setFault('a', fault));
    await note(END);
    return await fetched(page);
  } finally {
    await context.close();
    await stage.close();
  }
}

async function fetched(page: Page): Promise<Recording> {
  const { rate, first, sound, marks } = await page.evaluate(() => bench.tap.recording());
  const bytes = Uint8Array.from(Buffer.from(sound, 'base64'));
  const notes = marks.map(({ name, frame, detail }) => ({
    name,
    at: (frame - first) / rate,
    detail,
  }));
  const recording = { sound: { rate, samples: new Float32Array(bytes.buffer) }, notes };
  if (timeOf(recording, BEGIN) < 0) throw new Error('The recording was interrupted.');
  return recording;
}

/** The notes of one name. */
export const notesOf = (recording: Recording, name: string): Note[] =>
  recording.notes.filter((note) => note.name === name);

/** When the first note of that name was made. */
export function timeOf(recording: Recording, name: string): number {
  const [note] = notesOf(recording, name);
  if (!note) throw new Error(`The recording has no ${name}.`);
  return note.at;
}

/** What the SDK said at its first switch. */
export const switchOf = (recording: Recording): Switch | null =>
  (notesOf(recording, SWITCH)[0]?.detail as Switch | undefined) ?? null;
