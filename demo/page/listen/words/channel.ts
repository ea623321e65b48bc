import type { State } from '../../earshot.js';
import { due, reason } from './state.ts';

/** How the channel stands, in a sentence. */
export function channelWords({ channel }: State, now: number): string {
  const { status, wait, isLeader } = channel;
  if (status === 'open') {
    return isLeader ? 'The channel is open.' : 'The channel is open, in another tab of yours.';
  }
  if (status === 'excluded') {
    return 'The server closed the channel for good. The stage document may name another.';
  }
  if (!wait) return 'The channel is connecting.';
  return `The channel ${reason(wait.error)}. Try ${wait.attempt} ${due(wait, now)}.`;
}

/** What happened to it, for the record; nothing of what passes by. */
export function channelNews({ channel }: State): string | null {
  if (channel.status === 'open') return 'The channel is open';
  return channel.status === 'excluded' ? 'The channel was closed for good' : null;
}

/** The count in a message that the stage sent, if it is one. */
export const countOf = (value: unknown): number =>
  Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : 0;
