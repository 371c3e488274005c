import { beforeEach, expect, it } from 'vitest';
import type { RefundNotificationResource } from '../../wechatpay/notifications/types.ts';
import { scriptedShop } from '../testing/scripted-shop.ts';
import { madeUpCallbacks } from '../testing/watched-money.ts';
import { applyRefundCallback } from './callback.ts';
import { refundsCollection } from './records.ts';

const mchid = '1900000001';
const subMchid = '1900000109';
const another = '1900009999';
type Merchants = Pick<RefundNotificationResource, 'mchid' | 'sp_mchid' | 'sub_mchid'>;

/** The callback of a refund that was made in the merchant platform, of an order of this kind of account. */
async function callback(kind: 'direct' | 'ecommerce', merchants: Merchants, account = kind) {
  const shop = scriptedShop(kind);
  shop.putOrder();
  const before = shop.documents.dump();
  const applied = await applyRefundCallback(shop.ports, account, {
    ...merchants,
    ...{ out_trade_no: 'T1', transaction_id: '4200000001', out_refund_no: 'R1', refund_id: '50' },
    refund_status: 'SUCCESS',
    amount: { total: 1000, refund: 600, payer_total: 1000, payer_refund: 600 },
  });
  return { shop, before, applied };
}

beforeEach(madeUpCallbacks);

it.each([
  ['direct', { mchid }],
  ['ecommerce', { sp_mchid: mchid, sub_mchid: subMchid }],
  // Callbacks that do not name a merchant: their path and key say whose they are.
  ['direct', {}],
  ['ecommerce', { sp_mchid: mchid }],
  ['ecommerce', { sub_mchid: subMchid }],
] as const)('a callback of an order of the %s account that names %j is applied', async (kind, merchants) => {
  const { shop, applied } = await callback(kind, merchants);
  expect(applied).toMatchObject({ _id: 'R1', state: 'SUCCESS', amountFen: 600 });
  expect(shop.documents.all(refundsCollection)).toEqual([applied]);
});

it.each([
  ['direct', { mchid: another }],
  ['direct', { mchid, sub_mchid: subMchid }],
  ['ecommerce', { sp_mchid: another, sub_mchid: subMchid }],
  ['ecommerce', { sp_mchid: mchid, sub_mchid: another }],
  ['ecommerce', { sp_mchid: another, mchid, sub_mchid: subMchid }],
] as const)(
  'a callback of an order of the %s account that names %j changes nothing',
  async (kind, merchants) => {
    const { shop, before, applied } = await callback(kind, merchants);
    expect(applied).toBeUndefined();
    expect(shop.documents.dump()).toBe(before);
  },
);

it('a callback that came to another account changes nothing', async () => {
  const { shop, before, applied } = await callback('direct', { mchid }, 'ecommerce');
  expect(applied).toBeUndefined();
  expect(shop.documents.dump()).toBe(before);
});
