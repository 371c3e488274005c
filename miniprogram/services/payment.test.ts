import { expect, test, vi } from 'vitest';
import type { OrderState, OrderView, Result } from '../../shared/contract/index.ts';
import { networkError } from './api';
import type { PendingPayment } from './checkout';
import { confirmPayment, type PaymentPhase, type PaymentTools, pay, verdictOf } from './payment';

const order = (state: OrderState, amountFen = 100): OrderView => ({
  outTradeNo: 'no1',
  paymentNo: 'no1',
  account: 'direct',
  state,
  amountFen,
  currency: 'CNY',
  description: '贴纸',
  items: [],
  createdAtMs: 0,
  expiresAtMs: 1,
  payable: state === 'NOTPAY',
  fulfilment: 'NONE',
});

const parameters = {
  timeStamp: '1',
  nonceStr: 'n',
  package: 'prepay_id=1',
  signType: 'RSA',
  paySign: 's',
} as const;
const pending: PendingPayment = {
  via: 'createOrder',
  requestToken: 'token',
  items: [],
  amountFen: 100,
  payees: [],
};
const answered = (state: OrderState): Result<{ orders: OrderView[] }> => ({
  ok: true,
  data: { orders: [order(state)] },
});
const lost = { ok: false, error: networkError } as const;

/** Tools where queryOrder gives `answers` one by one and the last one for ever. */
function tools(answers: Result<{ orders: OrderView[] }>[], over: Partial<PaymentTools> = {}) {
  const phases: PaymentPhase[] = [];
  const queryOrder = vi.fn(async () => (answers.length > 1 ? answers.shift()! : answers[0]!));
  const createOrder = vi.fn(async () => ({
    ok: true as const,
    data: { paymentNo: 'no1', orders: [order('NOTPAY')], payment: parameters },
  }));
  const all: PaymentTools = {
    api: { createOrder, queryOrder },
    requestPayment: async () => ({ errMsg: 'requestPayment:ok' }),
    askForMessages: () => undefined,
    sleep: async () => undefined,
    errorText: ({ message }) => message,
    onPhase: (phase) => phases.push(phase),
    onOrder: () => undefined,
    ...over,
  };
  return { all, phases, queryOrder, createOrder };
}

const failing = (errMsg: string) => async () => {
  throw { errMsg };
};
const names = (phases: PaymentPhase[]) => phases.map(({ name }) => name);

test.each([
  ['after paying', async () => ({ errMsg: 'requestPayment:ok' }), 1],
  ['not when the sheet was closed', () => Promise.reject({ errMsg: 'requestPayment:fail cancel' }), 0],
] as const)('asks whether messages may be sent: %s', async (_, requestPayment, count) => {
  const askForMessages = vi.fn();
  const { all } = tools([answered('SUCCESS')], { requestPayment, askForMessages });
  await pay(pending, 100, all);
  expect(askForMessages).toHaveBeenCalledTimes(count);
});

test('it is paid only after the server says so, and it is asked until it does', async () => {
  const { all, phases, queryOrder } = tools([
    answered('NOTPAY'),
    lost,
    answered('USERPAYING'),
    answered('SUCCESS'),
  ]);
  expect(await pay(pending, 100, all)).toEqual({ name: 'paid' });
  expect(queryOrder).toHaveBeenCalledTimes(4);
  expect(names(phases).slice(0, 3)).toEqual(['ordering', 'paying', 'confirming']);
  expect(names(phases).filter((name) => name === 'paid')).toHaveLength(1);
});

test('while questions do not get through the page says that it is offline, never that it is paid', async () => {
  const { all, phases } = tools([lost]);
  expect(await pay(pending, 100, all)).toEqual({ name: 'unconfirmed' });
  expect(phases).toContainEqual({ name: 'confirming', offline: true });
  expect(names(phases)).not.toContain('paid');
});

test('a success on the phone with an order that stays unpaid ends unconfirmed, not failed and not paid', async () => {
  const { all } = tools([answered('NOTPAY')]);
  expect(await pay(pending, 100, all)).toEqual({ name: 'unconfirmed' });
});

test('a cancelled sheet is believed after the server confirms that nothing was paid', async () => {
  const { all } = tools([answered('NOTPAY')], { requestPayment: failing('requestPayment:fail cancel') });
  expect(await pay(pending, 100, all)).toEqual({ name: 'ready', reason: 'cancelled' });
});

test('a sheet that says cancelled although the payment went through ends paid', async () => {
  const { all } = tools([answered('SUCCESS')], { requestPayment: failing('requestPayment:fail cancel') });
  expect(await pay(pending, 100, all)).toEqual({ name: 'paid' });
});

test('a failed sheet keeps the reason that WeChat gave', async () => {
  const { all } = tools([answered('NOTPAY')], {
    requestPayment: failing('requestPayment:fail (detail) 余额不足'),
  });
  expect(await pay(pending, 100, all)).toEqual({ name: 'ready', reason: 'failed', message: '余额不足' });
});

test('another price than the one shown opens no sheet until it is accepted', async () => {
  const requestPayment = vi.fn(async () => ({}));
  const { all } = tools([answered('SUCCESS')], { requestPayment });
  expect(await pay(pending, 90, all)).toEqual({ name: 'price-changed', amountFen: 100 });
  expect(requestPayment).not.toHaveBeenCalled();
  expect(await pay(pending, 100, all)).toEqual({ name: 'paid' });
});

test('an order that is paid already goes to the question, and to no sheet', async () => {
  const requestPayment = vi.fn(async () => ({}));
  const { all } = tools([answered('SUCCESS')], { requestPayment });
  const createOrder = async () => ({
    ok: true as const,
    data: { paymentNo: 'no1', orders: [order('SUCCESS')] },
  });
  expect(await pay(pending, 100, { ...all, api: { ...all.api, createOrder } })).toEqual({ name: 'paid' });
  expect(requestPayment).not.toHaveBeenCalled();
});

test('a closed order says so', async () => {
  const { all } = tools([answered('SUCCESS')]);
  const error = { code: 'ORDER_CLOSED', message: '已关闭', messageEn: 'closed' } as const;
  const createOrder = async () => ({ ok: false as const, error });
  expect(await pay(pending, 100, { ...all, api: { ...all.api, createOrder } })).toEqual({ name: 'closed' });
});

test('a lost answer to the order leaves the same token for the next try', async () => {
  const { all, createOrder } = tools([answered('SUCCESS')]);
  createOrder.mockResolvedValueOnce(lost as never);
  expect(await pay(pending, 100, all)).toMatchObject({ name: 'ready', reason: 'failed' });
  expect(await pay(pending, 100, all)).toEqual({ name: 'paid' });
  expect(createOrder.mock.calls.map((call) => (call as unknown[])[1])).toEqual([
    { requestToken: 'token', items: [] },
    { requestToken: 'token', items: [] },
  ]);
});

test('a known order is paid again by its number', async () => {
  const { all, createOrder } = tools([answered('SUCCESS')]);
  await pay({ ...pending, paymentNo: 'no9' }, 100, all);
  expect((createOrder.mock.calls[0] as unknown[])[1]).toEqual({ paymentNo: 'no9' });
});

test('asking again tells what became of it', async () => {
  const { all, phases } = tools([lost, answered('CLOSED')]);
  expect(await confirmPayment('no1', 'ok', all)).toEqual({ name: 'closed' });
  expect(names(phases)).toEqual(['confirming', 'confirming', 'closed']);
});

test('a combined payment is paid when all of its orders are', () => {
  expect(verdictOf([order('SUCCESS'), order('NOTPAY')])).toBe('open');
  expect(verdictOf([order('SUCCESS'), order('REFUND')])).toBe('paid');
  expect(verdictOf([order('CLOSED'), order('SUCCESS')])).toBe('open');
  expect(verdictOf([])).toBe('open');
});
