import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Answer, json, refusal } from './answers.ts';
import type { Timeline } from './timeline.ts';

const SPREAD_SECONDS = 5;
const REFRESH_SECONDS = 10;
const MAX_AGE_SECONDS = 5;

export interface DocumentOptions {
  timeline: Timeline;
  program: 'talk' | 'sweep';
  cdn: { a: string; b: string };
  /** Fields that replace or extend those of the stage. */
  overrides: Partial<Record<string, unknown>>;
}

/** The stage document at a moment. Within one second it is the same bytes for everyone. */
export function stageDocument(options: DocumentOptions, at: number): Record<string, unknown> {
  const { timeline, overrides } = options;
  const ended = timeline.hasEnded(at);
  return {
    version: 1,
    // Also grows when the stage is started anew, so that no client takes the new one for stale.
    sequence: Math.floor(timeline.openedAt / 1000) + (ended ? 1 : 0),
    serverTime: new Date(Math.floor(at / 1000) * 1000).toISOString(),
    state: ended ? 'ended' : timeline.startsAt > at ? 'scheduled' : 'live',
    startsAt: new Date(timeline.startsAt).toISOString(),
    title: 'The talk that says its own time',
    sources: sources(options),
    spread: SPREAD_SECONDS,
    refresh: REFRESH_SECONDS,
    ...overrides,
  };
}

function sources({ program, cdn }: DocumentOptions): { kind: string; url: string }[] {
  const live = [cdn.a, cdn.b].map((base) => ({ kind: 'hls', url: `${base}/${program}.m3u8` }));
  const low = program === 'talk' ? [{ kind: 'hls', url: `${cdn.a}/audio.m3u8` }] : [];
  return [...live, ...low, { kind: 'recording', url: `${cdn.a}/${program}-vod.m3u8` }];
}

export function documentAnswer(
  document: Record<string, unknown>,
  request: IncomingMessage,
): Answer {
  const answer = json(200, document);
  const tag = `"${createHash('sha256').update(answer.body).digest('base64url').slice(0, 16)}"`;
  const headers = { 'Cache-Control': `max-age=${MAX_AGE_SECONDS}`, ETag: tag };
  if (request.headers['if-none-match'] === tag) return refusal(304, headers);
  return { ...answer, headers: { ...answer.headers, ...headers } };
}
