import { INCIDENTS, type IncidentName, PEERS } from '../../../src/herd/index.ts';

/** Everything that one can choose in the lab, and all that a link to a run says. Times in seconds. */
export interface Settings {
  readonly listeners: number;
  /** Joins a second. */
  readonly capacity: number;
  /** What a refusal costs in joins. */
  readonly refusal: number;
  /** People inside at once; from the last step of the dial on, no limit. */
  readonly most: number;
  /** Mean seconds until they leave; from the last step of the dial on, nobody does. */
  readonly stay: number;
  readonly incident: IncidentName;
  readonly first: number;
  readonly factor: number;
  readonly cap: number;
  readonly spread: number;
  readonly refresh: number;
  /** The names of those to compare with. */
  readonly peers: readonly string[];
  /** A policy of the visitor's own, as code; `null`: none. */
  readonly code: string | null;
}

export type DialName =
  | 'listeners'
  | 'capacity'
  | 'refusal'
  | 'most'
  | 'stay'
  | 'first'
  | 'factor'
  | 'cap'
  | 'spread'
  | 'refresh';

/** A number to be chosen: the slider stands on one of the steps, a link may say any value between. */
export interface Dial {
  readonly label: string;
  readonly unit: string;
  readonly note: string;
  readonly initial: number;
  readonly steps: readonly number[];
  /** What the last step means, if it is no number. */
  readonly last?: string;
}

const MANTISSAS = [1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8];

/** Round numbers at even distances on a logarithmic scale: arrow keys then say what people say. */
const decades = (least: number, most: number): number[] => {
  const steps: number[] = [];
  for (let ten = 10 ** Math.floor(Math.log10(least)); ten <= most; ten *= 10) {
    steps.push(...MANTISSAS.map((one) => Number((one * ten).toPrecision(3))));
  }
  return steps.filter((one) => one >= least && one <= most);
};

const even = (least: number, most: number, step: number): number[] =>
  Array.from({ length: Math.round((most - least) / step) + 1 }, (_, at) =>
    Number((least + at * step).toFixed(3)),
  );

export const DIALS: Readonly<Record<DialName, Dial>> = {
  listeners: {
    label: 'Listeners',
    unit: '',
    note: 'who want to join',
    initial: 1_000_000,
    steps: decades(1_000, 8_000_000),
  },
  capacity: {
    label: 'Capacity',
    unit: '/s',
    note: 'joins per second that the origin accepts',
    initial: 2_000,
    steps: decades(50, 100_000),
  },
  refusal: {
    label: 'Cost of a refusal',
    unit: ' joins',
    note: 'compared with an accepted join',
    initial: 0.1,
    steps: [0, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5],
  },
  most: {
    label: 'People inside',
    unit: '',
    note: 'at most, at the same time',
    initial: 8_000_000,
    steps: decades(100, 8_000_000),
    last: 'no limit',
  },
  stay: {
    label: 'Stay',
    unit: ' s',
    note: 'mean time until an admitted listener leaves',
    initial: 21_600,
    steps: [60, 120, 180, 300, 450, 600, 900, 1200, 1800, 2700, 3600, 5400, 7200, 10800, 21600],
    last: 'to the end',
  },
  first: {
    label: 'first',
    unit: ' s',
    note: 'time window of the first retry',
    initial: 5,
    steps: [0.5, 1, 2, 3, 4, 5, 7.5, 10, 15, 20, 30, 45, 60, 90, 120],
  },
  factor: {
    label: 'factor',
    unit: '',
    note: 'each window is longer than the last by this factor',
    initial: 2,
    steps: even(1, 4, 0.1),
  },
  cap: {
    label: 'cap',
    unit: ' s',
    note: 'longest wait while sound plays',
    initial: 600,
    steps: [
      5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 450, 600, 900, 1200, 1800, 2700, 3600,
    ],
  },
  spread: {
    label: 'spread',
    unit: ' s',
    note: 'time window after a loss, set in the stage document',
    initial: 30,
    steps: [1, 2, 5, 10, 15, 20, 25, 30, 45, 60, 90, 120, 180, 240, 300],
  },
  refresh: {
    label: 'refresh',
    unit: ' s',
    note: 'time between two polls of the stage document',
    initial: 30,
    steps: [5, 7.5, 10, 15, 20, 25, 30, 45, 60, 90, 120],
  },
};

export const DIAL_NAMES = Object.keys(DIALS) as DialName[];
/** With more, the lines are too hard to tell apart. */
export const MOST_PEERS = 6;
/** Longer code is not a policy, and a link cannot carry it. */
export const MOST_CODE = 8_000;
// Nine characters of a link for each of the code, at the worst.
const MOST_HASH = 9 * MOST_CODE + 10_000;

export const INITIAL: Settings = {
  ...(Object.fromEntries(DIAL_NAMES.map((name) => [name, DIALS[name].initial])) as Record<
    DialName,
    number
  >),
  incident: 'doors-open',
  peers: ['partysocket', 'socket.io-client', 'livekit-client', 'AWS full jitter'],
  code: null,
};

/** Presets of Earshot's settings. */
export const PRESETS: readonly {
  readonly name: string;
  readonly dials: Partial<Record<DialName, number>>;
}[] = [
  { name: 'Default', dials: { first: 5, factor: 2, cap: 600, spread: 30, refresh: 30 } },
  { name: 'Impatient', dials: { first: 1, factor: 1.5, cap: 30, spread: 5, refresh: 10 } },
  { name: 'Patient', dials: { first: 30, factor: 2, cap: 1800, spread: 120, refresh: 60 } },
];

/** The nearest that the lab can simulate; what is no number becomes the default. */
export const clampDial = (name: DialName, value: unknown): number => {
  const { steps, initial } = DIALS[name];
  const number = typeof value === 'string' && value.trim() ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return initial;
  const within = Math.min(steps.at(-1) as number, Math.max(steps[0] as number, number));
  return name === 'listeners' || name === 'most' ? Math.round(within) : within;
};

/** The limit of people inside, and how long they stay; `Infinity`: no limit, and to the end. */
export const placesOf = ({ most, stay }: Settings): { most: number; stay: number } => {
  const isLast = (name: DialName, value: number) => value >= (DIALS[name].steps.at(-1) as number);
  return {
    most: isLast('most', most) ? Infinity : most,
    stay: isLast('stay', stay) ? Infinity : stay,
  };
};

const isIncident = (name: string | null): name is IncidentName =>
  name !== null && Object.hasOwn(INCIDENTS, name);

const SEPARATOR = '~';

/** What the hash of a link says. Whatever it says, it becomes settings that can be simulated. */
export const fromHash = (hash: string): Settings => {
  const said = new URLSearchParams(hash.slice(0, MOST_HASH).replace(/^#/, ''));
  const incident = said.get('incident');
  const peers = said.get('with')?.split(SEPARATOR) ?? INITIAL.peers;
  const known = PEERS.map(({ name }) => name).filter((name) => peers.includes(name));
  const code = said.get('code')?.slice(0, MOST_CODE);
  return {
    ...(Object.fromEntries(
      DIAL_NAMES.map((name) => [name, clampDial(name, said.get(name))]),
    ) as Record<DialName, number>),
    incident: isIncident(incident) ? incident : INITIAL.incident,
    peers: known.slice(0, MOST_PEERS),
    code: code?.trim() ? code : null,
  };
};

/** The hash that {@link fromHash} reads; what is as it comes is left out. */
export const toHash = (settings: Settings): string => {
  const said = new URLSearchParams();
  if (settings.incident !== INITIAL.incident) said.set('incident', settings.incident);
  for (const name of DIAL_NAMES) {
    if (settings[name] !== INITIAL[name]) said.set(name, String(settings[name]));
  }
  const peers = settings.peers.join(SEPARATOR);
  if (peers !== INITIAL.peers.join(SEPARATOR)) said.set('with', peers);
  if (settings.code) said.set('code', settings.code.slice(0, MOST_CODE));
  return said.toString();
};
