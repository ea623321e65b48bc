import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { lineOf } from '../lib/engines/engine.ts';

const run = promisify(execFile);
const ip = (...args: string[]) => run('ip', args);

/** Linux, by root, with iproute2. */
export const hasNamespaces = async (): Promise<boolean> => {
  if (process.getuid?.() !== 0) return false;
  const name = `earshot-try-${process.pid}`;
  return ip('netns', 'add', name).then(
    () => ip('netns', 'del', name).then(() => true),
    () => false,
  );
};

// Sockets of the file system go from one namespace to another; TCP goes over the cable only.
const FORWARDER = `
const { connect, createServer } = require('node:net');
const [address, path] = process.argv.slice(1);
createServer((one) => {
  const other = connect(path);
  one.pipe(other).pipe(one);
  for (const end of [one, other]) end.on('error', () => { one.destroy(); other.destroy(); });
}).listen(8000, address, () => console.log('ready'));
`;

let last = 0;

/** A server behind a cable that can be cut: packets get lost, and nobody is told. */
export interface Cable {
  readonly url: string;
  cut(): Promise<void>;
  restore(): Promise<void>;
  close(): Promise<void>;
}

/** @param port of a server at the loopback address. */
export const openCable = async (port: number): Promise<Cable> => {
  const number = ++last;
  const space = `earshot-${process.pid}-${number}`;
  const [near, far] = [`ea${process.pid}${number}`.slice(-14), 'far'];
  // Runs beside this one have nets of their own.
  const net = `10.${64 + (process.pid % 128)}.${number}`;
  const [here, there] = [`${net}.1`, `${net}.2`];
  const folder = await mkdtemp(join(tmpdir(), 'earshot-cable-'));
  const path = join(folder, 'socket');
  const server = createServer((one) => {
    const other = connect(port, '127.0.0.1');
    one.pipe(other).pipe(one);
    for (const end of [one, other]) {
      end.on('error', () => {
        one.destroy();
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  await ip('netns', 'add', space);
  await ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', space);
  const within = (...args: string[]) => ip('-n', space, ...args);
  await ip('addr', 'add', `${here}/24`, 'dev', near);
  await within('addr', 'add', `${there}/24`, 'dev', far);
  await ip('link', 'set', near, 'up');
  await within('link', 'set', far, 'up');
  const command = ['netns', 'exec', space, process.execPath, '-e', FORWARDER, there, path];
  const child = spawn('ip', command, { stdio: ['ignore', 'pipe', 'inherit'] });
  await lineOf(child.stdout, /ready/);
  return {
    url: `http://${there}:8000`,
    cut: async () => void (await within('link', 'set', far, 'down')),
    restore: async () => void (await within('link', 'set', far, 'up')),
    close: async () => {
      child.kill();
      await ip('link', 'del', near);
      await ip('netns', 'del', space);
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
};
