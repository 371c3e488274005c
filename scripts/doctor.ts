/** `npm run doctor`: says what is wrong with the configuration, why, and how to fix it. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runDoctor } from './doctor/run.ts';
import { exitCodeOf } from './env/failure.ts';

const root = join(fileURLToPath(import.meta.url), '../..');
const output = {
  write: (text: string) => void process.stdout.write(`${text}\n`),
  error: (text: string) => void process.stderr.write(`${text}\n`),
};

process.exitCode = await exitCodeOf(
  () =>
    runDoctor({
      root,
      args: process.argv.slice(2),
      shell: process.env,
      output,
      nowMs: () => Date.now(),
      colour: process.stdout.isTTY === true && process.env.NO_COLOR === undefined,
    }),
  output,
  process.env,
);
