import type { CloudBase } from '@cloudbase/node-sdk';
import { expect, it } from 'vitest';
import { createFunctionCaller } from './function-caller.ts';

function callerOf(answer: unknown, timeoutMs?: number) {
  const asked: unknown[] = [];
  const callFunction = async (...request: unknown[]) => {
    asked.push(request);
    return answer;
  };
  return {
    functions: createFunctionCaller(async () => ({ callFunction }) as unknown as CloudBase, timeoutMs),
    asked,
  };
}

it('waits for the other function as long as it is told, else 10 s', async () => {
  for (const [given, timeout] of [
    [2500, 2500],
    [undefined, 10_000],
  ] as const) {
    const { functions, asked } = callerOf({ result: 1 }, given);
    expect(await functions.call('reconcile', { a: 1 })).toBe(1);
    expect(asked).toEqual([[{ name: 'reconcile', data: { a: 1 } }, { timeout }]]);
  }
});

it.each([[null], [undefined], ['result'], [5], [{}]])(
  'returns nothing of the answer %j, which has no result',
  async (answer) => {
    expect(await callerOf(answer).functions.call('reconcile', {})).toBeUndefined();
  },
);

it.each(['', '0reconcile', 'reconcile ', 'a/b', `f${'o'.repeat(60)}`])(
  'refuses the name %j',
  async (name) => {
    const { functions, asked } = callerOf({ result: 1 });
    await expect(functions.call(name, {})).rejects.toThrow('malformed');
    expect(asked).toEqual([]);
  },
);
