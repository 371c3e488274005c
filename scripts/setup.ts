/** `npm run setup`: asks for what a deployment needs, checks it, and writes `.env.local`. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exitCodeOf } from './env/failure.ts';
import { setUp } from './setup/set-up.ts';

const root = join(fileURLToPath(import.meta.url), '../..');
const output = {
  write: (text: string) => void process.stdout.write(`${text}\n`),
  error: (text: string) => void process.stderr.write(`${text}\n`),
};

process.exitCode = await exitCodeOf(
  () =>
    setUp({
      root,
      args: process.argv.slice(2),
      output,
      nowMs: Date.now(),
      ...(process.stdin.isTTY && process.stdout.isTTY && { terminal: {} }),
    }),
  output,
  process.env,
);
