/** Our reader of bills against the simulator's writer: two readings of the official column list. */
import { afterEach, describe, expect, it } from 'vitest';
import type { DifferenceRecord } from '../../shared/payments/bills/reconcile-day.ts';
import { reconcileYesterday } from '../../shared/payments/bills/reconcile-day.ts';
import { workOnDueRefunds } from '../../shared/payments/refunds/find.ts';
import { refundOrder } from '../../shared/payments/refunds/refund-order.ts';
import { type RefundShop, refundShop } from './refund-shop.ts';

let shop: RefundShop;
afterEach(() => shop?.close());

const dayMs = 24 * 3600_000;
const chinaOffsetMs = 8 * 3600_000;

/** A day with three payments and a refund, and the morning after it. */
async function dayAfter(kind: 'direct' | 'partner' | 'ecommerce'): Promise<void> {
  shop = await refundShop(kind);
  // Noon of tomorrow in China, so that nothing falls on another day.
  const now = shop.sandbox.clock.now() + chinaOffsetMs;
  await shop.sandbox.clock.advance(dayMs - (now % dayMs) + dayMs / 2);
  const orders = [await shop.paidOrder(100), await shop.paidOrder(6800), await shop.paidOrder(1)];
  const request = {
    action: 'refund',
    outTradeNo: orders[1]!._id,
    requestToken: 'r'.repeat(16),
    amountFen: 300,
  };
  await refundOrder(shop.ports, 'oOp', request);
  for (let minute = 0; minute < 10; minute++) {
    await shop.sandbox.clock.advance(60_000);
    await workOnDueRefunds(shop.ports, () => true);
  }
  await shop.sandbox.clock.advance(23 * 3600_000);
}

const reconcile = () => reconcileYesterday(shop.ports, shop.account);
const fault = (kind: string) =>
  shop.sandbox.control('PUT', '/faults', [{ route: '/v3/bill/*', kind, times: 1 }]);
const found = () =>
  shop.documents
    .all<DifferenceRecord>('bill_differences')
    .map(({ kind, reference }) => `${kind} ${reference}`);

describe.each(['direct', 'partner', 'ecommerce'] as const)('the day of a %s account', (kind) => {
  it('agrees with the ledger to the fen', async () => {
    await dayAfter(kind);
    expect(await reconcile()).toMatchObject({
      state: 'DONE',
      differences: 0,
      sums: { rows: 4, paidFen: 6901, refundedFen: 300 },
    });
    expect(found()).toEqual([]);
  });
});

describe('a bill', () => {
  it('that lacks a line shows it', async () => {
    await dayAfter('direct');
    await fault('bill-missing-line');
    expect(await reconcile()).toMatchObject({ state: 'DONE', differences: 1 });
    expect(found()).toEqual([expect.stringMatching(/^NOT_BILLED /)]);
  });

  it('with another amount shows it', async () => {
    await dayAfter('direct');
    await fault('bill-wrong-amount');
    expect(await reconcile()).toMatchObject({ state: 'DONE', differences: 1 });
    expect(found()).toEqual([expect.stringMatching(/^OTHER_AMOUNT /)]);
  });

  it('that names an order of nobody shows it', async () => {
    await dayAfter('direct');
    await fault('bill-unknown-order');
    expect(await reconcile()).toMatchObject({ state: 'DONE', differences: 1 });
    expect(found()).toEqual([expect.stringMatching(/^(NOT_RECORDED|OTHER_ORDER) /)]);
  });

  it('whose hash is wrong is not compared; the next try is', async () => {
    await dayAfter('direct');
    await fault('bill-bad-hash');
    expect(await reconcile()).toMatchObject({ state: 'FAILED', failure: { code: 'BILL_HASH' } });
    expect(found()).toEqual([]);
    await shop.sandbox.clock.advance(15 * 60_000);
    expect(await reconcile()).toMatchObject({ state: 'DONE', differences: 0 });
  });

  it('that is not ready is waited for', async () => {
    await dayAfter('direct');
    await fault('bill-not-ready');
    expect(await reconcile()).toMatchObject({ state: 'WAITING' });
  });
});

it('a day without payments is an empty one', async () => {
  shop = await refundShop();
  const now = shop.sandbox.clock.now() + chinaOffsetMs;
  await shop.sandbox.clock.advance(2 * dayMs - (now % dayMs) + 11 * 3600_000);
  expect(await reconcile()).toMatchObject({ state: 'EMPTY', failure: null });
});
