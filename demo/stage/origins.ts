import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { StageServer } from '../../src/stage-server/index.ts';
import { type Answer, CORS, json, notFound, preflight, refusal, send } from './answers.ts';
import { documentAnswer } from './ask-server.ts';
import { awaited, hold } from './blocking.ts';
import { corrupt, deliver, letsThrough } from './delivery.ts';
import type { Fault, Origin } from './faults.ts';
import type { Floor } from './floor.ts';
import { guard, insideOf, isTicketOffice } from './guard.ts';
import { describe, type Ledger } from './ledger.ts';
import { isSegment, type Library } from './library.ts';
import { cutRange } from './ranges.ts';
import type { Switchboard } from './switchboard.ts';
import type { Timeline } from './timeline.ts';

type Answerer = (
  request: IncomingMessage,
  url: URL,
  at: number,
  fault: Fault,
) => Answer | Promise<Answer>;

/** Those that serve media and the document. */
type MediaOrigin = 'a' | 'b' | 'stage' | 'floor';

/** Answers requests as an origin does under its fault, and enters each into the ledger. */
export type Origins = Record<MediaOrigin, RequestListener>;

export interface OriginsParts {
  timeline: Timeline;
  library: Library;
  switchboard: Switchboard;
  ledger: Ledger;
  server: StageServer;
  floor: Floor | null;
}

export function createOrigins(parts: OriginsParts): Origins {
  const { timeline, library, switchboard, ledger, server } = parts;
  let editionAt = Number.NEGATIVE_INFINITY;
  server.on('edition', () => {
    editionAt = timeline.now();
  });

  const media = (request: IncomingMessage, path: string, at: number, fault: Fault): Answer => {
    const answer = library(path, at);
    const spoilt = fault.kind === 'corrupt' && isSegment(path) ? corrupt(answer) : answer;
    return cutRange(spoilt, request.headers.range);
  };

  const cdn: Answerer = (request, url, at, fault) => media(request, url.pathname, at, fault);

  const floor: Answerer = (request, { pathname }, at, fault) => {
    // Who gets no answer has not come in.
    if (!parts.floor || !letsThrough(fault)) return notFound();
    return guard(parts.floor, request, pathname, (path) => media(request, path, at, fault));
  };

  const stage: Answerer = async (request, _url, at, fault) => {
    const answer = await documentAnswer(server, request, at - editionAt);
    return fault.kind === 'corrupt' ? corrupt(answer) : answer;
  };

  /** What the origin has come to: a frozen one stands still. */
  const clock = (name: Origin) => {
    const { fault, since } = switchboard.state(name);
    return fault.kind === 'frozen' ? since : timeline.now();
  };

  /** Waits for the part that is asked for; the answer if there is none to wait for. */
  async function waited(name: Origin, url: URL, response: ServerResponse): Promise<Answer | null> {
    const inside = new URL(url);
    if (name === 'floor') inside.pathname = insideOf(url.pathname);
    const until = awaited(timeline, inside, timeline.now());
    if (until === null) return refusal(400);
    const left = new AbortController();
    response.once('close', () => left.abort());
    const isOver = () =>
      !letsThrough(switchboard.state(name).fault) || timeline.hasEnded(timeline.now());
    const came = await hold({ until, now: () => clock(name), isOver, signal: left.signal });
    return came ? null : refusal(503);
  }

  function origin(name: MediaOrigin, answerer: Answerer): RequestListener {
    const methods = name === 'floor' ? 'GET, HEAD, POST, OPTIONS' : undefined;
    const isAllowed = (method: string | undefined, path: string) =>
      method === 'GET' || method === 'HEAD' || (method === 'POST' && isTicketOffice(path));

    async function answer(
      request: IncomingMessage,
      response: ServerResponse,
      url: URL | null,
    ): Promise<Answer> {
      if (!url) return refusal(400);
      if (request.method === 'OPTIONS') return preflight(methods);
      if (!isAllowed(request.method, url.pathname)) return refusal(405);
      const early = await waited(name, url, response);
      return early ?? answerer(request, url, clock(name), switchboard.state(name).fault);
    }

    async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const url = URL.parse(request.url ?? '', 'http://origin');
      const at = timeline.now();
      for (const [header, value] of Object.entries(CORS))
        response.setHeader(header, value as string);
      const given = await answer(request, response, url);
      // A fault that came while the answer was waited for is the one that spoils it.
      const { fault } = switchboard.state(name);
      const status = response.closed ? null : deliver(request, response, fault, given);
      const asked = describe(request, url ?? new URL('http://origin'));
      ledger.add({ at, origin: name, ...asked, status, fault: fault.kind });
    }

    return (request, response) => {
      handle(request, response).catch((error: unknown) => {
        if (response.headersSent) response.destroy();
        else send(request, response, json(500, { error: String(error) }));
      });
    };
  }

  return {
    a: origin('a', cdn),
    b: origin('b', cdn),
    stage: origin('stage', stage),
    floor: origin('floor', floor),
  };
}
