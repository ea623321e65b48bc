import { writeClipboard } from '../host/clipboard.ts';
import type { EarshotError } from '../policy/errors.ts';
import { encode } from '../policy/record.ts';
import { plainUrl } from '../policy/redact.ts';
import type { State } from '../policy/state.ts';
import type { Session } from '../session/api.ts';
import { VERSION } from '../version.ts';
import { maker, setAttribute, setText, unhide } from './dom.ts';
import type { ElementView } from './view.ts';
import type { Words } from './words.ts';

/** What a report is made of. */
export interface Reported {
  readonly error: EarshotError | null;
  readonly state: State | null;
  readonly session: Session | null;
}

/**
 * The text that "copy details" copies: JSON that `npm run replay` reads if there is a record. It has no tokens,
 * queries or messages.
 */
export const reportOf = ({ error, state, session }: Reported, browser: string): string => {
  const { status, ladder = [], stage } = state ?? {};
  const sources = ladder.map(({ kind, url, status, error }) => ({ kind, url, status, error }));
  const report = { browser, error, status, stage, sources };
  return JSON.stringify({
    earshot: VERSION,
    ...session?.record(),
    ...Object(encode(report, plainUrl)),
  });
};

/** A button that copies a report of the error that has ended playback. */
export interface Details {
  draw(words: Words): void;
}

export const createDetails = (owner: HTMLElement & Reported, view: ElementView): Details => {
  const page = owner.ownerDocument;
  const { html } = maker(page);
  const button = html('button', { type: 'button', part: 'copy-details', dir: 'auto' });
  // Where a page may not write to the clipboard, the listener can.
  const text = html('textarea', { part: 'details', readonly: '', rows: '3', hidden: '' });
  let words: Words | undefined;
  /** The error whose report is in the clipboard. */
  let copied: EarshotError | null = null;
  view.add(text);
  view.add(button);

  const draw = () => {
    const { error } = owner;
    unhide(button, !!error);
    if (!error || !words) return unhide(text, false);
    setText(button, copied === error ? words.detailsCopied : words.copyDetails);
    setAttribute(text, 'aria-label', words.copyDetails);
  };

  const copy = async () => {
    const { error } = owner;
    const report = reportOf(owner, page.defaultView?.navigator.userAgent ?? '');
    const isCopied = await writeClipboard(page, report);
    // Another session may have begun meanwhile.
    if (error !== owner.error || !words) return;
    if (isCopied) {
      copied = error;
      view.announce(words.detailsCopied);
    } else {
      text.value = report;
      unhide(text, true);
      text.select();
    }
    draw();
  };
  button.addEventListener('click', () => void copy());

  return {
    draw(current) {
      words = current;
      draw();
    },
  };
};
