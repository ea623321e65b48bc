import { execFileSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { rollup } from 'rollup';
import configs from '../rollup.config.mjs';

for (const dir of ['dist', '.build']) rmSync(dir, { recursive: true, force: true });
execFileSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit', shell: false });
for (const { output, ...input } of configs) {
  const bundle = await rollup(input);
  await bundle.write(output);
  await bundle.close();
}
for (const path of ['stage/stage-document', 'channel/channel']) {
  copyFileSync(`src/${path}.schema.json`, `dist/${basename(path)}.schema.json`);
}
