import { describe, expect, it } from 'vitest';
import { createShop, payer, type Shop, token } from '../testing/shop.ts';
import { madeUpRecords } from '../testing/watched-money.ts';
import type { AnomalyRecord } from './anomalies.ts';
import { createOrder, createPartnerOrder } from './create.ts';
import { recordTransaction } from './record-transaction.ts';

const from = { account: 'direct', source: 'callback' } as const;
const create = async (shop: Shop, name = 'a') => {
  const request = { requestToken: token(name), items: [{ productId: 'tea', quantity: 1 }] };
  return (await createOrder(shop.ports, payer, request)).paymentNo;
};
const anomalies = (shop: Shop) => shop.documents.all<AnomalyRecord>('anomalies').map(({ kind }) => kind);

describe('a transaction_id', () => {
  it('pays one order: for a second one it is an anomaly, and nothing is delivered', async () => {
    const shop = createShop();
    const [first, second] = [await create(shop, 'a'), await create(shop, 'b')];
    const { transactionId } = shop.wechat.pay(first);
    const reused = { ...shop.wechat.pay(second), transactionId: transactionId! };
    await recordTransaction(shop.ports, shop.wechat.orders.get(first)!, from);
    for (let time = 0; time < 2; time++) {
      expect((await recordTransaction(shop.ports, reused, from)).outcome).toBe('TRANSACTION_REUSED');
    }
    expect(shop.order(second)).toMatchObject({ state: 'NOTPAY', fulfilment: 'NONE', transactionId: null });
    expect(anomalies(shop)).toEqual(['TRANSACTION_REUSED']);
    expect(shop.order(first).state).toBe('SUCCESS');
  });

  it('pays one of two orders that are reported at the same moment', async () => {
    const shop = createShop();
    const [first, second] = [await create(shop, 'a'), await create(shop, 'b')];
    const paid = shop.wechat.pay(first);
    const reused = { ...shop.wechat.pay(second), transactionId: paid.transactionId! };
    await Promise.all([paid, reused].map((each) => recordTransaction(shop.ports, each, from)));
    const states = [first, second].map((each) => shop.order(each).state);
    expect(states.sort()).toEqual(['NOTPAY', 'SUCCESS']);
    expect(anomalies(shop)).toEqual(['TRANSACTION_REUSED']);
  });

  it('still pays its order when the instance died after claiming it', async () => {
    const shop = createShop();
    const outTradeNo = await create(shop);
    const paid = shop.wechat.pay(outTradeNo);
    shop.documents.interrupt = async (when, operation) => {
      if (when === 'before' && operation === 'update orders') throw new Error('died');
    };
    await expect(recordTransaction(shop.ports, paid, from)).rejects.toThrow('died');
    shop.documents.interrupt = async () => {};
    expect((await recordTransaction(shop.ports, paid, from)).outcome).toBe('changed');
    expect(shop.order(outTradeNo).state).toBe('SUCCESS');
  });
});

describe('a transaction', () => {
  it('of an unknown order becomes one anomaly', async () => {
    const shop = createShop();
    const paid = { ...shop.wechat.pay(await create(shop)), outTradeNo: 'somebody-elses' };
    for (let time = 0; time < 2; time++) {
      const recorded = await recordTransaction(shop.ports, paid, from);
      expect(recorded).toEqual({ outcome: 'UNKNOWN_ORDER', order: undefined });
    }
    expect(shop.documents.all('anomalies')).toMatchObject([
      { kind: 'UNKNOWN_ORDER', outTradeNo: 'somebody-elses', expected: null },
    ]);
  });

  it('is written to the ledger at the time that WeChat Pay says, or now', async () => {
    const shop = createShop();
    const [first, second] = [await create(shop, 'a'), await create(shop, 'b')];
    const paid = shop.wechat.pay(first);
    const { successAtMs: _, ...without } = shop.wechat.pay(second);
    shop.nowMs += 60_000;
    for (const each of [paid, without]) await recordTransaction(shop.ports, each, from);
    expect(shop.documents.all('ledger')).toMatchObject([
      { kind: 'PAYMENT', outTradeNo: first, amountFen: 6800, atMs: paid.successAtMs },
      { kind: 'PAYMENT', outTradeNo: second, amountFen: 6800, atMs: shop.nowMs },
    ]);
  });

  it('that is no payment moves no money', async () => {
    const shop = createShop('ecommerce');
    const items = [{ productId: 'bread', quantity: 1 }];
    const { paymentNo } = await createPartnerOrder(shop.ports, payer, { requestToken: token('a'), items });
    const unpaid = shop.wechat.orders.get(paymentNo)!;
    const seen = { account: 'ecommerce', source: 'query' } as const;
    expect((await recordTransaction(shop.ports, { ...unpaid, tradeState: 'USERPAYING' }, seen)).outcome).toBe(
      'changed',
    );
    expect((await recordTransaction(shop.ports, unpaid, seen)).outcome).toBe('no-news');
    expect([...shop.documents.all('ledger'), ...shop.documents.all('sharings')]).toEqual([]);
  });

  it('begins the sharing of an order that was placed for it, and of no other', async () => {
    const shop = createShop('ecommerce');
    const place = async (name: string, productId: string) => {
      const request = { requestToken: token(name), items: [{ productId, quantity: 1 }] };
      return (await createPartnerOrder(shop.ports, payer, request)).paymentNo;
    };
    const [shared, other] = [await place('a', 'bread'), await place('b', 'honey')];
    for (const each of [shared, other]) {
      const paid = shop.wechat.pay(each);
      await recordTransaction(shop.ports, paid, { account: 'ecommerce', source: 'callback' });
    }
    expect(shop.documents.all('sharings')).toMatchObject([{ _id: shared, transactionId: '421' }]);
  });

  it('is logged only when it changes something', async () => {
    const shop = createShop();
    const outTradeNo = await create(shop);
    const paid = shop.wechat.pay(outTradeNo);
    const outcomes = [];
    for (let time = 0; time < 2; time++) {
      outcomes.push((await recordTransaction(shop.ports, paid, from)).outcome);
    }
    expect(outcomes).toEqual(['changed', 'no-news']);
    expect(shop.logged.filter(({ event }) => event === 'order.state')).toEqual([
      { level: 'info', event: 'order.state', fields: { outTradeNo, state: 'SUCCESS', source: 'callback' } },
    ]);
  });
});

describe('a transaction that loses the race for its order', () => {
  it('is an anomaly when another payment of the order was recorded meanwhile', async () => {
    const shop = createShop();
    const outTradeNo = await create(shop);
    const stale = shop.order(outTradeNo);
    const first = shop.wechat.pay(outTradeNo);
    await recordTransaction(shop.ports, first, from);
    // The order now holds both payments.
    madeUpRecords();
    const second = { ...first, transactionId: '42999' };
    expect((await recordTransaction(shop.ports, second, from, stale)).outcome).toBe('PAID_TWICE');
    expect(shop.order(outTradeNo).transactionId).toBe(first.transactionId);
    expect(anomalies(shop)).toEqual(['PAID_TWICE']);
  });
});

describe('a combined payment', () => {
  const combine = async (shop: Shop, name: string) => {
    const items = ['bread', 'honey'].map((productId) => ({ productId, quantity: 1 }));
    const request = { requestToken: token(name), items };
    return createPartnerOrder(shop.ports, payer, request);
  };

  it('has its own orders and no others, each with a state of its own', async () => {
    const shop = createShop('ecommerce');
    const [one, other] = [await combine(shop, 'one'), await combine(shop, 'other')];
    expect(one.orders).toHaveLength(2);
    expect(other.orders).toHaveLength(2);
    const paidOnes = [one.orders[0]!.outTradeNo, other.orders[1]!.outTradeNo];
    for (const outTradeNo of paidOnes) {
      const paid = shop.wechat.pay(outTradeNo);
      await recordTransaction(shop.ports, paid, { account: 'ecommerce', source: 'callback' });
    }
    const again = await combine(shop, 'one');
    expect(again.orders.map(({ outTradeNo, state }) => [outTradeNo, state])).toEqual([
      [one.orders[0]!.outTradeNo, 'SUCCESS'],
      [one.orders[1]!.outTradeNo, 'NOTPAY'],
    ]);
    expect(shop.documents.all('orders')).toHaveLength(4);
  });
});
