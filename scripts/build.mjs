import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { rollup } from 'rollup';
import configs from '../rollup.config.mjs';
import { foreignTypes } from './foreign-types.mjs';
import { writeStageConfigSchema } from './stage-config-schema.mjs';

for (const dir of ['dist', '.build']) rmSync(dir, { recursive: true, force: true });
execFileSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit', shell: false });
for (const { output, ...input } of configs) {
  const bundle = await rollup(input);
  await bundle.write(output);
  await bundle.close();
}
// Types that no subpath leads to are of no use to anybody.
const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
const reached = new Set(
  Object.values(exports).flatMap(({ types }) => (types ? [join(types)] : [])),
);
for (const file of reached) {
  const text = readFileSync(file, 'utf8');
  for (const [, path] of text.matchAll(/(?:\bfrom |\bimport\(|^import )['"](\.[^'"]+)['"]/gm))
    reached.add(join(dirname(file), path.replace(/\.[jt]s$/, '.d.ts')));
}
for (const file of globSync('dist/types/**/*.d.ts')) if (!reached.has(join(file))) rmSync(file);
const foreign = foreignTypes('dist/types');
if (foreign.length > 0)
  throw new Error(`Types of packages that nobody installs:\n${foreign.join('\n')}`);
// The licences of what the standalone files contain. hls.js's own file only names the Apache License.
const licences = {
  'hls.js': ['node_modules/hls.js/LICENSE', 'licences/Apache-2.0.txt'],
  eventemitter3: ['node_modules/eventemitter3/LICENSE'],
};
for (const [name, files] of Object.entries(licences)) {
  const text = files.map((file) => readFileSync(file, 'utf8').trim()).join('\n\n\n');
  writeFileSync(`dist/standalone/LICENSE-${name}.txt`, `${text}\n`);
}
// For the demo and the benches; package.json leaves it out of the package.
copyFileSync('node_modules/hls.js/dist/hls.min.mjs', 'dist/standalone/hls.min.mjs');
for (const path of ['stage/stage-document', 'channel/channel']) {
  copyFileSync(`src/${path}.schema.json`, `dist/${basename(path)}.schema.json`);
}
const { configSchema } = await import('../.build/stage-server/config.js');
writeStageConfigSchema(configSchema, 'dist/stage-config.schema.json');
// What the command needs besides its code.
for (const name of ['index.html', 'listen.css'])
  copyFileSync(`src/cli/page/${name}`, `dist/stage-page/${name}`);
for (const name of ['index.html', 'operator.css'])
  copyFileSync(`src/stage-server/operator/page/${name}`, `dist/operator/${name}`);
chmodSync('dist/cli.js', 0o755);
