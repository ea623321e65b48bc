/// <reference types="node" preserve="true" />
import { existsSync, readFileSync } from 'node:fs';
import type { PageFile, Pages } from '../operator/pages.ts';

/** Beside the bundle, and from the source. */
const FOLDERS = ['../operator/', '../../../dist/operator/'];

const FILES: readonly (readonly [name: string, type: string])[] = [
  ['index.html', 'text/html; charset=utf-8'],
  ['operator.css', 'text/css; charset=utf-8'],
  ['operator.js', 'text/javascript; charset=utf-8'],
];

/** The operator's page of this package. Without its files, as in a source that was not built, there is no page. */
export function readOperatorPages(): Pages {
  const folders = FOLDERS.map((folder) => new URL(folder, import.meta.url));
  const root = folders.find((folder) => existsSync(new URL('operator.js', folder)));
  const files = new Map<string, PageFile>(
    root ? FILES.map(([name, type]) => [name, { type, body: bytesOf(new URL(name, root)) }]) : [],
  );
  return (name) => files.get(name) ?? null;
}

const bytesOf = (file: URL): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(file));
