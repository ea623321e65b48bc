import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { manifest } from './exports.ts';
import { run } from './npm.ts';

/** A Node of this machine. */
export interface Node {
  readonly path: string;
  readonly major: number;
}

/** The oldest major version that the package says to support. */
export const OLDEST = Number(/\d+/.exec(manifest.engines.node)?.[0]);

/** The Nodes on the path, one of each major version: that of the tests, and that of the system. */
export const nodes = async (): Promise<Node[]> => {
  const found = new Map<number, Node>();
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, file));
  for (const path of [process.execPath, ...onPath.filter((one) => existsSync(one))]) {
    const major = Number(
      (await run(path, ['-p', 'process.versions.node'], { cwd: '.' })).split('.')[0],
    );
    if (!found.has(major)) found.set(major, { path, major });
  }
  return [...found.values()];
};
