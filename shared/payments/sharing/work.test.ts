import { describe, expect, it } from 'vitest';
import { exclusiveLeaseMs } from '../../core/lease.ts';
import type { AnomalyRecord } from '../orders/anomalies.ts';
import { refusal } from '../testing/scripted-shop.ts';
import { openSharing, sharingNumber, wakeSharing } from './open.ts';
import type { AfterSalesFee, SharingRecord, Subsidy } from './records.ts';
import {
  dayMs,
  finished,
  minuteMs,
  nowMs,
  paidAtMs,
  shareRequest,
  shareReturn,
  sharing,
  sharingRecord,
} from './testing/sharing.ts';
import { hasDueSharings, workOnDueSharings, workOnSharing } from './work.ts';

const plan = { shares: [], netFen: 1000, freeAtMs: nowMs + 5 * dayMs, onFailure: 'HOLD' } as const;
const warningMs = paidAtMs + 27 * dayMs;
const subsidy = (changes: Partial<Subsidy> = {}): Subsidy => ({
  ...{ outSubsidyNo: 'B1', amountFen: 5, state: 'SUCCESS', subsidyId: null, notBeforeMs: nowMs },
  ...{ failure: null, returns: [], ...changes },
});
const fee: AfterSalesFee = {
  ...{ outRefundNo: 'A', refundId: '50', amountFen: 5, scene: 'RETURN_GOODS', state: 'RESERVED' },
  ...{ notBeforeMs: nowMs, attempts: 0, failure: null },
};

function working(of: Partial<SharingRecord> = {}, kind: 'partner' | 'ecommerce' = 'partner') {
  const at = sharing(kind, { state: 'SHARED', plan, ...of });
  const { shop } = at;
  shop.answer = (route) => {
    if (route.includes('return-orders')) return { amount: 40, result: 'SUCCESS' };
    if (route.includes('subsidies')) return { result: 'SUCCESS', subsidy_id: 'B9', success_time: '' };
    if (route.includes('after-sales')) return { result: 'SUCCESS', amount: 5, finish_time: '' };
    return { state: 'PROCESSING', order_id: 'O1' };
  };
  return {
    ...at,
    work: () => workOnSharing(shop.ports, at.stored()),
    anomalies: () => shop.documents.all<AnomalyRecord>('anomalies').map((each) => each.kind),
    routes: () => shop.calls.map(({ route }) => route),
  };
}

describe('the turn of a sharing', () => {
  it.each([
    ['has not come', nowMs + 1],
    ['never comes', null],
  ])('does nothing when it %s', async (_, nextAtMs) => {
    const { work, stored } = working({ nextAtMs, requests: [shareRequest()] });
    expect(await work()).toEqual(stored());
    expect(stored().version).toBe(1);
  });

  it('is taken for a minute, so that no other instance does the same', async () => {
    const { shop, work, stored } = working({ requests: [shareRequest()] });
    let nextAtMs: number | null = 0;
    shop.answer = async () => {
      nextAtMs = stored().nextAtMs;
      expect(await work()).toEqual(stored());
      return { state: 'PROCESSING', order_id: 'O1' };
    };
    await work();
    expect(nextAtMs).toBe(nowMs + minuteMs);
    expect(shop.calls).toHaveLength(1);
  });

  it('that cuts another one short takes no refusal for the last word, until that one has certainly ended', async () => {
    const { shop, work, put, stored } = working({ requests: [shareRequest()] });
    shop.answer = async () => {
      throw new Error('killed');
    };
    await expect(work()).rejects.toThrow('killed');
    shop.answer = (route) => {
      throw refusal(route.startsWith('POST') ? 'INVALID_REQUEST' : 'NOT_FOUND');
    };
    const retry = async () => {
      put({ ...stored(), nextAtMs: shop.nowMs });
      await work();
      return stored().requests[0]!.state;
    };
    expect(await retry()).toBe('RESERVED');
    shop.nowMs += exclusiveLeaseMs - 1;
    expect(await retry()).toBe('RESERVED');
    shop.nowMs += 1;
    expect(await retry()).toBe('REFUSED');
  });

  it.each(['CONNECTION_LOST', undefined])("that has ended is in nobody's way: %s", async (lost) => {
    const { shop, work, put, stored } = working({ requests: lost ? [shareRequest()] : [] });
    shop.answer = () => {
      throw refusal('CONNECTION_LOST', 'unknown');
    };
    await work();
    shop.answer = (route) => {
      throw refusal(route.startsWith('POST') ? 'INVALID_REQUEST' : 'NOT_FOUND');
    };
    put({ ...stored(), nextAtMs: nowMs, requests: [shareRequest()] });
    await work();
    expect(stored().requests[0]!.state).toBe('REFUSED');
  });

  it.each([
    ['RESERVED', 'POST /v3/profitsharing/orders'],
    ['PROCESSING', 'GET /v3/profitsharing/orders/{out_order_no}'],
  ] as const)('of one with a request that is %s is: %s', async (state, route) => {
    const requests = [finished(), shareRequest({ outOrderNo: 'S2', state })];
    const { work, routes } = working({ requests, returns: [shareReturn()] });
    await work();
    expect(routes()).toEqual([route]);
  });

  it('goes on until nothing is left to do now', async () => {
    const returns = [
      shareReturn({ state: 'SUCCESS', outReturnNo: 'R0' }),
      shareReturn(),
      shareReturn({ outReturnNo: 'R2', state: 'PROCESSING' }),
      shareReturn({ outReturnNo: 'R3', notBeforeMs: nowMs + 1 }),
    ];
    const { work, stored } = working({ requests: [finished()], returns });
    await work();
    expect(stored().returns.map(({ state }) => state)).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS', 'RESERVED']);
    expect(stored()).toMatchObject({ state: 'SHARED', nextAtMs: nowMs + 1 });
  });

  it('is twenty steps at most', async () => {
    const returns = Array.from({ length: 21 }, (_, index) => shareReturn({ outReturnNo: `R${index}` }));
    const { work, routes } = working({ requests: [finished()], returns });
    await work();
    expect(routes()).toHaveLength(20);
  });

  it('is first the subsidy: nothing is shared before it has arrived', async () => {
    const waiting = { subsidy: subsidy({ state: 'RESERVED', notBeforeMs: nowMs + 1 }) };
    const early = working({ ...waiting, requests: [shareRequest()] }, 'ecommerce');
    await early.work();
    expect(early.routes()).toEqual([]);
    expect(early.stored().nextAtMs).toBe(nowMs);
    const later = nowMs + 2 * minuteMs;
    const quiet = working({ subsidy: subsidy({ state: 'RESERVED', notBeforeMs: later }) }, 'ecommerce');
    await quiet.work();
    expect(quiet.stored().nextAtMs).toBe(later);
    const due = working({ subsidy: subsidy({ state: 'RESERVED' }), requests: [shareRequest()] }, 'ecommerce');
    await due.work();
    expect(due.routes()).toEqual([
      'POST /v3/ecommerce/subsidies/create',
      'POST /v3/ecommerce/profitsharing/orders',
    ]);
  });

  it('shares while a part of the subsidy waits to be given back', async () => {
    const back = { outReturnNo: 'X', outRefundNo: 'A', refundId: '50', amountFen: 5, failure: null } as const;
    const of = { subsidy: subsidy({ returns: [{ ...back, state: 'RESERVED', notBeforeMs: nowMs + 1 }] }) };
    const { work, routes } = working({ ...of, requests: [shareRequest()] }, 'ecommerce');
    await work();
    expect(routes()).toEqual(['POST /v3/ecommerce/profitsharing/orders']);
  });

  it.each([
    ['is due', {}, 'SUCCESS'],
    ['is due, and was asked for', { state: 'PROCESSING' }, 'SUCCESS'],
    ['is not due', { notBeforeMs: nowMs + 1 }, 'RESERVED'],
    ['has ended', { state: 'FAILED' }, 'FAILED'],
  ] as const)('is the after-sales fee, if it %s', async (_, changes, state) => {
    const { work, stored } = working(
      { requests: [finished()], afterSales: { ...fee, ...changes } },
      'ecommerce',
    );
    await work();
    expect(stored().afterSales).toMatchObject({ state });
  });

  it.each([
    [warningMs - 1, 'SHARED', []],
    [warningMs, 'SHARED', ['SHARING_EXPIRES']],
    [warningMs, 'FREED', []],
  ] as const)(
    'at %d warns a person about money of a sharing that is %s: %j',
    async (atMs, state, expected) => {
      const later = { ...plan, freeAtMs: warningMs + dayMs };
      const { shop, work, anomalies } = working({ state, plan: later, requests: [finished()] });
      shop.nowMs = atMs;
      shop.answer = () => ({ unsplit_amount: 5 });
      await work();
      expect(anomalies()).toEqual(expected);
    },
  );

  it.each([
    ['merchant number', { mchid: '1999999999' }],
    ['appid', { appid: 'wx9' }],
    ['account', { account: 'ecommerce' }],
  ] as const)('of one placed under another %s is an anomaly', async (_, changes) => {
    const { shop, work, anomalies, routes } = working({ requests: [shareRequest()], ...changes });
    shop.putOrder({ mchid: '1900000111', appid: 'wx8' });
    await expect(work()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(anomalies()).toEqual(['ACCOUNT_CHANGED']);
    const { appid, mchid } = 'account' in changes ? shop.order() : shop.account;
    expect(shop.documents.all('anomalies')).toMatchObject([{ received: { appid, mchid } }]);
    expect(routes()).toEqual([]);
  });

  it('of an order that is missing is an error that names it', async () => {
    const { shop, work } = working({ mchid: '1999999999' });
    await shop.documents.remove('orders', 'T1');
    await expect(work()).rejects.toThrow('T1');
  });
});

it('sharings are worked on when they are due, of the accounts of this function, each alone', async () => {
  const { shop } = working({ requests: [finished()] });
  shop.documents.put(
    'sharings',
    sharingRecord({ _id: 'T2', nextAtMs: nowMs - 1, mchid: '1999999999' }),
    sharingRecord({ _id: 'T3', nextAtMs: nowMs + 1 }),
    sharingRecord({ _id: 'T4', account: 'ecommerce' }),
  );
  expect(await hasDueSharings(shop.ports, ['partner'])).toBe(true);
  expect(await workOnDueSharings(shop.ports, ['partner'], () => false)).toBe(0);
  expect(await workOnDueSharings(shop.ports, ['partner'], () => true)).toBe(1);
  const turns = shop.documents.all<SharingRecord>('sharings').map(({ _id, nextAtMs }) => [_id, nextAtMs]);
  expect(turns).toEqual([
    ['T1', plan.freeAtMs],
    ['T2', nowMs + minuteMs],
    ['T3', nowMs + 1],
    ['T4', nowMs],
  ]);
  expect(await hasDueSharings(shop.ports, ['partner'])).toBe(false);
});

it('a sharing that could not even be begun is tried again in ten minutes', async () => {
  const { shop, stored } = working({ requests: [finished()] });
  shop.documents.interrupt = async (when, operation) => {
    if (when === 'before' && operation === 'update sharings') {
      shop.documents.interrupt = async () => {};
      throw new Error('down');
    }
  };
  await workOnDueSharings(shop.ports, ['partner'], () => true);
  expect(stored().nextAtMs).toBe(nowMs + 10 * minuteMs);
});

describe('a sharing that begins', () => {
  it.each([
    ['partner', minuteMs],
    ['ecommerce', minuteMs / 2],
  ] as const)('of a %s account is due once it may be shared', async (kind, ageMs) => {
    const { shop, order } = sharing(kind);
    await shop.documents.remove('sharings', 'T1');
    const made = await openSharing(shop.ports, { order, transactionId: '4200000001', paidAtMs });
    const due = { state: 'WAITING', nextAtMs: paidAtMs + ageMs, createdAtMs: nowMs } as const;
    expect(made).toEqual(sharingRecord({ account: kind, ...due }));
    expect(await openSharing(shop.ports, { order, transactionId: '42', paidAtMs })).toEqual(made);
  });

  it.each([
    ['now, after something its rules may wait for', {}, nowMs],
    ['when it may be shared, if that is later', { paidAtMs: nowMs }, nowMs + minuteMs],
    ['as before, once it has a plan', { plan }, nowMs + dayMs],
  ])('is due %s', async (_, of, nextAtMs) => {
    const { shop, stored } = sharing('partner', { nextAtMs: nowMs + dayMs, ...of });
    await wakeSharing(shop.ports, 'T1');
    expect(stored().nextAtMs).toBe(nextAtMs);
    await wakeSharing(shop.ports, 'T2');
  });

  it('has numbers by kind and parts, wherever these are split', () => {
    const numbers = [
      sharingNumber('share', 'a', 'b'),
      sharingNumber('free', 'a', 'b'),
      sharingNumber('share', 'ab'),
      sharingNumber('share', 'a', 'b', 0),
    ];
    expect(new Set(numbers).size).toBe(4);
    expect(numbers.every((number) => /^[0-9a-f]{32}$/.test(number))).toBe(true);
  });
});
