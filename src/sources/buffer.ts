// A range that begins this close counts as reached: segments rarely meet to the sample.
const NEAR = 0.1;

/**
 * Milliseconds of media that the element can play from where it is. A gap between ranges is no end:
 * the element jumps over it, as between MP3 segments, whose frames do not fill them.
 */
export const aheadOf = ({ buffered, currentTime }: HTMLMediaElement): number => {
  let seconds = 0;
  for (let index = 0; index < buffered.length; index++) {
    if (buffered.start(0) > currentTime + NEAR) break;
    seconds += Math.max(0, buffered.end(index) - Math.max(buffered.start(index), currentTime));
  }
  return seconds * 1_000;
};
