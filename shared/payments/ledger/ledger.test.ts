import { describe, expect, it } from 'vitest';
import { memoryDocuments } from '../../core/testing/documents.ts';
import { balanceFen, type LedgerOwner, ledgerCollection, movementsOf, recordMovement } from './ledger.ts';

const owner: LedgerOwner = {
  outTradeNo: 'T1',
  account: 'ecommerce',
  mchid: '1900000001',
  subMchid: '1900000109',
};
const payment = { kind: 'PAYMENT', amountFen: 100, reference: '4200001', atMs: 5 } as const;
const refund = (reference: string, amountFen: number, atMs: number) =>
  ({ kind: 'REFUND', amountFen, reference, atMs }) as const;

describe('a movement of money', () => {
  it('is one entry under its kind and number, with what it belongs to and nothing else', async () => {
    const documents = memoryDocuments();
    const order = { ...owner, openid: 'opayer' };
    const entry = await recordMovement(documents, order, payment);
    const billedKey = '000000000000005:PAYMENT:4200001';
    expect(entry).toEqual({ _id: 'PAYMENT:4200001', ...owner, ...payment, billedKey });
    expect(documents.all(ledgerCollection)).toEqual([entry]);
  });

  it('sorts by the moment at which the balance changed, where that was earlier', async () => {
    const documents = memoryDocuments();
    const entry = await recordMovement(documents, owner, { ...payment, billedAtMs: 3 });
    expect(entry).toMatchObject({ atMs: 5, billedKey: '000000000000003:PAYMENT:4200001' });
    expect(entry).not.toHaveProperty('billedAtMs');
  });

  it('is written once, and returns the existing entry when another order has the same number', async () => {
    const documents = memoryDocuments();
    const first = await recordMovement(documents, owner, payment);
    expect(await recordMovement(documents, { ...owner, outTradeNo: 'T2' }, { ...payment, atMs: 9 })).toEqual(
      first,
    );
    expect(documents.all(ledgerCollection)).toEqual([first]);
    await recordMovement(documents, owner, refund('4200001', -1, 6));
    expect(documents.all(ledgerCollection)).toHaveLength(2);
  });

  it.each([0, 0.5, Number.NaN, 2 ** 53])('is no %s fen', async (amountFen) => {
    const documents = memoryDocuments();
    const recorded = recordMovement(documents, owner, { ...payment, amountFen });
    await expect(recorded).rejects.toThrow(RangeError);
    expect(documents.all(ledgerCollection)).toEqual([]);
  });
});

describe('what an order holds', () => {
  it('is the sum of its own movements, which come the oldest first', async () => {
    const documents = memoryDocuments();
    await recordMovement(documents, owner, refund('R2', -20, 8));
    await recordMovement(documents, owner, payment);
    await recordMovement(documents, owner, refund('R1', -30, 7));
    await recordMovement(documents, { ...owner, outTradeNo: 'T2' }, { ...payment, reference: '4200002' });
    const movements = await movementsOf(documents, 'T1');
    expect(movements.map(({ reference }) => reference)).toEqual(['4200001', 'R1', 'R2']);
    expect(balanceFen(movements)).toBe(50);
    expect(balanceFen([])).toBe(0);
  });
});
