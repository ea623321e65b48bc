import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Answer, CORS, json, notFound, preflight, refusal, send } from './answers.ts';
import { corrupt, deliver, letsThrough } from './delivery.ts';
import type { DocumentOptions } from './document.ts';
import { documentAnswer, stageDocument } from './document.ts';
import type { Fault, Origin } from './faults.ts';
import type { Floor } from './floor.ts';
import { guard, isTicketOffice } from './guard.ts';
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

/** Answers requests as an origin does under its fault, and enters each into the ledger. */
export type Origins = Record<Origin, RequestListener>;

export function createOrigins(parts: {
  timeline: Timeline;
  library: Library;
  switchboard: Switchboard;
  ledger: Ledger;
  document: DocumentOptions;
  floor: Floor | null;
}): Origins {
  const { timeline, library, switchboard, ledger } = parts;

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

  const stage: Answerer = (request, _url, at, fault) => {
    const answer = documentAnswer(stageDocument(parts.document, at), request);
    return fault.kind === 'corrupt' ? corrupt(answer) : answer;
  };

  function origin(name: Origin, answerer: Answerer): RequestListener {
    const methods = name === 'floor' ? 'GET, HEAD, POST, OPTIONS' : undefined;
    const isAllowed = (method: string | undefined, path: string) =>
      method === 'GET' || method === 'HEAD' || (method === 'POST' && isTicketOffice(path));

    async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const { fault, since } = switchboard.state(name);
      const url = URL.parse(request.url ?? '', 'http://origin');
      const at = timeline.now();
      const answer = () => {
        if (!url) return refusal(400);
        if (request.method === 'OPTIONS') return preflight(methods);
        if (!isAllowed(request.method, url.pathname)) return refusal(405);
        return answerer(request, url, fault.kind === 'frozen' ? since : at, fault);
      };
      for (const [header, value] of Object.entries(CORS))
        response.setHeader(header, value as string);
      const status = deliver(request, response, fault, await answer());
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
