import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PaymentGateway } from '../core/ports.ts';
import { memoryDocuments } from '../core/testing/documents.ts';
import { answer, type FakeServer, fakeServer } from '../wechatpay/testing/fake-wechatpay.ts';
import { type RsaPair, rsaPair } from '../wechatpay/testing/material.ts';
import { createApp } from './container.ts';
import { gateways } from './gateways.ts';

const publicKeyId = 'PUB_KEY_ID_0119000000012026';
const nowMs = () => Date.UTC(2026, 0, 2);
let server: FakeServer;
let merchant: RsaPair;
let platform: RsaPair;

beforeAll(async () => {
  [server, merchant, platform] = [await fakeServer(), rsaPair(), rsaPair()];
});
afterAll(() => server.close());
beforeEach(() => void server.received.splice(0));

function gateway(account: PaymentGateway['account'], extra: Record<string, string> = {}): PaymentGateway {
  const prefix = account === 'direct' ? 'WECHATPAY_DIRECT' : 'WECHATPAY_PROVIDER';
  const env = {
    WECHATPAY_APPID: 'wx0123456789abcdef',
    WECHATPAY_API_BASES: server.base,
    [`${prefix}_MCHID`]: '1900000001',
    [`${prefix}_SERIAL_NO`]: '7A0B1C2D3E4F5A6B7C8D9E0F1A2B3C4D5E6F7A8B',
    [`${prefix}_PRIVATE_KEY`]: merchant.privatePem,
    [`${prefix}_API_V3_KEY`]: '0123456789abcdef0123456789abcdef',
    [`${prefix}_PUBLIC_KEY_ID`]: publicKeyId,
    [`${prefix}_PUBLIC_KEY`]: platform.publicPem,
    ...(account !== 'direct' && { WECHATPAY_PROVIDER_KIND: account }),
    ...extra,
  };
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const app = createApp(env, { clock: { nowMs }, documents: memoryDocuments(), log });
  const found = gateways(app).find(account);
  if (!found) throw new Error('no gateway');
  return found;
}

const says = (status: number, body: unknown) =>
  server.react(answer({ privatePem: platform.privatePem, serial: publicKeyId, nowMs }, status, body));

const transaction = {
  out_trade_no: 'a1b2c3',
  transaction_id: '42001',
  trade_state: 'SUCCESS',
  trade_state_desc: 'x',
  success_time: '2026-01-02T08:00:00+08:00',
  amount: { total: 100, payer_total: 90, currency: 'CNY' },
};
const ours = {
  outTradeNo: 'a1b2c3',
  transactionId: '42001',
  tradeState: 'SUCCESS',
  successAtMs: Date.UTC(2026, 0, 2),
  amountFen: 100,
  currency: 'CNY',
};

describe('the gateway of the direct account', () => {
  it('sends the stored body byte for byte', async () => {
    says(200, { prepay_id: 'wx1' });
    const body = '{"b":1, "a":"茶" ,"n":1.0}';
    expect(await gateway('direct').prepay('/v3/pay/transactions/jsapi', body)).toEqual({ prepayId: 'wx1' });
    expect(Buffer.from(server.received[0]!.body, 'latin1').toString()).toBe(body);
  });

  it('refuses a path that is no order API', async () => {
    const refused = gateway('direct').prepay('/v3/refund/domestic/refunds', '{}');
    await expect(refused).rejects.toMatchObject({ kind: 'fault', code: 'REQUEST_INVALID' });
    expect(server.received).toHaveLength(0);
  });

  it('tells a transaction in our terms, with the total and not what the payer paid after coupons', async () => {
    says(200, { appid: 'wx0123456789abcdef', mchid: '1900000001', ...transaction });
    expect(await gateway('direct').query({ outTradeNo: 'a1b2c3' })).toEqual({
      appid: 'wx0123456789abcdef',
      mchid: '1900000001',
      ...ours,
    });
    expect(server.received[0]?.url).toBe('/v3/pay/transactions/out-trade-no/a1b2c3?mchid=1900000001');
  });

  it.each(['ORDER_NOT_EXIST', 'RESOURCE_NOT_EXISTS'])('knows no order at %s', async (code) => {
    says(404, { code, message: 'x' });
    expect(await gateway('direct').query({ outTradeNo: 'a1b2c3' })).toBeUndefined();
  });

  it('passes on any other refusal', async () => {
    says(403, { code: 'NO_AUTH', message: 'x' });
    const asked = gateway('direct').query({ outTradeNo: 'a1b2c3' });
    await expect(asked).rejects.toMatchObject({ kind: 'refused', code: 'NO_AUTH' });
  });

  it('is not found where it is not configured, and no other account is either', () => {
    const app = createApp({}, { documents: memoryDocuments() });
    expect(gateways(app).find('direct')).toBeUndefined();
    expect(gateways(app).find('partner')).toBeUndefined();
  });
});

describe('the gateway of a service provider', () => {
  it('asks with both merchant numbers, and tells whose transaction it is', async () => {
    const wire = { sp_appid: 'wx0123456789abcdef', sp_mchid: '1900000001', sub_mchid: '1900000109' };
    says(200, { ...wire, ...transaction });
    const found = await gateway('partner').query({ outTradeNo: 'a1b2c3', subMchid: '1900000109' });
    expect(found).toEqual({
      appid: 'wx0123456789abcdef',
      mchid: '1900000001',
      subMchid: '1900000109',
      ...ours,
    });
    expect(server.received[0]?.url).toBe(
      '/v3/pay/partner/transactions/out-trade-no/a1b2c3?sp_mchid=1900000001&sub_mchid=1900000109',
    );
  });

  it('does not ask about an order without a seller', async () => {
    const asked = gateway('partner').query({ outTradeNo: 'a1b2c3' });
    await expect(asked).rejects.toMatchObject({ kind: 'fault' });
  });

  it('tells each order of a combined payment, with its own total', async () => {
    says(200, {
      combine_appid: 'wx0123456789abcdef',
      combine_mchid: '1900000001',
      combine_out_trade_no: 'c1c1c1',
      sub_orders: [100, 250].map((total, index) => ({
        ...transaction,
        mchid: '1900000001',
        sub_mchid: `190000010${index}`,
        out_trade_no: `a1b2c${index}`,
        amount: { total_amount: total, payer_amount: total - 1, currency: 'CNY' },
      })),
    });
    const found = await gateway('ecommerce').queryCombined('c1c1c1');
    expect(
      found?.orders.map(({ outTradeNo, subMchid, amountFen }) => [outTradeNo, subMchid, amountFen]),
    ).toEqual([
      ['a1b2c0', '1900000100', 100],
      ['a1b2c1', '1900000101', 250],
    ]);
  });

  it('closes a combined payment with all its orders', async () => {
    says(204, undefined);
    await gateway('ecommerce').closeCombined('c1c1c1', [
      { outTradeNo: 'a1b2c0', subMchid: '1900000100' },
      { outTradeNo: 'a1b2c1', subMchid: '1900000101' },
    ]);
    expect(JSON.parse(server.received[0]!.body)).toEqual({
      combine_appid: 'wx0123456789abcdef',
      sub_orders: [
        { mchid: '1900000001', out_trade_no: 'a1b2c0', sub_mchid: '1900000100' },
        { mchid: '1900000001', out_trade_no: 'a1b2c1', sub_mchid: '1900000101' },
      ],
    });
  });

  it('is that of its kind only', () => {
    expect(() => gateway('partner', { WECHATPAY_PROVIDER_KIND: 'ecommerce' })).toThrow('no gateway');
  });

  it('knows the appid of the sub-merchants where it is configured', () => {
    const extra = { WECHATPAY_PROVIDER_SUB_APPID: 'wxfedcba9876543210' };
    expect(gateway('partner', extra).subAppid).toBe('wxfedcba9876543210');
    expect(gateway('partner').subAppid).toBeUndefined();
  });
});

it('takes an unpaid answer with empty fields for what it is', async () => {
  const unpaid = {
    ...transaction,
    trade_state: 'NOTPAY',
    transaction_id: '',
    success_time: '',
    amount: undefined,
  };
  says(200, { appid: 'wx0123456789abcdef', mchid: '1900000001', ...unpaid });
  expect(await gateway('direct').query({ outTradeNo: 'a1b2c3' })).toEqual({
    appid: 'wx0123456789abcdef',
    mchid: '1900000001',
    outTradeNo: 'a1b2c3',
    tradeState: 'NOTPAY',
  });
});

describe('an answer that is signed and still none', () => {
  const malformed = { kind: 'unknown', code: 'RESPONSE_MALFORMED' };
  const direct = { appid: 'wx0123456789abcdef', mchid: '1900000001', ...transaction };

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a list', []],
    ['an empty object', {}],
    ['another order', { ...direct, out_trade_no: 'another' }],
  ])('to a query: %s', async (_, body) => {
    says(200, body);
    await expect(gateway('direct').query({ outTradeNo: 'a1b2c3' })).rejects.toMatchObject(malformed);
  });

  it.each([
    ['another payment', { combine_out_trade_no: 'another', sub_orders: [] }],
    ['no orders', { combine_out_trade_no: 'c1c1c1' }],
    ['an order that is null', { combine_out_trade_no: 'c1c1c1', sub_orders: [null] }],
  ])('to a query of a combined payment: %s', async (_, body) => {
    says(200, body);
    await expect(gateway('ecommerce').queryCombined('c1c1c1')).rejects.toMatchObject(malformed);
  });

  it.each([undefined, {}, { prepay_id: '' }, { prepay_id: 7 }])('to a new order: %j', async (body) => {
    says(200, body);
    const asked = gateway('direct').prepay('/v3/pay/transactions/jsapi', '{}');
    await expect(asked).rejects.toMatchObject(malformed);
  });
});
