/** What a key does: pause or play, or seconds to go, below 0 for back. */
export type KeyAction = 'press' | number;

const ACTIONS: Readonly<Record<string, KeyAction>> = {
  j: -10,
  arrowleft: -5,
  l: 10,
  arrowright: 5,
  k: 'press',
  ' ': 'press',
};

// These have keys of their own.
const TYPED = 'input,select,textarea,[contenteditable],[role],[controls]';
// Space presses them.
const PRESSED = 'button,a[href],summary';

/**
 * What a key does for the player, `null`: nothing. The left arrow goes back in every language: the timeline runs from
 * left to right in each of them, as on the controls of most players.
 *
 * @param target where the event began, inside the shadow tree too.
 */
export const actionOf = (event: KeyboardEvent, target: Element): KeyAction | null => {
  if (event.defaultPrevented || event.isComposing) return null;
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return null;
  // A keyboard of another alphabet has the same keys in the same places.
  const isOther = event.key.length === 1 && event.key > '\u007f';
  const key = isOther ? event.code.replace('Key', '') : event.key;
  if (target.matches(TYPED) || (key === ' ' && target.matches(PRESSED))) return null;
  const action = ACTIONS[key.toLowerCase()] ?? null;
  return event.repeat && action === 'press' ? null : action;
};
