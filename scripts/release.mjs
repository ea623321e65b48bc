// `npm run release -- --dry-run` checks what a release needs, builds and packs it, and prints what would be published. It
// publishes nothing: .github/workflows/release.yml does, for a tag. `--tag vX.Y.Z`: the tag must fit the version.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { faultsOfPacked, faultsOfRelease } from './package-checks.ts';

const { values } = parseArgs({
  options: { 'dry-run': { type: 'boolean', default: false }, tag: { type: 'string' } },
});
if (!values['dry-run']) {
  console.error(
    'Only --dry-run: .github/workflows/release.yml publishes, when a tag vX.Y.Z is pushed.',
  );
  process.exit(2);
}

const read = (file) => readFileSync(file, 'utf8');
const capture = (file, ...args) => execFileSync(file, args, { encoding: 'utf8' });
const run = (...args) => spawnSync(process.execPath, args, { stdio: 'inherit' }).status === 0;

const manifest = JSON.parse(read('package.json'));
const changes = capture('git', 'status', '--porcelain');
const faults = faultsOfRelease(manifest, read('CHANGELOG.md'), changes, values.tag);

if (!run('scripts/build.mjs')) throw new Error('The build failed.');
const [packed] = JSON.parse(capture('npm', 'pack', '--dry-run', '--ignore-scripts', '--json'));
faults.push(...faultsOfPacked(packed, manifest));
// publint, attw, the reports of the API, and code that must compile and must not.
const parts = ['tarball', 'api', 'contracts'].flatMap((name) => ['--only', name]);
if (!run('test/package/run.ts', ...parts)) faults.push('The tests of the package failed.');

const kB = (bytes) => `${(bytes / 1_000).toFixed(1)} kB`;
console.log(`\n${manifest.name}@${manifest.version}, ${packed.filename}`);
for (const { path, size } of packed.files) console.log(`  ${kB(size).padStart(9)}  ${path}`);
console.log(`${packed.files.length} files, ${kB(packed.size)} packed. Nothing was published.`);
for (const fault of faults) console.error(`- ${fault}`);
process.exitCode = faults.length ? 1 : 0;
