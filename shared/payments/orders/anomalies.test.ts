import { describe, expect, it } from 'vitest';
import { createShop, payer, type Shop, token } from '../testing/shop.ts';
import {
  type AnomalyRecord,
  anomaliesCollection,
  listAnomalies,
  recordAnomaly,
  recordOrderAnomaly,
  recordTransferAnomaly,
  resolveAnomaly,
} from './anomalies.ts';
import { anomalyRemedies } from './anomaly-remedies.ts';
import { createOrder } from './create.ts';

const stored = (shop: Shop) => shop.documents.all(anomaliesCollection) as AnomalyRecord[];
const logged = (shop: Shop) => shop.logged.filter(({ event }) => event === 'order.anomaly');

async function shopWithOrder() {
  const shop = createShop();
  const request = { requestToken: token('a'), items: [{ productId: 'tea', quantity: 1 }] };
  const { paymentNo } = await createOrder(shop.ports, payer, request);
  return { shop, order: shop.order(paymentNo) };
}

describe('an anomaly', () => {
  it('is recorded and logged once, however often it is found', async () => {
    const { shop, order } = await shopWithOrder();
    for (let time = 0; time < 3; time++) await recordOrderAnomaly(shop.ports, 'NOT_SHIPPED', order);
    expect(stored(shop)).toMatchObject([
      {
        kind: 'NOT_SHIPPED',
        outTradeNo: order._id,
        source: 'query',
        seenAtMs: shop.nowMs,
        resolvedAtMs: null,
      },
    ]);
    expect(stored(shop)[0]!._id).toMatch(/^[0-9a-f]{40}$/);
    expect(logged(shop)).toMatchObject([{ level: 'error', fields: { outTradeNo: order._id } }]);
  });

  it('is another one when its kind, its order or what was received differs', async () => {
    const { shop, order } = await shopWithOrder();
    await recordOrderAnomaly(shop.ports, 'NOT_SHIPPED', order);
    await recordOrderAnomaly(shop.ports, 'WRONG_AMOUNT', order);
    await recordOrderAnomaly(shop.ports, 'WRONG_AMOUNT', order, { amountFen: 1 });
    await recordOrderAnomaly(shop.ports, 'WRONG_AMOUNT', { ...order, _id: 'another' }, { amountFen: 1 });
    expect(stored(shop)).toHaveLength(4);
    expect(logged(shop)).toHaveLength(4);
  });

  it('of a transaction shows what was received, with null for what WeChat Pay left out', async () => {
    const { shop, order } = await shopWithOrder();
    const { appid, mchid, _id: outTradeNo } = order;
    const bare = { appid, mchid, outTradeNo, tradeState: 'SUCCESS' } as const;
    const full = { ...bare, subMchid: '19', amountFen: 5, currency: 'USD', transactionId: '42' };
    const from = { account: 'direct', source: 'callback' } as const;
    await recordAnomaly(shop.ports, 'WRONG_AMOUNT', order, bare, from);
    await recordAnomaly(shop.ports, 'WRONG_CURRENCY', undefined, full, from);
    const none = { subMchid: null, amountFen: null, currency: null, transactionId: null };
    expect(stored(shop)).toMatchObject([
      { source: 'callback', received: { appid, mchid, state: 'SUCCESS', ...none } },
      {
        expected: null,
        received: { subMchid: '19', amountFen: 5, currency: 'USD', transactionId: '42', state: 'SUCCESS' },
      },
    ]);
  });

  it('of an order shows what it asked for beside what was found', async () => {
    const { shop, order } = await shopWithOrder();
    const { _id: outTradeNo, appid, mchid, subMchid, amountFen, currency, transactionId, state } = order;
    const expected = { appid, mchid, subMchid, amountFen, currency, transactionId, state };
    await recordOrderAnomaly(shop.ports, 'WRONG_AMOUNT', order, { amountFen: amountFen + 1 });
    expect(stored(shop)).toMatchObject([
      { outTradeNo, account: 'direct', expected, received: { ...expected, amountFen: amountFen + 1 } },
    ]);
    expect(stored(shop)[0]!.expected).toEqual(expected);
  });

  it('of a transfer has its out_bill_no, and is recorded and logged once', async () => {
    const { shop, order } = await shopWithOrder();
    const { appid, mchid } = order;
    const none = { subMchid: null, currency: null, transactionId: null };
    const expected = { appid, mchid, ...none, amountFen: 30, state: 'PROCESSING' };
    const sides = { source: 'callback', expected, received: { ...expected, amountFen: 31 } } as const;
    for (let time = 0; time < 2; time++) await recordTransferAnomaly(shop.ports, 'F1', sides);
    const named = { kind: 'TRANSFER_MISMATCH', outTradeNo: 'F1', account: 'direct' };
    expect(stored(shop)).toMatchObject([{ ...named, ...sides, seenAtMs: shop.nowMs, resolvedAtMs: null }]);
    expect(logged(shop)).toMatchObject([{ level: 'error', fields: { ...named, source: 'callback' } }]);
  });

  it('is resolved once: a second note does not replace the first', async () => {
    const { shop, order } = await shopWithOrder();
    await recordOrderAnomaly(shop.ports, 'NOT_SHIPPED', order);
    const { _id } = stored(shop)[0]!;
    expect(await resolveAnomaly(shop.documents, _id, 'shipped by hand', 5)).toBe(true);
    expect(await resolveAnomaly(shop.documents, _id, 'again', 6)).toBe(false);
    expect(stored(shop)).toMatchObject([{ resolvedAtMs: 5, note: 'shipped by hand' }]);
    expect(await listAnomalies(shop.documents, false)).toEqual([]);
    expect(await listAnomalies(shop.documents, true)).toHaveLength(1);
  });
});

it.each(Object.entries(anomalyRemedies))('%s is explained in both languages', (_, { meaning, remedy }) => {
  for (const { zh, en } of [meaning, remedy]) {
    expect(zh).toMatch(/[\u4e00-\u9fff]/);
    expect(en).toMatch(/^[A-Z].*\.$/);
  }
});
