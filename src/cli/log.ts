/// <reference types="node" />
import { pino } from 'pino';
import type { StageLog } from '../stage-server/options.ts';

/** A log that an operator reads. */
export interface CommandLog extends StageLog {
  debug(fields: object, message: string): void;
}

const LEVEL_WIDTH = 5;

const clockTime = () => new Date().toTimeString().slice(0, 8);

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Lines for people: the time, the level, the message, its fields. */
function terminalLog(level: string): CommandLog {
  const levels = ['debug', 'info', 'warn', 'error'] as const;
  const least =
    level === 'silent' ? levels.length : levels.indexOf(level as (typeof levels)[number]);
  const write = (name: string) => (fields: object, message: string) => {
    const details = Object.entries(fields).map(([key, value]) => ` ${key}=${shown(value)}`);
    console.log(`${clockTime()} ${name.padEnd(LEVEL_WIDTH)} ${message}${details.join('')}`);
  };
  const [debug, info, warn, error] = levels.map((name, at) =>
    at < least ? () => {} : write(name),
  );
  return { debug, info, warn, error } as CommandLog;
}

/** One line of JSON per event, for a collector of logs; for people on a terminal. */
export function createLog(level: string, isTerminal: boolean): CommandLog {
  if (isTerminal) return terminalLog(level);
  // Synchronous, so that the last line before an exit is written.
  const destination = pino.destination({ dest: 1, sync: true });
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
}
