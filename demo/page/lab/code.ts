import { moduleOf } from './pasted.ts';
import type { Settings } from './settings.ts';

/** `600_000`, as one writes milliseconds. */
const ms = (seconds: number): string =>
  String(Math.round(seconds * 1_000)).replace(/\B(?=(\d{3})+$)/g, '_');

/** What was chosen as code: for the page that listens, and for the stage that publishes. */
export const codeOf = (settings: Settings, runsOwn: boolean): string => {
  const { first, factor, cap, spread, refresh, code } = settings;
  const own = runsOwn && code ? code : null;
  const retry = own
    ? 'retry'
    : `backoff({ first: ${ms(first)}, factor: ${factor}, cap: ${ms(cap)} })`;
  const before = own
    ? [moduleOf(own, 'earshot').replace(/^\s*export default/m, 'const retry ='), '']
    : [];
  return [
    `import { ${own ? 'listen' : 'backoff, listen'} } from 'earshot';`,
    '',
    ...before,
    'const session = listen({',
    `  stage: 'https://cdn.example/talk/stage.json',`,
    own ? '  retry,' : `  retry: ${retry},`,
    '});',
    '',
    '// And in the stage document:',
    `// "spread": ${spread}, "refresh": ${refresh}`,
  ].join('\n');
};

/** Text in lines of at most so many characters. */
export const wrapped = (words: string, most: number): string[] => {
  const lines: string[] = [];
  for (const word of words.split(' ').filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < most)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
};
