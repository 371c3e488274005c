import { describe, expect, it } from 'vitest';
import { functionNames } from '../function-names.ts';
import { targets } from '../requests.ts';
import { parsers } from './parsers.ts';
import { payloads } from './payloads.ts';
import { regressions } from './regressions.ts';
import { fuzz, survive } from './run.ts';

/** Of a fixed seed, so that a failure is this change's; `npm run fuzz` finds what is new, with a million inputs. */
const inputs = 1_000;

it('feeds the events of every function but the one whose event is an HTTP request', () => {
  expect([...Object.keys(payloads), 'payNotify'].sort()).toEqual(functionNames().sort());
});

it.each(parsers)('$name answers every input, or refuses it by an error of its own', async (parser) => {
  await fuzz(parser, { inputs, seed: 20_260_102 });
});

/** An input near a genuine event is almost never one: what stands behind the schema is reached by these. */
it.each(Object.keys(payloads))(
  'the genuine events of %s are answered, or refused by an error of its own',
  async (name) => {
    const payload = parsers.find((parser) => parser.name === 'payload')!;
    for (const event of targets[name]!.requests) await survive(payload, { name, event });
  },
);

describe('what once broke a parser', () => {
  it.each(regressions)('does so no more: $parser, $what', async ({ parser, input }) => {
    const found = parsers.find(({ name }) => name === parser);
    await expect(survive(found!, input)).resolves.toBeUndefined();
  });
});
