import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openPort, type Port } from '../../../demo/stage/port.ts';
import { BUILDS, type Build, STANDALONE } from '../builds.ts';
import { faultsOf, type Script, type Visit, visit } from '../listening.ts';
import { none, type Part } from '../part.ts';
import { write } from '../project.ts';
import { fiveLines, policyOf } from '../readme.ts';
import { serve } from '../site.ts';
import type { Tools } from '../tools.ts';

/** Strings that no minifier takes away, each in the code of one lazy part alone. */
const LAZY = { 'hls.js': 'hlsMediaAttaching', WHEP: 'application/sdp' };

const holders = (scripts: readonly Script[], mark: string): string[] =>
  scripts.filter(({ code }) => code.includes(mark)).map(({ path }) => path);

/** Why what was loaded, and when, is not lazy; nothing when it is. */
const eager = ({ before, after }: Visit): string[] => {
  const late = holders(after, LAZY['hls.js']);
  return [
    ...Object.entries(LAZY).flatMap(([what, mark]) =>
      holders(before, mark).map((path) => `${what} is in ${path}, loaded before it is needed`),
    ),
    ...holders(after, LAZY.WHEP).map((path) => `WHEP is in ${path}, and the stage has none`),
    ...(late.length === 1 ? [] : [`hls.js came in ${late.length} scripts, not in one`]),
    ...(before.length ? [] : ['no script was loaded at first']),
  ];
};

/** Whether some script of a folder has the mark: else that none was loaded with it would prove nothing. */
const exists = async (folder: string, mark: string): Promise<boolean> => {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.m?js$/.test(entry.name)) continue;
    const code = await readFile(join(entry.parentPath, entry.name), 'utf8');
    if (code.includes(mark)) return true;
  }
  return false;
};

const prove = async (tools: Tools, { name, build }: Build): Promise<string> => {
  const project = join(tools.folder, name.replace(/\W+/g, '-'));
  await cp(await tools.project(), project, { recursive: true });
  await write(project, { 'main.js': fiveLines(await tools.playlist()) });
  const { folder, policy } = await build(project);
  const { cdn } = await tools.stage();
  const site = await serve(folder, policy(policyOf(cdn.a)));
  try {
    const visited = await visit(await tools.browser(), `${site.url}/`);
    const isLeftOut = !(await exists(folder, LAZY.WHEP));
    none([...faultsOf(visited), ...eager(visited), ...(isLeftOut ? ['WHEP is in no script'] : [])]);
    const { soundAfter, before, after } = visited;
    const scripts = `${before.length} + ${after.length} scripts`;
    return `a second of sound ${Math.round(soundAfter)} ms after the press, ${scripts}`;
  } finally {
    await site.close();
  }
};

/** The stage's playlist with a variable in it, which the light build of hls.js does not know. */
const servePlaylistWithVariable = async (playlist: string): Promise<Port> =>
  openPort({
    port: 0,
    async handler(_, response) {
      const text = await (await fetch(playlist)).text();
      const absolute = text.replace(/^(?!#)\S+$/gm, (uri) => new URL(uri, playlist).href);
      const folder = new URL('.', playlist).href;
      const body = absolute
        .replaceAll(folder, '{$folder}')
        .replace('#EXTM3U', `#EXTM3U\n#EXT-X-DEFINE:NAME="folder",VALUE="${folder}"`)
        .replace(/#EXT-X-VERSION:\d+/, '#EXT-X-VERSION:8');
      response.writeHead(200, {
        'Access-Control-Allow-Origin': '*',
        'Content-Type': 'application/vnd.apple.mpegurl',
      });
      response.end(body);
    },
  });

const proveWhole = async (tools: Tools): Promise<string> => {
  const project = join(tools.folder, 'whole-hls');
  await cp(await tools.project(), project, { recursive: true });
  const variable = await servePlaylistWithVariable(await tools.playlist());
  await write(project, { 'main.js': fiveLines(`${variable.url}/talk.m3u8`) });
  const { folder, policy } = await STANDALONE.build(project);
  const { cdn } = await tools.stage();
  const site = await serve(folder, policy(policyOf(`${cdn.a} ${variable.url}`)));
  try {
    const visited = await visit(await tools.browser(), `${site.url}/`);
    const paths = visited.after.map(({ path }) => path);
    // Without an import map, the name `hls.js` leads nowhere: the package beside is what is left.
    const isLoaded = paths.includes('/node_modules/hls.js/dist/hls.min.mjs');
    none([...faultsOf(visited), ...(isLoaded ? [] : [`loaded were ${paths}`])]);
    return 'from the package beside it';
  } finally {
    await Promise.all([site.close(), variable.close()]);
  }
};

/** Each way from npm to a page is heard, under the policy of the documentation, and loads no more than it needs. */
export const pages: Part = {
  name: 'pages',
  async run(tools, check) {
    for (const build of BUILDS) {
      await check(build.name, () => prove(tools, build));
    }
    await check('standalone, with a playlist for the whole hls.js', () => proveWhole(tools));
  },
};
