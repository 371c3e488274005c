/** npx tsx tests/models/planted/run.ts [sharing|refunds|applications]: which mistakes each model notices. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../simulation/bundle.ts';
import { modelMistakes } from './mistakes.ts';

const [only] = process.argv.slice(2);
const tried = modelMistakes.filter(({ model }) => only === undefined || model === only);
let missed = 0;
for (const { name, model } of tried) {
  const { status, stdout } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      ...['run', '--config', join(root, 'tests/models/planted/vitest.config.ts')],
    ],
    { cwd: root, env: { ...process.env, PLANTED: name }, encoding: 'utf8' },
  );
  // Red because of the mistake, and not because nothing ran.
  const isFound = status !== 0 && /Tests .*failed/.test(stdout);
  if (!isFound) missed++;
  console.log(`${isFound ? '✓' : '✗'} ${model}: ${name}`);
}
console.log(`${tried.length - missed} of ${tried.length} mistakes are noticed`);
process.exitCode = missed === 0 ? 0 : 1;
