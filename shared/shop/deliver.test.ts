import { beforeEach, describe, expect, it } from 'vitest';
import { type MemoryDocuments, memoryDocuments } from '../core/testing/documents.ts';
import { refusal } from '../core/testing/expect-refusal.ts';
import { deliver } from './deliver.ts';

const outTradeNo = 'S20260101ABC';
const call = {
  outTradeNo,
  openid: 'oPayer',
  amountFen: 6900,
  items: [
    { productId: 'tea', title: '龙井', quantity: 1, amountFen: 6800 },
    { productId: 'tip', title: '打赏', quantity: 1 },
  ],
};
const refunded = { event: 'refunded', outTradeNo };

let documents: MemoryDocuments;
let nowMs: number;
beforeEach(() => {
  documents = memoryDocuments();
  nowMs = 1_800_000_000_000;
});
const request = (event: unknown) => deliver({ documents, clock: { nowMs: () => nowMs } }, event);
const delivered = { _id: outTradeNo, openid: 'oPayer', amountFen: 6900, items: call.items };

describe('a delivery', () => {
  it('is one per order, however often it is asked for', async () => {
    expect(await request(call)).toEqual({ done: true });
    nowMs += 1000;
    expect(await request({ ...call, amountFen: 1 })).toEqual({ done: true });
    expect(documents.all('deliveries')).toEqual([{ ...delivered, deliveredAtMs: nowMs - 1000 }]);
  });

  it('takes what it needs of a call that says more', async () => {
    const item = { ...call.items[0], unitAmountFen: 6800 };
    await request({ ...call, paymentNo: 'P1', items: [item] });
    expect(documents.peek('deliveries', outTradeNo)).toEqual({
      ...delivered,
      items: [call.items[0]],
      deliveredAtMs: nowMs,
    });
  });

  it('notes when the goods were refunded', async () => {
    await request(call);
    nowMs += 1000;
    expect(await request({ ...refunded, refundFen: 6900 })).toEqual({ done: true });
    expect(documents.all('deliveries')).toEqual([
      { ...delivered, deliveredAtMs: nowMs - 1000, refundedAtMs: nowMs },
    ]);
  });

  it('is not made of a refund', async () => {
    expect(await request(refunded)).toEqual({ done: true });
    expect(documents.all('deliveries')).toEqual([]);
  });

  it.each([
    undefined,
    {},
    { ...call, outTradeNo: { $ne: null } },
    { ...call, openid: undefined },
    { ...call, amountFen: 68.5 },
    { ...call, items: undefined },
    { ...call, items: ['tea'] },
    { ...call, items: [{ ...call.items[0], productId: '' }] },
    { ...call, items: [{ ...call.items[0], quantity: '1' }] },
    { ...call, items: [{ ...call.items[0], amountFen: 0.5 }] },
    { event: 'refunded' },
    { event: 'refunded', outTradeNo: { $ne: null } },
  ])('is refused for %j', async (event) => {
    await request(call);
    const before = documents.dump();
    await refusal('BAD_REQUEST', () => request(event));
    expect(documents.dump()).toBe(before);
  });
});
