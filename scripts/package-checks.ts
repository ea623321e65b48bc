// What is checked of the tarball and of a release, beside publint and attw.

/** Of the tarball, compressed: docs/decisions/0020-what-the-tarball-holds.md. */
export const MOST_PACKED_BYTES = 700_000;

/** What `npm pack --json` tells of a tarball, so far as it is checked. */
export interface Packed {
  readonly filename: string;
  /** Bytes, compressed. */
  readonly size: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** What `package.json` says, so far as it is checked. */
export interface Released {
  readonly version: string;
  readonly repository?: unknown;
  readonly exports: Record<string, string | Readonly<Record<string, string>>>;
  readonly bin?: Readonly<Record<string, string>>;
}

const BESIDE = ['README.md', 'CHANGELOG.md', 'LICENSE', 'NOTICES.md'];
const LICENCES = [
  ...['hls.js', 'eventemitter3'].map((name) => `dist/standalone/LICENSE-${name}.txt`),
  'dist/server/LICENSES.txt',
];

/** What is wrong with a tarball: its size, a source map, a file that is missing. */
export function faultsOfPacked({ size, files }: Packed, { exports, bin = {} }: Released): string[] {
  const paths = files.map(({ path }) => path);
  const targets = Object.values(exports).flatMap((target) =>
    typeof target === 'string' ? [target] : Object.values(target),
  );
  const wanted = [
    ...BESIDE,
    ...LICENCES,
    ...Object.values(bin),
    ...targets.map((path) => path.replace('./', '')),
  ];
  const most = MOST_PACKED_BYTES.toLocaleString('en');
  return [
    ...(size > MOST_PACKED_BYTES
      ? [`The tarball has ${size.toLocaleString('en')} bytes, ${most} at most.`]
      : []),
    ...paths.filter((path) => path.endsWith('.map')).map((path) => `${path}: a source map.`),
    ...[...new Set(wanted)]
      .filter((path) => !paths.includes(path))
      .map((path) => `${path} is not in the tarball.`),
  ];
}

/** What is wrong with a release before anything is built. `tag`: the git tag that asks for it, if one does. */
export function faultsOfRelease(
  { version, repository }: Released,
  changelog: string,
  changes: string,
  tag?: string,
): string[] {
  const heading = /^## (.+)$/m.exec(changelog)?.[1] ?? 'nothing';
  return [
    ...(changes.trim() ? [`The tree is not clean:\n${changes.trimEnd()}`] : []),
    ...(heading === version
      ? []
      : [`CHANGELOG.md begins with "${heading}", package.json is of version ${version}.`]),
    ...(tag === undefined || tag === `v${version}`
      ? []
      : [`The tag is ${tag}, package.json is of version ${version}: the tag must be v${version}.`]),
    ...(repository
      ? []
      : ['package.json names no repository: `npm publish --provenance` needs its URL.']),
  ];
}
