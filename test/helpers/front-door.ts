import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './condition.ts';

/** A web server of somebody else, in front of HLS. */
export interface FrontDoor {
  readonly url: string;
  close(): Promise<void>;
}

/** Where the parts are that it stands between. */
export interface Places {
  /** `host:port` each. */
  readonly stage: string;
  readonly origin: string;
  readonly port: number;
}

/** Why a program cannot be run; `null`: it can. */
export function whyMissing(program: string, versionFlag: string): string | null {
  try {
    execFileSync(program, [versionFlag], { stdio: 'ignore', env: ENVIRONMENT });
    return null;
  } catch {
    return `There is no ${program} in PATH`;
  }
}

const ENVIRONMENT = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
const DOCS = new URL('../../docs/server.md', import.meta.url);

/** The code of a language in docs/server.md: what is documented is what runs. */
async function snippet(language: string): Promise<string> {
  const text = await readFile(DOCS, 'utf8');
  const [, code] = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\n\`\`\``).exec(text) ?? [];
  if (code === undefined) throw new Error(`docs/server.md has no code in ${language}.`);
  return code;
}

const placed = (code: string, { stage, origin }: Places): string =>
  code.replaceAll('127.0.0.1:8080', stage).replaceAll('127.0.0.1:8081', origin);

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function run(
  program: string,
  args: readonly string[],
  folder: string,
  port: number,
): Promise<FrontDoor> {
  const env = { ...ENVIRONMENT, HOME: folder };
  const child: ChildProcess = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], env });
  let told = '';
  child.stderr?.on('data', (data) => {
    told += data;
  });
  const url = `http://127.0.0.1:${port}`;
  await until(`${program} answers`, async () => {
    if (child.exitCode !== null) throw new Error(`${program} ended: ${told}`);
    return fetch(url).then(
      () => true,
      () => false,
    );
  });
  return {
    url,
    async close() {
      const exit = once(child, 'exit');
      child.kill();
      await exit;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The snippet of docs/server.md in a real nginx. */
export async function startNginx(places: Places): Promise<FrontDoor> {
  const folder = await mkdtemp(join(tmpdir(), 'earshot-nginx-'));
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const server = placed(await snippet('nginx'), places);
  if (!server.includes('listen 80;')) throw new Error('The snippet has no "listen 80;".');
  await writeFile(
    join(folder, 'nginx.conf'),
    `daemon off;
worker_processes 1;
${process.getuid?.() === 0 ? 'user root;' : ''}
pid nginx.pid;
events {}
http {
  access_log off;
  ${kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join('\n  ')}
${server.replace('listen 80;', `listen 127.0.0.1:${places.port};`)}
}
`,
  );
  return run('nginx', ['-p', folder, '-c', 'nginx.conf', '-e', 'error.log'], folder, places.port);
}

/** The snippet of docs/server.md in a real Caddy. */
export async function startCaddy(places: Places): Promise<FrontDoor> {
  const folder = await mkdtemp(join(tmpdir(), 'earshot-caddy-'));
  const site = placed(await snippet('caddyfile'), places);
  if (!site.startsWith(':80 {')) throw new Error('The snippet does not begin with ":80 {".');
  const file = join(folder, 'Caddyfile');
  const options = '{\n  admin off\n  auto_https off\n}\n';
  await writeFile(file, options + site.replace(':80 {', `http://127.0.0.1:${places.port} {`));
  return run('caddy', ['run', '--adapter', 'caddyfile', '--config', file], folder, places.port);
}
