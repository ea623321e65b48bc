// A range that starts this close counts as reached: segments rarely meet at the exact sample.
const NEAR = 0.1;

/**
 * Milliseconds of media that the element can play from its position. A gap between ranges is not the end: the element
 * jumps over it, for example between MP3 segments, whose frames do not fill them.
 */
export const aheadOf = ({ buffered, currentTime }: HTMLMediaElement): number => {
  let seconds = 0;
  for (let index = 0; index < buffered.length; index++) {
    if (buffered.start(0) > currentTime + NEAR) break;
    seconds += Math.max(0, buffered.end(index) - Math.max(buffered.start(index), currentTime));
  }
  return seconds * 1_000;
};
