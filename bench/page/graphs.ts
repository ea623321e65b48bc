type Connect = (to: AudioNode, output?: number) => AudioNode;

/** Sends what players' own audio graphs send to the loudspeaker to `sum` as well. */
export function tapGraphs(context: AudioContext, sum: AudioNode): void {
  const taps = new WeakMap<BaseAudioContext, AudioNode>();
  const connect = AudioNode.prototype.connect as Connect;

  function tapOf(own: AudioContext): AudioNode {
    const known = taps.get(own);
    if (known) return known;
    const tap = own.createMediaStreamDestination();
    taps.set(own, tap);
    connect.call(context.createMediaStreamSource(tap.stream), sum);
    return tap;
  }

  AudioNode.prototype.connect = function (this: AudioNode, to: AudioNode, ...given: [number?]) {
    const own = this.context;
    if (to instanceof AudioDestinationNode && own instanceof AudioContext && own !== context) {
      connect.call(this, tapOf(own), given[0]);
    }
    return connect.call(this, to, ...given);
  } as typeof AudioNode.prototype.connect;
}
