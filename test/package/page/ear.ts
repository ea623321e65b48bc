// Runs before the page's own scripts: hears what its media elements play, and what its policy stops.
import { onElement } from '../../../bench/page/elements.ts';
import { Ear } from '../../helpers/ear.ts';

const EVERY = 50;

/** What a page has heard, and what it was not allowed to do. */
export interface Heard {
  /** Milliseconds of sound so far, from the decoded samples. */
  readonly sound: number;
  /** Each violation of the page's policy: the directive, what was stopped, and where. */
  readonly violations: readonly string[];
}

let ear: Ear | null = null;
let sound = 0;
const violations: string[] = [];

document.addEventListener('securitypolicyviolation', (event) => {
  const { effectiveDirective, blockedURI, sourceFile, lineNumber, sample } = event;
  violations.push(`${effectiveDirective}: ${blockedURI} ${sample} (${sourceFile}:${lineNumber})`);
});

// Not before the first element, so that its context is made after the listener's gesture.
onElement((media) => {
  ear ??= new Ear();
  if (!ear.elements.includes(media)) ear.add(media);
});

setInterval(() => {
  if (ear?.hears()) sound += EVERY;
}, EVERY);

declare global {
  var heard: () => Heard;
  /** The status that the page shows, or that its element has. */
  var shownStatus: () => string | undefined;
}

globalThis.heard = () => ({ sound, violations });
globalThis.shownStatus = () => {
  const element = document.querySelector<HTMLElement & { state?: { status: string } | null }>(
    'earshot-listener',
  );
  return document.querySelector('output')?.value ?? element?.state?.status;
};
