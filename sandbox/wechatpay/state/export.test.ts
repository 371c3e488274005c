import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { directOrder, startSandbox } from '../testing/sandbox.ts';
import { exportTexts } from './export.ts';
import { loadState, type SavedState } from './saved-state.ts';
import { entriesOfPiece, SandboxState } from './state.ts';

const jsapi = '/v3/pay/transactions/jsapi';

test('an export is one document that another sandbox takes, history included', async () => {
  const one = await startSandbox({ seed: 'one' });
  const body = directOrder(one);
  expect((await one.direct.post(jsapi, body)).status).toBe(200);
  await one.control('POST', `/orders/${body.out_trade_no}/pay`, {});
  const { json: exported } = await one.control('POST', '/snapshot', {});
  const other = await startSandbox({ seed: 'other' });
  expect((await other.control('POST', '/restore', exported)).status).toBe(200);
  const { json } = await other.control('GET', `/orders/${body.out_trade_no}`);
  expect(json.order.state).toBe('SUCCESS');
  const stateOf = (text: unknown) => {
    const { ledger, slots, randomPosition } = loadState(text as SavedState).history;
    return {
      ledger: ledger.entries,
      randomPosition,
      slots: [...slots].map(([name, slot]) => [name, [...slot]]),
    };
  };
  expect(stateOf((await other.control('POST', '/snapshot', {})).json)).toEqual(stateOf(exported));
  await one.close();
  await other.close();
});

async function filledState(count: number): Promise<SandboxState> {
  const sandbox = await startSandbox({ seed: 'filled' });
  const { seedData } = sandbox.simulator.snapshot() as SavedState;
  await sandbox.close();
  const state = new SandboxState({ ...seedData, merchants: [], subMerchants: [] } as never);
  for (let n = 0; n < count; n++) {
    state.slot('numbers').set(`n${n}`, { n });
    const entry = {
      atMs: n,
      from: 'a',
      to: 'b',
      amountFen: 1,
      kind: 'payment',
      ref: `${n}`,
      outNo: '',
      reason: '',
    };
    state.ledger.move(entry as never);
  }
  return state;
}

test('a large state is made in small pieces, and what changes between them is in the export', async () => {
  const state = await filledState(5_000);
  const recording = state.record();
  const texts = exportTexts({
    head: { format: 'wechatpay-sandbox/2', nowMs: 0, seedData: {}, origin: {} } as never,
    randomPosition: 0,
    recording,
    changes: () => ({ nowMs: 1, history: recording.take()! }),
    events: () => Array.from({ length: 1_000 }, (_, n) => ({ n })),
  });
  let document = '';
  let longest = 0;
  let round = 0;
  for (const text of texts) {
    document += text;
    longest = Math.max(longest, text.split('\n').length);
    await setImmediate();
    state.slot<object>('numbers').get('n0');
    state.slot<{ n: number }>('numbers').get('n1')!.n = ++round;
    state.slot('numbers').set(`later${round}`, { n: round });
    state.slot('numbers').delete(`n${4_999 - round}`);
    state.ledger.move({ ...state.ledger.entries[0]!, atMs: -round });
  }
  // What changed after the last piece is not in it: the document was complete.
  expect(longest).toBeLessThanOrEqual(entriesOfPiece + 3);
  const { history } = loadState(JSON.parse(document) as SavedState);
  const taken = Number(
    document
      .match(/"later(\d+)"/g)!
      .at(-1)!
      .slice(6, -1),
  );
  const numbers = new Map([...history.slots.get('numbers')!] as [string, { n: number }][]);
  expect(numbers.get('n1')).toEqual({ n: taken });
  expect(numbers.get(`later${taken}`)).toEqual({ n: taken });
  expect(numbers.has('n4998')).toBe(false);
  expect(numbers.size).toBe(5_000);
  expect(history.ledger.entries).toHaveLength(5_000 + taken);
  recording.stop();
});
