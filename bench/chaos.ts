// `npm run chaos`: the channel under blows; with `--engines`, all that befalls the sound, in three engines.
const isMatrix = process.argv.some((one) => one.startsWith('--engines'));
await import(isMatrix ? './chaos-engines.ts' : './chaos-channel.ts');

export {};
