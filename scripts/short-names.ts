// Names of properties that only Earshot's own modules see: minifiers keep the name of a property, so the bundle has short ones.
// A name may stand here if no public type, no stored record, no message, no DOM interface and no string has it:
// test/node/short-names.test.ts checks that. A record of `session.record()` has the short names too, and scripts/replay
// reads them by this list: put a new name at the end.
export const NAMES: readonly string[] = [
  'isAdvancing',
  'playWhenReady',
  'excludedBy',
  'failureCount',
  'isClimbing',
  'climbCooldownMs',
  'rungs',
  'facts',
  'storedDeadline',
  'isProbing',
  'describeResponse',
  'isAdopted',
  'isBlocked',
  'firstSoundWithinMs',
  'isSwapping',
  'healthyAt',
  'answeredAt',
  'isComplete',
  'failedAt',
  'failedBy',
  'errorAt',
  'isSuspect',
  'syncFromStorage',
  'isFixed',
  'isReplaceable',
  'hasStandIn',
  'untilOpen',
  'bookProbe',
  'onFinish',
  'urlOf',
  'isMute',
  'fading',
  'aheadOf',
  'putOff',
  'waiters',
  'isolate',
  'onFail',
  'isQuiet',
  'announcement',
  'queuedAt',
  'hush',
  'swaps',
  'keepPlaying',
  'tellSwitch',
  'swappedAt',
  'isOver',
  'onLost',
  'onAction',
  'onSwitch',
  'isChosen',
  'retake',
  'isReplaying',
  'seeksUntil',
  'noteWord',
];

export const SHORT: ReadonlyMap<string, string> = new Map(
  NAMES.map((name, index) => [name, `$${index.toString(36)}`]),
);
const ANY = new RegExp(`\\b(?:${NAMES.join('|')})\\b`, 'g');

/** Rollup: gives them their short names, in every chunk the same. */
export const shortNames = {
  name: 'short-names',
  transform: (code: string, id: string) =>
    /\.build/.test(id)
      ? { code: code.replace(ANY, (name) => SHORT.get(name) ?? name), map: null }
      : null,
};
