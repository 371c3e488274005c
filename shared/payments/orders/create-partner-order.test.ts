import { verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { refusal } from '../../core/testing/expect-refusal.ts';
import type { SellerRecord } from '../../merchants/sellers.ts';
import { createShop, payer, type Shop, token } from '../testing/shop.ts';
import { merchantKeys } from '../testing/wechat.ts';
import { createOrder, createPartnerOrder } from './create.ts';
import { recordTransaction } from './record-transaction.ts';
import type { OrderRecord } from './records.ts';

describe('createPartnerOrder', () => {
  const buy = (shop: Shop, ...ids: string[]) =>
    createPartnerOrder(shop.ports, payer, {
      requestToken: token('p'),
      items: ids.map((productId) => ({ productId, quantity: 1 })),
    });

  it('takes sub_mchid and profit sharing from the seller', async () => {
    const shop = createShop('partner');
    const { paymentNo, orders } = await buy(shop, 'bread');
    expect(orders).toMatchObject([{ sellerId: 's1', sellerName: '店 s1', account: 'partner' }]);
    expect(JSON.parse(shop.wechat.bodies[0]!)).toMatchObject({
      sp_appid: 'wx0123456789abcdef',
      sp_mchid: '1900000001',
      sub_mchid: '1900000101',
      out_trade_no: paymentNo,
      notify_url: 'https://shop.example/pay-notify/partner',
      payer: { sp_openid: 'opayer' },
      settle_info: { profit_sharing: true },
    });
  });

  it('makes one combined payment of goods of several sellers', async () => {
    const shop = createShop('ecommerce');
    const { paymentNo, orders, payment } = await buy(shop, 'bread', 'honey');
    expect(payment?.package).toBe(`prepay_id=wx-${paymentNo.slice(0, 6)}-${shop.wechat.generation}`);
    expect(orders.map(({ sellerId, amountFen }) => [sellerId, amountFen])).toEqual([
      ['s1', 2600],
      ['s2', 4500],
    ]);
    const body = JSON.parse(shop.wechat.bodies[0]!);
    expect(body).toMatchObject({ combine_out_trade_no: paymentNo, combine_payer_info: { openid: 'opayer' } });
    expect(body.sub_orders).toMatchObject([
      { sub_mchid: '1900000101', out_trade_no: orders[0]?.outTradeNo, settle_info: { profit_sharing: true } },
      {
        sub_mchid: '1900000102',
        out_trade_no: orders[1]?.outTradeNo,
        settle_info: { profit_sharing: false },
      },
    ]);
    expect(new Set([paymentNo, ...orders.map(({ outTradeNo }) => outTradeNo)]).size).toBe(3);
  });

  it('makes the orders of a combined payment again after dying half-way', async () => {
    const shop = createShop('ecommerce');
    let inserts = 0;
    shop.documents.interrupt = async (when, operation) => {
      if (when === 'before' && operation === 'insert orders' && ++inserts === 2) throw new Error('died');
    };
    await expect(buy(shop, 'bread', 'honey')).rejects.toThrow('died');
    shop.documents.interrupt = async () => {};
    const { orders } = await buy(shop, 'bread', 'honey');
    expect(orders.map(({ sellerId, state }) => [sellerId, state])).toEqual([
      ['s1', 'NOTPAY'],
      ['s2', 'NOTPAY'],
    ]);
  });

  it("does not continue an order for the shop's own goods", async () => {
    const shop = createShop();
    const items = [{ productId: 'tea', quantity: 1 }];
    const { paymentNo } = await createOrder(shop.ports, payer, { requestToken: token('a'), items });
    const provider = { ...shop.wechat.account, kind: 'ecommerce' } as const;
    const accounts = { find: (kind: string) => (kind === 'ecommerce' ? provider : undefined) };
    const ports = { ...shop.ports, accounts };
    await refusal('ORDER_NOT_FOUND', () => createPartnerOrder(ports, payer, { paymentNo }));
  });

  it("refuses the shop's own goods among them", async () => {
    const shop = createShop('ecommerce');
    await refusal('CART_MIXED', () => buy(shop, 'bread', 'tea'));
    await refusal('CART_MIXED', () => buy(shop, 'tea'));
  });

  it('refuses a seller that is frozen, not ready, or of another kind of account', async () => {
    await refusal('SELLER_FROZEN', () => buy(createShop('ecommerce'), 'ice'));
    await refusal('SELLER_NOT_READY', () => buy(createShop('ecommerce'), 'new'));
    const shop = createShop('partner');
    const [seller] = shop.documents.all<{ _id: string; account: string }>('sellers');
    shop.documents.put('sellers', { ...seller!, account: 'ecommerce' } as never);
    await refusal('SELLER_NOT_READY', () => buy(shop, 'bread'));
  });

  it.each([
    ['one order', ['bread']],
    ['a combined payment', ['honey', 'bread']],
  ] as const)(
    'helps nobody to pay %s once its seller is frozen, and shows what is paid',
    async (_, productIds) => {
      const shop = createShop('partner');
      const { paymentNo } = await buy(shop, ...productIds);
      const [seller] = shop.documents.all<SellerRecord>('sellers');
      const frozen: SellerRecord = { ...seller!, frozenByOperatorAtMs: 1 };
      shop.documents.put('sellers', frozen);
      await refusal('SELLER_FROZEN', () => createPartnerOrder(shop.ports, payer, { paymentNo }));
      await refusal('SELLER_FROZEN', () => buy(shop, ...productIds));
      for (const order of shop.documents.all<OrderRecord>('orders')) {
        const transaction = shop.wechat.pay(order._id);
        await recordTransaction(shop.ports, transaction, { account: 'partner', source: 'callback' });
        // What is paid is shown even before the last order of the payment is recorded.
        const shown = await createPartnerOrder(shop.ports, payer, { paymentNo });
        expect(shown.orders).toContainEqual(
          expect.objectContaining({ outTradeNo: order._id, state: 'SUCCESS' }),
        );
      }
      const paid = await createPartnerOrder(shop.ports, payer, { paymentNo });
      expect(paid).not.toHaveProperty('payment');
      expect(paid.orders.map(({ state }) => state)).toEqual(productIds.map(() => 'SUCCESS'));
    },
  );

  it('names the payer by sub_openid where the mini-program belongs to the sub-merchants', async () => {
    const shop = createShop('partner');
    shop.wechat.account.subAppid = 'wxfedcba9876543210';
    const { payment } = await buy(shop, 'bread');
    expect(JSON.parse(shop.wechat.bodies[0]!)).toMatchObject({
      sub_appid: 'wxfedcba9876543210',
      payer: { sub_openid: 'opayer' },
    });
    // The phone's parameters are signed for the mini-program that pays: the sub-merchants'.
    const { timeStamp, nonceStr, package: prepay, paySign } = payment!;
    const message = `wxfedcba9876543210\n${timeStamp}\n${nonceStr}\n${prepay}\n`;
    const signature = Buffer.from(paySign, 'base64');
    expect(verify('sha256', Buffer.from(message), merchantKeys.publicKey, signature)).toBe(true);
  });

  it('names the payer by sub_openid in a combined payment too, with sub_appid in each order', async () => {
    const shop = createShop('partner');
    shop.wechat.account.subAppid = 'wxfedcba9876543210';
    await buy(shop, 'bread', 'honey');
    const sub = { sub_appid: 'wxfedcba9876543210' };
    expect(JSON.parse(shop.wechat.bodies[0]!)).toMatchObject({
      sub_orders: [sub, sub],
      combine_payer_info: { sub_openid: 'opayer' },
    });
  });

  it.each(['PENDING', 'FROZEN', 'CLOSED'])(
    'sells nothing of a seller that is %s, whatever else it has',
    async (state) => {
      const shop = createShop('ecommerce');
      const [seller] = shop.documents.all<{ _id: string }>('sellers');
      shop.documents.put('sellers', { ...seller!, state, subMchid: '1900000101' } as never);
      await expect(buy(shop, 'bread')).rejects.toMatchObject({ code: expect.stringMatching(/^SELLER_/) });
      expect(shop.wechat.calls.prepay).toBe(0);
    },
  );

  it('is not payable any more when one of its orders is closed', async () => {
    const shop = createShop('ecommerce');
    const { paymentNo, orders } = await buy(shop, 'bread', 'honey');
    const [first] = orders;
    const closed: OrderRecord = { ...shop.order(first!.outTradeNo), state: 'CLOSED' };
    shop.documents.put('orders', closed);
    await refusal('ORDER_CLOSED', () => createPartnerOrder(shop.ports, payer, { paymentNo }));
  });

  it('is not payable when it has no orders any more', async () => {
    const shop = createShop('ecommerce');
    const { paymentNo, orders } = await buy(shop, 'bread', 'honey');
    for (const { outTradeNo } of orders) await shop.documents.remove('orders', outTradeNo);
    await shop.documents.update('combined_payments', paymentNo, {}, { newOrders: [] });
    await refusal('ORDER_CLOSED', () => createPartnerOrder(shop.ports, payer, { paymentNo }));
  });
});
