import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Run, type RunOptions, runCommand } from '../helpers/command.ts';
import { npm } from './npm.ts';

/** Runs `npx earshot …` in a folder, from the tarball alone. */
export function npxEarshot(tarball: string, args: readonly string[], options: RunOptions): Run {
  const program = ['npx', '--yes', '--prefer-offline', `--package=${tarball}`, 'earshot'] as const;
  // npx does not hand every signal on: they go to the whole group.
  return runCommand(args, { ...options, program, isGroup: true });
}

/** Removes from npm's cache what npx has installed there of the tarball, which nobody can use any more. */
export async function forget(tarball: string): Promise<void> {
  const cache = join((await npm(['config', 'get', 'cache'], '.')).trim(), '_npx');
  for (const folder of readdirSync(cache)) {
    const manifest = join(cache, folder, 'package.json');
    try {
      if (!readFileSync(manifest, 'utf8').includes(tarball)) continue;
    } catch {
      continue;
    }
    rmSync(join(cache, folder), { recursive: true, force: true });
  }
}
