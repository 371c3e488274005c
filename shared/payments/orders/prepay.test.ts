import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../../core/policy.ts';
import { refusal } from '../../core/testing/expect-refusal.ts';
import { createShop, payer, type Shop, token } from '../testing/shop.ts';
import { Failure } from '../testing/wechat.ts';
import { closeOrder } from './close.ts';
import { createOrder, createPartnerOrder } from './create.ts';
import { recordTransaction } from './record-transaction.ts';
import type { OrderRecord } from './records.ts';
import { changeOrder } from './store.ts';

const { prepayReuseMs, minTimeToPayMs, checkDelaysMs } = defaultPolicy;
const buyTea = (shop: Shop) =>
  createOrder(shop.ports, payer, {
    requestToken: token('a'),
    items: [{ productId: 'tea', quantity: 1 }],
  });
const buyOfTwo = (shop: Shop) =>
  createPartnerOrder(shop.ports, payer, {
    requestToken: token('a'),
    items: ['bread', 'honey'].map((productId) => ({ productId, quantity: 1 })),
  });
const onlyOrder = (shop: Shop) => shop.documents.all<OrderRecord>('orders')[0]!;
/** Something that happens while WeChat Pay makes the prepay_id. */
const during = (shop: Shop, act: () => unknown) => {
  shop.wechat.interrupt = async (when, operation) => {
    if (when === 'after' && operation === 'prepay') await act();
  };
};

describe('a prepay_id', () => {
  it.each([
    [1, prepayReuseMs - 1],
    [2, prepayReuseMs],
  ])('is asked for %d times when the payer comes back after %d ms', async (times, laterMs) => {
    const shop = createShop();
    await buyTea(shop);
    shop.nowMs += laterMs;
    await buyTea(shop);
    expect(shop.wechat.calls.prepay).toBe(times);
  });

  it('does not become younger when WeChat Pay answers with the same one', async () => {
    const shop = createShop();
    await buyTea(shop);
    for (const laterMs of [prepayReuseMs, 10 * 60_000]) {
      shop.nowMs += laterMs;
      await buyTea(shop);
    }
    expect(shop.wechat.calls.prepay).toBe(3);
  });

  it('is another one after two hours, which is stored with the time at which the first had ended', async () => {
    const shop = createShop();
    await buyTea(shop);
    const { prepayId, prepaidAtMs } = onlyOrder(shop).request!;
    shop.nowMs += 2 * 3_600_000 + 1000;
    shop.wechat.generation++;
    const { payment } = await buyTea(shop);
    const renewed = onlyOrder(shop).request!;
    expect(renewed.prepayId).not.toBe(prepayId);
    expect(renewed.prepaidAtMs).toBe(prepaidAtMs! + 2 * 3_600_000);
    expect(payment?.package).toBe(`prepay_id=${renewed.prepayId}`);
  });

  it('is as old as the order when the answer with it may have been lost', async () => {
    const shop = createShop();
    during(shop, () => {
      throw new Failure('lost');
    });
    await refusal('OUTCOME_UNKNOWN', () => buyTea(shop));
    shop.wechat.interrupt = async () => {};
    const { prepay } = shop.wechat.calls;
    for (const laterMs of [prepayReuseMs - 1, 1]) {
      shop.nowMs += laterMs;
      await buyTea(shop);
    }
    expect(shop.wechat.calls.prepay).toBe(prepay + 2);
  });

  it.each([
    ['in use for as long as the first one', 2 * 3_600_000, prepayReuseMs - 1, 0],
    ['asked for again then', 2 * 3_600_000, prepayReuseMs, 1],
    ['asked for again at once when an earlier answer may have been lost', 24 * 3_600_000, 0, 1],
  ])('that is new is %s', async (_, laterMs, againMs, times) => {
    const shop = createShop();
    const later = { ...shop.ports, policy: { ...shop.ports.policy, orderLifetimeMs: 48 * 3_600_000 } };
    const buy = () => buyTea({ ...shop, ports: later });
    await buy();
    shop.nowMs += laterMs;
    shop.wechat.generation++;
    await buy();
    const { prepay } = shop.wechat.calls;
    shop.nowMs += againMs;
    await buy();
    expect(shop.wechat.calls.prepay).toBe(prepay + times);
  });

  it('comes with the moment, the nonce and the way in which it is signed', async () => {
    const shop = createShop();
    const timeStamp = String(Math.floor(shop.nowMs / 1000));
    const signing = { timeStamp, nonceStr: shop.ports.nonce(), signType: 'RSA' };
    expect((await buyTea(shop)).payment).toMatchObject(signing);
  });

  it('that is missing from the database, though not its time, is never given as "null"', async () => {
    const shop = createShop();
    await buyTea(shop);
    const order = onlyOrder(shop);
    const edited: OrderRecord = { ...order, request: { ...order.request!, prepayId: null } };
    shop.documents.put('orders', edited);
    await refusal('OUTCOME_UNKNOWN', () => buyTea(shop));
  });

  it('is given until a minute before the order expires, and not after that', async () => {
    const shop = createShop();
    const { paymentNo, payment } = await buyTea(shop);
    const lastMs = shop.order(paymentNo).expiresAtMs - minTimeToPayMs;
    shop.nowMs = lastMs - 1;
    expect((await buyTea(shop)).payment?.package).toBe(payment?.package);
    shop.nowMs = lastMs;
    await refusal('ORDER_CLOSED', () => buyTea(shop));
  });

  it.each([
    ['a new order', 0],
    ['a renewed one', prepayReuseMs],
  ])('of %s is not given when the order expired while WeChat Pay was asked', async (_, ageMs) => {
    const shop = createShop();
    if (ageMs > 0) await buyTea(shop);
    shop.nowMs += ageMs;
    during(shop, () => {
      shop.nowMs = onlyOrder(shop).expiresAtMs;
    });
    await refusal('ORDER_CLOSED', () => buyTea(shop));
  });

  it.each([
    ['one order', createShop, buyTea],
    ['several orders', () => createShop('ecommerce'), buyOfTwo],
  ])('is not given for %s of which one was paid while WeChat Pay was asked', async (_, open, buy) => {
    const shop = open();
    await buy(shop);
    shop.nowMs += prepayReuseMs;
    const { kind: account } = shop.wechat.account;
    during(shop, () =>
      recordTransaction(shop.ports, shop.wechat.pay(onlyOrder(shop)._id), { account, source: 'callback' }),
    );
    const answer = await buy(shop);
    expect(answer.payment).toBeUndefined();
    expect(answer.orders[0]).toMatchObject({ state: 'SUCCESS', payable: false });
  });

  it('is not given, even a renewed one, for an order that was closed while WeChat Pay was asked', async () => {
    const shop = createShop();
    const { paymentNo } = await buyTea(shop);
    shop.nowMs += prepayReuseMs;
    during(shop, () => closeOrder(shop.ports, payer, { paymentNo }));
    await refusal('ORDER_CLOSED', () => buyTea(shop));
  });

  it('opens each order of a combined payment once, also when it is renewed', async () => {
    const shop = createShop('ecommerce');
    await buyOfTwo(shop);
    expect(shop.documents.all('orders')).toMatchObject([
      { state: 'NOTPAY', version: 2 },
      { state: 'NOTPAY', version: 2 },
    ]);
    shop.nowMs += prepayReuseMs;
    await buyOfTwo(shop);
    expect(shop.documents.all('orders')).toMatchObject([{ version: 2 }, { version: 2 }]);
  });

  it('is the one that another instance stored meanwhile, and does not replace it', async () => {
    const shop = createShop();
    during(shop, () => {
      const order = onlyOrder(shop);
      const request = { ...order.request!, prepayId: 'wx-first', prepaidAtMs: shop.nowMs };
      const stored: OrderRecord = { ...order, request, state: 'NOTPAY', version: order.version + 1 };
      shop.documents.put('orders', stored);
    });
    const { payment } = await buyTea(shop);
    expect(payment?.package).toBe('prepay_id=wx-first');
    expect(onlyOrder(shop).request?.prepayId).toBe('wx-first');
  });

  it('is tried to be stored eight times while others write, and then the payer has to try again', async () => {
    const shop = createShop('ecommerce');
    const { update } = shop.documents;
    let tries = 0;
    shop.documents.update = async (collection, ...rest) => {
      if (collection !== 'combined_payments') return update(collection, ...rest);
      tries++;
      return false;
    };
    await refusal('BUSY', () => buyOfTwo(shop));
    expect(tries).toBe(8);
  });
});

describe('when WeChat Pay refuses a prepay_id', () => {
  const refused = (shop: Shop, code: string) => {
    shop.wechat.interrupt = async (_, operation) => {
      if (operation === 'prepay') throw new Failure('refused', code);
    };
  };

  it.each(['ORDERPAID', 'ORDER_PAID', 'ORDER_CLOSED', 'ORDERCLOSED', 'OUT_TRADE_NO_USED'])(
    'with %s, the order is asked about, and if it is open the refusal is passed on',
    async (code) => {
      const shop = createShop();
      await buyTea(shop);
      shop.nowMs += prepayReuseMs;
      refused(shop, code);
      const { wechatPay } = await refusal('WECHATPAY_REFUSED', () => buyTea(shop));
      expect(wechatPay?.code).toBe(code);
      expect(shop.wechat.calls.query).toBe(1);
    },
  );

  it('for another reason, the order is not asked about', async () => {
    const shop = createShop();
    refused(shop, 'PARAM_ERROR');
    await refusal('WECHATPAY_REFUSED', () => buyTea(shop));
    expect(shop.wechat.calls.query).toBe(0);
  });
});

describe('a payer who comes back to pay', () => {
  it('is expected: the timer looks at an order that it had checked before as soon as at a new one', async () => {
    const shop = createShop('ecommerce');
    const { orders } = await buyOfTwo(shop);
    const [first, second] = orders.map(({ outTradeNo }) => outTradeNo);
    await changeOrder(shop.documents, second!, () => ({ checks: 3 }));
    shop.nowMs += 60_000;
    await buyOfTwo(shop);
    expect(shop.order(first!)).toMatchObject({ checks: 0, checkAfterMs: shop.nowMs + checkDelaysMs[0]! });
  });

  it('causes no further write while nothing was checked yet', async () => {
    const shop = createShop();
    await buyTea(shop);
    const before = onlyOrder(shop);
    shop.nowMs += 1000;
    await buyTea(shop);
    expect(onlyOrder(shop)).toEqual(before);
  });
});
