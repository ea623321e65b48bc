import { readdirSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ROOT, typed } from '../exports.ts';
import { run } from '../npm.ts';
import { none, type Part } from '../part.ts';
import { write } from '../project.ts';

const CONTRACTS = join(import.meta.dirname, '../contracts');

const require = createRequire(import.meta.url);
const extractor = require.resolve('@microsoft/api-extractor/package.json');

/** The compiler of the package, and the one of most users, which comes with API Extractor. */
const COMPILERS = [
  { major: 7, manifest: require.resolve('typescript/package.json') },
  { major: 5, manifest: createRequire(extractor).resolve('typescript/package.json') },
];

const RESOLUTIONS = {
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  exact: { module: 'esnext', moduleResolution: 'bundler', exactOptionalPropertyTypes: true },
};

/** The contract of what only Node runs. All others compile without the types of Node. */
const OF_NODE = 'contracts/stage-server-node.ts';
const WITHOUT_NODE = { include: ['contracts'], exclude: [OF_NODE] };
const WITH_NODE = { files: [OF_NODE] };
const NODE_TYPES = { types: ['node'], typeRoots: [join(ROOT, 'node_modules/@types')] };

const configuration = (options: object, files: object): string =>
  JSON.stringify({
    compilerOptions: {
      target: 'es2022',
      lib: ['es2023', 'dom', 'dom.iterable'],
      jsx: 'react-jsx',
      types: [],
      strict: true,
      skipLibCheck: false,
      noEmit: true,
      ...options,
    },
    ...files,
  });

/** What must compile and what must not, against the types of the tarball, as its users compile. */
export const contracts: Part = {
  name: 'contracts',
  async run(tools, check) {
    const project = await tools.project();
    await cp(CONTRACTS, join(project, 'contracts'), { recursive: true });
    await check('each subpath with types has its contract', async () => {
      const written = readdirSync(CONTRACTS).map((file) => file.replace(/\.tsx?$/, ''));
      const missing = typed.filter(({ name }) => !written.includes(name));
      none(missing.map(({ name }) => `test/package/contracts/${name}.ts is missing`));
    });
    for (const { major, manifest } of COMPILERS) {
      const { version } = require(manifest) as { version: string };
      await check(`TypeScript ${version} is a ${major}`, async () => {
        if (Number(version.split('.')[0]) !== major) throw new Error(`found in ${manifest}`);
      });
      for (const [resolution, options] of Object.entries(RESOLUTIONS)) {
        await check(`TypeScript ${version}, ${resolution}`, async () => {
          await write(project, {
            'tsconfig.page.json': configuration(options, WITHOUT_NODE),
            'tsconfig.node.json': configuration({ ...options, ...NODE_TYPES }, WITH_NODE),
          });
          for (const name of ['tsconfig.page.json', 'tsconfig.node.json']) {
            await run(process.execPath, [join(dirname(manifest), 'bin/tsc'), '-p', name], {
              cwd: project,
            });
          }
        });
      }
    }
  },
};
