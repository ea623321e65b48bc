// The server answers /earshot.js with dist/standalone/earshot.js.
export * from '../../src/index.ts';
