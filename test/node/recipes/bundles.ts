import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { compile } from 'svelte/compiler';
import { compileScript, parse } from 'vue/compiler-sfc';
import { PAGE_BUNDLE } from '../../../bench/lib/bundle.ts';

const ROOT = join(import.meta.dirname, '../../..');
const RECIPES = join(ROOT, 'docs/recipes');

const isCustomElement = (tag: string) => tag.includes('-');

/** Compiles a component as its framework's own bundler plugin does. */
const components: Plugin = {
  name: 'components',
  setup({ onLoad }) {
    onLoad({ filter: /\.vue$/ }, async ({ path }) => {
      const { descriptor } = parse(await readFile(path, 'utf8'), { filename: path });
      const { content } = compileScript(descriptor, {
        id: 'talk',
        inlineTemplate: true,
        templateOptions: { compilerOptions: { isCustomElement } },
      });
      return { contents: content };
    });
    onLoad({ filter: /\.svelte$/ }, async ({ path }) => {
      const { js } = compile(await readFile(path, 'utf8'), { filename: path, generate: 'client' });
      return { contents: js.code };
    });
  },
};

const react = (name: string) => `import { createElement, StrictMode } from 'react';
    import { createRoot } from 'react-dom/client';
    import { ${name} } from './${name}.tsx';
    const root = createRoot(target);
    root.render(createElement(StrictMode, null, createElement(${name}, props)));
    globalThis.unmount = () => root.unmount();`;

/** How each framework puts its component on a page. */
const MOUNTS: Readonly<Record<string, string>> = {
  'LiveTalk.tsx': react('LiveTalk'),
  'TalkElement.tsx': react('TalkElement'),
  'LiveTalk.vue': `import { createApp } from 'vue';
    import LiveTalk from './LiveTalk.vue';
    createApp(LiveTalk, props).mount(target);`,
  'LiveTalk.svelte': `import { mount } from 'svelte';
    import LiveTalk from './LiveTalk.svelte';
    mount(LiveTalk, { target, props });`,
};

const SHARED: BuildOptions = { ...PAGE_BUNDLE, absWorkingDir: ROOT };

/** The script of a page that shows a component of `docs/recipes`, on what npm ships. */
export const bundleOf = async (name: string): Promise<string> => {
  const props = `const target = document.querySelector('main');
    const props = { stage: 'https://stage.example/talk/stage.json' };`;
  const { outputFiles } = await build({
    ...SHARED,
    stdin: { contents: `${props}\n${MOUNTS[name]}`, resolveDir: RECIPES },
    jsx: 'automatic',
    conditions: ['browser', 'production'],
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [components],
  });
  return outputFiles?.[0]?.text ?? '';
};

/** What hears the page. */
export const earScript = async (): Promise<string> => {
  const entryPoints = [join(import.meta.dirname, 'ear.ts')];
  const { outputFiles } = await build({ ...SHARED, format: 'iife', entryPoints });
  return outputFiles?.[0]?.text ?? '';
};

/** A recipe as it stands in `docs/recipes`. */
export const recipe = (name: string): Promise<string> => readFile(join(RECIPES, name), 'utf8');
