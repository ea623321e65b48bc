import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, until } from '../lib/engines/engine.ts';
import type { Request } from './scene.ts';

const NGINX = process.env.NGINX_PATH ?? '/usr/sbin/nginx';

export const hasNginx = (): boolean => existsSync(NGINX);

export interface Limit {
  /** What it refuses with. */
  readonly status: 429 | 503;
  /** Seconds, told with each refusal. Default: it says nothing. */
  readonly retryAfter?: number;
  /** Refusals say that pages of other origins may read them. Default: they cannot. */
  readonly isReadable?: boolean;
}

/** A real nginx in front of an origin; while it limits, six requests a minute pass. */
export class Nginx {
  readonly url: string;
  readonly #folder: string;
  readonly #config: (isLimited: boolean) => string;
  readonly #child: ChildProcess;

  private constructor(
    url: string,
    folder: string,
    config: (isLimited: boolean) => string,
    child: ChildProcess,
  ) {
    this.url = url;
    this.#folder = folder;
    this.#config = config;
    this.#child = child;
  }

  static async open(upstream: string, limit: Limit): Promise<Nginx> {
    const folder = await mkdtemp(join(tmpdir(), 'earshot-nginx-'));
    const port = await freePort();
    const config = (isLimited: boolean) => configOf({ folder, port, upstream, limit, isLimited });
    await writeFile(join(folder, 'nginx.conf'), config(false));
    const child = spawn(NGINX, ['-p', folder, '-c', 'nginx.conf', '-e', 'error.log'], {
      stdio: 'ignore',
    });
    const url = `http://127.0.0.1:${port}`;
    await until('nginx answers', () => fetch(url).catch(() => null), 20_000);
    return new Nginx(url, folder, config, child);
  }

  async limits(isOn: boolean): Promise<void> {
    await writeFile(join(this.#folder, 'nginx.conf'), this.#config(isOn));
    this.#child.kill('SIGHUP');
  }

  async requests(): Promise<readonly Request[]> {
    const log = await readFile(join(this.#folder, 'access.log'), 'utf8');
    return log
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const [seconds = '', status = '', path = ''] = line.split(' ');
        return { at: Number(seconds) * 1000, path, isFailed: Number(status) >= 400 };
      });
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill();
    await ended;
    await rm(this.#folder, { recursive: true, force: true });
  }
}

interface Wanted {
  readonly folder: string;
  readonly port: number;
  readonly upstream: string;
  readonly limit: Limit;
  readonly isLimited: boolean;
}

const configOf = ({ folder, port, upstream, limit, isLimited }: Wanted): string => {
  const { status, retryAfter = '', isReadable = false } = limit;
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `daemon off;
worker_processes 1;
${process.getuid?.() === 0 ? 'user root;' : ''}
pid nginx.pid;
events {}
http {
  log_format line '$msec $status $request_uri';
  access_log access.log line;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  limit_req_zone $server_name zone=all:1m rate=6r/m;
  limit_req_status ${status};
  map $status $later { ${status} "${retryAfter}"; default ""; }
  map $status $origin { ${status} "${isReadable ? '*' : ''}"; default "*"; }
  server {
    listen 127.0.0.1:${port};
    server_name stage;
    add_header Retry-After $later always;
    add_header Access-Control-Allow-Origin $origin always;
    add_header Access-Control-Expose-Headers Retry-After always;
    location / {
      ${isLimited ? 'limit_req zone=all;' : ''}
      proxy_pass ${upstream};
      proxy_hide_header Access-Control-Allow-Origin;
    }
  }
}
`;
};
