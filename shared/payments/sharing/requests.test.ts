import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../ledger/ledger.ts';
import { refusal } from '../testing/scripted-shop.ts';
import type { ShareRequest } from './records.ts';
import { ask, maySucceedLater, send } from './requests.ts';
import { minuteMs, nowMs, share, shareRequest, sharing } from './testing/sharing.ts';

const received = { type: 'MERCHANT_ID', account: '1900000200', amount: 100, result: 'SUCCESS' };
const finishTime = { finish_time: '2026-01-03T08:00:05+08:00' };
const answerOf = (state: string, ...receivers: object[]) => ({ state, order_id: 'O1', receivers });

function started(request: Partial<ShareRequest> = {}, more: Parameters<typeof sharing>[1] = {}) {
  const made = shareRequest(request);
  const at = sharing('partner', { requests: [made], ...more });
  return {
    ...at,
    send: () => send(at.shop.ports, at.shop.account, at.record, made),
    ask: () => ask(at.shop.ports, at.shop.account, at.record, made),
    request: () => at.stored().requests[0]!,
    ledger: () => at.shop.documents.all<LedgerEntry>('ledger'),
  };
}

describe('a request to share', () => {
  it('that every receiver got is finished, and in the ledger at its time', async () => {
    const { shop, send: act, request, ledger, stored } = started();
    shop.answer = () => answerOf('FINISHED', { ...received, ...finishTime });
    expect(await act()).toMatchObject({ waits: false });
    expect(request()).toMatchObject({
      ...{ state: 'FINISHED', orderId: 'O1', failure: null, receivers: [{ result: 'SUCCESS' }] },
    });
    expect(stored().state).toBe('SHARING');
    expect(ledger()).toMatchObject([
      {
        ...{ _id: 'SHARE:S1/1900000200', amountFen: -100, atMs: Date.UTC(2026, 0, 3, 0, 0, 5) },
        ...{ outTradeNo: 'T1', account: 'partner', mchid: '1900000001', subMchid: '1900000109' },
      },
    ]);
  });

  it('of which one receiver got nothing is finished too, and only what moved is in the ledger', async () => {
    const receivers = [share(), share({ account: 'oStaff', type: 'PERSONAL_OPENID', amountFen: 5 })];
    const { shop, ask: act, request, ledger } = started({ state: 'PROCESSING', receivers });
    const closed = { account: 'oStaff', amount: 5, result: 'CLOSED', fail_reason: 'NO_RELATION' };
    shop.answer = () => answerOf('FINISHED', received, closed);
    await act();
    expect(request()).toMatchObject({
      state: 'FINISHED',
      receivers: [
        { result: 'SUCCESS', failReason: null },
        { result: 'CLOSED', failReason: 'NO_RELATION' },
      ],
    });
    expect(ledger()).toMatchObject([{ amountFen: -100, atMs: nowMs }]);
  });

  it.each([
    ['is in progress', answerOf('PROCESSING', received)],
    ['says nothing of a receiver', answerOf('FINISHED')],
    ['says that one is pending', answerOf('FINISHED', { ...received, result: 'PENDING' })],
    ['names another sum', answerOf('FINISHED', { ...received, amount: 99 })],
    ['names another receiver', answerOf('FINISHED', { ...received, account: '1' })],
  ])('whose answer %s is asked about later', async (_, answer) => {
    const { shop, send: act, request, ledger, stored } = started({ failure: { code: 'X', message: 'x' } });
    shop.answer = () => answer;
    expect(await act()).toMatchObject({ waits: true });
    expect(request()).toMatchObject({ state: 'PROCESSING', orderId: 'O1', failure: null });
    expect(stored()).toMatchObject({ attempts: 1, nextAtMs: nowMs + minuteMs });
    expect(ledger()).toEqual([]);
  });

  it('waits for its turn among the requests of its merchant, unlike one to unfreeze', async () => {
    const turns: unknown[][] = [];
    const pace = async (...of: unknown[]) => void turns.push(of);
    for (const [kind, more] of [
      ['SHARE', {}],
      ['SHARE', { subMchid: null }],
      ['FREE', {}],
    ] as const) {
      const { shop, record } = sharing('partner', { requests: [shareRequest({ kind })], ...more });
      shop.answer = () => answerOf('PROCESSING');
      await send({ ...shop.ports, pace }, shop.account, record, record.requests[0]!);
    }
    expect(turns).toEqual([
      ['1900000109', 25],
      ['1900000001', 25],
    ]);
  });

  it.each([
    [0, 1],
    [1, 1],
    [2, 2],
    [3, 5],
    [4, 15],
    [5, 60],
    [6, 60],
  ])('without an answer after %d attempts goes out again after %d minutes', async (attempts, minutes) => {
    const { shop, send: act, request, stored } = started({}, { attempts });
    shop.answer = () => {
      throw refusal('CONNECTION_LOST', 'unknown');
    };
    expect(await act()).toMatchObject({ waits: true });
    expect(stored()).toMatchObject({ attempts: attempts + 1, nextAtMs: nowMs + minutes * minuteMs });
    expect(request()).toMatchObject({ state: 'RESERVED', failure: { code: 'CONNECTION_LOST' } });
    expect(shop.calls).toHaveLength(1);
  });

  it('that is one too many is no attempt', async () => {
    const { shop, send: act, stored } = started({}, { attempts: 3 });
    shop.answer = () => {
      throw refusal('FREQUENCY_LIMITED');
    };
    await act();
    expect(stored()).toMatchObject({ attempts: 3, nextAtMs: nowMs + 5 * minuteMs });
  });

  it('that cannot be verified is an error in the log', async () => {
    const { shop, ask: act } = started({ state: 'PROCESSING' });
    shop.answer = () => {
      throw refusal('SIGNATURE_WRONG', 'fault');
    };
    await act();
    expect(shop.logged).toMatchObject([{ level: 'error', event: 'sharing.fault' }]);
  });

  it('that was lost on the way is no error in the log', async () => {
    const { shop, ask: act } = started({ state: 'PROCESSING' });
    shop.answer = () => {
      throw refusal('CONNECTION_LOST', 'unknown');
    };
    await act();
    expect(shop.logged).toEqual([]);
  });

  it('because of a bug is not taken for an answer', async () => {
    const { shop, ...of } = started();
    shop.answer = () => {
      throw new TypeError('a bug');
    };
    await expect(of.send()).rejects.toThrow('a bug');
    await expect(of.ask()).rejects.toThrow('a bug');
    shop.answer = (route) => {
      throw route.startsWith('POST') ? refusal('PARAM_ERROR') : new TypeError('another bug');
    };
    await expect(of.send()).rejects.toThrow('another bug');
  });

  it('that is FINISHED meanwhile stays as it is', async () => {
    const { shop, send: act, put, request, ledger } = started();
    shop.answer = () => {
      put({ requests: [shareRequest({ state: 'FINISHED' })], version: 2 });
      return answerOf('FINISHED', received);
    };
    await act();
    expect(request()).toEqual(shareRequest({ state: 'FINISHED' }));
    expect(ledger()).toHaveLength(1);
  });

  it.each(['PROCESSING', 'FINISHED'] as const)(
    'that is %s there is not refused, whatever another instance was told',
    async (state) => {
      const { shop, send: act, put, request } = started();
      shop.answer = () => {
        put({ requests: [shareRequest({ state: 'REFUSED' })], version: 2 });
        return answerOf(state, received);
      };
      await act();
      expect(request().state).toBe(state);
    },
  );

  it('that was refused meanwhile, and has no answer here, stays refused', async () => {
    const { shop, send: act, put, request } = started();
    shop.answer = () => {
      put({ requests: [shareRequest({ state: 'REFUSED' })], version: 2 });
      throw refusal('CONNECTION_LOST', 'unknown');
    };
    await act();
    expect(request()).toEqual(shareRequest({ state: 'REFUSED' }));
  });

  it('that is not there any more is not made up', async () => {
    const { shop, send: act, put, stored } = started();
    shop.answer = () => {
      put({ requests: [], version: 2 });
      return answerOf('FINISHED', received);
    };
    await act();
    expect(stored().requests).toEqual([]);
  });
});

describe('a refusal', () => {
  const refuse = (of: ReturnType<typeof started>, code: string, message: string, query: string | object) => {
    of.shop.answer = (route) => {
      const error = refusal(route.startsWith('POST') ? code : String(query));
      if (route.startsWith('POST')) throw Object.assign(error, { message });
      if (typeof query === 'string') throw error;
      return query;
    };
  };

  it.each(['RESOURCE_NOT_EXISTS', 'NOT_FOUND'])(
    'counts when WeChat Pay knows no such request: %s',
    async (unknown) => {
      const of = started();
      refuse(of, 'INVALID_REQUEST', '参数错误', unknown);
      expect(await of.send()).toMatchObject({ waits: false });
      expect(of.request()).toMatchObject({
        state: 'REFUSED',
        failure: { code: 'INVALID_REQUEST', message: '参数错误' },
      });
      expect(of.shop.logged).toMatchObject([{ level: 'warn', event: 'sharing.refused' }]);
    },
  );

  it('does not count when an earlier attempt had arrived', async () => {
    const of = started();
    refuse(of, 'INVALID_REQUEST', '参数错误', answerOf('FINISHED', received));
    await of.send();
    expect(of.request()).toMatchObject({ state: 'FINISHED' });
  });

  it('does not count while it is not known whether one had', async () => {
    const of = started();
    refuse(of, 'INVALID_REQUEST', '参数错误', 'NO_AUTH');
    expect(await of.send()).toMatchObject({ waits: true });
    expect(of.request()).toMatchObject({ state: 'RESERVED', failure: { code: 'NO_AUTH' } });
  });

  it('does not count when another instance has begun with it meanwhile, which may have arrived', async () => {
    const of = started();
    of.shop.answer = (route) => {
      if (route.startsWith('GET')) of.put({ requests: [shareRequest()], version: 2 });
      throw refusal(route.startsWith('GET') ? 'NOT_FOUND' : 'INVALID_REQUEST');
    };
    expect(await of.send()).toMatchObject({ waits: true });
    expect(of.request()).toMatchObject({ state: 'RESERVED', failure: { code: 'INVALID_REQUEST' } });
    expect(of.stored().nextAtMs).toBe(nowMs + minuteMs);
  });

  it('does not count by an answer that may be of anybody', async () => {
    const of = started();
    of.shop.answer = (route) => {
      throw route.startsWith('POST') ? refusal('INVALID_REQUEST') : refusal('NOT_FOUND', 'unknown');
    };
    expect(await of.send()).toMatchObject({ waits: true });
    expect(of.request()).toMatchObject({ state: 'RESERVED', failure: { code: 'NOT_FOUND' } });
  });

  it('does not count against one that WeChat Pay has by now', async () => {
    const of = started();
    of.shop.answer = (route) => {
      if (route.startsWith('GET')) of.put({ requests: [shareRequest({ state: 'PROCESSING' })], version: 2 });
      throw refusal(route.startsWith('GET') ? 'NOT_FOUND' : 'INVALID_REQUEST');
    };
    await of.send();
    expect(of.request()).toMatchObject({ state: 'PROCESSING' });
  });

  it.each([
    ['RULE_LIMIT', '超过限制', true],
    ['INVALID_REQUEST', '分账比例超过最大值', true],
    ['INVALID_REQUEST', '参数错误', false],
  ])('%s %s: what was known of the limit is forgotten: %s', async (code, message, forgotten) => {
    const of = started();
    of.shop.documents.put('sharing_limits', { _id: '1900000109', maxRatio: 1, askedAtMs: 0 } as never);
    refuse(of, code, message, 'NOT_FOUND');
    await of.send();
    expect(of.shop.documents.all('sharing_limits')).toHaveLength(forgotten ? 0 : 1);
  });

  it.each([
    ['INVALID_REQUEST', '订单处理中，暂时无法分账', true],
    ['INVALID_REQUEST', '请稍后再试', true],
    ['INVALID_REQUEST', '频率过高', true],
    ['SYSTEM_ERROR', '系统错误', true],
    ['INVALID_REQUEST', '参数错误', false],
  ])('%s %s may succeed later: %s', (code, message, later) => {
    expect(maySucceedLater(Object.assign(refusal(code), { message }))).toBe(later);
  });
});

it('the rest of an order that WeChat Pay has unfrozen is free', async () => {
  const {
    shop,
    send: act,
    stored,
  } = started({ kind: 'FREE', receivers: [] }, { failure: { code: 'X', message: 'x' } });
  shop.answer = () => answerOf('FINISHED');
  await act();
  expect(stored()).toMatchObject({ state: 'FREED', failure: null, requests: [{ state: 'FINISHED' }] });
  expect(shop.calls).toMatchObject([{ route: 'POST /v3/profitsharing/orders/unfreeze' }]);
});
