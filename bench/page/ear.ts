// Runs before any player: watches every media element that plays, in the document or not.

const EVERY = 50;
/** A pause in the sound this long begins a new stretch of it. */
const PAUSE = 500;

/** What was heard so far. Times are epoch ms. */
export interface Heard {
  /** Media time that passed audibly, ms. */
  readonly total: number;
  /** Media that can still be heard, ms. */
  readonly ahead: number;
  /** When the sound began that is heard now, or was heard last. */
  readonly since: number;
}

const elements = new Map<HTMLMediaElement, number>();
let total = 0;
let since = 0;
let lastAt = 0;
let lookedAt = Date.now();
let enough = Infinity;
const told: { readonly at: number; readonly text: string }[] = [];

const { play } = HTMLMediaElement.prototype;
HTMLMediaElement.prototype.play = function (this: HTMLMediaElement) {
  if (!elements.has(this)) elements.set(this, this.currentTime);
  return play.call(this);
};

const audible = (media: HTMLMediaElement) => !media.paused && !media.muted && media.volume > 0;

function ahead(): number {
  const ends = [...elements.keys()].filter(audible).map(({ buffered, currentTime }) => {
    const last = buffered.length - 1;
    return last < 0 ? 0 : buffered.end(last) - currentTime;
  });
  return 1000 * Math.max(0, ...ends);
}

function look(): void {
  const now = Date.now();
  const wall = now - lookedAt;
  let most = 0;
  for (const [media, position] of elements) {
    const passed = (media.currentTime - position) * 1000;
    elements.set(media, media.currentTime);
    // More than this is a seek.
    if (audible(media) && passed <= 2 * wall + PAUSE) most = Math.max(most, passed);
  }
  lookedAt = now;
  if (!most) return;
  if (now - lastAt > PAUSE) since = now - EVERY;
  lastAt = now;
  total += most;
}

setInterval(look, EVERY);

const heard = (): Heard => ({ total, ahead: ahead(), since });

/** What a bench asks a page about its sound. */
export const ear = {
  heard,
  /** From now on, what lies in the buffer is no proof that anything new has come. */
  mark(): Heard {
    look();
    enough = total + ahead() + 1000;
    return heard();
  },
  /** When the sound began that goes on beyond what lay in the buffer at the mark; 0 before. */
  resumedAt: (): number => (total >= enough && Date.now() - lastAt < PAUSE ? since : 0),
  /** Errors after which the player has given up by its own account. */
  fatal: 0,
  /** What the player said of itself, and when. */
  told,
  /** The last of it. */
  get says(): string {
    return told.at(-1)?.text ?? '';
  },
  set says(text: string) {
    if (text !== told.at(-1)?.text) told.push({ at: Date.now(), text });
  },
  /** For the one who wonders why nothing is heard. */
  describe: () =>
    JSON.stringify({
      ...heard(),
      says: ear.says,
      elements: [...elements.keys()].map((media) => {
        const { paused, muted, volume, readyState, currentTime, buffered, error } = media;
        const ranges = Array.from({ length: buffered.length }, (_, at) => [
          buffered.start(at),
          buffered.end(at),
        ]);
        return { paused, muted, volume, readyState, currentTime, ranges, error: error?.message };
      }),
    }),
};

declare global {
  interface Bench {
    ear: typeof ear;
  }
  var bench: Bench;
}

globalThis.bench = { ...globalThis.bench, ear };
