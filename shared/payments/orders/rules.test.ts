import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrderState } from '../../contract/index.ts';
import type { Transaction } from '../../core/ports.ts';
import { classify } from './classify.ts';
import { memberNumber, paymentNumber } from './ids.ts';
import { describeOrder } from './new-payment.ts';
import type { OrderRecord } from './records.ts';
import { advance, isOpen, isPaid, transitions } from './transitions.ts';

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

describe('the transition table', () => {
  it('has no way from paid to unpaid, nor back to CREATED', () => {
    for (const from of states) {
      for (const to of transitions[from]) {
        expect(to).not.toBe('CREATED');
        if (isPaid(from)) expect(isPaid(to)).toBe(true);
        if (!isOpen(from)) expect(isOpen(to)).toBe(false);
      }
    }
  });

  it('lets every unpaid state become paid, a closed one too', () => {
    for (const from of states.filter((state) => !isPaid(state))) {
      expect(transitions[from]).toEqual(expect.arrayContaining(['SUCCESS', 'REFUND']));
    }
  });

  it('is a total order, so that nothing depends on the order in which events arrive', () => {
    for (const a of states) {
      for (const b of states) {
        const forward = Number(transitions[a].includes(b)) + Number(transitions[b].includes(a));
        expect(forward, `${a} and ${b}`).toBe(a === b ? 0 : 1);
        for (const c of transitions[b]) if (transitions[a].includes(b)) expect(transitions[a]).toContain(c);
      }
    }
  });

  it('ends in the same state for any order and repetition of the same events', () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.constantFrom(...observed), { minLength: 1 })
          .chain((events) =>
            fc.tuple(
              fc.constant(events),
              fc.shuffledSubarray([...events, ...events], { minLength: 2 * events.length }),
            ),
          ),
        ([events, shuffled]) => {
          const end = (list: readonly OrderState[]) => list.reduce<OrderState>(advance, 'CREATED');
          expect(end(shuffled)).toBe(end(events));
        },
      ),
    );
  });
});

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

  it('has no news in what is known', () => {
    expect(classify(apply(order, [transaction]), transaction, from, 99)).toEqual({ kind: 'no-news' });
  });

  it.each(['ACCEPT', 'CREATED', ''])(
    'goes on asking after the trade_state %j, which no page lists',
    (state) => {
      // What WeChat Pay may invent; only a state that is known to be the end ends the checks.
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
});

describe('a number', () => {
  const text = fc.string({ minLength: 1, maxLength: 40 });

  it('is 32 characters that WeChat Pay takes, and the same for the same token', () => {
    fc.assert(
      fc.property(text, text, (openid, requestToken) => {
        const no = paymentNumber('own', openid, requestToken);
        expect(no).toMatch(/^[0-9a-f]{32}$/);
        expect(paymentNumber('own', openid, requestToken)).toBe(no);
        expect(memberNumber(no, 's1')).toMatch(/^[0-9a-f]{32}$/);
      }),
    );
  });

  it('is another one for another payer, token, function or seller, wherever the parts are split', () => {
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        const numbers = [
          paymentNumber('own', a, b + c),
          paymentNumber('own', a + b, c),
          paymentNumber('partner', a, b + c),
          memberNumber(a, b + c),
          memberNumber(a + b, c),
        ];
        expect(new Set(numbers).size).toBe(numbers.length);
      }),
    );
  });
});

describe('a description', () => {
  it('is 1 to 127 characters, whole ones, for any title', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 999 }),
        (title, quantity) => {
          const line = {
            productId: 'p',
            title: `茶${title}`,
            quantity,
            unitAmountFen: 1,
            amountFen: quantity,
          };
          const text = describeOrder({ lines: [line] });
          expect(text.length).toBeGreaterThan(0);
          expect(text.length).toBeLessThanOrEqual(127);
          expect(Buffer.from(text).toString(), 'half of a surrogate pair').toBe(text);
        },
      ),
    );
  });
});
