import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  faultsOfPacked,
  faultsOfRelease,
  MOST_PACKED_BYTES,
} from '../../scripts/package-checks.ts';

const manifest = {
  version: '1.2.3',
  repository: { url: 'git+https://git.example/earshot.git' },
  bin: { earshot: 'dist/cli.js' },
  exports: { '.': { types: './dist/types/index.d.ts', default: './dist/earshot.js' } },
};
const whole = [
  ...['README.md', 'CHANGELOG.md', 'LICENSE', 'NOTICES.md'],
  ...['dist/standalone/LICENSE-hls.js.txt', 'dist/standalone/LICENSE-eventemitter3.txt'],
  'dist/server/LICENSES.txt',
  ...['dist/types/index.d.ts', 'dist/earshot.js', 'dist/cli.js'],
];
const packed = (paths: readonly string[], size = MOST_PACKED_BYTES) => ({
  filename: 'earshot-1.2.3.tgz',
  size,
  files: paths.map((path) => ({ path, size: 1 })),
});
const changelog = '# Changelog\n\n## 1.2.3\n\n- A line.\n\n## 1.2.2\n';

describe('a tarball', () => {
  it('passes with all its files, at the limit', () =>
    assert.deepEqual(faultsOfPacked(packed(whole), manifest), []));

  it('fails a byte above the limit', () =>
    assert.match(
      `${faultsOfPacked(packed(whole, MOST_PACKED_BYTES + 1), manifest)}`,
      /0,001 bytes/,
    ));

  it('fails with a source map', () =>
    assert.deepEqual(faultsOfPacked(packed([...whole, 'dist/earshot.js.map']), manifest), [
      'dist/earshot.js.map: a source map.',
    ]));

  for (const path of whole) {
    it(`fails without ${path}`, () =>
      assert.deepEqual(faultsOfPacked(packed(whole.filter((one) => one !== path)), manifest), [
        `${path} is not in the tarball.`,
      ]));
  }
});

describe('a release', () => {
  it('passes with a clean tree and its heading', () => {
    assert.deepEqual(faultsOfRelease(manifest, changelog, ''), []);
    assert.deepEqual(faultsOfRelease(manifest, changelog, '', 'v1.2.3'), []);
  });

  it('fails with changes', () =>
    assert.match(`${faultsOfRelease(manifest, changelog, ' M README.md\n')}`, /README/));

  it('fails without a heading of its own at the top', () => {
    const version = { ...manifest, version: '1.2.2' };
    assert.match(`${faultsOfRelease(version, changelog, '')}`, /begins with "1.2.3"/);
    const unreleased = changelog.replace('1.2.3', '1.2.3 (unreleased)');
    assert.match(`${faultsOfRelease(manifest, unreleased, '')}`, /unreleased/);
  });

  it('fails under another tag', () =>
    assert.match(`${faultsOfRelease(manifest, changelog, '', 'v1.2.2')}`, /must be v1.2.3/));

  it('fails without a repository', () => {
    const { repository: _, ...without } = manifest;
    assert.match(`${faultsOfRelease(without, changelog, '')}`, /repository/);
  });
});
