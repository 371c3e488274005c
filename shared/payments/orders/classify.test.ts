import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrderState } from '../../contract/index.ts';
import { classify } from './classify.ts';
import type { OrderRecord } from './records.ts';
import type { Transaction } from './transaction.ts';
import { isOpen, isPaid, transitions } from './transitions.ts';

const states = Object.keys(transitions) as OrderState[];
const observed = states.filter((state): state is Transaction['tradeState'] => state !== 'CREATED');

const order: OrderRecord = {
  _id: 'a'.repeat(32),
  paymentNo: 'a'.repeat(32),
  combined: false,
  account: 'ecommerce',
  appid: 'wxappid',
  mchid: '1900000001',
  subMchid: '1900000109',
  openid: 'opayer',
  sellerId: 's1',
  sellerName: '店',
  state: 'CREATED',
  version: 1,
  amountFen: 100,
  currency: 'CNY',
  description: 'x',
  items: [],
  createdAtMs: 0,
  expiresAtMs: 1,
  transactionId: null,
  paidAtMs: null,
  checkAfterMs: 5,
  checks: 0,
  confirmedAtMs: null,
  refundReportedAtMs: null,
  fulfilment: 'NONE',
  fulfilAttempts: 0,
  fulfilAfterMs: null,
  fulfilledAtMs: null,
  listKey: '0-a',
  request: null,
};

const transaction: Transaction = {
  appid: 'wxappid',
  mchid: '1900000001',
  subMchid: '1900000109',
  outTradeNo: order._id,
  transactionId: '42001',
  tradeState: 'SUCCESS',
  amountFen: 100,
  currency: 'CNY',
  successAtMs: 77,
};

describe('classifying a transaction', () => {
  const from = { account: 'ecommerce', source: 'callback' } as const;

  const apply = (start: OrderRecord, list: readonly Transaction[]) => {
    let current = start;
    for (const each of list) {
      const classified = classify(current, each, from, 9);
      if (classified.kind === 'change') current = { ...current, ...classified.set };
    }
    return current;
  };

  it('leaves the same order for any order and repetition of callbacks and queries', () => {
    const event = fc.constantFrom(...observed).map((tradeState): Transaction => {
      const { transactionId, successAtMs, amountFen, ...rest } = transaction;
      return isPaid(tradeState) ? { ...transaction, tradeState } : { ...rest, tradeState };
    });
    const pairs = fc
      .array(event, { minLength: 1, maxLength: 8 })
      .chain((events) =>
        fc.tuple(
          fc.constant(events),
          fc.shuffledSubarray([...events, ...events], { minLength: 2 * events.length }),
        ),
      );
    fc.assert(
      fc.property(pairs, ([events, shuffled]) => {
        const end = apply(order, events);
        expect(apply(order, shuffled)).toEqual(end);
        expect(end.fulfilment === 'PENDING').toBe(isPaid(end.state));
        expect(end.checkAfterMs === null).toBe(!isOpen(end.state));
      }),
    );
  });

  it.each([
    ['WRONG_APPID', { appid: 'wxother' }],
    ['WRONG_MCHID', { mchid: '1900000002' }],
    ['WRONG_SUB_MCHID', { subMchid: '1900000110' }],
    ['WRONG_AMOUNT', { amountFen: 99 }],
    ['WRONG_AMOUNT', { amountFen: 101 }],
    ['WRONG_CURRENCY', { currency: 'USD' }],
  ] as const)('finds %s in %j', (anomaly, change) => {
    const wrong = { ...transaction, ...change };
    expect(classify(order, wrong, from, 9)).toEqual({ kind: 'anomaly', anomaly });
  });

  it('finds a payment without amount or without sub_mchid wrong', () => {
    const { amountFen, ...noAmount } = transaction;
    expect(classify(order, noAmount, from, 9)).toEqual({ kind: 'anomaly', anomaly: 'WRONG_AMOUNT' });
    const { subMchid, ...noSeller } = transaction;
    expect(classify(order, noSeller, from, 9)).toEqual({
      kind: 'anomaly',
      anomaly: 'WRONG_SUB_MCHID',
    });
  });

  it('finds a transaction through another account wrong', () => {
    expect(classify(order, transaction, { account: 'direct', source: 'query' }, 9)).toEqual({
      kind: 'anomaly',
      anomaly: 'WRONG_ACCOUNT',
    });
  });

  it('finds a second payment of a paid order', () => {
    const paid = apply(order, [transaction]);
    const second = { ...transaction, transactionId: '42002' };
    expect(classify(paid, second, from, 9)).toEqual({ kind: 'anomaly', anomaly: 'PAID_TWICE' });
  });

  it('ignores what is already known', () => {
    expect(classify(apply(order, [transaction]), transaction, from, 99)).toEqual({ kind: 'no-news' });
  });

  it.each(['ACCEPT', 'CREATED', ''])(
    'goes on asking after the trade_state %j, which no page lists',
    (state) => {
      // States that WeChat Pay may add; only a known final state ends the checks.
      const unheardOf = { ...transaction, tradeState: state as Transaction['tradeState'] };
      expect(classify(order, unheardOf, from, 9)).toEqual({ kind: 'no-news' });
    },
  );

  it('records money that was received for an order that is closed here', () => {
    const closed = { ...order, state: 'CLOSED', checkAfterMs: null } as const;
    expect(classify(closed, transaction, from, 9)).toEqual({
      kind: 'change',
      set: {
        state: 'SUCCESS',
        transactionId: '42001',
        paidAtMs: 77,
        fulfilment: 'PENDING',
        fulfilAfterMs: 9,
        confirmedAtMs: 77,
      },
    });
  });

  const setOf = (start: OrderRecord, each: Transaction, source: 'callback' | 'query', nowMs = 99) => {
    const classified = classify(start, each, { account: 'ecommerce', source }, nowMs);
    return classified.kind === 'change' ? classified.set : {};
  };

  it('accepts an unpaid order that is reported without an amount', () => {
    const { amountFen: _, transactionId: __, successAtMs: ___, ...rest } = transaction;
    expect(setOf(order, { ...rest, tradeState: 'USERPAYING' }, 'query')).toEqual({ state: 'USERPAYING' });
  });

  it('sets no fact that the report lacks, and misses none of them in an order that has it', () => {
    const { transactionId: _, successAtMs: __, ...bare } = transaction;
    const set = setOf(order, bare, 'callback');
    expect(Object.keys(set).sort()).toEqual(['checkAfterMs', 'fulfilAfterMs', 'fulfilment', 'state']);
    expect(classify(apply(order, [transaction]), bare, from, 9)).toEqual({ kind: 'no-news' });
  });

  it('keeps querying after a payment callback that follows a refund callback, but not after a query', () => {
    const reported = { ...order, refundReportedAtMs: 5 };
    expect(setOf(order, transaction, 'callback')).toMatchObject({ checkAfterMs: null });
    expect(setOf(reported, transaction, 'callback')).not.toHaveProperty('checkAfterMs');
    expect(setOf(reported, transaction, 'query')).toMatchObject({ checkAfterMs: null });
  });

  it('trusts a query for the current state, and a callback for the state at its time', () => {
    expect(setOf(order, transaction, 'query', 500)).toMatchObject({ confirmedAtMs: 500 });
    expect(setOf(order, transaction, 'callback', 500)).toMatchObject({ confirmedAtMs: 77 });
    const refunded = { ...transaction, tradeState: 'REFUND' } as const;
    expect(setOf(order, refunded, 'query', 500)).not.toHaveProperty('confirmedAtMs');
    const paid = apply(order, [transaction]);
    expect(setOf(paid, transaction, 'query', 500)).toEqual({ confirmedAtMs: 500 });
    expect(setOf(paid, transaction, 'query', 77)).toEqual({});
    // Nothing is to be delivered any more, so nothing has to be confirmed.
    expect(setOf({ ...paid, fulfilment: 'DONE' }, transaction, 'query', 500)).toEqual({});
  });
});
