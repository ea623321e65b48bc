// Ranges this close count as one: segments rarely meet to the sample.
const HOLE = 0.1;

/** Milliseconds of media that the element can play from where it is. */
export const aheadOf = ({ buffered, currentTime }: HTMLMediaElement): number => {
  let end = currentTime;
  for (let index = 0; index < buffered.length; index++) {
    if (buffered.start(index) <= end + HOLE) end = Math.max(end, buffered.end(index));
  }
  return (end - currentTime) * 1_000;
};
