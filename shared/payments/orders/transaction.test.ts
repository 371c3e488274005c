import { describe, expect, it } from 'vitest';
import type { Account, AccountKind } from '../../core/account.ts';
import type { WechatpayClient } from '../../wechatpay/http/client-types.ts';
import { createShop, payer, type Shop, token } from '../testing/shop.ts';
import { Failure } from '../testing/wechat.ts';
import { createOrder, createPartnerOrder } from './create.ts';
import type { Payment } from './records.ts';
import { loadPayment } from './store.ts';
import { fromCombined, fromDirect, fromPartner, queryPayment } from './transaction.ts';

const wire = {
  out_trade_no: 'a1b2c3',
  transaction_id: '42001',
  trade_state: 'SUCCESS',
  trade_state_desc: 'x',
  success_time: '2026-01-02T08:00:00+08:00',
  amount: { total: 100, payer_total: 90, currency: 'CNY' },
};
const direct = { appid: 'wx0123456789abcdef', mchid: '1900000001', ...wire };

async function placed(kind: AccountKind, ...productIds: string[]): Promise<{ shop: Shop; payment: Payment }> {
  const shop = createShop(kind);
  const items = productIds.map((productId) => ({ productId, quantity: 1 }));
  const create = kind === 'direct' ? createOrder : createPartnerOrder;
  const { paymentNo } = await create(shop.ports, payer, { requestToken: token('a'), items });
  return { shop, payment: (await loadPayment(shop.documents, paymentNo))! };
}

/** An account that is answered this, signed or not being no matter here. */
function answered(account: Account, answer: unknown): Account {
  const client = { ...account.client, request: async () => answer } as unknown as WechatpayClient;
  return { ...account, client };
}

describe('a transaction', () => {
  it('has the total and not what the payer paid after coupons', () => {
    expect(fromDirect(direct)).toEqual({
      appid: 'wx0123456789abcdef',
      mchid: '1900000001',
      outTradeNo: 'a1b2c3',
      transactionId: '42001',
      tradeState: 'SUCCESS',
      successAtMs: Date.UTC(2026, 0, 2),
      amountFen: 100,
      currency: 'CNY',
    });
  });

  it('leaves out what an unpaid answer leaves empty', () => {
    const unpaid = { ...direct, trade_state: 'NOTPAY', transaction_id: '', success_time: '' };
    const { amount, ...empty } = unpaid;
    expect(fromDirect({ ...empty, amount: { currency: '' } })).toEqual({
      appid: 'wx0123456789abcdef',
      mchid: '1900000001',
      outTradeNo: 'a1b2c3',
      tradeState: 'NOTPAY',
    });
  });

  it('leaves out what an unpaid answer does not have', () => {
    const { transaction_id: _, success_time: __, amount: ___, ...bare } = wire;
    const unpaid = { ...bare, trade_state: 'NOTPAY' };
    const found = { appid: 'wx0123456789abcdef', outTradeNo: 'a1b2c3', tradeState: 'NOTPAY' };
    const mchid = '1900000001';
    expect(fromDirect({ ...unpaid, appid: found.appid, mchid })).toStrictEqual({ ...found, mchid });
    const ofPartner = { ...unpaid, sp_appid: found.appid, sp_mchid: mchid, sub_mchid: '1900000109' };
    expect(fromPartner(ofPartner)).toStrictEqual({ ...found, mchid, subMchid: '1900000109' });
    const combined = { combine_appid: found.appid, combine_mchid: mchid, combine_out_trade_no: 'c' };
    expect(fromCombined({ ...combined, sub_orders: [{ ...unpaid, mchid }] })).toStrictEqual([
      { ...found, mchid },
    ]);
  });

  it('is that of its own order in a combined payment: state, number, seller and total', () => {
    const states = ['SUCCESS', 'NOTPAY', 'REFUND', 'CLOSED'];
    const sub_orders = states.map((trade_state, index) => ({
      mchid: '1900000001',
      sub_mchid: `190000010${index}`,
      out_trade_no: `a1b2c${index}`,
      trade_state,
      ...(trade_state === 'SUCCESS' && { transaction_id: '42001' }),
      amount: { total_amount: 100 + index, payer_amount: 1, currency: 'CNY' },
    }));
    const combined = {
      combine_appid: 'wx0123456789abcdef',
      combine_mchid: '1900000001',
      combine_out_trade_no: 'c',
    };
    expect(fromCombined({ ...combined, sub_orders })).toEqual(
      states.map((tradeState, index) => ({
        appid: 'wx0123456789abcdef',
        mchid: '1900000001',
        subMchid: `190000010${index}`,
        outTradeNo: `a1b2c${index}`,
        tradeState,
        ...(tradeState === 'SUCCESS' && { transactionId: '42001' }),
        amountFen: 100 + index,
        currency: 'CNY',
      })),
    );
  });
});

describe('a query', () => {
  it.each([
    ['direct', ['tea']],
    ['partner', ['bread']],
    ['ecommerce', ['bread', 'honey']],
  ] as const)('of %s tells each order as it is there', async (kind, productIds) => {
    const { shop, payment } = await placed(kind, ...productIds);
    const [first] = payment.orders;
    shop.wechat.pay(first!._id);
    const states = productIds.map((_, index) => (index === 0 ? 'SUCCESS' : 'NOTPAY'));
    const found = await queryPayment(shop.wechat.account, payment);
    expect(found?.map(({ tradeState }) => tradeState)).toEqual(states);
    expect(found).toEqual(payment.orders.map(({ _id }) => shop.wechat.orders.get(_id)));
  });

  it.each([
    ['ecommerce', ['bread'], 'GET /v3/pay/partner/transactions/out-trade-no/{out_trade_no}'],
    ['ecommerce', ['bread', 'honey'], 'GET /v3/combine-transactions/out-trade-no/{combine_out_trade_no}'],
    ['direct', ['tea'], 'GET /v3/pay/transactions/out-trade-no/{out_trade_no}'],
  ] as const)('of %s about %j is one request, of its kind of payment', async (kind, productIds, route) => {
    const { shop, payment } = await placed(kind, ...productIds);
    const { account } = shop.wechat;
    const asked: string[] = [];
    const request = ((name: string, ...rest: []) => {
      asked.push(name);
      return account.client.request(name as never, ...rest);
    }) as WechatpayClient['request'];
    await queryPayment({ ...account, client: { ...account.client, request } }, payment);
    expect(asked).toEqual([route]);
  });

  it.each(['ORDER_NOT_EXIST', 'RESOURCE_NOT_EXISTS'])(
    'finds nothing when a signed answer says %s',
    async (code) => {
      const { shop, payment } = await placed('direct', 'tea');
      shop.wechat.interrupt = async () => {
        throw new Failure('refused', code);
      };
      expect(await queryPayment(shop.wechat.account, payment)).toBeUndefined();
    },
  );

  it.each([
    ['unsigned', 'ORDER_NOT_EXIST', { kind: 'unknown' }],
    ['refused', 'NO_AUTH', { kind: 'refused', code: 'NO_AUTH' }],
    ['denied', 'SIGN_ERROR', { kind: 'fault' }],
  ] as const)('learns nothing from an answer that is %s: %s', async (failure, code, error) => {
    const { shop, payment } = await placed('direct', 'tea');
    shop.wechat.interrupt = async () => {
      throw new Failure(failure, code);
    };
    await expect(queryPayment(shop.wechat.account, payment)).rejects.toMatchObject(error);
  });

  const malformed = { kind: 'unknown', code: 'RESPONSE_MALFORMED' };

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a list', []],
    ['an empty object', {}],
    ['another order', { ...direct, out_trade_no: 'another' }],
  ])('does not take for an answer: %s', async (_, answer) => {
    for (const [kind, productId] of [
      ['direct', 'tea'],
      ['partner', 'bread'],
    ] as const) {
      const { shop, payment } = await placed(kind, productId);
      const asked = queryPayment(answered(shop.wechat.account, answer), payment);
      await expect(asked).rejects.toMatchObject(malformed);
    }
  });

  it.each([
    ['another payment', { combine_out_trade_no: 'another', sub_orders: [] }],
    ['no orders', {}],
    ['an order that is null', { sub_orders: [null] }],
    ['an order that is null beside another', { sub_orders: [{ out_trade_no: 'a1b2c3' }, null] }],
  ])('of a combined payment does not take for an answer: %s', async (_, answer) => {
    const { shop, payment } = await placed('ecommerce', 'bread', 'honey');
    const nothing = queryPayment(answered(shop.wechat.account, undefined), payment);
    await expect(nothing).rejects.toMatchObject(malformed);
    const whole = { combine_out_trade_no: payment.paymentNo, ...answer };
    const asked = queryPayment(answered(shop.wechat.account, whole), payment);
    await expect(asked).rejects.toMatchObject(malformed);
  });
});
