import type { Host } from '../host/host.ts';
import type { EarshotError } from '../policy/errors.ts';
import type { State } from '../policy/state.ts';
import type { Session } from '../session/api.ts';
import { createAnnouncer } from './announcer.ts';
import { createCalmWait } from './calm-wait.ts';
import type { Extras } from './extras.ts';
import { createFormat, isOfLanguage } from './format.ts';
import type { LiveEdge } from './live-edge.ts';
import type { ElementView } from './view.ts';
import { show } from './view-model.ts';
import { WORDS, type Words } from './words.ts';

const TICK_MS = 1_000;

/** An element that the presenter draws. */
export interface Presented extends HTMLElement {
  readonly state: State | null;
  readonly error: EarshotError | null;
  readonly muted: boolean;
  readonly volume: number;
  readonly heading: string;
  readonly artist: string;
  readonly session: Session | null;
}

/** What the presenter needs in addition. */
export interface PresenterFacts {
  readonly edge: LiveEdge;
  readonly host: Host;
  /** Words that replace those of its language: for all elements, and for this one. */
  readonly words: Partial<Words>;
  readonly locales: readonly Words[];
}

/** Draws an element: in its language, calmly, and once a second while a number counts. */
export interface Presenter {
  draw(): void;
  /** Stops redrawing until the next draw. */
  stop(): void;
}

/**
 * @param states the custom states of the element; `undefined` in a DOM for tests, such as happy-dom.
 * @param onPicture called after a change of the video, with the type of the media event for it.
 */
export const createPresenter = (
  owner: Presented,
  view: ElementView,
  states: CustomStateSet | undefined,
  factsOf: () => PresenterFacts,
  onPicture: (type: string) => void,
): Presenter => {
  const announcer = createAnnouncer((words) => view.announce(words));
  const calm = createCalmWait();
  /** Its code is loaded once there is sound, an error, or a video. */
  let extras: Extras | null = null;
  /** Epoch ms since when it waits at a door; 0: it does not wait. */
  let queuedAt = 0;
  let stopTick = () => {};

  const loadExtras = async () => {
    const { createExtras } = await import('./extras.ts');
    extras ??= createExtras(owner, view, draw, onPicture);
    draw();
  };

  const tell = (status: string) => {
    if (states?.has(status)) return;
    try {
      states?.clear();
      states?.add(status);
    } catch {
      // A browser with an older version of custom states accepts only names with two dashes.
    }
  };

  const draw = () => {
    const { state: now, error, muted, volume, heading, artist } = owner;
    const { edge, host, ...given } = factsOf();
    const page = owner.closest<HTMLElement>('[lang]')?.lang ?? '';
    const locale = given.locales.find(({ lang }) => isOfLanguage(page, lang));
    const words = { ...WORDS, ...locale, ...given.words };
    const format = createFormat(words.lang, page);
    const at = host.now();
    queuedAt = now?.queue ? queuedAt || at : 0;
    const state = calm(now, at, host.elapsed());
    const facts = { refused: error, heading, words, format, edge, now: at, queuedAt };
    const seen = { ...facts, state };
    const shown = show(seen);
    view.draw(shown, {
      ...{ heading, artist, muted, volume, words, page },
      percent: format.percent(volume),
    });
    extras?.draw(seen);
    const { media } = view;
    // Not earlier: while a crowd waits, it must not load this from a server that is in trouble.
    if (!extras && (now?.ahead || error || (media && 'videoWidth' in media)))
      loadExtras().catch(() => {});
    stopTick();
    const isMoving = shown.counts || state !== now;
    stopTick = isMoving && owner.isConnected ? host.timer(draw, TICK_MS) : () => {};
    tell(now?.status ?? 'idle');
    // The live region itself waits until a status lasts, and must not announce each attempt.
    if (owner.isConnected)
      announcer.see(state === now ? shown : show({ ...facts, state: now }), host);
  };

  return {
    draw,
    stop() {
      stopTick();
      announcer.close();
    },
  };
};
