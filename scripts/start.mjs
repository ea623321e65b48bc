// Builds Earshot and starts the demo. It says so first, since the build takes a while.
console.log('Building Earshot and its demo (about 30 s) …');
await import('./build.mjs');
const { serveDemo } = await import('../demo/server.ts');
await serveDemo();
