import { describe, expect, it } from 'vitest';
import { refusal } from '../../core/testing/expect-refusal.ts';
import { receiveNotification } from '../notifications/receive.ts';
import { createShop, payer, type Shop, stranger, token } from '../testing/shop.ts';
import { Failure, paymentNotification } from '../testing/wechat.ts';
import { closeOrder } from './close.ts';
import { createOrder, createPartnerOrder } from './create.ts';
import { recordTransaction } from './record-transaction.ts';

const create = (shop: Shop, name = 'a') =>
  createOrder(shop.ports, payer, { requestToken: token(name), items: [{ productId: 'tea', quantity: 1 }] });
const combine = (shop: Shop) =>
  createPartnerOrder(shop.ports, payer, {
    requestToken: token('c'),
    items: ['bread', 'honey'].map((productId) => ({ productId, quantity: 1 })),
  });

describe('closeOrder', () => {
  it('closes the order at WeChat Pay and here, and may be repeated', async () => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    const { orders } = await closeOrder(shop.ports, payer, { paymentNo });
    expect(orders).toMatchObject([{ state: 'CLOSED', payable: false }]);
    expect(shop.wechat.orders.get(paymentNo)?.tradeState).toBe('CLOSED');
    await closeOrder(shop.ports, payer, { paymentNo });
    expect(shop.wechat.calls.close).toBe(1);
    await refusal('ORDER_CLOSED', () => create(shop));
  });

  it('says ORDER_PAID, and records the payment, when it was paid in the meantime', async () => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    shop.wechat.pay(paymentNo);
    await refusal('ORDER_PAID', () => closeOrder(shop.ports, payer, { paymentNo }));
    expect(shop.order(paymentNo)).toMatchObject({ state: 'SUCCESS', fulfilment: 'PENDING' });
    await refusal('ORDER_PAID', () => closeOrder(shop.ports, payer, { paymentNo }));
  });

  it('closes here an order that WeChat Pay does not know or has already closed', async () => {
    for (const code of ['ORDER_NOT_EXIST', 'ORDER_CLOSED']) {
      const shop = createShop();
      const { paymentNo } = await create(shop);
      shop.wechat.interrupt = async () => {
        throw new Failure('refused', code);
      };
      const { orders } = await closeOrder(shop.ports, payer, { paymentNo });
      expect(orders[0]?.state).toBe('CLOSED');
      // A request in flight may still create an order that is unknown now: only an order that WeChat Pay closed is
      // settled.
      expect(shop.order(paymentNo).checkAfterMs === null).toBe(code === 'ORDER_CLOSED');
    }
  });

  it('closes at WeChat Pay an order that it did not know when it was closed here', async () => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    const there = shop.wechat.orders.get(paymentNo)!;
    shop.wechat.orders.delete(paymentNo);
    await closeOrder(shop.ports, payer, { paymentNo });
    shop.wechat.orders.set(paymentNo, there);
    await closeOrder(shop.ports, payer, { paymentNo });
    expect(shop.wechat.orders.get(paymentNo)?.tradeState).toBe('CLOSED');
    expect(shop.order(paymentNo)).toMatchObject({ state: 'CLOSED', checkAfterMs: null });
    await closeOrder(shop.ports, payer, { paymentNo });
    expect(shop.wechat.calls.close).toBe(2);
  });

  it('leaves the order open when the outcome is unknown', async () => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    shop.wechat.interrupt = async () => {
      throw new Failure('lost');
    };
    await refusal('OUTCOME_UNKNOWN', () => closeOrder(shop.ports, payer, { paymentNo }));
    expect(shop.order(paymentNo).state).toBe('NOTPAY');
  });

  it("does not close someone else's order", async () => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    await refusal('ORDER_NOT_FOUND', () => closeOrder(shop.ports, stranger, { paymentNo }));
    expect(shop.wechat.calls.close).toBe(0);
  });

  it('closes a combined payment whole, and none of its orders alone', async () => {
    const shop = createShop('ecommerce');
    const { paymentNo, orders } = await combine(shop);
    const [first] = orders;
    await refusal('ORDER_NOT_FOUND', () => closeOrder(shop.ports, payer, { paymentNo: first!.outTradeNo }));
    const closed = await closeOrder(shop.ports, payer, { paymentNo });
    expect(closed.orders.map(({ state }) => state)).toEqual(['CLOSED', 'CLOSED']);
  });

  it.each([
    ['refused', 'PARAM_ERROR', 'WECHATPAY_REFUSED'],
    ['refused', 'NO_AUTH', 'WECHATPAY_REFUSED'],
    ['refused', 'RATELIMIT_EXCEED', 'BUSY'],
    ['unsigned', 'ORDER_NOT_EXIST', 'OUTCOME_UNKNOWN'],
    ['unsigned', 'ORDER_CLOSED', 'OUTCOME_UNKNOWN'],
    ['denied', 'SIGN_ERROR', 'CONFIG_INVALID'],
  ] as const)('leaves the order open at %s %s', async (kind, code, expected) => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    const before = shop.order(paymentNo);
    shop.wechat.interrupt = async () => {
      throw new Failure(kind, code);
    };
    await refusal(expected, () => closeOrder(shop.ports, payer, { paymentNo }));
    expect(shop.order(paymentNo)).toEqual(before);
  });

  it('records a payment that arrives while it is being closed, and says ORDER_PAID', async () => {
    const shop = createShop();
    const { paymentNo } = await create(shop);
    const open = shop.wechat.orders.get(paymentNo)!;
    shop.wechat.interrupt = async (when, operation) => {
      if (when !== 'after' || operation !== 'close') return;
      shop.wechat.orders.set(paymentNo, open);
      const paid = shop.wechat.pay(paymentNo);
      await receiveNotification(shop.ports, paymentNotification(paid), 'direct');
    };
    await refusal('ORDER_PAID', () => closeOrder(shop.ports, payer, { paymentNo }));
    expect(shop.order(paymentNo)).toMatchObject({ state: 'SUCCESS', fulfilment: 'PENDING' });
  });

  it('does not close a combined payment of which one order is paid', async () => {
    const shop = createShop('ecommerce');
    const { paymentNo, orders } = await combine(shop);
    const paid = shop.wechat.pay(orders[1]!.outTradeNo);
    await recordTransaction(shop.ports, paid, { account: 'ecommerce', source: 'callback' });
    await refusal('ORDER_PAID', () => closeOrder(shop.ports, payer, { paymentNo }));
    expect(shop.wechat.calls.close).toBe(0);
  });

  it('says ORDER_PAID when one order of a combined payment is paid while it is being closed', async () => {
    const shop = createShop('ecommerce');
    const { paymentNo, orders } = await combine(shop);
    const open = shop.wechat.orders.get(orders[1]!.outTradeNo)!;
    shop.wechat.interrupt = async (when) => {
      if (when !== 'after') return;
      shop.wechat.orders.set(open.outTradeNo, open);
      const paid = shop.wechat.pay(open.outTradeNo);
      await receiveNotification(shop.ports, paymentNotification(paid), 'ecommerce');
    };
    await refusal('ORDER_PAID', () => closeOrder(shop.ports, payer, { paymentNo }));
    expect(orders.map(({ outTradeNo }) => shop.order(outTradeNo).state)).toEqual(['CLOSED', 'SUCCESS']);
  });

  it('closes what is still open of a combined payment', async () => {
    const shop = createShop('ecommerce');
    const { paymentNo, orders } = await combine(shop);
    const [first] = orders;
    shop.documents.put('orders', {
      ...shop.order(first!.outTradeNo),
      ...{ state: 'CLOSED', checkAfterMs: null },
    });
    const closed = await closeOrder(shop.ports, payer, { paymentNo });
    expect(closed.orders.map(({ state }) => state)).toEqual(['CLOSED', 'CLOSED']);
    expect(shop.wechat.calls.close).toBe(1);
  });

  it('names what is closed in the fields of its kind of account', async () => {
    const direct = createShop();
    const own = await create(direct);
    await closeOrder(direct.ports, payer, { paymentNo: own.paymentNo });
    expect(direct.wechat.closings).toEqual([
      {
        path: `/v3/pay/transactions/out-trade-no/${own.paymentNo}/close`,
        body: { mchid: '1900000001' },
      },
    ]);
    const partner = createShop('partner');
    const sellers = await createPartnerOrder(partner.ports, payer, {
      requestToken: token('p'),
      items: [{ productId: 'bread', quantity: 1 }],
    });
    await closeOrder(partner.ports, payer, { paymentNo: sellers.paymentNo });
    expect(partner.wechat.closings).toEqual([
      {
        path: `/v3/pay/partner/transactions/out-trade-no/${sellers.paymentNo}/close`,
        body: { sp_mchid: '1900000001', sub_mchid: '1900000101' },
      },
    ]);
  });

  it.each([undefined, 'wxfedcba9876543210'])(
    'names each order of a combined payment, of sub_appid %s',
    async (subAppid) => {
      const shop = createShop('ecommerce');
      if (subAppid !== undefined) shop.wechat.account.subAppid = subAppid;
      const { paymentNo, orders } = await combine(shop);
      await closeOrder(shop.ports, payer, { paymentNo });
      const order = (index: number, sub_mchid: string) => ({
        mchid: '1900000001',
        out_trade_no: orders[index]!.outTradeNo,
        sub_mchid,
        ...(subAppid !== undefined && { sub_appid: subAppid }),
      });
      expect(shop.wechat.closings).toEqual([
        {
          path: `/v3/combine-transactions/out-trade-no/${paymentNo}/close`,
          body: {
            combine_appid: 'wx0123456789abcdef',
            sub_orders: [order(0, '1900000101'), order(1, '1900000102')],
          },
        },
      ]);
    },
  );

  it('closes a combined payment with all its orders in one request', async () => {
    const shop = createShop('ecommerce');
    const { paymentNo, orders } = await combine(shop);
    const other = await createPartnerOrder(shop.ports, payer, {
      requestToken: token('other'),
      items: [{ productId: 'bread', quantity: 1 }],
    });
    await closeOrder(shop.ports, payer, { paymentNo });
    expect(shop.wechat.calls.close).toBe(1);
    const states = [...orders, ...other.orders].map(
      (each) => shop.wechat.orders.get(each.outTradeNo)?.tradeState,
    );
    expect(states).toEqual(['CLOSED', 'CLOSED', 'NOTPAY']);
  });
});
