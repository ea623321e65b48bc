import { spawn } from 'node:child_process';

/**
 * Runs the command of a part. A part without counts is one test.
 *
 * @param isLive prints at once what it prints; else that is only in the result.
 * @param env beside this process's own.
 */
export const run = ({ name, command: [file, ...args], counts }, isLive = false, env = {}) =>
  new Promise((resolve) => {
    const from = performance.now();
    const child = spawn(file, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
      env: { ...process.env, ...env },
    });
    let text = '';
    for (const [stream, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      stream.on('data', (chunk) => {
        text += chunk;
        if (isLive) to.write(chunk);
      });
    }
    const end = (code) => {
      const ok = code === 0;
      const { passed, failed } = counts?.(text) ?? { passed: ok ? 1 : 0, failed: ok ? 0 : 1 };
      // What a part says that it cannot run here, and why.
      const skipped = text.match(/!!! SKIPPED: .*/g) ?? [];
      // What failed without a failing test, or ran none, has failed all the same.
      const isEmpty = ok ? passed === 0 && skipped.length === 0 : failed === 0;
      const seconds = (performance.now() - from) / 1_000;
      resolve({ name, text, passed, failed: isEmpty ? 1 : failed, skipped, seconds });
    };
    child.on('error', (error) => {
      text += String(error);
      end(1);
    });
    child.on('close', end);
  });

/** The columns of `--list`. */
export const listed = (parts) =>
  parts
    .map(({ name, seconds, proves }) => `${String(seconds).padStart(5)} s  ${name}: ${proves}`)
    .join('\n');
