/** npm run faults -- --operations N --restarts N --seed S: the running system while its processes are killed. Linux only. */
import { parseArgs } from 'node:util';
import { runWithFaults } from '../tests/attack/process-faults/run.ts';

const { values } = parseArgs({
  options: {
    operations: { type: 'string', default: '5000' },
    restarts: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});
const [operations, restarts, seed] = [values.operations, values.restarts, values.seed].map(Number) as [
  number,
  number,
  number,
];
const startedAtMs = performance.now();
const { differences, ...figures } = await runWithFaults({
  operations,
  restarts,
  seed,
  onProgress: (done) => done % 500 === 0 && console.log(`${done} operations begun`),
});
console.log({ operations, seed, seconds: Math.round((performance.now() - startedAtMs) / 1000), ...figures });
for (const difference of differences) console.error(`✗ ${difference}`);
console.log(
  differences.length === 0 ? '✓ nothing lost, nothing twice' : `✗ ${differences.length} differences`,
);
process.exit(differences.length === 0 ? 0 : 1);
