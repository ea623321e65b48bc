// Runs before any player, and knows each of its peer connections.
const peers: RTCPeerConnection[] = [];

globalThis.RTCPeerConnection = new Proxy(RTCPeerConnection, {
  construct(Peer, given) {
    const peer = Reflect.construct(Peer, given);
    peers.push(peer);
    return peer;
  },
});

/** Samples that the browser has made up for packets that did not come, and all that it has played. */
export interface Concealment {
  readonly concealed: number;
  readonly played: number;
}

/** Of all peer connections together. Comfort noise in a pause does not count. */
export async function concealment(): Promise<Concealment> {
  const sum = { concealed: 0, played: 0 };
  for (const peer of peers) {
    for (const report of (await peer.getStats()).values()) {
      if (report.type !== 'inbound-rtp' || report.kind !== 'audio') continue;
      sum.concealed += (report.concealedSamples ?? 0) - (report.silentConcealedSamples ?? 0);
      sum.played += report.totalSamplesReceived ?? 0;
    }
  }
  return sum;
}
