import { describe, expect, it } from 'vitest';
import { refusal } from '../testing/scripted-shop.ts';
import { prepareRefund } from './prepare-refund.ts';
import type { ShareRequest, SharingRecord } from './records.ts';
import {
  dayMs,
  finished,
  minuteMs,
  nowMs,
  share,
  shareRequest,
  shareReturn,
  sharing,
} from './testing/sharing.ts';

const plan = { shares: [], netFen: 1000, freeAtMs: nowMs + 5 * dayMs, onFailure: 'HOLD' } as const;
const hourMs = 60 * minuteMs;

/** Before a refund of `amountFen`, of an order of which `frozenFen` are still frozen. Merchants return what they are asked for. */
function preparing(of: Partial<SharingRecord> = {}, frozenFen = 900) {
  const at = sharing('partner', { plan, state: 'SHARED', requests: [finished()], ...of });
  const { shop } = at;
  shop.answer = (route, { amount = 40 }) => {
    if (route.includes('amounts')) return { unsplit_amount: frozenFen };
    if (route.includes('return-orders')) return { amount, result: 'SUCCESS' };
    return { state: 'FINISHED', order_id: 'O1', receivers: [] };
  };
  const prepare = (amountFen = 500, more: object = {}) =>
    prepareRefund(shop.ports, shop.account, {
      ...{ outTradeNo: 'T1', outRefundNo: 'A', amountFen, keepShares: false },
      ...more,
    });
  const lose = (part: string, code = 'CONNECTION_LOST', kind?: 'refused') => {
    const { answer } = shop;
    shop.answer = (route, parameters) => {
      if (route.includes(part)) throw refusal(code, kind ?? 'unknown');
      return answer(route, parameters);
    };
  };
  return { ...at, prepare, lose, routes: () => shop.calls.map(({ route }) => route.split('/').at(-1)) };
}
const later = (failure: object | null = null, retryAtMs = nowMs + minuteMs) => ({
  ...{ ready: false, failure, retryAtMs },
});

describe('the refund of an order that was shared', () => {
  it('takes back from each merchant its part, and is ready when all of it is there', async () => {
    const { prepare, stored } = preparing();
    expect(await prepare()).toEqual({ ready: true });
    expect(stored()).toMatchObject({
      refunds: [{ outRefundNo: 'A', returnsFromFen: 500, divided: true }],
      returns: [{ outOrderNo: 'S1', mchid: '1900000200', amountFen: 50, outRefundNo: 'A', state: 'SUCCESS' }],
    });
    const before = stored();
    expect(await prepare()).toEqual({ ready: true });
    expect(stored()).toEqual(before);
  });

  it('is ready at once where nothing is shared', async () => {
    const { shop, prepare, stored, routes } = preparing({ requests: [] });
    expect(await prepare()).toEqual({ ready: true });
    expect(stored().refunds).toMatchObject([{ outRefundNo: 'A' }]);
    expect(routes()).toEqual([]);
    await shop.documents.remove('sharings', 'T1');
    expect(await prepare()).toEqual({ ready: true });
  });

  it('leaves the shares with the receivers, if the operator says so', async () => {
    const { prepare, stored } = preparing();
    expect(await prepare(500, { keepShares: true })).toEqual({ ready: true });
    expect(stored()).toMatchObject({ refunds: [{ returnsFromFen: 0 }], returns: [] });
  });

  it('waits for a request that is in progress, and has it looked at now', async () => {
    const pending = shareRequest({ state: 'PROCESSING' });
    const requests = [finished({ outOrderNo: 'S0' }), pending];
    const { shop, prepare, stored } = preparing({ requests, nextAtMs: nowMs + dayMs });
    shop.answer = () => ({ state: 'PROCESSING', order_id: 'O1' });
    expect(await prepare()).toEqual(later());
    expect(shop.calls).toHaveLength(1);
    shop.nowMs += 1;
    expect(await prepare()).toMatchObject({ ready: false, retryAtMs: nowMs + 1 + minuteMs });
    expect(shop.calls).toHaveLength(2);
    expect(stored().refunds).toHaveLength(1);
  });

  it.each([
    ['what is frozen', 500, 500, []],
    ['more than is frozen', 501, 500, ['unfreeze']],
    ['anything, if nothing is frozen', 501, 0, []],
  ])(
    'of %s (%d of %d fen): the rest is unfrozen only if it has to be',
    async (_, amountFen, frozenFen, expected) => {
      const { prepare, stored, routes } = preparing({}, frozenFen);
      expect(await prepare(amountFen)).toEqual({ ready: true });
      expect(routes().filter((route) => route === 'unfreeze')).toEqual(expected);
      expect(stored().state).toBe(expected.length > 0 ? 'FREED' : 'SHARED');
    },
  );

  it('does not ask what is frozen once the order is free', async () => {
    const { prepare, routes } = preparing({ state: 'FREED', nextAtMs: null });
    expect(await prepare(1000)).toEqual({ ready: true });
    expect(routes()).toEqual(['return-orders']);
  });

  it('waits while it is not known what is frozen', async () => {
    const { shop, prepare, lose } = preparing();
    lose('amounts');
    expect(await prepare()).toEqual(later());
    expect(shop.logged).toMatchObject([{ level: 'warn', event: 'sharing.unsplit_unknown' }]);
    shop.answer = () => {
      throw new TypeError('a bug');
    };
    await expect(prepare()).rejects.toThrow('a bug');
  });

  it.each([
    ['it is free by now', { state: 'FREED' }, { ready: true }, ['amounts', 'return-orders']],
    [
      'an operator has it unfrozen already',
      {
        requests: [
          finished(),
          shareRequest({
            outOrderNo: 'F1',
            kind: 'FREE',
            by: 'OPERATOR',
            state: 'PROCESSING',
            receivers: [],
          }),
        ],
      },
      { ready: false },
      ['amounts', '{out_order_no}'],
    ],
  ] as [string, Partial<SharingRecord>, object, string[]][])(
    'does not have the rest unfrozen when %s',
    async (_, meanwhile, outcome, expected) => {
      const { shop, prepare, put, stored, routes } = preparing({ nextAtMs: nowMs + dayMs }, 100);
      const { answer } = shop;
      shop.answer = (route, parameters) => {
        if (route.includes('amounts')) put({ ...stored(), ...meanwhile, version: 9 });
        return route.includes('{out_order_no}')
          ? { state: 'PROCESSING', order_id: 'O1' }
          : answer(route, parameters);
      };
      expect(await prepare()).toMatchObject(outcome);
      expect(routes()).toEqual(expected);
      expect(stored().requests).toHaveLength(meanwhile.requests?.length ?? 1);
    },
  );

  it('waits while the rest is being unfrozen, and asks for that once', async () => {
    const { shop, prepare, stored } = preparing({}, 100);
    const { answer } = shop;
    shop.answer = (route, parameters) =>
      route.includes('amounts') ? answer(route, parameters) : { state: 'PROCESSING', order_id: 'O1' };
    expect(await prepare()).toEqual(later());
    expect(stored().requests).toMatchObject([{}, { kind: 'FREE', by: 'REFUND', state: 'PROCESSING' }]);
    expect(await prepare()).toMatchObject({ ready: false });
    expect(stored().requests).toHaveLength(2);
  });

  it.each([
    ['an hour ago', hourMs, 3],
    ['less than an hour ago', hourMs - 1, 2],
  ])('tries to unfreeze the rest again after a refusal %s', async (_, ageMs, count) => {
    const failure = { code: 'X', message: 'x' };
    const free = { kind: 'FREE', state: 'REFUSED', receivers: [], failure } as const;
    const refused = shareRequest({ ...free, outOrderNo: 'F1', createdAtMs: nowMs - ageMs });
    const { shop, prepare, stored } = preparing({ requests: [finished(), refused] as ShareRequest[] }, 100);
    const { answer } = shop;
    shop.answer = (route, parameters) => {
      if (route.endsWith('unfreeze')) throw refusal('NO_AUTH');
      if (route.includes('orders/{out_order_no}')) throw refusal('NOT_FOUND');
      return answer(route, parameters);
    };
    expect(await prepare()).toMatchObject({ ready: false, failure: { code: count === 3 ? 'NO_AUTH' : 'X' } });
    expect(stored().requests).toHaveLength(count);
  });

  it('says which merchant could not return its share, and asks it again, under another number, ten minutes later', async () => {
    const { shop, prepare, stored } = preparing();
    const { answer } = shop;
    shop.answer = (route, parameters) =>
      route.includes('return-orders')
        ? { amount: 50, result: 'FAILED', fail_reason: 'PAYER_ACCOUNT_ABNORMAL' }
        : answer(route, parameters);
    const failure = {
      code: 'SHARE_NOT_RETURNED',
      message: expect.stringMatching(/^接收方 1900000200 未能回退分账（PAYER_ACCOUNT_ABNORMAL）/),
    };
    expect(await prepare()).toEqual(later(failure));
    expect(stored().returns).toMatchObject([{ state: 'FAILED' }]);
    await prepare();
    expect(stored().returns).toMatchObject([
      { state: 'FAILED' },
      { state: 'RESERVED', amountFen: 50, notBeforeMs: nowMs + 10 * minuteMs },
    ]);
    const [first, second] = stored().returns;
    expect(first!.outReturnNo).not.toBe(second!.outReturnNo);
    expect(await prepare()).toEqual(later(null, nowMs + 10 * minuteMs));
    shop.answer = answer;
    shop.nowMs = nowMs + 10 * minuteMs;
    expect(await prepare()).toEqual({ ready: true });
    expect(stored().returns).toHaveLength(2);
  });

  it('does not take back what a merchant returned for a refund that was not made', async () => {
    const returns = [shareReturn({ state: 'SUCCESS', amountFen: 30, creditFen: 30, outRefundNo: 'B' })];
    const refunds = [{ outRefundNo: 'B', returnsFromFen: 300, notMade: true }];
    const { prepare, stored } = preparing({ returns, refunds });
    expect(await prepare()).toEqual({ ready: true });
    expect(stored().returns).toMatchObject([
      { outRefundNo: 'B', creditFen: 0 },
      { outRefundNo: 'A', amountFen: 20 },
    ]);
    expect(stored().refunds[0]).toEqual(refunds[0]);
  });

  it('uses once what a merchant returned for a refund that was not made, however often it is looked at', async () => {
    const returns = [shareReturn({ state: 'SUCCESS', amountFen: 60, creditFen: 60, outRefundNo: 'B' })];
    const refunds = [{ outRefundNo: 'B', returnsFromFen: 600, notMade: true }];
    const { prepare, stored } = preparing({ returns, refunds });
    for (let time = 0; time < 2; time++) {
      expect(await prepare()).toEqual({ ready: true });
      expect(stored().returns).toMatchObject([{ outRefundNo: 'B', creditFen: 10 }]);
    }
  });

  it('takes nothing back a second time for a refund of an older version', async () => {
    const returns = [shareReturn({ state: 'SUCCESS', amountFen: 50, outRefundNo: 'A' })];
    const { prepare, stored } = preparing({ returns, refunds: [{ outRefundNo: 'A', returnsFromFen: 500 }] });
    expect(await prepare()).toEqual({ ready: true });
    expect(stored().returns).toEqual(returns);
  });

  it('asks again only those who could not return their share', async () => {
    const receivers = [share({ result: 'SUCCESS' }), share({ account: '1', result: 'SUCCESS' })];
    const { shop, prepare, stored } = preparing({ requests: [finished({ receivers })] });
    const { answer } = shop;
    shop.answer = (route, parameters) =>
      parameters.return_mchid === '1'
        ? { amount: 50, result: 'FAILED', fail_reason: 'PAYER_ACCOUNT_ABNORMAL' }
        : answer(route, parameters);
    await prepare();
    await prepare();
    expect(stored().returns.map(({ mchid, state }) => [mchid, state])).toEqual([
      ['1900000200', 'SUCCESS'],
      ['1', 'FAILED'],
      ['1', 'RESERVED'],
    ]);
  });

  it('takes nothing back from a person, nor a credit from one', async () => {
    const requests = [finished({}, { type: 'PERSONAL_OPENID', account: 'oStaff' })];
    const { prepare, stored } = preparing({ requests });
    expect(await prepare()).toEqual({ ready: true });
    expect(stored()).toMatchObject({ returns: [], refunds: [{ divided: true }] });
  });

  it('begins no return of nothing', async () => {
    const { prepare, stored } = preparing();
    expect(await prepare(9)).toEqual({ ready: true });
    expect(stored()).toMatchObject({ returns: [], refunds: [{ divided: true }] });
  });

  it('has a number for each return, by its order, refund, share and merchant', async () => {
    const receivers = [share({ result: 'SUCCESS' }), share({ account: '1', result: 'SUCCESS' })];
    const { prepare, stored } = preparing({ requests: [finished({ receivers })] });
    await prepare(300);
    await prepare(300, { outRefundNo: 'B' });
    const numbers = stored().returns.map(({ outReturnNo }) => outReturnNo);
    expect(new Set(numbers).size).toBe(4);
    expect(numbers.every((number) => /^[0-9a-f]{32}$/.test(number))).toBe(true);
  });
});
