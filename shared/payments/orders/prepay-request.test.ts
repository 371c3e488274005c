import { expect, it } from 'vitest';
import type { SellerRecord } from '../../merchants/sellers.ts';
import { createShop } from '../testing/shop.ts';
import { combinedRequest, partnerRequest, type RequestedOrder } from './prepay-request.ts';

const terms = {
  account: createShop('partner').wechat.account,
  openid: 'opayer',
  expiresAtMs: Date.UTC(2026, 0, 2, 5),
  notifyUrl: 'https://shop.example/pay-notify',
};
const order: RequestedOrder = {
  outTradeNo: 'o1',
  description: '面包',
  amountFen: 2600,
  profitSharing: false,
};
const sellerless = [
  ['no seller', order],
  ['a seller without a sub_mchid', { ...order, seller: { _id: 's1', subMchid: '' } as SellerRecord }],
] as const;

it.each(sellerless)("never asks for %s to be paid through a provider's account", (_, of) => {
  expect(() => partnerRequest(terms, of)).toThrow('o1 has no sub_mchid');
  expect(() => combinedRequest(terms, 'c1', [of])).toThrow('o1 has no sub_mchid');
});
