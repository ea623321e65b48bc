import type { OperatorState } from '../operator-state.ts';
import type { Announcer } from './announcer.ts';
import { byId, list, make, say, set } from './dom.ts';
import type { Link } from './feed.ts';
import { duration } from './words.ts';

/** How fresh the figures are. */
export interface Freshness {
  readonly link: Link | null;
  /** Ms since the last figures came; `null`: none have come. */
  readonly age: number | null;
}

const LATE_AFTER_MS = 3_500;
const STORE_LATE_SECONDS = 3;

/** Whether the figures are too old to act on. */
export const isLost = ({ link, age }: Freshness): boolean =>
  link === 'lost' || age === null || age > LATE_AFTER_MS;

/** What is wrong, most urgent first. */
export function warningsOf(state: OperatorState | null, freshness: Freshness): readonly string[] {
  const { age } = freshness;
  if (isLost(freshness)) {
    return age === null
      ? ['The stage does not answer. Trying again …']
      : [`Connection lost. The figures are ${duration(age / 1_000)} old. Trying again …`];
  }
  if (!state) return [];
  const warnings: string[] = [];
  if (state.storeAge >= STORE_LATE_SECONDS) {
    warnings.push(
      `The store has not answered for ${duration(state.storeAge)}: nobody new is admitted, and changes are not possible.`,
    );
  }
  if (state.nodes.length > 0 && !state.nodes.some(({ isKeeper }) => isKeeper)) {
    warnings.push('No node is the keeper. The doors go on opening at their last rate.');
  }
  return warnings;
}

const LINK_WORDS: Readonly<Record<Link, string>> = {
  channel: 'Live',
  polling: 'Every 2 s',
  lost: 'Connection lost',
};

/** How the page is connected, and what is wrong. */
export function createStatusBar(announcer: Announcer) {
  const [chip, warnings] = [byId('link'), byId('warnings')];
  let wasLost = false;
  let before: readonly string[] = [];
  return {
    update(state: OperatorState | null, freshness: Freshness): void {
      const { link, age } = freshness;
      const lost = isLost(freshness);
      set(document.body, 'data-lost', String(lost));
      set(chip, 'data-link', lost ? 'lost' : (link ?? 'lost'));
      const old = age === null || (age < 1_500 && !lost) ? '' : `, ${duration(age / 1_000)} old`;
      say(chip, `${LINK_WORDS[lost ? 'lost' : (link ?? 'lost')]}${old}`);
      const now = warningsOf(state, freshness);
      byId('retry').hidden = !lost;
      list(
        warnings,
        now,
        () => make('li'),
        (item, text) => say(item, text),
      );
      // Once each, not with each second that they grow older.
      if (lost && !wasLost) announcer.alert('Connection to the stage lost. The figures are old.');
      if (!lost && wasLost) announcer.say('Connected again.');
      if (!lost && now.length > before.length) announcer.say(now.at(-1) ?? '');
      wasLost = lost;
      before = lost ? before : now;
    },
  };
}
