// Writes docs/api: what each subpath exports, so that a change of it shows in a diff. `--check` only compares;
// `--models DIR` writes there what the reference is made of.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { ROOT, typed } from '../test/package/exports.ts';
import { undocumentedIn } from './undocumented.ts';

const isCheck = process.argv.includes('--check');
const at = process.argv.indexOf('--models');
const models = at > 0 ? resolve(process.argv[at + 1]) : null;
const kept = join(ROOT, 'docs/api');
const temporary = mkdtempSync(join(tmpdir(), 'earshot-api-'));
const made = isCheck ? join(temporary, 'api') : kept;

const fileOf = (name) => `${name === 'earshot' ? name : `earshot-${name}`}.api.md`;

const configOf = ({ name, types }) => {
  const entry = join(ROOT, types);
  const compilerOptions = {
    target: 'es2022',
    module: 'nodenext',
    moduleResolution: 'nodenext',
    lib: ['es2023', 'dom', 'dom.iterable'],
    types: [],
    strict: true,
    skipLibCheck: true,
  };
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(ROOT, 'package.json'),
    configObject: {
      projectFolder: ROOT,
      mainEntryPointFilePath: entry,
      compiler: { overrideTsconfig: { compilerOptions, files: [entry] } },
      apiReport: {
        enabled: true,
        reportFolder: made,
        reportTempFolder: join(temporary, 'reports'),
        reportFileName: fileOf(name),
      },
      docModel: models
        ? { enabled: true, apiJsonFilePath: join(models, `${name}.api.json`) }
        : { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        extractorMessageReporting: {
          default: { logLevel: 'error' },
          // Names are public, and what is not is not exported.
          'ae-missing-release-tag': { logLevel: 'none' },
          // Judged below, by the report.
          'ae-undocumented': { logLevel: 'none' },
          'ae-unresolved-link': { logLevel: 'none' },
        },
        // How a docblock is punctuated is no matter of the API.
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
  });
};

/** What shows through without being exported, and should not: a list that only shrinks. */
const LEAKS = ['Governor', 'Base'];

const complaints = [];
const leaked = new Set();

/** The names that the subpaths so far export; a type among them can be named whatever subpath uses it. */
const names = new Set();

const isNameable = (name, usedIn) =>
  names.has(name) &&
  // One of the same name, declared where it is used, is another.
  !new RegExp(`\\b(interface|type|class) ${name}\\b`).test(readFileSync(usedIn, 'utf8'));

const report = (subpath) => {
  Extractor.invoke(configOf(subpath), {
    localBuild: true,
    messageCallback(message) {
      message.handled = true;
      if (message.logLevel !== 'error') return;
      // API Extractor numbers a name that an export of this subpath has too.
      const name = /^The symbol "(\w+?)(?:_\d+)?" needs to be exported/.exec(message.text)?.[1];
      if (name && isNameable(name, message.sourceFilePath)) return;
      if (LEAKS.includes(name)) leaked.add(name);
      else complaints.push(`${subpath.specifier}: ${message.text}`);
    },
  });
  const text = readFileSync(join(made, fileOf(subpath.name)), 'utf8');
  for (const name of undocumentedIn(text)) {
    complaints.push(`${subpath.specifier}: without a docblock: ${name}`);
  }
  for (const [, name] of text.matchAll(/^export (?:const|class|interface|type|function) (\w+)/gm))
    names.add(name);
};

const compare = () => {
  try {
    const args = ['diff', '--no-index', '--no-color', '--', kept, made];
    execFileSync('git', args, { stdio: 'pipe', encoding: 'utf8' });
  } catch ({ stdout }) {
    complaints.push(`${stdout}If this is meant: npm run api, and a line in CHANGELOG.md.`);
  }
};

try {
  mkdirSync(kept, { recursive: true });
  mkdirSync(made, { recursive: true });
  typed.forEach(report);
  for (const name of LEAKS) {
    if (!leaked.has(name)) complaints.push(`${name} shows through no more: take it off LEAKS`);
  }
  if (isCheck) compare();
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
for (const complaint of complaints) console.error(complaint);
process.exitCode = complaints.length ? 1 : 0;
