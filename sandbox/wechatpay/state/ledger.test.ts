import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { combinedOrder, directOrder, type Sandbox, startSandbox } from '../testing/sandbox.ts';
import { Ledger, type LedgerEntry } from './ledger.ts';

function ledgerOf(movements: readonly LedgerEntry[]): Ledger {
  const ledger = new Ledger();
  for (const movement of movements) ledger.move(movement);
  return ledger;
}

describe('double entry', () => {
  const why = { kind: 'payment', ref: '1', outNo: '1', reason: '' } as const;
  test('any sequence of movements sums to zero, and no movement makes or loses a fen', () => {
    const movement = fc.record({
      atMs: fc.nat(),
      from: fc.constantFrom('a', 'b', 'c'),
      to: fc.constantFrom('d', 'e', 'f'),
      amountFen: fc.integer({ min: 1, max: 1_000_000_000 }),
      kind: fc.constant('payment' as const),
      ref: fc.constant('1'),
      outNo: fc.constant('1'),
      reason: fc.constant('test'),
    });
    fc.assert(
      fc.property(fc.array(movement), (movements) => {
        const ledger = ledgerOf(movements);
        expect(ledger.sumFen()).toBe(0);
        const received = movements.reduce((sum, { amountFen }) => sum + amountFen, 0);
        expect(['d', 'e', 'f'].reduce((sum, name) => sum + ledger.balanceFen(name), 0)).toBe(received);
      }),
    );
  });

  test.each([0, -1, 0.5, Number.NaN])('refuses to move %d', (amountFen) => {
    expect(() => ledgerOf([{ atMs: 0, from: 'a', to: 'b', amountFen, ...why }])).toThrow(RangeError);
  });

  test('refuses to move from an account to itself', () => {
    expect(() => ledgerOf([{ atMs: 0, from: 'a', to: 'a', amountFen: 1, ...why }])).toThrow(RangeError);
  });
});

describe('over any sequence of what merchants and payers do', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());

  const step = fc.record({
    what: fc.constantFrom('place', 'place again', 'combine', 'pay', 'fail', 'close', 'wait'),
    which: fc.nat({ max: 2 }),
    amountFen: fc.integer({ min: 1, max: 5_000 }),
  });
  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

  async function take({ what, which, amountFen }: Step, known: Map<number, Record<string, unknown>>) {
    const body = known.get(which);
    const no = body?.out_trade_no ?? body?.combine_out_trade_no;
    const control = (path: string, given: object) => sandbox.control('POST', path, given);
    if (what === 'wait') return control('/clock', { advanceMs: amountFen * 60_000 });
    if (what === 'combine') {
      const combined = combinedOrder(sandbox);
      known.set(which, combined);
      return sandbox.ecommerce.post('/v3/combine-transactions/jsapi', combined);
    }
    if (what === 'place' || !body) {
      const direct = directOrder(sandbox, { amount: { total: amountFen } });
      known.set(which, direct);
      return sandbox.direct.post('/v3/pay/transactions/jsapi', direct);
    }
    if (what === 'place again') return sandbox.direct.post('/v3/pay/transactions/jsapi', body);
    if (what === 'close') {
      const { mchid } = sandbox.direct.account;
      return sandbox.direct.post(`/v3/pay/transactions/out-trade-no/${no}/close`, { mchid });
    }
    return control(`/orders/${no}/pay`, what === 'fail' ? { result: 'PAYERROR' } : {});
  }

  test('the ledger sums to zero, and holds exactly what the paid orders say', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        await sandbox.control('POST', '/reset');
        const known = new Map<number, Record<string, unknown>>();
        for (const one of steps) {
          const answer = await take(one, known);
          expect(answer.status).toBeLessThan(500);
        }
        const ledger = (await sandbox.control('GET', '/ledger')).json;
        expect(ledger.sumFen).toBe(0);
        const { orders } = (await sandbox.control('GET', '/orders')).json;
        const paid = orders.filter((order: { state: string }) => order.state === 'SUCCESS');
        const paidFen = paid.reduce((sum: number, order: { totalFen: number }) => sum + order.totalFen, 0);
        expect(0 - (ledger.accounts['payer oPayer'] ?? 0)).toBe(paidFen);
      }),
      { numRuns: 15 },
    );
  });
});
