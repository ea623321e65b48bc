import {
  createElement,
  type ForwardRefExoticComponent,
  forwardRef,
  type HTMLAttributes,
  type RefAttributes,
  type RefObject,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import type { EarshotListener as ListenerElement } from '../element/listener.ts';
import { eventsBetween } from '../element/media-events.ts';
import type { Words } from '../element/words.ts';
import type { State } from '../policy/state.ts';
import type { ListenOptions } from '../session/options.ts';

/** The element type: what a ref of {@link EarshotListener} holds. */
export type EarshotListenerElement = ListenerElement;

/** Handles an event of the element: the browser's own event, which does not bubble. */
export type EarshotListenerHandler = (
  event: Event & { readonly currentTarget: EarshotListenerElement },
) => void;

/** The handlers of the element's events: docs/element.md says when each fires. */
export interface EarshotListenerHandlers {
  /**
   * Called with each new state of the session. If the element has a state when the component mounts or hydrates, the
   * handler gets that state at once. Never called before the first press.
   */
  readonly onState?: ((state: State) => void) | undefined;
  /** The first program time is known, or a recording begins or has another length. Never for a source without program time. */
  readonly onDurationChange?: EarshotListenerHandler | undefined;
  /** The session was closed: removal, another `src`, `load()`, or `pause()` before the event started. */
  readonly onEmptied?: EarshotListenerHandler | undefined;
  /** The event is over and was played to its end. Never if the session is closed or fails first. */
  readonly onEnded?: EarshotListenerHandler | undefined;
  /** Picture-in-Picture has started. Needs a video, and a browser with Picture-in-Picture. */
  readonly onEnterPictureInPicture?: EarshotListenerHandler | undefined;
  /**
   * An error ended the session, or `src` or `options` is invalid: read the property `error` of the element. Never for
   * an error that the session survives.
   */
  readonly onError?: EarshotListenerHandler | undefined;
  /** Picture-in-Picture has ended. */
  readonly onLeavePictureInPicture?: EarshotListenerHandler | undefined;
  /** The first program time is known. Never for a source without program time. */
  readonly onLoadedMetadata?: EarshotListenerHandler | undefined;
  /** A session starts. */
  readonly onLoadStart?: EarshotListenerHandler | undefined;
  /** Playback was paused or blocked, or has ended. */
  readonly onPause?: EarshotListenerHandler | undefined;
  /** Playback was requested. `onPlaying` may come much later. */
  readonly onPlay?: EarshotListenerHandler | undefined;
  /**
   * Media advances, audible or muted: the property `hearing` tells which. Fires again after each interruption; never
   * if no source plays.
   */
  readonly onPlaying?: EarshotListenerHandler | undefined;
  /** The distance to live has changed. Never for a source without program time. */
  readonly onProgress?: EarshotListenerHandler | undefined;
  /** The size of the video has changed. Needs a video. */
  readonly onResize?: EarshotListenerHandler | undefined;
  /** A seek by `currentTime` is over, whether or not playback is there. Never for `session.seek()`. */
  readonly onSeeked?: EarshotListenerHandler | undefined;
  /** A seek by `currentTime` has begun. Never for `session.seek()`. */
  readonly onSeeking?: EarshotListenerHandler | undefined;
  /** The program time has changed, at most once a second. Never for a source without program time. */
  readonly onTimeUpdate?: EarshotListenerHandler | undefined;
  /** `muted` or `volume` has changed, for any reason. */
  readonly onVolumeChange?: EarshotListenerHandler | undefined;
  /** Playback was requested, but media does not advance, or is silent after a fall. */
  readonly onWaiting?: EarshotListenerHandler | undefined;
}

/** The props of {@link EarshotListener}: the element's own properties, its events, and those of any HTML element. */
export interface EarshotListenerProps
  extends Omit<HTMLAttributes<EarshotListenerElement>, keyof EarshotListenerHandlers>,
    EarshotListenerHandlers {
  /** URL of a stage document or of an HLS playlist. A change starts again with the new URL. Default: none. */
  readonly src?: string | undefined;
  /** Starts without a press, if the browser allows it. Default: `false`. */
  readonly autoplay?: boolean | undefined;
  /** Mutes or unmutes when it changes; the listener's own choice holds until the next change. Default: `false`. */
  readonly muted?: boolean | undefined;
  /**
   * The volume, 0 to 1. Applied when it changes; the listener's own choice holds until the next change. Default: 1.
   */
  readonly volume?: number | undefined;
  /** The title: shown, and passed to the system's media controls. Default: none. */
  readonly heading?: string | undefined;
  /** The speaker, shown and passed on like `heading`. Default: none. */
  readonly artist?: string | undefined;
  /** URL of a picture for the system's media controls. Default: none. */
  readonly artwork?: string | undefined;
  /** Shows and announces nothing: for custom controls. Default: `false`. */
  readonly nocontrols?: boolean | undefined;
  /** More options of `listen()`. A change applies at the next start. Default: none. */
  readonly options?: Partial<ListenOptions> | undefined;
  /** Words for this element only. Default: none. */
  readonly words?: Partial<Words> | undefined;
}

const ATTRIBUTES = ['src', 'autoplay', 'heading', 'artist', 'artwork', 'nocontrols'] as const;

const HANDLERS = [
  'onDurationChange',
  'onEmptied',
  'onEnded',
  'onEnterPictureInPicture',
  'onError',
  'onLeavePictureInPicture',
  'onLoadedMetadata',
  'onLoadStart',
  'onPause',
  'onPlay',
  'onPlaying',
  'onProgress',
  'onResize',
  'onSeeked',
  'onSeeking',
  'onTimeUpdate',
  'onVolumeChange',
  'onWaiting',
] as const;

const OTHERS = ['muted', 'volume', 'options', 'words', 'onState', 'className', 'hidden'] as const;

/** True for a prop that React does not get unchanged. */
const isOwn = (prop: string): boolean =>
  [ATTRIBUTES, HANDLERS, OTHERS].some((names: readonly string[]) => names.includes(prop));

const typeOf = (handler: string): string => handler.slice('on'.length).toLowerCase();

const handlerOf = (type: string) => HANDLERS.find((handler) => typeOf(handler) === type);

/** A layout effect in a browser. On a server React would warn about it, because there is no layout. */
const useBrowserEffect: typeof useEffect = (effect, dependencies) => {
  const use = 'HTMLElement' in globalThis ? useLayoutEffect : useEffect;
  use(effect, dependencies);
};

/** The attributes for the server's markup, so that the element works before React does. */
const markupOf = (props: EarshotListenerProps): Record<string, string | true> => {
  const markup: Record<string, string | true> = {};
  for (const name of [...ATTRIBUTES, 'muted'] as const) {
    const value = props[name];
    // React 18 writes `false` as text, and the attribute "false" counts as set.
    if (value || value === '') markup[name] = value;
  }
  return markup;
};

/** The props that React gets unchanged. */
const restOf = (props: EarshotListenerProps): Record<string, unknown> => ({
  ...Object.fromEntries(Object.entries(props).filter(([name]) => !isOwn(name))),
  // React 18 supports neither `className` nor `false` on a custom element.
  class: props.className,
  hidden: props.hidden || undefined,
});

/** Sets what has changed. An element whose code has not loaded takes its properties over later. */
const update = (
  element: EarshotListenerElement,
  before: EarshotListenerProps,
  now: EarshotListenerProps,
): void => {
  for (const name of ATTRIBUTES) {
    const value = now[name];
    if (value === before[name]) continue;
    if (value || value === '') element.setAttribute(name, value === true ? '' : value);
    else element.removeAttribute(name);
  }
  for (const [name, value] of Object.entries(before)) {
    const isGone = (now as Record<string, unknown>)[name] === undefined;
    // React 19 removes a property by setting `undefined`, which an attribute reads as "undefined".
    if (isGone && typeof value === 'string') element.removeAttribute(name);
  }
  const { options = {}, words = {}, muted = false, volume } = now;
  if (now.options !== before.options) element.options = options;
  if (now.words !== before.words) element.words = words;
  if (now.muted !== before.muted) element.muted = muted;
  if (volume !== undefined && volume !== before.volume) element.volume = volume;
};

/** An event that the element dispatched before the component listened. */
const missed = (type: string, element: EarshotListenerElement): Event =>
  Object.defineProperties(new Event(type), {
    target: { value: element },
    currentTarget: { value: element },
  });

/**
 * Forwards the element's events to the handlers of the last render, the missed ones first.
 *
 * @param told the last state that the handlers have received.
 * @returns a function that stops it.
 */
const follow = (
  element: EarshotListenerElement,
  props: RefObject<EarshotListenerProps>,
  told: RefObject<State | null>,
): (() => void) => {
  const pass = (event: Event): void => {
    const name = handlerOf(event.type);
    if (name) {
      props.current?.[name]?.(event as Parameters<EarshotListenerHandler>[0]);
      return;
    }
    told.current = element.state;
    if (element.state) props.current?.onState?.(element.state);
  };
  const types = [...HANDLERS.map(typeOf), 'statechange'];
  for (const type of types) element.addEventListener(type, pass);
  // An element whose code has not loaded has no property `state`.
  const state = element.state ?? null;
  if (state && state !== told.current) {
    const events = eventsBetween(told.current, state);
    for (const type of [...events, 'statechange']) pass(missed(type, element));
  }
  return () => {
    for (const type of types) element.removeEventListener(type, pass);
  };
};

/**
 * `<earshot-listener>` as a component for React 18 or newer. It sets the element's properties and listens to its
 * events, also if the element works before React does.
 *
 * A server renders its attributes; the browser loads `earshot/element` when the component mounts. A ref holds the
 * element. Its methods exist once that code has loaded (`customElements.whenDefined('earshot-listener')`).
 */
export const EarshotListener: ForwardRefExoticComponent<
  EarshotListenerProps & RefAttributes<EarshotListenerElement>
> = /* @__PURE__ */ forwardRef(function EarshotListener(props, ref) {
  const element = useRef<EarshotListenerElement>(null);
  // The markup of the first render sets `muted`; setting it again would undo the listener's choice.
  const last = useRef<EarshotListenerProps>({ muted: props.muted });
  const told = useRef<State | null>(null);
  const [markup] = useState(() => markupOf(props));
  useImperativeHandle(ref, () => element.current as EarshotListenerElement, []);
  useBrowserEffect(() => {
    if (element.current) update(element.current, last.current, props);
    last.current = props;
  });
  useBrowserEffect(() => (element.current ? follow(element.current, last, told) : undefined), []);
  useEffect(() => {
    import('../element/index.ts');
  }, []);
  return createElement('earshot-listener', { ...restOf(props), ...markup, ref: element });
});
