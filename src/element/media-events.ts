import type { CommonState, State } from '../policy/state.ts';

/** The events of `<earshot-listener>`: those of a media element, and `statechange` after every change of its state. */
export interface EarshotListenerEventMap extends Omit<HTMLElementEventMap, 'error'> {
  /** The property `state` has changed; at most once a second while only times change. Never after the end. */
  statechange: Event;
  /** An error ended the session or prevented its start; see the property `error`. */
  error: Event;
}

/** `addEventListener` and `removeEventListener` as those of an HTMLElement, with the types of {@link EarshotListenerEventMap}. */
export interface TypedEvents<Target> {
  /** Its listener gets events whose `currentTarget` is the element. */
  addEventListener<Type extends keyof EarshotListenerEventMap>(
    type: Type,
    listener: TypedListener<Target, Type>,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** Any other event. */
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** Takes back what `addEventListener` was given. */
  removeEventListener<Type extends keyof EarshotListenerEventMap>(
    type: Type,
    listener: TypedListener<Target, Type>,
    options?: boolean | EventListenerOptions,
  ): void;
  /** Any other event. */
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

/** A listener of an event of the element. */
export type TypedListener<Target, Type extends keyof EarshotListenerEventMap> = (
  this: Target,
  event: EarshotListenerEventMap[Type] & { readonly currentTarget: Target },
) => void;

type Snapshot = State | null;

/** As a media element defines it: playback does not continue without an action. */
export const isPaused = (state: Snapshot): boolean =>
  !state || ['paused', 'blocked', 'ended', 'closed'].includes(state.status);

/** Whether media advances, audible or muted. */
export const isAdvancing = (state: Snapshot): boolean =>
  state?.status === 'hearing' || state?.status === 'muted';

/** Whether a recording plays, or is about to. */
export const isRecording = (state: Snapshot): boolean => state?.source?.kind === 'recording';

/** The length of a recording, ms; `Infinity` for a live source. */
export const lengthOf = (state: Snapshot): number => {
  const { from = null, to = 0 } = state?.seekable ?? {};
  return isRecording(state) && from !== null ? to - from : Infinity;
};

/** The media events between two snapshots, in order. `null`: no session. */
export const eventsBetween = (before: Snapshot, after: Snapshot): string[] => {
  const events: string[] = [];
  const begins = !before && after;
  if (begins) events.push('loadstart');
  if (isPaused(before) && !isPaused(after)) events.push('play');
  if (!isPaused(before) && isPaused(after)) events.push('pause');
  if (!isAdvancing(before) && isAdvancing(after)) events.push('playing');
  if (!isPaused(after) && !isAdvancing(after) && (isPaused(before) || isAdvancing(before))) {
    events.push('waiting');
  }
  if (before && after) {
    const isOther = (...names: (keyof CommonState)[]) =>
      names.some((name) => before[name] !== after[name]);
    const isFirst = before.programTime === null && after.programTime !== null;
    if (isFirst || lengthOf(before) !== lengthOf(after)) events.push('durationchange');
    if (isFirst) events.push('loadedmetadata');
    if (isOther('programTime')) events.push('timeupdate');
    // The buffer also grows while paused.
    if (isOther('behindLive') || before.seekable?.to !== after.seekable?.to)
      events.push('progress');
    if (isOther('muted', 'volume')) events.push('volumechange');
  }
  if (before?.status !== 'ended' && after?.status === 'ended') events.push('ended');
  if (before?.status !== 'closed' && after?.status === 'closed') {
    events.push(after.error ? 'error' : 'emptied');
  }
  return events;
};
