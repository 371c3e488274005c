/** npm run fuzz -- [PARSER…] --inputs N --seed S: many inputs for the parsers; the same seed gives the same inputs. */
import { parseArgs } from 'node:util';
import { parsers } from '../tests/attack/fuzz/parsers.ts';
import { fuzz } from '../tests/attack/fuzz/run.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    inputs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});
const [inputs, seed] = [Number(values.inputs), Number(values.seed)];
const names = parsers.map(({ name }) => name);
const unknown = positionals.filter((name) => !names.includes(name));
if (unknown.length > 0 || !(inputs > 0) || !Number.isInteger(seed)) {
  console.error(`npm run fuzz -- [PARSER…] [--inputs N] [--seed S]\nPARSER: ${names.join(', ')}`);
  process.exit(2);
}
for (const parser of parsers) {
  if (positionals.length > 0 && !positionals.includes(parser.name)) continue;
  const startedAtMs = performance.now();
  try {
    await fuzz(parser, { inputs, seed });
    const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
    console.log(`✓ ${parser.name}: ${inputs} inputs, seed ${seed}, ${seconds} s`);
  } catch (error) {
    process.exitCode = 1;
    console.error(`✗ ${(error as Error).message}`);
  }
}
