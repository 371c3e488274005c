import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../ledger/ledger.ts';
import { refusal } from '../testing/scripted-shop.ts';
import type { ShareReturn } from './records.ts';
import { workOnReturn } from './returns.ts';
import { finished, minuteMs, nowMs, shareReturn, sharing } from './testing/sharing.ts';

function started(made: Partial<ShareReturn> = {}) {
  const of = shareReturn(made);
  const other = shareReturn({ outReturnNo: 'R0', state: 'PROCESSING' });
  const at = sharing('partner', { requests: [finished()], returns: [other, of] });
  return {
    ...at,
    work: () => workOnReturn(at.shop.ports, at.shop.account, at.record, of),
    made: () => {
      const [first, second] = at.stored().returns;
      expect(first).toEqual(other);
      return second!;
    },
    ledger: () => at.shop.documents.all<LedgerEntry>('ledger'),
    methods: () => at.shop.calls.map(({ route }) => route.split(' ')[0]),
  };
}
const answered = (result: string, more: object = {}) => ({ amount: 40, result, ...more });

describe('a share that a merchant gives back', () => {
  it.each([
    ['RESERVED', 'POST'],
    ['PROCESSING', 'GET'],
  ] as const)('that is %s arrives, and is in the ledger at its time', async (state, method) => {
    const { shop, work, made, ledger, methods } = started({ state });
    shop.answer = () => answered('SUCCESS', { finish_time: '2026-01-03T08:00:05+08:00' });
    expect(await work()).toMatchObject({ waits: false });
    expect(methods()).toEqual([method]);
    expect(made()).toEqual(shareReturn({ state: 'SUCCESS' }));
    expect(ledger()).toMatchObject([
      {
        ...{ _id: 'SHARE_RETURN:R1', amountFen: 40, atMs: Date.UTC(2026, 0, 3, 0, 0, 5) },
        ...{ outTradeNo: 'T1', subMchid: '1900000109' },
      },
    ]);
  });

  it('has the time at which it was learned, where WeChat Pay names none', async () => {
    const { shop, work, ledger } = started();
    shop.answer = () => answered('SUCCESS');
    await work();
    expect(ledger()).toMatchObject([{ atMs: nowMs }]);
  });

  it('that failed has its reason, and moved nothing', async () => {
    const { shop, work, made, ledger } = started();
    shop.answer = () => answered('FAILED', { fail_reason: 'PAYER_ACCOUNT_ABNORMAL' });
    await work();
    expect(made()).toMatchObject({
      state: 'FAILED',
      failReason: 'PAYER_ACCOUNT_ABNORMAL',
      notBeforeMs: nowMs,
    });
    expect(ledger()).toEqual([]);
    expect(shop.logged).toMatchObject([{ level: 'warn', event: 'sharing.return_failed' }]);
  });

  it('that is in progress is asked about after a minute', async () => {
    const { shop, work, made, ledger } = started();
    shop.answer = () => answered('PROCESSING');
    await work();
    expect(made()).toMatchObject({ state: 'PROCESSING', failReason: null, notBeforeMs: nowMs + minuteMs });
    expect(ledger()).toEqual([]);
    expect(shop.logged).toEqual([]);
  });

  it.each([
    ['RESERVED', 'CONNECTION_LOST', 'unknown', ['POST']],
    ['RESERVED', 'SYSTEM_ERROR', 'refused', ['POST']],
    ['PROCESSING', 'NOT_FOUND', 'refused', ['GET']],
  ] as const)(
    'that is %s and gets %s (%s) is tried again after a minute',
    async (state, code, kind, expected) => {
      const { shop, work, made, methods } = started({ state });
      shop.answer = () => {
        throw refusal(code, kind);
      };
      await work();
      expect(methods()).toEqual(expected);
      const failReason = `${code} ${code} 说明`;
      expect(made()).toMatchObject({ state, failReason, notBeforeMs: nowMs + minuteMs });
    },
  );

  it.each([
    [
      'is unknown to WeChat Pay, is tried again after ten minutes, for the receiver to agree',
      'NOT_FOUND',
      10,
      'NOT_ENOUGH',
    ],
    ['whose query is refused, is tried again after a minute', 'NO_AUTH', 1, 'NO_AUTH'],
  ])('that was refused and %s', async (_, query, minutes, code) => {
    const { shop, work, made, methods } = started();
    shop.answer = (route) => {
      throw refusal(route.startsWith('POST') ? 'NOT_ENOUGH' : query);
    };
    await work();
    expect(methods()).toEqual(['POST', 'GET']);
    expect(made()).toMatchObject({
      state: 'RESERVED',
      failReason: `${code} ${code} 说明`,
      notBeforeMs: nowMs + minutes * minuteMs,
    });
  });

  it('that was refused, although an earlier attempt had arrived, counts', async () => {
    const { shop, work, made, ledger } = started();
    shop.answer = (route) => {
      if (route.startsWith('POST')) throw refusal('NOT_ENOUGH');
      return answered('SUCCESS');
    };
    await work();
    expect(made()).toMatchObject({ state: 'SUCCESS' });
    expect(ledger()).toHaveLength(1);
  });

  it('keeps the first 300 characters of a reason', async () => {
    const { shop, work, made } = started();
    shop.answer = () => {
      throw Object.assign(refusal('X', 'unknown'), { message: 'm'.repeat(400) });
    };
    await work();
    expect(made().failReason).toBe(`X ${'m'.repeat(298)}`);
  });

  it.each(['SUCCESS', 'FAILED'] as const)('that is %s meanwhile stays so', async (state) => {
    const { shop, work, put, stored } = started();
    shop.answer = () => {
      put({ returns: [shareReturn({ state })], version: 2 });
      return answered('PROCESSING');
    };
    await work();
    expect(stored().returns).toEqual([shareReturn({ state })]);
  });

  it('because of a bug is not taken for an answer', async () => {
    const { shop, work } = started();
    shop.answer = () => {
      throw new TypeError('a bug');
    };
    await expect(work()).rejects.toThrow('a bug');
    shop.answer = (route) => {
      throw route.startsWith('POST') ? refusal('NOT_ENOUGH') : new TypeError('another bug');
    };
    await expect(work()).rejects.toThrow('another bug');
  });
});
