import { describe, expect, it } from 'vitest';
import { refusal } from '../../core/testing/expect-refusal.ts';
import type { WechatpayClient } from '../../wechatpay/http/client-types.ts';
import { createShop, payer, type Shop, stranger, token } from '../testing/shop.ts';
import { Failure } from '../testing/wechat.ts';
import { closeOrder } from './close.ts';
import { createOrder } from './create.ts';
import { queryOrder } from './query.ts';
import type { OrderRecord } from './records.ts';

const cart = (productId = 'tea', quantity = 2) => ({ items: [{ productId, quantity }] });
const create = (shop: Shop, name = 'a', items = cart()) =>
  createOrder(shop.ports, payer, { requestToken: token(name), ...items });
const minuteMs = 60_000;

describe('createOrder', () => {
  it('prices on the server, stores exactly the request that it sends, and returns the payment parameters', async () => {
    const shop = createShop();
    const { paymentNo, orders, payment } = await create(shop);
    expect(orders).toMatchObject([
      { outTradeNo: paymentNo, state: 'NOTPAY', amountFen: 13600, payable: true },
    ]);
    expect(payment?.package).toMatch(/^prepay_id=/);
    const stored = shop.order(paymentNo);
    expect(shop.wechat.bodies).toEqual([stored.request?.parameters]);
    expect(JSON.parse(shop.wechat.bodies[0]!)).toEqual({
      appid: 'wx0123456789abcdef',
      mchid: '1900000001',
      description: '龙井 ×2',
      out_trade_no: paymentNo,
      time_expire: '2026-01-03T11:04:05+08:00',
      notify_url: 'https://shop.example/pay-notify/direct',
      amount: { total: 13600, currency: 'CNY' },
      payer: { openid: 'opayer' },
    });
    expect(stored.expiresAtMs).toBe(Date.parse('2026-01-03T11:04:05+08:00'));
  });

  it('stores the order before WeChat Pay is asked', async () => {
    const shop = createShop();
    let seen = 0;
    shop.wechat.interrupt = async (when) => {
      if (when === 'before') seen = shop.documents.all('orders').length;
    };
    await create(shop);
    expect(seen).toBe(1);
  });

  it('makes one order of a double tap', async () => {
    const shop = createShop();
    const [first, second] = await Promise.all([create(shop), create(shop)]);
    expect(second).toEqual(first);
    expect(shop.documents.all('orders')).toHaveLength(1);
    expect(new Set(shop.wechat.bodies).size).toBe(1);
  });

  it('sends the request that was stored first when two instances with different clocks race', async () => {
    const shop = createShop();
    shop.documents.interrupt = async (when, operation) => {
      if (when === 'before' && operation === 'find products') shop.nowMs += 1000;
    };
    await Promise.all([create(shop), create(shop), create(shop)]);
    const [order] = shop.documents.all<OrderRecord>('orders');
    expect(new Set(shop.wechat.bodies)).toEqual(new Set([order?.request?.parameters]));
  });

  it('returns no prepay_id for an order that was closed meanwhile', async () => {
    const shop = createShop();
    shop.wechat.interrupt = async (when, operation) => {
      if (when !== 'before' || operation !== 'prepay') return;
      const [order] = shop.documents.all<OrderRecord>('orders');
      await closeOrder(shop.ports, payer, { paymentNo: order!._id });
    };
    await refusal('ORDER_CLOSED', () => create(shop));
    const [order] = shop.documents.all<OrderRecord>('orders');
    // WeChat Pay did not know it when it was closed, so the timer has to check again.
    expect(order).toMatchObject({ state: 'CLOSED', checkAfterMs: expect.any(Number) });
  });

  it('keeps the price of the first tap when the catalogue changes before the second', async () => {
    const shop = createShop();
    const first = await create(shop);
    shop.documents.put('products', {
      _id: 'tea',
      title: 'x',
      price: { kind: 'fixed', amountFen: 1 },
      onSale: true,
    } as never);
    expect((await create(shop)).orders).toEqual(first.orders);
  });

  it('keeps the order of the first tap when the product is taken off sale before the second', async () => {
    const shop = createShop();
    const first = await create(shop);
    const [tea] = shop.documents.all<{ _id: string }>('products').filter(({ _id }) => _id === 'tea');
    shop.documents.put('products', { ...tea!, onSale: false } as never);
    expect((await create(shop)).orders).toEqual(first.orders);
    await refusal('PRODUCT_OFF_SALE', () => create(shop, 'b'));
  });

  it('refuses a token that was used for another cart', async () => {
    const shop = createShop();
    await create(shop);
    await refusal('TOKEN_REUSED', () => create(shop, 'a', cart('tea', 3)));
  });

  it('makes another order of the same token for another payer', async () => {
    const shop = createShop();
    const mine = await create(shop);
    const other = await createOrder(shop.ports, stranger, { requestToken: token('a'), ...cart() });
    expect(other.paymentNo).not.toBe(mine.paymentNo);
  });

  it('says that the outcome is unknown when the answer is lost, and sends the same bytes on the retry', async () => {
    const shop = createShop();
    shop.wechat.interrupt = async (when) => {
      if (when === 'after') throw new Failure('lost');
    };
    const error = await refusal('OUTCOME_UNKNOWN', () => create(shop));
    expect(error.retryable).toBe(true);
    shop.wechat.interrupt = async () => {};
    shop.nowMs += 30 * minuteMs;
    const { paymentNo, payment } = await create(shop);
    expect(payment?.package).toBe(`prepay_id=wx-${paymentNo.slice(0, 6)}-${shop.wechat.generation}`);
    expect(shop.wechat.bodies.length).toBeGreaterThan(1);
    expect(new Set(shop.wechat.bodies).size).toBe(1);
  });

  it('reuses a fresh prepay_id, and requests a new one with the same bytes when it is old', async () => {
    const shop = createShop();
    const first = await create(shop);
    shop.nowMs += 100 * minuteMs;
    await create(shop);
    expect(shop.wechat.calls.prepay).toBe(1);
    shop.nowMs += 15 * minuteMs;
    shop.wechat.generation = 2;
    const renewed = await create(shop);
    expect(shop.wechat.calls.prepay).toBe(2);
    expect(new Set(shop.wechat.bodies).size).toBe(1);
    const { paymentNo } = first;
    expect(first.payment?.package).toBe(`prepay_id=wx-${paymentNo.slice(0, 6)}-1`);
    expect(renewed.payment?.package).toBe(`prepay_id=wx-${paymentNo.slice(0, 6)}-2`);
  });

  it('counts the age of a prepay_id from before it was asked for, however long the answer took', async () => {
    const shop = createShop();
    const askedAtMs = shop.nowMs;
    shop.wechat.interrupt = async (when) => {
      if (when === 'before') shop.nowMs += 5 * minuteMs;
    };
    const { paymentNo } = await create(shop);
    expect(shop.order(paymentNo).request?.prepaidAtMs).toBe(askedAtMs);
  });

  it.each([
    ['an answer without a prepay_id', {}],
    ['an empty prepay_id', { prepay_id: '' }],
    ['no answer at all', undefined],
  ])('takes %s for an unknown outcome', async (_, answer) => {
    const shop = createShop();
    const client = {
      ...shop.wechat.account.client,
      request: async () => answer,
    } as unknown as WechatpayClient;
    Object.assign(shop.wechat.account, { client });
    await refusal('OUTCOME_UNKNOWN', () => create(shop));
    expect(shop.documents.all<OrderRecord>('orders')).toMatchObject([{ state: 'CREATED' }]);
  });

  it('pays an order again by its number, for its payer only', async () => {
    const shop = createShop();
    const { paymentNo, payment } = await create(shop);
    expect((await createOrder(shop.ports, payer, { paymentNo })).payment).toEqual(payment);
    await refusal('ORDER_NOT_FOUND', () => createOrder(shop.ports, stranger, { paymentNo }));
    await refusal('ORDER_NOT_FOUND', () => createOrder(shop.ports, payer, { paymentNo: 'b'.repeat(32) }));
  });

  it('refuses an order that is past its end or about to be', async () => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    shop.nowMs = shop.order(paymentNo).expiresAtMs - minuteMs / 2;
    await refusal('ORDER_CLOSED', () => create(shop));
    expect(shop.wechat.calls.prepay).toBe(1);
  });

  it('keeps the prepay_id although a page polls while WeChat Pay is asked for it', async () => {
    const shop = createShop();
    shop.wechat.interrupt = async (when, operation) => {
      if (when !== 'after' || operation !== 'prepay') return;
      const [order] = shop.documents.all<{ _id: string }>('orders');
      await queryOrder(shop.ports, payer, { paymentNo: order!._id });
    };
    const { paymentNo, payment } = await create(shop);
    expect(payment?.package).toBe(`prepay_id=${shop.order(paymentNo).request?.prepayId}`);
    expect(shop.order(paymentNo).state).toBe('NOTPAY');
  });

  it('answers a paid order without payment, even when only WeChat Pay knows that it is paid', async () => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    shop.wechat.pay(paymentNo);
    shop.nowMs += 115 * minuteMs;
    const again = await create(shop);
    expect(again.payment).toBeUndefined();
    expect(again.orders[0]).toMatchObject({ state: 'SUCCESS', fulfilment: 'PENDING', payable: false });
    expect((await create(shop)).payment).toBeUndefined();
    expect(shop.wechat.calls.prepay).toBe(2);
  });

  it('says ORDER_CLOSED when WeChat Pay says so, and remembers it', async () => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    shop.wechat.orders.set(paymentNo, { ...shop.wechat.orders.get(paymentNo)!, tradeState: 'CLOSED' });
    shop.nowMs += 115 * minuteMs;
    await refusal('ORDER_CLOSED', () => create(shop));
    expect(shop.order(paymentNo).state).toBe('CLOSED');
  });

  it.each([
    ['refused', 'PARAM_ERROR', 'WECHATPAY_REFUSED', false, 'PARAM_ERROR'],
    ['refused', 'FREQUENCY_LIMITED', 'BUSY', true, 'FREQUENCY_LIMITED'],
    ['unsigned', 'PARAM_ERROR', 'OUTCOME_UNKNOWN', true, undefined],
    ['lost', 'ANSWER_TIMEOUT', 'OUTCOME_UNKNOWN', true, undefined],
    ['denied', 'SIGN_ERROR', 'CONFIG_INVALID', false, 'SIGN_ERROR'],
  ] as const)('explains %s %s as %s', async (kind, code, expected, retryable, wechatPayCode) => {
    const shop = createShop();
    shop.wechat.interrupt = async () => {
      throw new Failure(kind, code);
    };
    const error = await refusal(expected, () => create(shop));
    expect(error.retryable).toBe(retryable);
    expect(error.wechatPay?.code).toBe(wechatPayCode);
  });

  it.each(['total', 'amountFen', 'openid', 'sub_mchid', 'payer', 'price'])(
    'refuses %s in the request',
    async (key) => {
      const shop = createShop();
      const event = { requestToken: token('a'), ...cart(), [key]: 1 };
      const error = await refusal('AMOUNT_NOT_ACCEPTED', () => createOrder(shop.ports, payer, event));
      expect(error.fields?.[0]?.path).toBe(key);
      expect(shop.documents.all('orders')).toHaveLength(0);
    },
  );

  it.each([undefined, 'short', 'x'.repeat(65), 'with blanks and so on', 1234567890123456])(
    'refuses %j as a token',
    async (requestToken) => {
      const shop = createShop();
      await refusal('BAD_REQUEST', () => createOrder(shop.ports, payer, { requestToken, ...cart() }));
    },
  );

  it.each([undefined, null, 'text', [], 7])('refuses %j as a request', async (event) => {
    const shop = createShop();
    await refusal('BAD_REQUEST', () => createOrder(shop.ports, payer, event));
  });

  it("refuses sellers' goods, alone or among the shop's own", async () => {
    const shop = createShop();
    await refusal('CART_MIXED', () => create(shop, 'a', cart('bread')));
    const mixed = { items: [...cart('bread').items, ...cart('tea').items] };
    await refusal('CART_MIXED', () => create(shop, 'b', mixed));
    expect(shop.documents.all('orders')).toHaveLength(0);
  });

  it('says that the configuration is wrong where there is no direct account', async () => {
    const shop = createShop('ecommerce');
    await refusal('CONFIG_INVALID', () => create(shop));
  });
});
