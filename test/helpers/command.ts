import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { until } from './condition.ts';

/** The built command. */
export const CLI = resolve(import.meta.dirname, '../../dist/cli.js');

/** A line of the command's log. */
export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A run of `earshot`. */
export interface Run {
  readonly child: ChildProcess;
  /** Sends a signal to it, and to its group if it has one. */
  kill(signal: NodeJS.Signals): void;
  /** So far. */
  stdout(): string;
  stderr(): string;
  lines(): LogLine[];
  /** Resolves with the line of this message. Rejects if the command ends before. */
  said(message: string): Promise<LogLine>;
  /** Resolves with the exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The program. Default: Node with the built command. */
  readonly program?: readonly [file: string, ...args: string[]];
  /** Runs in a group of processes of its own. */
  readonly isGroup?: boolean;
}

const OWN = ['EARSHOT_SECRET', 'EARSHOT_SECRET_PREVIOUS', 'REDIS_URL'];

/** Starts the command, without what this machine's environment would say to it. */
export function runCommand(args: readonly string[], options: RunOptions = {}): Run {
  const { cwd, env, program = [process.execPath, CLI], isGroup = false } = options;
  const inherited = Object.entries(process.env).filter(([name]) => !OWN.includes(name));
  const [file, ...first] = program;
  const child = spawn(file, [...first, ...args], {
    cwd,
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: isGroup,
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  const lines = () =>
    stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as LogLine);
  const find = (message: string) => lines().find(({ msg }) => msg === message);
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  return {
    child,
    kill(signal) {
      if (isOver()) return;
      if (isGroup && child.pid) process.kill(-child.pid, signal);
      else child.kill(signal);
    },
    stdout: () => stdout,
    stderr: () => stderr,
    lines,
    ended,
    async said(message) {
      await until(`it says "${message}"`, () => !!find(message) || isOver());
      const line = find(message);
      if (!line) throw new Error(`It ended without "${message}":\n${stdout}${stderr}`);
      return line;
    },
  };
}
