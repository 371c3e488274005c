import { describe, expect, it } from 'vitest';
import type { AccountKind } from '../../core/account.ts';
import { scriptedShop } from '../testing/scripted-shop.ts';
import type { RefundRecord } from './records.ts';
import {
  applyForRefund,
  queryRefund,
  refundElsewhere,
  refundParameters,
  returnAdvance,
  statusOf,
} from './wire.ts';

const amount = { refund: 300, total: 1000, currency: 'CNY' };
const refund = (account: AccountKind, changes: Partial<RefundRecord> = {}) =>
  ({
    _id: 'R1',
    outTradeNo: 'T1',
    account,
    appid: 'wx0',
    subMchid: account === 'direct' ? null : '109',
    amountFen: 300,
    totalFen: 1000,
    reason: '少发一件',
    platformAdvance: false,
    parameters: { amount },
    refundId: '50',
    ...changes,
  }) as RefundRecord;
const wire = { refund_id: '50', out_refund_no: 'R1', amount: { refund: 300 } };

describe('the application for a refund', () => {
  const common = { out_trade_no: 'T1', out_refund_no: 'R1', amount };

  it.each([
    ['direct', {}, { reason: '少发一件', notify_url: 'https://n' }],
    ['partner', {}, { sub_mchid: '109', reason: '少发一件', notify_url: 'https://n' }],
    ['ecommerce', {}, { sub_mchid: '109', sp_appid: 'wx0', reason: '少发一件', notify_url: 'https://n' }],
    [
      'ecommerce',
      { platformAdvance: true, reason: null },
      {
        sub_mchid: '109',
        sp_appid: 'wx0',
        notify_url: 'https://n',
        refund_account: 'REFUND_SOURCE_PARTNER_ADVANCE',
      },
    ],
    ['direct', { reason: null }, { notify_url: 'https://n' }],
  ] as const)('of a %s order has the fields of its page: %j', (kind, changes, more) => {
    expect(refundParameters(refund(kind, changes), 'https://n')).toEqual({ ...common, ...more });
  });

  it.each([
    ['因'.repeat(80), '因'.repeat(26)],
    [`${'a'.repeat(77)}因因`, `${'a'.repeat(77)}因`],
    [`${'a'.repeat(78)}因`, 'a'.repeat(78)],
    ['👩‍🍳'.repeat(20), `${'👩‍🍳'.repeat(7)}`],
    ['half\ud800', 'half\ufffd'],
    ['a'.repeat(80), 'a'.repeat(80)],
  ])('has as much of a reason as it takes, in bytes, and no part of a character: %s', (reason, sent) => {
    expect(refundParameters(refund('direct', { reason }), undefined)).toMatchObject({ reason: sent });
  });

  it('says nothing of callbacks where there are none', () => {
    expect(refundParameters(refund('direct'), undefined)).not.toHaveProperty('notify_url');
  });
});

it.each([
  ['direct', '/v3/refund/domestic/refunds', '/v3/refund/domestic/refunds', {}],
  ['partner', '/v3/refund/domestic/refunds', '/v3/refund/domestic/refunds', { sub_mchid: '109' }],
  ['ecommerce', '/v3/ecommerce/refunds/apply', '/v3/ecommerce/refunds/out-refund-no', { sub_mchid: '109' }],
] as const)('uses the API of its account: %s', async (kind, apply, query, of) => {
  const shop = scriptedShop(kind);
  shop.answer = () => ({ ...wire, status: 'PROCESSING' });
  expect(await applyForRefund(shop.account, refund(kind))).toMatchObject({ status: 'PROCESSING' });
  expect(await queryRefund(shop.account, refund(kind))).toMatchObject({ status: 'PROCESSING' });
  const base = kind === 'ecommerce' ? '/v3/ecommerce/refunds' : '/v3/refund/domestic/refunds';
  const elsewhere = await refundElsewhere(shop.account, refund(kind), { type: 'MERCHANT_BANK_CARD' });
  expect(elsewhere).toMatchObject({ status: 'PROCESSING' });
  expect(shop.calls).toEqual([
    { route: `POST ${apply}`, parameters: { amount } },
    { route: `GET ${query}/{out_refund_no}`, parameters: { out_refund_no: 'R1', ...of } },
    {
      route: `POST ${base}/{refund_id}/apply-abnormal-refund`,
      parameters: { refund_id: '50', out_refund_no: 'R1', type: 'MERCHANT_BANK_CARD', ...of },
    },
  ]);
});

it('sends the card of the payer as it was given', async () => {
  const shop = scriptedShop();
  shop.answer = () => wire;
  const card = { bankType: 'ICBC_DEBIT', bankAccount: '62220200000001', realName: '林小满' };
  await refundElsewhere(shop.account, refund('direct'), { type: 'USER_BANK_CARD', ...card });
  expect(shop.calls[0]?.parameters).toEqual({
    refund_id: '50',
    out_refund_no: 'R1',
    type: 'USER_BANK_CARD',
    bank_type: 'ICBC_DEBIT',
    bank_account: '62220200000001',
    real_name: '林小满',
  });
});

it('claims back what the platform advanced', async () => {
  const shop = scriptedShop('ecommerce');
  shop.answer = () => ({ return_amount: 300, result: 'SUCCESS' });
  expect(await returnAdvance(shop.account, refund('ecommerce'))).toEqual({
    amountFen: 300,
    result: 'SUCCESS',
  });
  expect(shop.calls).toEqual([
    {
      route: 'POST /v3/ecommerce/refunds/{refund_id}/return-advance',
      parameters: { refund_id: '50', sub_mchid: '109' },
    },
  ]);
});

describe('what WeChat Pay says about a refund', () => {
  it.each([
    [undefined, 'PROCESSING'],
    ['PROCESSING', 'PROCESSING'],
    ['SUCCESS', 'SUCCESS'],
    ['CLOSED', 'CLOSED'],
    ['CLOSE', 'CLOSED'],
    ['ABNORMAL', 'ABNORMAL'],
    ['SOMETHING_NEW', 'PROCESSING'],
  ])('with the status %s is %s', (status, expected) => {
    expect(statusOf({ ...wire, ...(status && { status }) }).status).toBe(expected);
  });

  it('has its times in epoch ms, and lacks what was not said', () => {
    const unknown = {
      outTradeNo: undefined,
      acceptedAtMs: undefined,
      successAtMs: undefined,
      receivedAccount: undefined,
    };
    const known = { outRefundNo: 'R1', refundId: '50', amountFen: 300, status: 'PROCESSING' };
    expect(statusOf(wire)).toEqual({ ...known, ...unknown });
    const full = statusOf({
      ...wire,
      out_trade_no: 'T1',
      create_time: '2026-01-02T11:04:05+08:00',
      success_time: '2026-01-02T11:05:05+08:00',
      user_received_account: '支付用户零钱',
    });
    expect(full).toEqual({
      ...known,
      outTradeNo: 'T1',
      acceptedAtMs: Date.UTC(2026, 0, 2, 3, 4, 5),
      successAtMs: Date.UTC(2026, 0, 2, 3, 5, 5),
      receivedAccount: '支付用户零钱',
    });
  });
});
