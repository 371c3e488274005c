import { expect, test } from 'vitest';
import type { OrderView } from '../../../shared/contract/index.ts';
import { summaryOf, timeLeft } from './summary';

const order = (over: Partial<OrderView>): OrderView => ({
  outTradeNo: 'a',
  paymentNo: 'a',
  account: 'direct',
  state: 'NOTPAY',
  amountFen: 100,
  currency: 'CNY',
  description: '茶',
  items: [],
  createdAtMs: 0,
  expiresAtMs: 60_000,
  payable: true,
  fulfilment: 'NONE',
  ...over,
});

test('an unpaid order in time can be paid and closed', () => {
  expect(summaryOf([order({})], 1000)).toMatchObject({
    payable: true,
    closable: true,
    tone: 'wait',
    hint: '',
  });
});

test('after its time it can no longer be paid, whatever the server said before', () => {
  expect(summaryOf([order({})], 60_000)).toMatchObject({ payable: false, hint: '已超过支付时间，正在关闭' });
  expect(timeLeft([order({})], 60_000)).toBe('');
});

test('a paid order tells whether it was delivered, and cannot be closed', () => {
  const paid = { state: 'SUCCESS', payable: false } as const;
  expect(summaryOf([order({ ...paid, fulfilment: 'PENDING' })], 0)).toMatchObject({
    closable: false,
    hint: '小铺正在为你准备',
  });
  expect(summaryOf([order({ ...paid, fulfilment: 'DONE' })], 0).hint).toBe('已经交付');
});

test('a combined payment adds up, and its time is that of the order that ends first', () => {
  const orders = [order({ amountFen: 100 }), order({ outTradeNo: 'b', amountFen: 250, expiresAtMs: 30_000 })];
  expect(summaryOf(orders, 0)).toMatchObject({ amountFen: 350 });
  expect(timeLeft(orders, 0)).toBe('00:30');
});
