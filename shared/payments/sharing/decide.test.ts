import { describe, expect, it } from 'vitest';
import { refusal } from '../testing/scripted-shop.ts';
import { baseOf, decide, newRequest } from './decide.ts';
import { sharingNumber } from './open.ts';
import type { ShareRequest, SharingPlan, SharingRecord } from './records.ts';
import { sharingRulesCollection } from './rules.ts';
import {
  dayMs,
  finished,
  minuteMs,
  nowMs,
  paidAtMs,
  ruleRecord,
  share,
  shareRequest,
  sharing,
} from './testing/sharing.ts';

const hourMs = 60 * minuteMs;
const warningMs = paidAtMs + 27 * dayMs;
const plan = (changes: Partial<SharingPlan> = {}): SharingPlan => ({
  shares: [{ type: 'MERCHANT_ID', account: '1900000200', amountFen: 100, description: '佣金' }],
  netFen: 1000,
  freeAtMs: nowMs + 5 * dayMs,
  onFailure: 'HOLD',
  ...changes,
});

/** The next step of an order whose unfrozen rest at WeChat Pay is `unsplitFen`. */
async function decided(of: Partial<SharingRecord>, { unsplitFen = 1000, atMs = nowMs } = {}) {
  const at = sharing('partner', of);
  at.shop.nowMs = atMs;
  at.shop.answer = () => ({ unsplit_amount: unsplitFen, max_ratio: 3000 });
  at.shop.documents.put(sharingRulesCollection, ruleRecord());
  const { waits } = await decide(at.shop.ports, at.shop.account, at.record);
  return { ...at, waits, now: at.stored(), routes: at.shop.calls.map(({ route }) => route) };
}
const closed = (failReason: string | null, changes: Partial<ShareRequest> = {}) =>
  finished({ createdAtMs: nowMs, ...changes }, { result: 'CLOSED', failReason });
const tries = (count: number, createdAtMs = nowMs) =>
  Array.from({ length: count }, (_, index) =>
    closed('NO_RELATION', { outOrderNo: `S${index}`, createdAtMs }),
  );

describe('an order that is not planned yet', () => {
  it('gets its plan when its rules are due, and goes on', async () => {
    const { now, waits } = await decided({ state: 'WAITING' });
    expect(now).toMatchObject({ state: 'SHARING', plan: { shares: [{ amountFen: 100 }] } });
    expect(waits).toBe(false);
  });

  it('waits while its rules wait', async () => {
    const { now, waits, routes } = await decided({ state: 'WAITING', paidAtMs: nowMs });
    expect(now).toMatchObject({ state: 'WAITING', plan: null, nextAtMs: nowMs + minuteMs });
    expect(waits).toBe(true);
    expect(routes).toEqual(['GET /v3/profitsharing/merchant-configs/{sub_mchid}']);
  });

  it('of which all is refunded is free once nothing is frozen, and waits until then', async () => {
    const at = sharing('partner', { state: 'WAITING' });
    const refunds = [{ outRefundNo: 'A', amountFen: 1000, sendAfterMs: 0 }];
    at.shop.putOrder({ paidAtMs, state: 'REFUND', refunds });
    at.shop.documents.put(sharingRulesCollection, ruleRecord());
    let unsplit = 1;
    at.shop.answer = () => ({ unsplit_amount: unsplit, max_ratio: 3000 });
    await decide(at.shop.ports, at.shop.account, at.record);
    expect(at.stored()).toMatchObject({ state: 'WAITING', plan: null, nextAtMs: nowMs + 10 * minuteMs });
    unsplit = 0;
    await decide(at.shop.ports, at.shop.account, at.stored());
    expect(at.stored()).toMatchObject({ state: 'FREED', plan: { netFen: 0 }, nextAtMs: null });
  });

  it('asks for no limit where nothing is shared', async () => {
    const at = sharing('partner', { state: 'WAITING' });
    at.shop.documents.put(sharingRulesCollection, ruleRecord({ receivers: [] }));
    await decide(at.shop.ports, at.shop.account, at.record);
    expect(at.stored()).toMatchObject({ state: 'SHARING', plan: { shares: [] } });
    expect(at.shop.calls).toEqual([]);
  });

  it('asks for the limit where one of its rules shares something', async () => {
    const at = sharing('partner', { state: 'WAITING' });
    const line = (productId: string) => ({
      productId,
      title: '',
      quantity: 1,
      unitAmountFen: 500,
      amountFen: 500,
    });
    at.shop.putOrder({ paidAtMs, items: [line('a'), line('b')] as never });
    const nothing = ruleRecord({ _id: 's1:a', productId: 'a', receivers: [] });
    at.shop.documents.put(sharingRulesCollection, ruleRecord(), nothing);
    at.shop.answer = () => ({ max_ratio: 3000 });
    await decide(at.shop.ports, at.shop.account, at.record);
    expect(at.stored()).toMatchObject({ state: 'SHARING', plan: { shares: [{ amountFen: 50 }] } });
  });

  it.each([
    ['a refund', { refunds: [{ outRefundNo: 'A', returnsFromFen: 1 }] }],
    ['a share by hand', { requests: [finished({ by: 'OPERATOR' })] }],
    ['another plan', { plan: plan({ netFen: 7 }) }],
  ])('is not planned by what was read before %s', async (_, meanwhile) => {
    const at = sharing('partner', { state: 'WAITING' });
    at.shop.documents.put(sharingRulesCollection, ruleRecord());
    at.shop.answer = () => {
      at.put({ state: 'WAITING', ...meanwhile, version: 2 });
      return { max_ratio: 3000 };
    };
    await decide(at.shop.ports, at.shop.account, at.record);
    expect(at.stored()).toMatchObject({ version: 2, ...meanwhile });
  });
});

describe('an order with a plan', () => {
  it('shares what it owes, with what it was decided from', async () => {
    const { now, waits } = await decided({ plan: plan(), attempts: 4 });
    expect(now).toMatchObject({
      ...{ state: 'SHARING', attempts: 0 },
      requests: [
        {
          ...{ kind: 'SHARE', by: 'RULE', state: 'RESERVED', operatorOpenid: null, createdAtMs: nowMs },
          receivers: [share()],
          base: { netFen: 1000, outRefundNos: [] },
        },
      ],
    });
    expect(waits).toBe(false);
  });

  it.each([
    [1, 1],
    [2, 6],
    [3, 24],
    [4, 72],
  ])('tries a share that %d times could not be received again after %d hours', async (count, hours) => {
    const early = await decided(
      { plan: plan(), requests: tries(count) },
      { atMs: nowMs + hours * hourMs - 1 },
    );
    expect(early.now).toMatchObject({
      ...{ state: 'FAILED', nextAtMs: nowMs + hours * hourMs },
      failure: { code: 'NO_RELATION', message: expect.stringMatching(/^分账关系已解除.*\(1900000200\)$/) },
    });
    const due = await decided({ plan: plan(), requests: tries(count) }, { atMs: nowMs + hours * hourMs });
    expect(due.now.requests).toHaveLength(count + 1);
  });

  it.each([
    ['five tries', tries(5)],
    [
      '49 requests',
      [...tries(1), ...Array.from({ length: 48 }, () => finished({ by: 'OPERATOR' }, { account: 'x' }))],
    ],
  ])('keeps for a person, after %s, what a receiver cannot take', async (_, requests) => {
    const atMs = nowMs + 4 * dayMs;
    const { now } = await decided({ plan: plan({ freeAtMs: 0 }), requests }, { atMs });
    expect(now).toMatchObject({ state: 'FAILED', failure: { code: 'NO_RELATION' }, nextAtMs: warningMs });
    expect(now.requests).toHaveLength(requests.length);
  });

  it('releases it with the rest, if its rule says so', async () => {
    const of = { plan: plan({ onFailure: 'FREE' as const }), requests: tries(5) };
    expect((await decided(of)).now).toMatchObject({ state: 'SHARED', nextAtMs: nowMs + 5 * dayMs });
    const { now } = await decided({ ...of, plan: plan({ onFailure: 'FREE', freeAtMs: nowMs }) });
    expect(now.requests.at(-1)).toMatchObject({ kind: 'FREE', by: 'RULE', state: 'RESERVED', receivers: [] });
  });

  it('rests, when everybody has what is theirs, until its rest is due', async () => {
    const of = { plan: plan(), requests: [finished()], attempts: 3, failure: { code: 'X', message: 'x' } };
    const { now, waits, routes } = await decided(of);
    expect(now).toMatchObject({ state: 'SHARED', failure: null, attempts: 0, nextAtMs: nowMs + 5 * dayMs });
    expect(waits).toBe(true);
    expect(routes).toEqual([]);
    const { now: then } = await decided(of, { atMs: nowMs + 5 * dayMs });
    expect(then.requests.at(-1)).toMatchObject({ kind: 'FREE' });
    expect(then.requests.at(-1)).not.toHaveProperty('base');
  });

  it.each([
    [1, 1],
    [2, 6],
    [3, 24],
    [4, 72],
  ])('unfreezes the rest again, %d hours after refusal %d', async (count, hours) => {
    const free = { kind: 'FREE', state: 'REFUSED', receivers: [], createdAtMs: nowMs } as const;
    const failure = { code: 'X', message: 'x' };
    const requests = [
      finished(),
      ...Array.from({ length: count }, (_, index) =>
        shareRequest({ ...free, outOrderNo: `F${index}`, failure }),
      ),
    ];
    const of = { plan: plan({ freeAtMs: 0 }), requests };
    const early = await decided(of, { atMs: nowMs + hours * hourMs - 1 });
    expect(early.now).toMatchObject({ state: 'FAILED', failure, nextAtMs: nowMs + hours * hourMs });
    const due = await decided(of, { atMs: nowMs + hours * hourMs });
    expect(due.now.requests).toHaveLength(count + 2);
    expect(due.now.requests.at(-1)).toMatchObject({ kind: 'FREE', state: 'RESERVED' });
  });

  it('gives up unfreezing after five refusals, and leaves it to a person', async () => {
    const requests = [
      finished(),
      ...Array.from({ length: 5 }, () => shareRequest({ kind: 'FREE', state: 'REFUSED', receivers: [] })),
    ];
    const { now } = await decided({ plan: plan({ freeAtMs: 0 }), requests }, { atMs: nowMs + 3 * dayMs });
    expect(now).toMatchObject({ state: 'FAILED', failure: null, nextAtMs: warningMs });
    expect(now.requests).toHaveLength(6);
  });

  it('is free when unfreezing was refused because nothing is frozen any more', async () => {
    const requests = [finished(), shareRequest({ kind: 'FREE', state: 'REFUSED', receivers: [] })];
    const { now } = await decided({ plan: plan({ freeAtMs: 0 }), requests }, { unsplitFen: 0 });
    expect(now).toMatchObject({ state: 'FREED', nextAtMs: null });
  });

  it('makes one request although two instances decide at once', async () => {
    const at = sharing('partner', { plan: plan() });
    await decide(at.shop.ports, at.shop.account, at.record);
    await decide(at.shop.ports, at.shop.account, at.record);
    expect(at.stored().requests).toHaveLength(1);
  });

  it('without a failure to name has none', async () => {
    const requests = [shareRequest({ state: 'REFUSED', failure: { code: 'PARAM_ERROR', message: 'x' } })];
    const { now, routes } = await decided({ plan: plan(), requests });
    expect(now).toMatchObject({ failure: { code: 'PARAM_ERROR' } });
    // Only a refusal to unfreeze may mean that nothing is frozen.
    expect(routes).toEqual([]);
    const byHand = Array.from({ length: 49 }, () => finished({ by: 'OPERATOR' }, { account: 'x' }));
    expect((await decided({ plan: plan(), requests: byHand })).now).toMatchObject({
      ...{ state: 'FAILED', failure: null },
    });
    const less = [finished({}, { amountFen: 99 })];
    expect((await decided({ plan: plan(), requests: less })).now).toMatchObject({ failure: null });
  });

  it('shares again what it owes once more, whatever was refused about the rest', async () => {
    const requests = [
      finished({ createdAtMs: nowMs - 2 * hourMs }, { amountFen: 60 }),
      shareRequest({ kind: 'FREE', state: 'REFUSED', receivers: [] }),
    ];
    const { now } = await decided({ plan: plan(), requests });
    expect(now.requests.at(-1)).toMatchObject({ kind: 'SHARE', receivers: [{ amountFen: 40 }] });
  });

  it('names as many receivers as fit into 500 characters', async () => {
    const receivers = Array.from({ length: 50 }, (_, index) =>
      share({ account: `${index}`.padStart(32, '0'), amountFen: 1, result: 'CLOSED' }),
    );
    const { now } = await decided({ plan: plan(), requests: [finished({ receivers })] });
    expect(now.failure!.message).toHaveLength(500);
  });

  it('names a reason that no page lists as WeChat Pay does, and every receiver', async () => {
    const receivers = [
      share({ result: 'CLOSED', failReason: null }),
      share({ account: '1', result: 'CLOSED' }),
    ];
    const { now } = await decided({ plan: plan(), requests: [finished({ receivers })] });
    expect(now.failure).toMatchObject({
      code: 'CLOSED',
      message: expect.stringMatching(/WeChat Pay closed the share: CLOSED\. \(1900000200, 1\)$/),
    });
  });
});

describe('the end of the freeze', () => {
  const endMs = paidAtMs + 30 * dayMs;

  it.each([
    ['and nothing is frozen: the order is free', endMs, 0, 'FREED'],
    ['but something still is: it goes on', endMs, 5, 'SHARED'],
    ['not yet: it goes on', endMs - 1, 0, 'SHARED'],
  ])('has come, %s', async (_, atMs, unsplitFen, state) => {
    const of = { plan: plan({ freeAtMs: endMs + 1 }), requests: [finished()] };
    expect((await decided(of, { atMs, unsplitFen })).now.state).toBe(state);
  });

  it('is not believed without an answer', async () => {
    const at = sharing('partner', { plan: plan({ freeAtMs: endMs + 1 }), requests: [finished()] });
    at.shop.nowMs = endMs;
    at.shop.answer = () => {
      throw refusal('CONNECTION_LOST', 'unknown');
    };
    await decide(at.shop.ports, at.shop.account, at.record);
    expect(at.stored().state).toBe('SHARED');
    at.shop.answer = () => {
      throw new TypeError('a bug');
    };
    await expect(decide(at.shop.ports, at.shop.account, at.record)).rejects.toThrow('a bug');
  });
});

it('an order that is free has nothing to do', async () => {
  const { now, routes } = await decided({ state: 'FREED' });
  expect(now).toMatchObject({ state: 'FREED', nextAtMs: null });
  expect(routes).toEqual([]);
});

it('an order that is missing is an error that names it', async () => {
  const at = sharing();
  await at.shop.documents.remove('orders', 'T1');
  await expect(decide(at.shop.ports, at.shop.account, at.record)).rejects.toThrow('T1');
});

describe('the number of a request', () => {
  const of = { by: 'RULE', createdAtMs: nowMs, shares: [] } as const;
  const numberIn = (requests: ShareRequest[], more: object = {}) =>
    newRequest({ requests, _id: 'T1' } as never, { kind: 'SHARE', ...of, ...more }).outOrderNo;

  it('is the same for the same place among its kind, and another for each other one', () => {
    expect(numberIn([])).toBe(numberIn([shareRequest({ by: 'OPERATOR' }), shareRequest({ kind: 'FREE' })]));
    const numbers = [
      numberIn([]),
      numberIn([shareRequest()]),
      numberIn([], { kind: 'FREE' }),
      numberIn([], { by: 'OPERATOR' }),
      numberIn([], { outOrderNo: 'X' }),
    ];
    expect(new Set(numbers).size).toBe(5);
    // From one version to the next, too: a request in progress may be made again by the next one.
    expect(numbers.slice(0, 3)).toEqual([
      sharingNumber('share', 'T1', 'RULE', 0),
      sharingNumber('share', 'T1', 'RULE', 1),
      sharingNumber('free', 'T1', 'RULE', 0),
    ]);
    expect(numbers[4]).toBe('X');
  });
});

it('what is left of a payment is without all its refunds', () => {
  const { record, order } = sharing();
  expect(baseOf(record, undefined)).toEqual({ netFen: 1000, outRefundNos: [] });
  const refunds = [{ outRefundNo: 'A', amountFen: 300, sendAfterMs: 0 }];
  expect(baseOf(record, { ...order, refunds })).toEqual({ netFen: 700, outRefundNos: ['A'] });
});
