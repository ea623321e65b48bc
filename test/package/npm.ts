import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const WINDOWS = process.platform === 'win32';
const MOST_OUTPUT = 64 * 1024 * 1024;

const execute = promisify(execFile);

/** Runs a command and tells what it printed; its failure tells that too. */
export const run = async (
  file: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<string> => {
  try {
    const { stdout, stderr } = await execute(file, args, {
      ...options,
      maxBuffer: MOST_OUTPUT,
      shell: WINDOWS,
    });
    return stdout + stderr;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${file} ${args.join(' ')}\n${stdout}${stderr}`, { cause: error });
  }
};

/** Runs npm as a newcomer does, without what the npm that runs this says to its children. */
export const npm = (args: readonly string[], cwd: string): Promise<string> => {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)),
  );
  return run('npm', [...args, '--no-audit', '--no-fund', '--prefer-offline'], { cwd, env });
};
