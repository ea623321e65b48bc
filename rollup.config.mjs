import commonjs from '@rollup/plugin-commonjs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';

const minify = terser({
  ecma: 2022,
  module: true,
  compress: { passes: 3, unsafe_arrows: true },
  format: { comments: false },
});

/** What `npm install` users bundle: their own bundler resolves the two dependencies. */
const library = {
  input: '.build/index.js',
  external: [/^hls\.js/, 'eventemitter3'],
  output: { file: 'dist/earshot.js', format: 'es', sourcemap: true, inlineDynamicImports: true },
};

/** What a plain page loads from any CDN; hls.js is a chunk of its own that loads when needed. */
const standalone = {
  input: { earshot: '.build/index.js' },
  output: {
    dir: 'dist/standalone',
    format: 'es',
    sourcemap: true,
    chunkFileNames: 'hls-[hash].js',
  },
  plugins: [nodeResolve({ browser: true }), commonjs(), minify],
};

export default [library, standalone];
