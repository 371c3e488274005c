import { describe, expect, it } from 'vitest';
import type { Document } from '../../core/ports.ts';
import { refusal, scriptedShop } from '../testing/scripted-shop.ts';
import { loadRefund, refundsOf, workOnDueRefunds } from './find.ts';
import type { RefundPorts } from './ports.ts';
import { type RefundRecord, refundsCollection } from './records.ts';
import { refundNumber, storeRefund } from './request.ts';
import { type RefundRequestRecord, refundRequestsCollection } from './request-record.ts';
import { workOnRefund } from './work.ts';

const minuteMs = 60_000;
const request = {
  amountFen: 300,
  reason: null,
  requestedBy: 'operator',
  operatorOpenid: 'oOp',
  platformAdvance: false,
} as const;
const processing = {
  refund_id: '50',
  out_refund_no: 'R1',
  out_trade_no: 'T1',
  status: 'PROCESSING',
  amount: { refund: 300 },
};

/** A refund of 300 fen as it is stored first, or further on. */
async function requested(changes: Partial<RefundRecord> = {}) {
  const shop = scriptedShop();
  const order = shop.putOrder();
  const refund = { ...(await storeRefund(shop.ports, order, 'R1', request)), ...changes } as RefundRecord;
  shop.documents.put(refundsCollection, refund);
  const work = async (ports: Partial<RefundPorts> = {}) =>
    workOnRefund({ ...shop.ports, ...ports }, (await loadRefund(shop.documents, 'R1'))!);
  const routes = () => shop.calls.map(({ route }) => route.split(' ')[0]);
  return { shop, refund, work, routes };
}

describe('a refund that was asked for', () => {
  it('is stored whole, counted, and sent with the parameters that are stored', async () => {
    const { shop, refund, work } = await requested();
    expect(refund).toMatchObject({ ...request, state: 'REQUESTED', totalFen: 1000, nextAtMs: shop.nowMs });
    shop.answer = () => processing;
    expect(await work()).toMatchObject({ state: 'PROCESSING', refundId: '50' });
    const parameters = {
      out_trade_no: 'T1',
      out_refund_no: 'R1',
      notify_url: 'https://shop.example/notify',
      amount: { refund: 300, total: 1000, currency: 'CNY' },
    };
    expect(shop.calls).toEqual([{ route: 'POST /v3/refund/domestic/refunds', parameters }]);
    expect(await loadRefund(shop.documents, 'R1')).toMatchObject({ parameters });
    expect(shop.order().refunds).toHaveLength(1);
  });

  it('goes out again with the same parameters, whatever the configuration says by then', async () => {
    const { shop, work } = await requested();
    shop.answer = () => {
      throw refusal('RESPONSE_TIMEOUT', 'unknown');
    };
    expect(await work()).toMatchObject({ state: 'RESERVED', attempts: 1, nextAtMs: shop.nowMs + minuteMs });
    shop.nowMs += minuteMs;
    shop.answer = () => processing;
    await work({ notifyUrlOf: () => 'https://other.example' });
    expect(shop.calls[1]?.parameters).toEqual(shop.calls[0]?.parameters);
  });

  it('is refused by us with the reason, and never sent', async () => {
    const { shop, work } = await requested({ amountFen: 1001 } as Partial<RefundRecord>);
    expect(await work()).toMatchObject({
      state: 'REFUSED',
      failure: { code: 'EXCEEDS_PAID', message: expect.stringMatching(/^超过可退金额/) },
      nextAtMs: null,
      endedAtMs: shop.nowMs,
    });
    expect(shop.calls).toEqual([]);
  });

  it.each([
    ['buyer', 0, 'OPEN'],
    ['buyer', 1, 'OPEN'],
    ['operator', 0, 'OPEN'],
    ['operator', 1, 'ACCEPTED'],
  ] as const)(
    'for the %s beside %d others and is refused leaves the request %s',
    async (requestedBy, others, state) => {
      const { shop, work } = await requested({ amountFen: 1001, requestedBy } as Partial<RefundRecord>);
      shop.putOrder({ refunds: [{ outRefundNo: 'R0', amountFen: 1, sendAfterMs: 0 }].slice(0, others) });
      const asked: Document & Partial<RefundRequestRecord> = { _id: 'T1', version: 1, state: 'ACCEPTED' };
      shop.documents.put(refundRequestsCollection, asked);
      expect(await work()).toMatchObject({ state: 'REFUSED' });
      expect(shop.documents.peek(refundRequestsCollection, 'T1')).toMatchObject({ state });
    },
  );

  it('waits for its minute', async () => {
    const { shop, work } = await requested();
    shop.putOrder({ refunds: [{ outRefundNo: 'R0', amountFen: 1, sendAfterMs: shop.nowMs }] });
    const sendAfterMs = shop.nowMs + minuteMs;
    expect(await work()).toMatchObject({ state: 'RESERVED', sendAfterMs, nextAtMs: sendAfterMs });
    shop.nowMs = sendAfterMs - 1;
    await work();
    expect(shop.calls).toEqual([]);
    shop.nowMs += 1;
    shop.answer = () => processing;
    expect(await work()).toMatchObject({ state: 'PROCESSING' });
  });

  it('keeps what another instance has made of it meanwhile', async () => {
    const { shop, refund } = await requested();
    const ended = { ...refund, state: 'REFUSED', nextAtMs: null, version: 2 } as RefundRecord;
    shop.documents.put(refundsCollection, ended);
    expect(await workOnRefund(shop.ports, refund)).toEqual(ended);
  });
});

describe('the turn of a refund', () => {
  it('is taken for a minute, so that no other instance sends it', async () => {
    const { shop, work } = await requested({ state: 'RESERVED' });
    let whileSent: RefundRecord | undefined;
    shop.answer = async () => {
      whileSent = await loadRefund(shop.documents, 'R1');
      expect(await work()).toEqual(whileSent);
      return processing;
    };
    await work();
    expect(whileSent?.nextAtMs).toBe(shop.nowMs + minuteMs);
    expect(shop.calls).toHaveLength(1);
  });

  it.each([
    ['was taken', { nextAtMs: Date.UTC(2027, 0) }],
    ['is over', { nextAtMs: null }],
    ['is one of another state', { state: 'PROCESSING' }],
  ] as const)('is left when it %s since it was read', async (_, changes) => {
    const { shop, refund } = await requested({ state: 'RESERVED' });
    const current = { ...refund, ...changes, version: 2 } as RefundRecord;
    shop.documents.put(refundsCollection, current);
    expect(await workOnRefund(shop.ports, refund)).toEqual(current);
    expect(shop.calls).toEqual([]);
  });

  it.each([
    ['never comes', { state: 'SUCCESS', nextAtMs: null }],
    ['has not come', { state: 'PROCESSING', nextAtMs: Date.UTC(2027, 0) }],
  ] as const)('needs no account while it %s', async (_, changes) => {
    const { shop, refund, work } = await requested(changes as Partial<RefundRecord>);
    expect(await work({ accounts: { find: () => undefined } })).toEqual(refund);
    expect(shop.documents.all('anomalies')).toEqual([]);
  });

  it('does not reserve the sum of a refund that was refused', async () => {
    const { shop, refund, work } = await requested({ state: 'REFUSED', nextAtMs: null });
    expect(await work()).toEqual(refund);
    expect(shop.order().refunds ?? []).toEqual([]);
  });

  it('is left to the function that holds the key, even when that did nothing', async () => {
    const { shop, refund, work } = await requested({ state: 'RESERVED' });
    const asked: string[] = [];
    const provider = { work: async (id: string) => void asked.push(id) };
    const ports = { accounts: { find: () => undefined }, provider } as unknown as Partial<RefundPorts>;
    expect(await work(ports)).toEqual(refund);
    expect(asked).toEqual(['R1']);
    expect(shop.calls).toEqual([]);
  });

  it('never comes when there is none', async () => {
    const { refund, work } = await requested({ state: 'PROCESSING', nextAtMs: null });
    expect(await work()).toEqual(refund);
  });

  it('is a question once WeChat Pay has it', async () => {
    const { shop, work, routes } = await requested({ state: 'PROCESSING' });
    shop.answer = () => ({ ...processing, status: 'SUCCESS' });
    expect(await work()).toMatchObject({ state: 'SUCCESS', parameters: null });
    expect(routes()).toEqual(['GET']);
  });

  it('comes again later when a question is not answered', async () => {
    const { shop, work } = await requested({ state: 'PROCESSING', attempts: 2 });
    shop.answer = () => {
      throw refusal('RESOURCE_NOT_EXISTS');
    };
    expect(await work()).toMatchObject({
      state: 'PROCESSING',
      attempts: 3,
      nextAtMs: shop.nowMs + 5 * minuteMs,
      failure: { code: 'RESOURCE_NOT_EXISTS' },
    });
    expect(shop.logged.at(-1)).toMatchObject({ event: 'refund.later', fields: { outRefundNo: 'R1' } });
  });

  it('comes for the longest waiting first, and for each alone', async () => {
    const { shop, refund } = await requested({ state: 'PROCESSING' });
    const [first, failing, later] = [
      { ...refund, _id: 'R2', nextAtMs: shop.nowMs - 1 },
      { ...refund, _id: 'R3', nextAtMs: shop.nowMs - 2, mchid: '1999999999' },
      { ...refund, _id: 'R4', nextAtMs: shop.nowMs + 1 },
    ];
    shop.documents.put(refundsCollection, first!, failing!, later!);
    shop.answer = () => processing;
    expect(await workOnDueRefunds(shop.ports, () => true)).toBe(2);
    expect(shop.calls.map(({ parameters }) => parameters.out_refund_no)).toEqual(['R2', 'R1']);
    expect(await loadRefund(shop.documents, 'R3')).toMatchObject({ nextAtMs: shop.nowMs + 10 * minuteMs });
    expect(await workOnDueRefunds(shop.ports, () => false)).toBe(0);
  });
});

describe('a refund that WeChat Pay does not take', () => {
  it.each(['SYSTEM_ERROR', 'FREQUENCY_LIMITED', 'NOT_ENOUGH'])('is sent again after %s', async (code) => {
    const { shop, work, routes } = await requested({ state: 'RESERVED' });
    shop.answer = () => {
      throw refusal(code);
    };
    const message = code === 'NOT_ENOUGH' ? expect.stringMatching(/^商户余额不足/) : `${code} 说明`;
    expect(await work()).toMatchObject({ state: 'RESERVED', failure: { code, message } });
    shop.nowMs += minuteMs;
    await work();
    expect(routes()).toEqual(['POST', 'POST']);
  });

  it.each(['RESOURCE_NOT_EXISTS', 'REFUNDNOTEXIST'])(
    'is refused, and its sum free again, when a query finds none: %s',
    async (code) => {
      const { shop, work, routes } = await requested();
      shop.answer = (route) => {
        throw refusal(route.startsWith('GET') ? code : 'USER_ACCOUNT_ABNORMAL');
      };
      expect(await work()).toMatchObject({
        state: 'REFUSED',
        failure: { code: 'USER_ACCOUNT_ABNORMAL', message: 'USER_ACCOUNT_ABNORMAL 说明' },
        nextAtMs: null,
        endedAtMs: shop.nowMs,
      });
      expect(routes()).toEqual(['POST', 'GET']);
      expect(shop.order().refunds).toEqual([]);
    },
  );

  it('goes on when a query finds it after all', async () => {
    const { shop, work } = await requested();
    shop.answer = (route) => {
      if (route.startsWith('POST')) throw refusal('PARAM_ERROR');
      return processing;
    };
    expect(await work()).toMatchObject({ state: 'PROCESSING' });
    expect(shop.order().refunds).toHaveLength(1);
  });

  it.each([
    ['RESPONSE_TIMEOUT', 'unknown'],
    ['RESOURCE_NOT_EXISTS', 'unknown'],
    ['NO_AUTH', 'refused'],
  ] as const)('keeps its sum while the query is answered with %s (%s)', async (code, kind) => {
    const { shop, work } = await requested();
    shop.answer = (route) => {
      throw route.startsWith('GET') ? refusal(code, kind) : refusal('PARAM_ERROR');
    };
    expect(await work()).toMatchObject({ state: 'RESERVED', failure: { code } });
    expect(shop.order().refunds).toHaveLength(1);
  });

  it.each(['send', 'ask', 'refused'] as const)('is no reason to hide a bug of ours: %s', async (step) => {
    const { shop, work } = await requested({ state: step === 'ask' ? 'PROCESSING' : 'RESERVED' });
    shop.answer = (route) => {
      if (step === 'refused' && route.startsWith('POST')) throw refusal('PARAM_ERROR');
      throw new TypeError('a bug');
    };
    await expect(work()).rejects.toThrow('a bug');
  });

  it('keeps the end that another instance found', async () => {
    const { shop, refund, work } = await requested({ state: 'RESERVED' });
    const ended = { ...refund, state: 'SUCCESS', nextAtMs: null, version: 9 } as RefundRecord;
    shop.answer = (route) => {
      if (route.startsWith('POST')) throw refusal('PARAM_ERROR');
      shop.documents.put(refundsCollection, ended);
      throw refusal('RESOURCE_NOT_EXISTS');
    };
    expect(await work()).toEqual(ended);
  });
});

describe('the account of a refund', () => {
  it.each([
    ['another appid', { appid: 'wx9' }],
    ['another merchant', { mchid: '1999999999' }],
    ['none', undefined],
  ])('has to be the one of its order, and is %s', async (_, changes) => {
    const { shop, refund, work } = await requested();
    const account = changes && { ...shop.account, ...changes };
    await expect(work({ accounts: { find: () => account } })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
    const { appid, mchid } = { ...refund, ...changes };
    expect(shop.documents.all('anomalies')).toMatchObject([
      { kind: 'ACCOUNT_CHANGED', expected: { appid: refund.appid }, received: { appid, mchid } },
    ]);
  });

  it('may be held by another function, which then does the work', async () => {
    const { shop, refund, work } = await requested();
    const provider = {
      work: async (outRefundNo: string) => {
        shop.documents.put(refundsCollection, {
          ...refund,
          _id: outRefundNo,
          state: 'PROCESSING',
        } as RefundRecord);
      },
      forward: () => Promise.reject(new Error('not asked for')),
    };
    const worked = await work({ accounts: { find: () => undefined }, provider });
    expect(worked).toMatchObject({ _id: 'R1', state: 'PROCESSING' });
    expect(shop.documents.all('anomalies')).toEqual([]);
  });

  it('of a function that holds another key is not handed on', async () => {
    const { shop, work } = await requested();
    const provider = { work: () => Promise.reject(new Error('asked')), forward: async () => undefined };
    const account = { ...shop.account, mchid: '1999999999' };
    await expect(work({ accounts: { find: () => account }, provider })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
  });
});

it('lists the refunds of an order, the oldest first', async () => {
  const { shop, refund } = await requested();
  shop.documents.put(refundsCollection, { ...refund, _id: 'R0', createdAtMs: 1 } as RefundRecord);
  shop.documents.put(refundsCollection, { ...refund, _id: 'R9', outTradeNo: 'T9' } as RefundRecord);
  expect((await refundsOf(shop.documents, 'T1')).map(({ _id }) => _id)).toEqual(['R0', 'R1']);
});

it('has a number that only its order and token decide', () => {
  expect(refundNumber('T1', 'a')).toMatch(/^[0-9a-f]{32}$/);
  expect(new Set([refundNumber('T1', 'a'), refundNumber('T1', 'b'), refundNumber('T2', 'a')]).size).toBe(3);
  expect(refundNumber('T1', 'a')).toBe(refundNumber('T1', 'a'));
});
