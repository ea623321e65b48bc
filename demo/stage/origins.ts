import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Answer, CORS, preflight, refusal } from './answers.ts';
import { corrupt, deliver } from './delivery.ts';
import type { DocumentOptions } from './document.ts';
import { documentAnswer, stageDocument } from './document.ts';
import type { Fault, Origin } from './faults.ts';
import { describe, type Ledger } from './ledger.ts';
import { isSegment, type Library } from './library.ts';
import { cutRange } from './ranges.ts';
import type { Switchboard } from './switchboard.ts';
import type { Timeline } from './timeline.ts';

type Answerer = (request: IncomingMessage, url: URL, at: number, fault: Fault) => Answer;

/** Answers requests as an origin does under its fault, and enters each into the ledger. */
export type Origins = Record<Origin, RequestListener>;

export function createOrigins(parts: {
  timeline: Timeline;
  library: Library;
  switchboard: Switchboard;
  ledger: Ledger;
  document: DocumentOptions;
}): Origins {
  const { timeline, library, switchboard, ledger } = parts;

  const cdn: Answerer = (request, url, at, fault) => {
    const answer = library(url.pathname, at);
    const spoilt = fault.kind === 'corrupt' && isSegment(url.pathname) ? corrupt(answer) : answer;
    return cutRange(spoilt, request.headers.range);
  };

  const stage: Answerer = (request, _url, at, fault) => {
    const answer = documentAnswer(stageDocument(parts.document, at), request);
    return fault.kind === 'corrupt' ? corrupt(answer) : answer;
  };

  function origin(name: Origin, answerer: Answerer): RequestListener {
    return (request: IncomingMessage, response: ServerResponse) => {
      const { fault, since } = switchboard.state(name);
      const url = URL.parse(request.url ?? '', 'http://origin');
      const at = timeline.now();
      const answer = () => {
        if (!url) return refusal(400);
        if (request.method === 'OPTIONS') return preflight();
        if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405);
        return answerer(request, url, fault.kind === 'frozen' ? since : at, fault);
      };
      for (const [header, value] of Object.entries(CORS))
        response.setHeader(header, value as string);
      const status = deliver(request, response, fault, answer());
      const asked = describe(request, url ?? new URL('http://origin'));
      ledger.add({ at, origin: name, ...asked, status, fault: fault.kind });
    };
  }

  return { a: origin('a', cdn), b: origin('b', cdn), stage: origin('stage', stage) };
}
