import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import {
  clampDial,
  DIAL_NAMES,
  DIALS,
  type DialName,
  INITIAL,
  MOST_PEERS,
  type Settings,
} from '../../demo/page/lab/settings.ts';
import { INCIDENTS, type IncidentName, PEERS } from '../../src/herd/index.ts';
import type { RetryPolicy } from '../../src/policy/backoff.ts';

/** A policy of the caller's own, by the file that it is from. */
export interface OwnPolicy {
  readonly name: string;
  readonly policy: RetryPolicy;
}

export interface LabOptions {
  readonly settings: Settings;
  readonly withEarshot: boolean;
  readonly own: readonly OwnPolicy[];
  readonly svg: string | undefined;
  readonly json: boolean;
}

const INCIDENT_NAMES = Object.keys(INCIDENTS) as IncidentName[];

const dialHelp = (name: DialName): string => {
  const { steps, initial, note, unit, last } = DIALS[name];
  const range = `${steps[0]} to ${steps.at(-1)}${unit}`;
  return `  --${name.padEnd(10)} ${note}; ${range}, default ${last ?? initial}`;
};

export const HELP = `Simulates what a crowd does to an origin, and draws it.

  npm run lab -- --listeners 1000000 --capacity 2000 --incident no-hint --svg out.svg

${DIAL_NAMES.map(dialHelp).join('\n')}
  --incident   ${INCIDENT_NAMES.join(', ')};
               default ${INITIAL.incident}
  --policy     any of these, by commas or again and again; at most ${MOST_PEERS} peers. earshot;
               ${PEERS.map(({ name }) => `"${name}"`).join(', ')};
               or a file.js whose default export is a RetryPolicy
  --svg        writes the plots into this file
  --json       prints figures instead of the table
  --help       this
`;

const dialOf = (name: DialName, text: string | undefined): number => {
  if (text === undefined) return DIALS[name].initial;
  const value = Number(text);
  if (!text.trim() || clampDial(name, value) !== value) {
    const { steps, unit } = DIALS[name];
    throw new Error(`--${name}: ${text} is not from ${steps[0]} to ${steps.at(-1)}${unit}`);
  }
  return value;
};

const ownOf = async (file: string): Promise<OwnPolicy> => {
  const loaded = await import(pathToFileURL(file).href).catch((error: Error) => {
    throw new Error(`--policy: ${file} cannot be loaded: ${error.message}`);
  });
  if (typeof loaded.default !== 'function') {
    throw new Error(`--policy: the default export of ${file} is no function`);
  }
  return { name: file.split(/[\\/]/).at(-1) as string, policy: loaded.default };
};

/** What the command line says. @throws Error in words, if it cannot be done. */
export const labOptions = async (args: readonly string[]): Promise<LabOptions | null> => {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...(Object.fromEntries(DIAL_NAMES.map((name) => [name, text])) as Record<
        DialName,
        typeof text
      >),
      incident: { type: 'string', default: INITIAL.incident },
      policy: { type: 'string', multiple: true },
      svg: text,
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const incident = INCIDENT_NAMES.find((name) => name === values.incident);
  if (!incident) throw new Error(`--incident: ${values.incident} is not one of ${INCIDENT_NAMES}`);
  const wanted = values.policy?.flatMap((one) => one.split(',').map((name) => name.trim()));
  const names = wanted?.filter(Boolean) ?? ['earshot', ...INITIAL.peers];
  const peerOf = (name: string) =>
    PEERS.find((peer) => peer.name.toLowerCase() === name.toLowerCase())?.name;
  const files = names.filter((name) => /\.[cm]?[jt]s$/.test(name) && !peerOf(name));
  const peers = names.flatMap((name) => peerOf(name) ?? []);
  const unknown = names.find(
    (name) => name.toLowerCase() !== 'earshot' && !peerOf(name) && !files.includes(name),
  );
  if (unknown) throw new Error(`--policy: ${unknown} is neither a known client nor a file.js`);
  if (peers.length > MOST_PEERS) throw new Error(`--policy: at most ${MOST_PEERS} peers`);
  const dials = DIAL_NAMES.map((name) => [name, dialOf(name, values[name])]);
  return {
    settings: {
      ...(Object.fromEntries(dials) as Record<DialName, number>),
      incident,
      peers,
      code: null,
    },
    withEarshot: names.some((name) => name.toLowerCase() === 'earshot'),
    own: await Promise.all(files.map(ownOf)),
    svg: values.svg,
    json: values.json,
  };
};
