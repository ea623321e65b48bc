import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { runCommand } from '../../helpers/command.ts';
import { data, modules } from '../exports.ts';
import { type Node, nodes, OLDEST } from '../nodes.ts';
import { run } from '../npm.ts';
import type { Part } from '../part.ts';
import { write } from '../project.ts';

/** What belongs to a page. A server has some of it too, and an import may not even look. */
const OF_A_PAGE = [
  ...['window', 'document', 'navigator', 'location', 'history', 'localStorage', 'sessionStorage'],
  ...['Audio', 'AudioContext', 'MediaSource', 'RTCPeerConnection', 'WebSocket', 'BroadcastChannel'],
];
const SECONDS = 30;

/** Imports one thing where each look at a page, each global and each handle left behind is a failure. */
const PROBE = `
const looked = [];
for (const name of ${JSON.stringify(OF_A_PAGE)}) {
  const get = () => { looked.push(name); };
  Object.defineProperty(globalThis, name, { configurable: true, get });
}
// Node 20 makes a global when something of fetch is first read, which is not the package's.
void globalThis.Response;
const before = new Set(Reflect.ownKeys(globalThis));
const { default: _, ...names } = await import(process.argv[2]);
const left = Reflect.ownKeys(globalThis).filter((key) => !before.has(key)).map(String);
if (looked.length) throw new Error('looked at ' + looked.join(', '));
if (left.length) throw new Error('left the globals ' + left.join(', '));
if (!Object.keys(names).length) throw new Error('nothing is exported');
setTimeout(() => { throw new Error('something keeps the process alive'); }, ${SECONDS * 1000}).unref();
`;

/** Builds a server of which each subpath is part, as frameworks that render on a server do. */
const bundle = async (project: string): Promise<string> => {
  const specifiers = [...modules, ...data].map(({ specifier }) => specifier);
  const lines = specifiers.map((one, at) => `export * as part${at} from '${one}';`);
  await write(project, { 'server.js': lines.join('\n') });
  await build({
    root: project,
    configFile: false,
    logLevel: 'error',
    build: { ssr: 'server.js', outDir: 'server' },
    ssr: { noExternal: true },
  });
  return pathToFileURL(join(project, 'server/server.js')).href;
};

/** Starts the command, asks for the stage document, and ends it. */
const startStage = async (project: string, { path }: Node): Promise<void> => {
  const cli = join(project, 'node_modules/earshot/dist/cli.js');
  const args = ['stage', 'https://cdn.example/talk.m3u8', '--port', '0'];
  const stage = runCommand(args, { cwd: project, program: [path, cli] });
  try {
    const { document } = await stage.said('The stage is running.');
    const { sources } = (await (await fetch(String(document))).json()) as { sources: unknown[] };
    if (sources.length !== 1) throw new Error('the document has other sources');
  } finally {
    stage.kill('SIGTERM');
  }
  const code = await stage.ended;
  if (code !== 0) throw new Error(`it ended with ${code}: ${stage.stderr()}`);
};

/** Importing it on a server, as it is and bundled, does nothing. */
export const server: Part = {
  name: 'server',
  async run(tools, check) {
    const project = await tools.project();
    await write(project, { 'probe.js': PROBE });
    const found = await nodes();
    const probe = async ({ path }: Node, what: string) => {
      await run(path, ['probe.js', what], { cwd: project });
    };
    if (!found.some(({ major }) => major === OLDEST)) {
      const missing = `Node ${OLDEST}, the oldest supported, is not on the path`;
      // Who contributes may have a newer one alone.
      if (process.env.CI) await check(missing, () => Promise.reject(new Error('CI needs it')));
      else console.log(`        ${missing}: it is left out`);
    }
    for (const node of found) {
      for (const { specifier } of modules) {
        await check(`Node ${node.major}: ${specifier}`, () => probe(node, specifier));
      }
    }
    for (const node of found) {
      await check(`Node ${node.major}: earshot stage`, () => startStage(project, node));
    }
    let entry = '';
    await check('Vite builds a server', async () => {
      entry = await bundle(project);
    });
    for (const node of found) {
      await check(`Node ${node.major}: what Vite built`, () => probe(node, entry));
    }
  },
};
