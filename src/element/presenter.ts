import type { Host } from '../host/host.ts';
import type { EarshotError } from '../policy/errors.ts';
import type { State } from '../policy/state.ts';
import { createAnnouncer } from './announcer.ts';
import { createCalmWait } from './calm-wait.ts';
import { createFormat, isOfLanguage } from './format.ts';
import type { LiveEdge } from './live-edge.ts';
import type { Picture, PictureState } from './picture.ts';
import type { ElementView } from './view.ts';
import { show } from './view-model.ts';
import { WORDS, type Words } from './words.ts';

const TICK_MS = 1_000;
const NO_PICTURE: PictureState = { floats: null, fills: null };

/** An element that is drawn. */
export interface Presented extends HTMLElement {
  readonly state: State | null;
  readonly error: EarshotError | null;
  readonly muted: boolean;
  readonly volume: number;
  readonly heading: string;
  readonly artist: string;
}

/** What else it is drawn by. */
export interface PresenterFacts {
  readonly edge: LiveEdge;
  readonly host: Host;
  /** In place of those of its language: of all elements, and its own. */
  readonly words: Partial<Words>;
  readonly locales: readonly Words[];
}

/** Draws an element: in its language, calmly, and once a second while a number moves. */
export interface Presenter {
  /** Its code is loaded once there is a video: a stage of sound alone does without. */
  readonly picture: Picture | null;
  draw(): void;
  /** Nothing is drawn by itself any more, until the next draw. */
  stop(): void;
}

/**
 * @param states its custom states; `undefined` in a DOM for tests, as happy-dom.
 * @param onPicture the picture has changed: the type of the event of media elements that tells of it.
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
  let picture: Picture | null = null;
  /** Epoch ms since when it stands at a door; 0: it does not. */
  let queuedAt = 0;
  let stopTick = () => {};

  const loadPicture = async () => {
    const module = await import('./picture.ts');
    if (picture) return;
    picture = new module.Picture(owner, (type) => {
      draw();
      if (type) onPicture(type);
    });
    draw();
  };

  const tell = (status: string) => {
    if (states?.has(status)) return;
    try {
      states?.clear();
      states?.add(status);
    } catch {
      // A browser with an older kind of custom states takes only names with two dashes.
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
    const shown = show({ ...facts, state });
    const { media } = view;
    picture?.follow(media);
    // Without its code there are no buttons for it, and the next draw tries again.
    if (!picture && media && 'videoWidth' in media) loadPicture().catch(() => {});
    view.draw(shown, {
      ...{ heading, artist, muted, volume, words, page },
      percent: format.percent(volume),
      picture: picture?.state ?? NO_PICTURE,
    });
    stopTick();
    const isMoving = shown.counts || state !== now;
    stopTick = isMoving && owner.isConnected ? host.timer(draw, TICK_MS) : () => {};
    tell(now?.status ?? 'idle');
    // The live region waits by itself until a status stays, and must not tell each try.
    if (owner.isConnected)
      announcer.see(state === now ? shown : show({ ...facts, state: now }), host);
  };

  return {
    get picture() {
      return picture;
    },
    draw,
    stop() {
      stopTick();
      announcer.close();
    },
  };
};
