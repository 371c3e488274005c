import { describe, expect, it } from 'vitest';
import { memoryDocuments } from '../../core/testing/documents.ts';
import { recordMovement } from '../ledger/ledger.ts';
import { compareMovements, findNotBilled, keyOf } from './compare.ts';
import type { BilledMovement } from './movement.ts';

const billed = (changes: Partial<BilledMovement> = {}): BilledMovement => ({
  ...{ kind: 'PAYMENT', reference: '42', outTradeNo: 'T1', amountFen: 100, atMs: 5 },
  ...changes,
});

/** A ledger with the payment 42 of 100 fen for the order T1, and a fee of 1 fen. */
async function recorded() {
  const documents = memoryDocuments();
  const owner = { outTradeNo: 'T1', account: 'direct', mchid: '1', subMchid: null } as const;
  await recordMovement(documents, owner, { kind: 'PAYMENT', amountFen: 100, reference: '42', atMs: 5 });
  await recordMovement(documents, owner, { kind: 'FEE', amountFen: -1, reference: '42', atMs: 5 });
  return documents;
}

describe('a movement of a bill', () => {
  it.each([
    ['is as recorded', {}, undefined],
    ['names no order', { outTradeNo: undefined }, undefined],
    ['is not recorded', { reference: '43' }, { kind: 'NOT_RECORDED', recordedFen: null, outTradeNo: 'T1' }],
    ['has another amount', { amountFen: 101 }, { kind: 'OTHER_AMOUNT', recordedFen: 100, billedFen: 101 }],
    ['has another order', { outTradeNo: 'T2' }, { kind: 'OTHER_ORDER', outTradeNo: 'T2', recordedFen: 100 }],
    [
      'has another amount, and names no order',
      { amountFen: 101, outTradeNo: undefined },
      { kind: 'OTHER_AMOUNT', outTradeNo: 'T1' },
    ],
    [
      'is not recorded, and names no order',
      { reference: '43', outTradeNo: undefined },
      { kind: 'NOT_RECORDED', outTradeNo: null },
    ],
    [
      'is a fee, whose order is that of its payment',
      { kind: 'FEE', amountFen: -1, outTradeNo: 'T2' },
      undefined,
    ],
  ] as [string, Partial<BilledMovement>, object | undefined][])('that %s', async (_, changes, difference) => {
    const movement = billed(changes);
    const found = await compareMovements(await recorded(), [movement]);
    expect(found.map((each) => each.billed)).toEqual(difference ? [movement] : []);
    expect(found.map((each) => each.difference)).toMatchObject(difference ? [difference] : []);
  });

  it('is compared with many others at once, each with its own, in the order of the bill', async () => {
    const movements = [
      billed({ reference: '2' }),
      billed(),
      billed({ kind: 'FEE', amountFen: -2 }),
      billed({ reference: '1' }),
    ];
    const found = await compareMovements(await recorded(), movements);
    expect(found.map(({ difference: { movement, reference, kind } }) => [movement, reference, kind])).toEqual(
      [
        ['PAYMENT', '2', 'NOT_RECORDED'],
        ['FEE', '42', 'OTHER_AMOUNT'],
        ['PAYMENT', '1', 'NOT_RECORDED'],
      ],
    );
    expect(found[1]?.known).toMatchObject({ amountFen: -1 });
  });
});

describe('our records of a day', () => {
  const scope = { mchid: '1', holder: 'own', fromMs: 0, toMs: 10 } as const;

  it('that the bill has not are differences', async () => {
    const none = { has: () => false };
    expect(await findNotBilled(await recorded(), scope, 'PAYMENT', '', none)).toEqual({
      differences: [
        {
          ...{ kind: 'NOT_BILLED', movement: 'PAYMENT', reference: '42', outTradeNo: 'T1' },
          ...{ billedFen: null, recordedFen: 100 },
        },
      ],
      next: undefined,
    });
  });

  it('that the bill has are none, nor those of another day', async () => {
    const asked: string[] = [];
    const has = (key: string) => asked.push(key) > 0;
    expect(await findNotBilled(await recorded(), scope, 'PAYMENT', '', { has })).toMatchObject({
      differences: [],
    });
    expect(asked).toEqual([keyOf(billed())]);
    const later = { ...scope, fromMs: 6 };
    const none = { has: () => false };
    expect(await findNotBilled(await recorded(), later, 'PAYMENT', '', none)).toMatchObject({
      differences: [],
    });
  });
});
