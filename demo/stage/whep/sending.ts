import {
  type RTCRtpTransceiver,
  RtcpSenderInfo,
  RtcpSourceDescriptionPacket,
  RtcpSrPacket,
  RtpHeader,
  SourceDescriptionChunk,
  SourceDescriptionItem,
} from 'werift';
import { ntpTime, rtpTime } from './clock.ts';
import type { Weather } from './wire.ts';

/** The header extension that tells when the sound in a packet was said. */
export const CAPTURE_TIME = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time';

/** Two reports at once: a player tells the time only from the second one on. */
const FIRST_REPORTS = 2;
const FIRST_REPORTS_EVERY_MS = 100;
const REPORTS_EVERY_MS = 1000;
const CNAME = 1;
/** Packets kept to be sent again: two seconds of 20 ms. */
const KEPT = 100;

/** The packets and reports that one listener is sent. */
export interface Sending {
  /**
   * @param programMs when the packet's samples begin.
   * @param delayMs by how much the sound in the packet is older than that.
   */
  send(programMs: number, packet: Buffer, delayMs: number, weather: Weather): void;
}

// Past werift's own sender, whose reports tell when a packet was sent and not when it was said.
export function createSending(transceiver: RTCRtpTransceiver): Sending {
  const { sender } = transceiver;
  let sequence = Math.floor(Math.random() * 2 ** 15);
  let count = 0;
  let octets = 0;
  let reports = 0;
  let reportedAt = 0;
  let weather: Weather = { stopped: false, loss: 0, jitter: 0 };
  const kept: { header: RtpHeader; packet: Buffer }[] = [];
  sender.onGenericNack.subscribe(({ lost }) => {
    for (const one of kept) if (lost.includes(one.header.sequenceNumber)) give(one);
  });

  /** Sends a packet, if the weather lets it. */
  function give({ header, packet }: { header: RtpHeader; packet: Buffer }): void {
    if (weather.stopped || Math.random() < weather.loss) return;
    const send = () => void sender.dtlsTransport?.sendRtp(packet, header);
    if (weather.jitter) setTimeout(send, Math.random() * weather.jitter);
    else send();
  }

  function report(now: number, delayMs: number): void {
    reports++;
    reportedAt = now;
    const info = new RtcpSenderInfo({
      ntpTimestamp: ntpTime(now),
      // The sound said now will carry this timestamp.
      rtpTimestamp: rtpTime(now + delayMs),
      packetCount: count,
      octetCount: octets,
    });
    const items = [new SourceDescriptionItem({ type: CNAME, text: 'earshot-stage' })];
    const chunks = [new SourceDescriptionChunk({ source: sender.ssrc, items })];
    const packets = [
      new RtcpSrPacket({ ssrc: sender.ssrc, senderInfo: info }),
      new RtcpSourceDescriptionPacket({ chunks }),
    ];
    // A listener who has just gone is noticed elsewhere.
    sender.dtlsTransport?.sendRtcp(packets).catch(() => {});
  }

  function header(programMs: number, delayMs: number): RtpHeader {
    const capture = transceiver.headerExtensions.find(({ uri }) => uri === CAPTURE_TIME);
    const said = Buffer.alloc(8);
    if (capture) said.writeBigUInt64BE(ntpTime(programMs - delayMs));
    return new RtpHeader({
      payloadType: sender.codec?.payloadType ?? 0,
      sequenceNumber: sequence,
      timestamp: rtpTime(programMs),
      ssrc: sender.ssrc,
      extension: capture !== undefined,
      extensions: capture ? [{ id: capture.id, payload: said }] : [],
    });
  }

  return {
    send(programMs, packet, delayMs, current) {
      weather = current;
      const transport = sender.dtlsTransport;
      if (transport?.state !== 'connected' || !sender.codec) return;
      const now = Date.now();
      const due = reports < FIRST_REPORTS ? FIRST_REPORTS_EVERY_MS : REPORTS_EVERY_MS;
      if (now - reportedAt >= due) report(now, delayMs);
      if (weather.stopped) return;
      sequence = (sequence + 1) % 2 ** 16;
      count++;
      octets += packet.length;
      const one = { header: header(programMs, delayMs), packet };
      kept.push(one);
      if (kept.length > KEPT) kept.shift();
      give(one);
    },
  };
}
