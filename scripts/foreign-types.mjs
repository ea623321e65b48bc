import { globSync, readFileSync } from 'node:fs';

/** What the types may import: files, what `npm install earshot` brings, peers; Node's only where they say so. */
const KNOWN = /^(?:\.|hls\.js|react)/;

/** The imports of type declarations that a user's compiler may not find, one a line. */
export function foreignTypes(folder) {
  return globSync(`${folder}/**/*.d.ts`).flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    const imports = [...text.matchAll(/(?:\bfrom |\bimport\(|^import )['"]([^'"]+)['"]/gm)];
    const ofNode = text.includes('types="node"');
    return imports
      .map(([, name]) => name)
      .filter((name) => !KNOWN.test(name) && !(ofNode && name.startsWith('node:')))
      .map((name) => `${file} imports ${name}`);
  });
}
