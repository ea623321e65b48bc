import { createRequire } from 'node:module';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import { type BuildOptions, build } from 'esbuild';
import type { EarshotListenerProps } from '../../../src/react/index.ts';

/** The packages of one version of React, as package.json names them. */
export interface React {
  readonly name: string;
  readonly react: string;
  readonly dom: string;
}

export const VERSIONS: readonly React[] = [
  { name: 'React 18', react: 'react-18', dom: 'react-dom-18' },
  { name: 'React 19', react: 'react', dom: 'react-dom' },
];

/** With the build of React that warns of what does not fit. */
const bundle = async ({ react, dom }: React, name: string, options: BuildOptions) => {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, name)],
    bundle: true,
    target: 'es2022',
    write: false,
    outdir: 'out',
    logLevel: 'error',
    alias: { react, 'react-dom': dom },
    define: { 'process.env.NODE_ENV': '"development"' },
    ...options,
  });
  return outputFiles?.[0]?.text ?? '';
};

/** What a page loads. */
export const pageScript = (react: React): Promise<string> =>
  bundle(react, 'page.ts', { format: 'iife', conditions: ['browser'] });

/** Renders the page in this process, which has no DOM. */
export const renderer = async (react: React): Promise<(props: EarshotListenerProps) => string> => {
  const code = await bundle(react, 'server.ts', { format: 'cjs', platform: 'node' });
  const module = { exports: {} as { render(props: EarshotListenerProps): string } };
  compileFunction(code, ['module', 'require'])(module, createRequire(import.meta.url));
  return module.exports.render;
};
