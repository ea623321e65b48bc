// What the bench uses of OvenPlayer, which ships no types.
declare module 'ovenplayer' {
  interface OvenSource {
    readonly label: string;
    readonly type: string;
    readonly file: string;
  }
  const OvenPlayer: {
    create(
      id: string,
      options: {
        autoStart: boolean;
        autoFallback: boolean;
        mute: boolean;
        volume: number;
        webrtcConfig: { iceServers: RTCIceServer[] };
        sources: readonly OvenSource[];
      },
    ): unknown;
  };
  export default OvenPlayer;
}
