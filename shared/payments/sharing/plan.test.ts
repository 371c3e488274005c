import { describe, expect, it } from 'vitest';
import type { OrderRecord } from '../orders/records.ts';
import { paidOrder } from '../testing/paid-order.ts';
import { owedShares, planChanges, waitingFor } from './plan.ts';
import type { SharingPlan } from './records.ts';
import {
  dayMs,
  finished,
  minuteMs,
  nowMs,
  paidAtMs,
  ruleRecord,
  share,
  shareRequest,
  sharingRecord,
} from './testing/sharing.ts';

const account = { kind: 'partner', appid: 'wx0123456789abcdef', mchid: '1900000001' } as never;
const order = (changes: Partial<OrderRecord> = {}): OrderRecord => ({
  ...paidOrder(account, 'T1', { openid: 'o', subMchid: '1900000109', sellerId: 's1' }, paidAtMs),
  ...changes,
});
const refundOf = (amountFen: number, sendAfterMs = paidAtMs) => ({
  outRefundNo: 'A',
  amountFen,
  sendAfterMs,
});
const plan = (
  rules: Parameters<typeof ruleRecord>[0][],
  of: Partial<OrderRecord> = {},
  atMs = nowMs,
  mostFen = 300,
  sharing = sharingRecord({ state: 'WAITING' }),
) => planChanges(sharing, order(of), rules.map(ruleRecord), mostFen, atMs);

describe('the rules of an order', () => {
  it('give a plan when they are due', () => {
    expect(plan([{ freeAfterDays: 7, onFailure: 'FREE' }])).toEqual({
      state: 'SHARING',
      plan: {
        shares: [{ type: 'MERCHANT_ID', account: '1900000200', amountFen: 100, description: '佣金' }],
        netFen: 1000,
        freeAtMs: paidAtMs + minuteMs + 7 * dayMs,
        onFailure: 'FREE',
      },
      failure: null,
      attempts: 0,
    });
  });

  const waits = (attempts = 0, minutes = 10) => ({
    ...{ state: 'WAITING', failure: null, attempts: attempts + 1, nextAtMs: nowMs + minutes * minuteMs },
  });

  it.each([
    ['the order is not marked as paid yet', [{}], { state: 'NOTPAY' }],
    ['it is not shipped', [{ after: 'SHIPPING' }], {}],
    ['it is not received', [{ after: 'RECEIPT' }], { shippedAtMs: nowMs }],
    ['one of several waits', [{}, { after: 'RECEIPT' }], {}],
  ] as const)('wait while %s', (_, rules, of) => {
    expect(plan([...rules], of as Partial<OrderRecord>)).toEqual(waits());
  });

  it('wait longer and longer for what has not happened', () => {
    const delays = [10, 30, 60, 180, 360, 360];
    expect(delays.map((_, attempts) => waitingFor({ attempts }, nowMs))).toEqual(
      delays.map((minutes, attempts) => waits(attempts, minutes)),
    );
  });

  it('are waited for without an end where there is none', () => {
    expect(plan([])).toEqual({ ...waits(), nextAtMs: null });
  });

  it.each([
    ['the youngest age that may be shared', [{}], {}, minuteMs],
    ['days after the payment', [{ days: 3 }], {}, 3 * dayMs],
    ['the latest of several', [{ days: 3 }, { days: 5 }, { days: 4 }], {}, 5 * dayMs],
    [
      'days after the shipment',
      [{ after: 'SHIPPING', days: 3 }],
      { shippedAtMs: paidAtMs + 7 },
      3 * dayMs + 7,
    ],
    [
      'days after the shipment, whatever was received later',
      [{ after: 'SHIPPING', days: 3 }],
      { shippedAtMs: paidAtMs + 7, receivedAtMs: paidAtMs + 9 },
      3 * dayMs + 7,
    ],
    [
      'days after the receipt of what nobody recorded as shipped',
      [{ after: 'SHIPPING', days: 3 }],
      { receivedAtMs: paidAtMs + 9 },
      3 * dayMs + 9,
    ],
    [
      'days after the receipt',
      [{ after: 'RECEIPT', days: 3 }],
      { shippedAtMs: paidAtMs + 7, receivedAtMs: paidAtMs + 9 },
      3 * dayMs + 9,
    ],
    [
      'days without a refund',
      [{ days: 3 }],
      { refunds: [refundOf(1, paidAtMs + 9), refundOf(1, paidAtMs + 5)] },
      3 * dayMs + 9,
    ],
    [
      'the event, whatever was refunded since, without days',
      [{}],
      { refunds: [refundOf(1, nowMs)] },
      minuteMs,
    ],
  ] as const)('are due at %s', (_, rules, of, dueMs) => {
    const on = (atMs: number) => plan([...rules], of as Partial<OrderRecord>, paidAtMs + atMs);
    expect(on(dueMs - 1)).toMatchObject({ state: 'WAITING', nextAtMs: paidAtMs + dueMs });
    expect(on(dueMs)).toMatchObject({ state: 'SHARING' });
  });

  it('count from what is left after refunds', () => {
    expect(plan([{}], { refunds: [refundOf(400)] })).toMatchObject({
      plan: { netFen: 600, shares: [{ amountFen: 60 }] },
    });
  });

  it('have nothing to do with an order that is refunded in full', () => {
    expect(plan([{}], { state: 'REFUND', refunds: [refundOf(1000)] })).toEqual({
      state: 'FREED',
      plan: { shares: [], netFen: 0, freeAtMs: paidAtMs + minuteMs, onFailure: 'HOLD' },
      failure: null,
      nextAtMs: null,
    });
  });

  it.each([
    [100, [], 'SHARING'],
    [99, [], 'FAILED'],
    [200, [shareRequest()], 'SHARING'],
    [199, [shareRequest()], 'FAILED'],
  ])('may give %d fen in all, of which requests %j took some', (mostFen, requests, state) => {
    const sharing = sharingRecord({ state: 'WAITING', requests });
    const changes = plan([{}], {}, nowMs, mostFen, sharing);
    expect(changes.state).toBe(state);
    expect(changes.failure?.code).toBe(state === 'FAILED' ? 'SHARING_EXCEEDS' : undefined);
  });

  it('hold what a receiver cannot take if one of them says so, and free the rest with the last', () => {
    const lines = [
      { productId: 'a', title: 'a', quantity: 1, unitAmountFen: 500, amountFen: 500 },
      { productId: 'b', title: 'b', quantity: 1, unitAmountFen: 500, amountFen: 500 },
    ];
    const changes = plan(
      [
        { productId: 'a', onFailure: 'FREE', freeAfterDays: 9 },
        { productId: 'b', onFailure: 'HOLD', freeAfterDays: 2 },
      ],
      { items: lines as OrderRecord['items'] },
    );
    expect(changes.plan).toMatchObject({ onFailure: 'HOLD', freeAtMs: paidAtMs + minuteMs + 9 * dayMs });
  });
});

describe('what a plan still owes', () => {
  const planned: SharingPlan = {
    shares: [
      { type: 'MERCHANT_ID', account: '1900000200', amountFen: 100, description: '佣金' },
      { type: 'PERSONAL_OPENID', account: 'oStaff', amountFen: 51, description: '提成' },
    ],
    netFen: 1000,
    freeAtMs: 0,
    onFailure: 'HOLD',
  };
  const owed = (requests: ReturnType<typeof shareRequest>[], netFen = 1000, of = planned) =>
    owedShares(sharingRecord({ plan: of, requests }), netFen).map(({ account: to, amountFen }) => [
      to,
      amountFen,
    ]);

  it('is all of it at first, and nothing without a plan', () => {
    expect(owed([])).toEqual([
      ['1900000200', 100],
      ['oStaff', 51],
    ]);
    expect(owedShares(sharingRecord(), 1000)).toEqual([]);
    expect(owed([], 1000, { ...planned, netFen: 0 })).toEqual([]);
  });

  it('is less in the proportion of later refunds, in whole fen, and never more', () => {
    expect(owed([], 500)).toEqual([
      ['1900000200', 50],
      ['oStaff', 25],
    ]);
    expect(owed([], 0)).toEqual([]);
    expect(owed([], 2000)).toEqual(owed([]));
  });

  it.each([
    ['has received it', finished(), [['oStaff', 51]]],
    [
      'has received a part',
      finished({}, { amountFen: 60 }),
      [
        ['1900000200', 40],
        ['oStaff', 51],
      ],
    ],
    [
      'could not receive it',
      finished({}, { result: 'CLOSED' }),
      [
        ['1900000200', 100],
        ['oStaff', 51],
      ],
    ],
    [
      'was given it by hand',
      finished({ by: 'OPERATOR' }),
      [
        ['1900000200', 100],
        ['oStaff', 51],
      ],
    ],
    [
      'is a person of the same name',
      finished({}, { type: 'PERSONAL_OPENID' }),
      [
        ['1900000200', 100],
        ['oStaff', 51],
      ],
    ],
    [
      'is another one',
      finished({}, { account: '1900000201' }),
      [
        ['1900000200', 100],
        ['oStaff', 51],
      ],
    ],
    [
      'was refused it',
      finished({ state: 'REFUSED' }),
      [
        ['1900000200', 100],
        ['oStaff', 51],
      ],
    ],
  ])('to a merchant that %s', (_, request, expected) => {
    expect(owed([request])).toEqual(expected);
  });

  it('of a share that is pending is known when it has ended', () => {
    expect(owed([shareRequest({ receivers: [share()] })])).toHaveLength(2);
  });
});
