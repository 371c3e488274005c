/** 特殊发货报备, and the page that WeChat's messages about shipments open. */
import { afterEach, describe, expect, it } from 'vitest';
import { WeixinError } from '../../shared/core/weixin-api.ts';
import { serveOperator } from '../../shared/payments/shipping/serve.ts';
import { type ShippingShop, shippingShop } from './shipping-shop.ts';

let shop: ShippingShop;
afterEach(() => shop?.close());

const dayMs = 86_400_000;
const ask = (event: object) => serveOperator(shop.shipping, 'oOperator', event);
const report = (outTradeNo: string, more: object) => ask({ action: 'reportSpecial', outTradeNo, ...more });
const there = async () => (await shop.sandbox.control('GET', '/shipping')).json;
const ship = (outTradeNo: string) => {
  const parcels = [{ company: 'ZTO', trackingNo: 'A1', itemDesc: '龙井' }];
  return ask({ action: 'ship', outTradeNo, logistics: 'express', parcels });
};

describe('a special order', () => {
  it('is reported as presale with its time, kept on the order, and can be shipped later', async () => {
    shop = await shippingShop();
    const { _id, transactionId, paidAtMs } = await shop.paidOrder(1000);
    const shipsAtMs = Math.ceil((paidAtMs! + 20 * dayMs) / 1000) * 1000;
    const specialShipping = { kind: 'presale', shipsAtMs, reportedAtMs: expect.any(Number) };
    const answer = await report(_id, { kind: 'presale', shipsAtMs });
    expect(answer).toEqual({ outTradeNo: _id, specialShipping });
    expect(shop.order(_id)).toMatchObject({ specialShipping });
    expect((await there()).specials).toEqual([{ transactionId, type: 1, delayToMs: shipsAtMs }]);
    expect(await ship(_id)).toMatchObject({ shipment: { state: 'SHIPPED' } });
    await expect(report(_id, { kind: 'test' })).rejects.toMatchObject({ code: 'SHIPMENT_STATE' });
  });

  it.each(['before', 'after'] as const)(
    'whose answer is lost %s its effect is not kept; the same again ends it',
    async (when) => {
      shop = await shippingShop('partner', (path) => path === 'opspecialorder');
      const { _id, transactionId } = await shop.paidOrder(1000);
      shop.lose = when;
      await expect(report(_id, { kind: 'test' })).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
      expect(shop.order(_id)).not.toHaveProperty('specialShipping');
      shop.lose = undefined;
      await report(_id, { kind: 'test' });
      expect((await there()).specials).toEqual([{ transactionId, type: 2 }]);
    },
  );

  it.each<[string, (paidAtMs: number) => object]>([
    ['a presale order without a time', () => ({ kind: 'presale' })],
    ['one within 15 days', (paidAtMs) => ({ kind: 'presale', shipsAtMs: paidAtMs + 15 * dayMs - 1000 })],
    ['one after 330 days', (paidAtMs) => ({ kind: 'presale', shipsAtMs: paidAtMs + 330 * dayMs + 1000 })],
    ['a test order with a time', (paidAtMs) => ({ kind: 'test', shipsAtMs: paidAtMs + 20 * dayMs })],
  ])('is refused before WeChat is asked: %s', async (_, more) => {
    shop = await shippingShop();
    const order = await shop.paidOrder(1000);
    await expect(report(order._id, more(order.paidAtMs!))).rejects.toMatchObject({
      code: 'SHIPMENT_INVALID',
      fields: [{ path: 'shipsAtMs' }],
    });
    expect(shop.calls).toEqual([]);
  });

  it('must be an order, and one that WeChat has to be shipped', async () => {
    shop = await shippingShop();
    await expect(report('nosuch', { kind: 'test' })).rejects.toMatchObject({ code: 'ORDER_NOT_FOUND' });
    await expect(report('nosuch', { kind: 'other' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    const { _id } = await shop.paidOrder(1000);
    await shop.sandbox.control('POST', '/shipping', { managed: false });
    const refusal = { code: 'SHIPMENT_STATE', texts: { en: expect.stringContaining('268546002') } };
    await expect(report(_id, { kind: 'test' })).rejects.toMatchObject(refusal);
  });

  it('needs an access token: where the cloud call is used, the operator is told', async () => {
    shop = await shippingShop();
    const { _id } = await shop.paidOrder(1000);
    const call = () => Promise.reject(new WeixinError('fault', -604100, 'no cloud call'));
    const asked = serveOperator({ ...shop.shipping, weixin: { call } }, 'oOperator', {
      action: 'reportSpecial',
      outTradeNo: _id,
      kind: 'test',
    });
    const advice = expect.stringContaining('WECHAT_API_ACCESS=token');
    await expect(asked).rejects.toMatchObject({ code: 'CONFIG_INVALID', texts: { en: advice } });
  });
});

describe('the page of the messages', () => {
  it('is set, also to none', async () => {
    shop = await shippingShop();
    const { appid } = shop.account;
    for (const path of ['pages/order/index', 'pages/order/index?from=wechat', '']) {
      expect(await ask({ action: 'setMessagePath', path })).toEqual({ path });
      expect((await there()).messagePaths).toEqual([{ appid, path }]);
    }
  });

  it.each([
    ['/pages/order/index', 'BAD_REQUEST'],
    ['https://shop.example/', 'BAD_REQUEST'],
    ['p'.repeat(513), 'BAD_REQUEST'],
    ['pages/order/index?merchant_trade_no=1', 'SHIPMENT_INVALID'],
  ])('is refused as %s', async (path, code) => {
    shop = await shippingShop();
    await expect(ask({ action: 'setMessagePath', path })).rejects.toMatchObject({ code });
    expect(shop.calls).toEqual([]);
  });
});
