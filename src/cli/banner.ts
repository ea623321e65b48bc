import type { StagePlaces } from './places.ts';
import type { Storage } from './storage.ts';

const KEPT: Readonly<Record<Storage['kind'], string>> = {
  memory: 'Nothing is kept over a restart. --journal FILE keeps passes, messages and settings.',
  journal: 'The journal keeps passes, messages and settings over a restart.',
  redis: 'Redis keeps passes, messages and settings; more nodes may join.',
};

/** What a person on a terminal reads after the start. */
export function banner(
  version: string,
  { listen, document, snippet }: StagePlaces,
  operator: string,
  kind: Storage['kind'],
): string {
  return `
  Earshot ${version}

  Listen     ${listen}
  Document   ${document}
  Operator   ${operator}
             For one visit, within an hour.

  For your page:

    ${snippet.join('\n    ')}

  ${KEPT[kind]}
  Control-C hands the listeners over and stops.
`;
}
