import { describe, expect, it } from 'vitest';
import type { RefundView } from '../../../../shared/contract/index.ts';
import { beginForm, type Choices, type FormName, fieldsOf, requestOf } from './forms';

const refund = { outRefundNo: 'R1', amountFen: 500, state: 'SUCCESS' } as RefundView;
const choices: Choices = {
  outTradeNo: 'O1',
  requestToken: 'token',
  receivers: [{ type: 'MERCHANT_ID', account: '1900000002' }],
  refunds: [refund],
  returned: { outOrderNo: 'S1', mchid: '1900000002', leftFen: 200 },
};
const typed = (form: FormName, more: object) => ({ ...beginForm(form, choices), ...more });

describe('a form of an order’s sharing', () => {
  it.each<[FormName, object, object]>([
    [
      'share',
      { amount: '1.5' },
      {
        ...{ action: 'share', outTradeNo: 'O1', requestToken: 'token' },
        receivers: [
          { type: 'MERCHANT_ID', account: '1900000002', amountFen: 150, description: '平台服务费' },
        ],
      },
    ],
    [
      'returnShare',
      {},
      {
        ...{ action: 'return', outTradeNo: 'O1', requestToken: 'token' },
        ...{ outOrderNo: 'S1', mchid: '1900000002', amountFen: 200 },
      },
    ],
    ['subsidise', { amount: '3' }, { action: 'subsidise', outTradeNo: 'O1', amountFen: 300 }],
    [
      'returnSubsidy',
      { amount: '1' },
      { action: 'returnSubsidy', outTradeNo: 'O1', outRefundNo: 'R1', amountFen: 100 },
    ],
    [
      'afterSales',
      { amount: '5' },
      {
        ...{ action: 'chargeAfterSales', outTradeNo: 'O1', outRefundNo: 'R1' },
        ...{ amountFen: 500, scene: 'RETURN_GOODS' },
      },
    ],
  ])('%s makes its request', (form, more, request) => {
    expect(requestOf(form, typed(form, more), choices)).toEqual({ request });
    expect(fieldsOf(form, typed(form, more), choices, {}).map(({ error }) => error)).not.toContain(undefined);
  });

  it.each<[string, FormName, object, readonly string[]]>([
    ['no amount', 'subsidise', {}, ['amount']],
    ['an amount that is none', 'subsidise', { amount: 'x' }, ['amount']],
    ['more than is left of the share', 'returnShare', { amount: '2.01' }, ['amount']],
    ['more than was refunded', 'afterSales', { amount: '5.01' }, ['amount']],
    ['no refund', 'returnSubsidy', { amount: '1', refund: '' }, ['refund']],
    [
      'neither receiver nor description',
      'share',
      { amount: '1', receiver: '', description: ' ' },
      ['receiver', 'description'],
    ],
  ])('with %s is not sent', (_name, form, more, keys) => {
    const made = requestOf(form, typed(form, more), choices);
    expect(Object.keys('errors' in made ? made.errors : {})).toEqual(keys);
  });
});
