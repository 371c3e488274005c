/**
 * npm run fuzz -- [PARSER…] --inputs N --seed S: many inputs for the parsers; the same seed gives the same inputs. The last line
 * says whether all were answered, and so does the exit code: 0, or 1.
 */
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
const chosen = parsers.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const failed: string[] = [];
for (const parser of chosen) {
  const before = process.cpuUsage();
  try {
    await fuzz(parser, { inputs, seed });
    const { user, system } = process.cpuUsage(before);
    console.log(`✓ ${parser.name}: ${((user + system) / 1e6).toFixed(1)} s of processor time`);
  } catch (error) {
    failed.push(parser.name);
    console.error(`✗ ${(error as Error).message}`);
  }
}
const all = `${inputs} inputs each for ${chosen.length} parsers, seed ${seed}`;
console.log(failed.length === 0 ? `✓ ${all}: all answered` : `✗ ${all}: ${failed.join(', ')} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;
