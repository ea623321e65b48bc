import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';

const ROOT = resolve(import.meta.dirname, '../..');
const BIOME = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
const FLOORS = [
  'policy',
  'host',
  'governor',
  'stage',
  'sources',
  'channel',
  'session',
  'element',
  'react',
];
const TOPS = ['herd', 'stage-server', 'locales', 'testing'] as const;

const UPWARDS = 'floors';
const GLOBAL = 'lint/style/noRestrictedGlobals';
const AMBIENT = 'plugin';

/** Lines of code that a rule must find, and lines that no rule may, each in a file of its own. */
interface Line {
  readonly path: string;
  readonly code: string;
  readonly rule: string | null;
}

const line = (path: string, code: string, rule: string | null): Line => ({ path, code, rule });

const importFrom = (target: string) => `export { x } from '${target}';`;

const imports: Line[] = FLOORS.flatMap((floor, height) => [
  ...[...FLOORS, ...TOPS].map((other) => {
    const isAbove = FLOORS.indexOf(other) > height || TOPS.includes(other as never);
    return line(floor, importFrom(`../${other}/x.ts`), isAbove ? UPWARDS : null);
  }),
  line(floor, importFrom('../index.ts'), UPWARDS),
  line(floor, importFrom('./x.ts'), null),
]);

/** What defines the element is its index: React's component loads it, and nothing else may. */
const elementItself: Line[] = [
  line('react', "export const x = import('../element/index.ts');", null),
  line('react', importFrom('../element/index.ts'), null),
  line('react', importFrom('../herd/index.ts'), UPWARDS),
  line('session', importFrom('../element/index.ts'), UPWARDS),
];

const waysOfImporting: Line[] = [
  "import { x } from '../session/x.ts'; x();",
  "import type { X } from '../session/x.ts'; export const x: X = 1;",
  "import '../session/x.ts';",
  "export * from '../session/x.ts';",
  "export const x = import('../session/x.ts');",
  "import { x } from '../../session/x.ts'; x();",
].map((code) => line('policy', code, UPWARDS));

const tops: Line[] = TOPS.flatMap((top) => [
  line(top, importFrom('../session/x.ts'), null),
  line(top, importFrom('../index.ts'), UPWARDS),
  ...TOPS.filter((other) => other !== top).map((other) =>
    line(top, importFrom(`../${other}/x.ts`), UPWARDS),
  ),
]);

/** The command stands on the server, and nothing stands on the command. */
const command: Line[] = [
  line('cli', importFrom('../stage-server/x.ts'), null),
  line('cli', importFrom('../herd/x.ts'), UPWARDS),
  line('stage-server', importFrom('../cli/x.ts'), UPWARDS),
  line('session', importFrom('../cli/x.ts'), UPWARDS),
  line('cli', 'export const x = Date.now() + process.pid;', null),
];

const globals = [
  'setTimeout(f, 1)',
  'setInterval(f, 1)',
  'queueMicrotask(f)',
  'requestAnimationFrame(f)',
  'performance.now()',
  'crypto.getRandomValues(a)',
  "fetch('/')",
  'new XMLHttpRequest()',
  "new WebSocket('/')",
  "localStorage.getItem('x')",
  "sessionStorage.getItem('x')",
  'indexedDB.databases()',
  'document.hidden',
  'window.x',
  'navigator.onLine',
  'location.href',
];

const ambient = [
  'Date.now()',
  'new Date()',
  'new Date(Date.now())',
  'Date()',
  '[Date]',
  'Math.random()',
  "Math['random']()",
  'globalThis.fetch',
  "globalThis['fetch']",
  'self.fetch',
  'new Date(Math.random())',
];

const pure = [
  'Date.parse(a)',
  'Date.UTC(2026, 10, 22)',
  'new Date(a)',
  'new Date(2026, 10, 22)',
  'a instanceof Date',
  'a as Date',
  'Math.max(1, 2)',
  "'MediaSource' in globalThis",
  'host.fetch(a)',
  'host.timer(f, 1)',
  'media.ownerDocument',
];

const inside = (floor: string, codes: readonly string[], rule: string | null): Line[] =>
  codes.map((code) => line(floor, `export const x = ${code};`, rule));

const expressions: Line[] = [
  ...['policy', 'governor', 'stage', 'sources', 'session', 'element', 'react', 'herd'].flatMap(
    (floor) => [
      ...inside(floor, globals, GLOBAL),
      ...inside(floor, ambient, AMBIENT),
      ...inside(floor, pure, null),
    ],
  ),
  ...inside('host', [...globals, ...ambient, ...pure], null),
  line('policy', 'const { random } = Math; random();', AMBIENT),
  line('policy', 'const { now } = Date; now();', AMBIENT),
  line(
    'session',
    "export const x = (s: AbortSignal) => s.addEventListener('abort', () => {});",
    AMBIENT,
  ),
  line('policy', 'const { fetch } = globalThis; fetch();', AMBIENT),
  line('policy', 'export const x = (document: string) => document;', null),
];

const lines = [
  ...imports,
  ...elementItself,
  ...waysOfImporting,
  ...tops,
  ...command,
  ...expressions,
];

/** Files that import each other, also by a type alone, or when it is called for. */
const circles: Readonly<Record<string, string>> = {
  'circle-a.ts': "import { b } from './circle-b.ts';\nexport const a = () => b();",
  'circle-b.ts': "import { a } from './circle-a.ts';\nexport const b = () => a();",
  'circle-c.ts': "import type { D } from './circle-d.ts';\nexport const c: D = 1;",
  'circle-d.ts': "export type D = number;\nexport const d = () => import('./circle-c.ts');",
};
const inCircles = new Set<string>();

let folder = '';
const found = new Map<string, Set<string>>();

/** The same rules, in a folder of their own. */
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'earshot-lint-'));
  const config = JSON.parse(readFileSync(join(ROOT, 'biome.json'), 'utf8')) as object;
  const own = { ...config, $schema: undefined, vcs: { enabled: false } };
  writeFileSync(join(folder, 'biome.json'), JSON.stringify(own));
  cpSync(join(ROOT, 'lint'), join(folder, 'lint'), { recursive: true });
  lines.forEach(({ path, code }, index) => {
    const file = join(folder, 'src', path, `line-${index}.ts`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${code}\n`);
  });
  for (const [name, code] of Object.entries(circles))
    writeFileSync(join(folder, 'src/policy', name), `${code}\n`);
  const args = [BIOME, 'lint', '--reporter=github', '--max-diagnostics=none', 'src'];
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  for (const [, rule = '', index = '', message = ''] of stdout.matchAll(
    /title=([^,]+),.*?line-(\d+)\.ts.*?::(.*)/g,
  )) {
    const name = message.includes('lint/floors.grit') ? UPWARDS : rule;
    found.set(index, (found.get(index) ?? new Set()).add(name));
  }
  const circle = /title=lint\/suspicious\/noImportCycles,.*?(circle-\w\.ts)/g;
  for (const [, name = ''] of stdout.matchAll(circle)) inCircles.add(name);
});

after(() => rmSync(folder, { recursive: true, force: true }));

const RULES = [UPWARDS, GLOBAL, AMBIENT];

lines.forEach(({ path, code, rule }, index) => {
  test(`src/${path}: ${code} ${rule ? `breaks ${rule}` : 'is allowed'}`, () => {
    const broken = RULES.filter((one) => found.get(String(index))?.has(one));
    assert.deepEqual(broken, rule ? [rule] : []);
  });
});

test('files that import each other are found', () => {
  assert.deepEqual([...inCircles].sort(), Object.keys(circles));
});
