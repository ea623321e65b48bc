import { OPUS_RATE, PACKET_MS } from './voice.ts';

const NTP_EPOCH_MS = Date.UTC(1900, 0, 1);
const TICKS_PER_MS = OPUS_RATE / 1000;
/** A longer lateness is a sleep of the machine: what was to be said meanwhile is not sent. */
const MOST_LATE_MS = 1000;

/** The RTP timestamp of a program time: one clock for all listeners. */
export function rtpTime(programMs: number): number {
  return Math.round(programMs * TICKS_PER_MS) % 2 ** 32;
}

/** A wall-clock time as RTCP has it: seconds since 1900 in 32.32 bits. */
export function ntpTime(epochMs: number): bigint {
  const ms = epochMs - NTP_EPOCH_MS;
  const seconds = Math.floor(ms / 1000);
  const fraction = Math.floor(((ms % 1000) / 1000) * 2 ** 32);
  return (BigInt(seconds) << 32n) | BigInt(fraction);
}

/**
 * Calls for each 20 ms of the program as soon as they have passed, with the time when they began.
 * A late timer is made up for, so that it never drifts. Returns how to stop it.
 */
export function pace(say: (programMs: number) => void): () => void {
  const passed = () => Math.floor(Date.now() / PACKET_MS) * PACKET_MS;
  let next = passed();
  let isStopped = false;
  let timer = setTimeout(turn, PACKET_MS);

  function turn(): void {
    if (Date.now() - next > MOST_LATE_MS) next = passed() - PACKET_MS;
    for (; !isStopped && next < passed(); next += PACKET_MS) say(next);
    if (!isStopped) timer = setTimeout(turn, Math.max(0, next + PACKET_MS - Date.now()));
  }

  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
