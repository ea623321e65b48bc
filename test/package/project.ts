import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Packed } from '../../scripts/package-checks.ts';
import { manifest, ROOT } from './exports.ts';
import { npm } from './npm.ts';

/** Writes files of a project, with the folders they are in. */
export const write = async (folder: string, files: Record<string, string>): Promise<void> => {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
};

/** The tarball of what is built, and what npm tells of it. */
export const pack = async (folder: string): Promise<Packed & { readonly path: string }> => {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const [packed] = JSON.parse((await npm(args, ROOT)).replace(/^[^[]*/, '')) as Packed[];
  if (!packed) throw new Error('npm pack made nothing');
  return { ...packed, path: join(folder, packed.filename) };
};

/** Peers at the versions that are tested here, with their types: only who needs them brings them. */
const peers = (): string[] =>
  Object.keys(manifest.peerDependencies ?? {})
    .flatMap((name) => [name, `@types/${name}`])
    .flatMap((name) => {
      const version = manifest.devDependencies[name];
      return version ? [`${name}@${version}`] : [];
    });

/** An empty project in which the package was installed. */
export const install = async (folder: string, tarball: string): Promise<string> => {
  const manifestOf = { name: 'consumer', private: true, type: 'module' };
  await write(folder, { 'package.json': JSON.stringify(manifestOf) });
  await npm(['install', tarball, ...peers()], folder);
  return folder;
};
