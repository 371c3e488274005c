import { describe, expect, it } from 'vitest';
import { listSellers } from '../../shared/merchants/freeze.ts';
import { listAnomalies, resolveAnomaly } from '../../shared/payments/orders/anomalies.ts';
import { createOrder, createPartnerOrder } from '../../shared/payments/orders/create.ts';
import { recordTransaction } from '../../shared/payments/orders/record-transaction.ts';
import type { OrderRecord } from '../../shared/payments/orders/records.ts';
import { createShop, payer, type Shop, token } from '../../shared/payments/testing/shop.ts';
import { Problem } from '../cloud/problem.ts';
import { describeAnomaly, explainAnomaly, findAnomaly } from './anomalies.ts';
import { checkHealth } from './health.ts';
import { freezeSeller } from './sellers.ts';
import { tellStory } from './story.ts';
import { moment, money } from './text.ts';

const minuteMs = 60_000;

async function placeOrder(shop: Shop): Promise<OrderRecord> {
  await createOrder(shop.ports, payer, {
    requestToken: token('a'),
    items: [{ productId: 'tea', quantity: 1 }],
  });
  return shop.documents.all<OrderRecord>('orders')[0]!;
}

/** WeChat Pay reports the order as paid, with another amount. */
async function pay(shop: Shop, order: OrderRecord, amountFen: number): Promise<void> {
  const { appid, mchid, _id } = order;
  const transaction = {
    appid,
    mchid,
    outTradeNo: _id,
    transactionId: '4200001',
    tradeState: 'SUCCESS' as const,
  };
  const paid = { ...transaction, amountFen, currency: 'CNY', successAtMs: shop.nowMs };
  await recordTransaction(shop.ports, paid, { account: 'direct', source: 'callback' });
}

describe('an anomaly', () => {
  it('is listed, shown with both sides, and resolved once with a note', async () => {
    const shop = createShop('direct');
    const order = await placeOrder(shop);
    await pay(shop, order, 1);
    const [anomaly] = await listAnomalies(shop.documents, false);
    expect(describeAnomaly(anomaly!)).toContain('WRONG_AMOUNT');
    const shown = explainAnomaly(await findAnomaly(shop.documents, anomaly!._id.slice(0, 8))).join('\n');
    expect(shown).toMatch(new RegExp(`≠ amountFen +${money(order.amountFen)} +¥0\\.01`));
    expect(shown).toContain('退款');

    expect(await resolveAnomaly(shop.documents, anomaly!._id, '已退款', 1)).toBe(true);
    expect(await resolveAnomaly(shop.documents, anomaly!._id, '再一次', 2)).toBe(false);
    expect(await listAnomalies(shop.documents, false)).toEqual([]);
    expect(await listAnomalies(shop.documents, true)).toMatchObject([{ note: '已退款', resolvedAtMs: 1 }]);
  });

  it('that does not exist is said to', async () => {
    const shop = createShop('direct');
    await expect(findAnomaly(shop.documents, 'abc')).rejects.toThrow(Problem);
  });
});

describe('an order', () => {
  it('tells its story in the order in which it happened, with the payer masked', async () => {
    const shop = createShop('direct');
    const order = await placeOrder(shop);
    shop.nowMs += minuteMs;
    await pay(shop, order, order.amountFen);
    const story = await tellStory(shop.documents, order._id);
    const told = story.happened.map(({ what }) => what.zh).join('\n');
    expect(told.indexOf('下单')).toBeLessThan(told.indexOf('付款成功 4200001'));
    expect(told).not.toContain(payer.openid);
    expect(story.next.map(({ what }) => what.zh)).toContain('再次调用发货函数');
  });

  it('that is not recorded is reported as unknown', async () => {
    const shop = createShop('direct');
    await expect(tellStory(shop.documents, 'none')).rejects.toThrow('没有订单');
  });
});

describe('a seller', () => {
  it('frozen by an operator takes no payment, whatever WeChat Pay says, until it is unfrozen', async () => {
    const shop = createShop('ecommerce');
    const [seller] = await listSellers(shop.documents);
    await freezeSeller(shop.documents, seller!._id, true, '投诉', 1);
    await expect(freezeSeller(shop.documents, seller!._id, true, '再次', 2)).rejects.toThrow('已被冻结');
    // As an application does once WeChat Pay has unfrozen the seller.
    await shop.documents.update('sellers', seller!._id, {}, { state: 'ACTIVE' });
    const frozen = await listSellers(shop.documents);
    expect(frozen.find(({ _id }) => _id === seller!._id)).toMatchObject({ freezeNote: '投诉' });
    const products = shop.documents.all<{ _id: string; sellerId?: string }>('products');
    const productId = products.find(({ sellerId }) => sellerId === seller!._id)!._id;
    const buy = () =>
      createPartnerOrder(shop.ports, payer, {
        requestToken: token('b'),
        items: [{ productId, quantity: 1 }],
      });
    await expect(buy()).rejects.toMatchObject({ code: 'SELLER_FROZEN' });
    await freezeSeller(shop.documents, seller!._id, false, '已解决', 3);
    await buy();
  });
});

describe('health', () => {
  const levels = async (shop: Shop) =>
    Object.fromEntries((await checkHealth(shop.documents, shop.nowMs)).map(({ id, level }) => [id, level]));

  it('is good while the timer runs and nothing waits', async () => {
    const shop = createShop('direct');
    await shop.documents.insertIfAbsent('heartbeats', { _id: 'reconcile', ranAtMs: shop.nowMs } as {
      _id: string;
    });
    expect(new Set(Object.values(await levels(shop)))).toEqual(new Set(['good']));
  });

  it('asks for attention when the timer is silent or a paid order waits', async () => {
    const shop = createShop('direct');
    const order = await placeOrder(shop);
    await pay(shop, order, order.amountFen);
    shop.nowMs += 11 * minuteMs;
    expect(await levels(shop)).toMatchObject({
      timer: 'attention',
      undelivered: 'attention',
      anomalies: 'good',
    });
  });
});

it('shows money in yuan and moments in the time of China', () => {
  expect([money(1), money(13600), money(-5), money(null)]).toEqual(['¥0.01', '¥136.00', '-¥0.05', '—']);
  expect(moment(Date.UTC(2026, 10, 27, 16, 0, 1))).toBe('2026-11-28 00:00:01');
});
