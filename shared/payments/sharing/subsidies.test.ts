import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../ledger/ledger.ts';
import type { RefundRecord } from '../refunds/records.ts';
import { refusal } from '../testing/scripted-shop.ts';
import type { SharingRecord, Subsidy, SubsidyReturn } from './records.ts';
import { pendingSubsidy, workOnSubsidy } from './subsidies.ts';
import { cancelSubsidy, returnSubsidy, subsidise } from './subsidise.ts';
import { finished, minuteMs, nowMs, shareRequest, sharing, sharingRecord } from './testing/sharing.ts';

const time = { text: '2026-01-03T08:00:05+08:00', ms: Date.UTC(2026, 0, 3, 0, 0, 5) };
const subsidy = (changes: Partial<Subsidy> = {}): Subsidy => ({
  ...{ outSubsidyNo: 'B1', amountFen: 50, state: 'RESERVED', subsidyId: null, notBeforeMs: nowMs },
  ...{ failure: null, returns: [], ...changes },
});
const back = (changes: Partial<SubsidyReturn> = {}): SubsidyReturn => ({
  ...{ outReturnNo: 'X1', outRefundNo: 'A', refundId: '50', amountFen: 20, state: 'RESERVED' },
  ...{ notBeforeMs: nowMs, failure: null, ...changes },
});
const arrived = (...returns: SubsidyReturn[]) => subsidy({ state: 'SUCCESS', subsidyId: 'B9', returns });

function subsidised(of: Subsidy | undefined, more: Partial<SharingRecord> = {}) {
  const at = sharing('ecommerce', { state: 'WAITING', ...(of && { subsidy: of }), ...more });
  const { shop, record, stored } = at;
  shop.answer = () => ({ result: 'SUCCESS', subsidy_id: 'B9', success_time: time.text });
  return {
    ...at,
    now: () => stored().subsidy!,
    work: () => workOnSubsidy(shop.ports, shop.account, record, pendingSubsidy(record)!),
    ledger: () => shop.documents.all<LedgerEntry>('ledger'),
  };
}
const order = { sub_mchid: '1900000109', transaction_id: '4200000001' };

describe('a subsidy', () => {
  it('is sent with the fields of its page, and is in the ledger when it has arrived', async () => {
    const { shop, work, now, ledger } = subsidised(subsidy({ failure: { code: 'X', message: 'x' } }));
    expect(await work()).toMatchObject({ waits: false });
    expect(shop.calls).toEqual([
      {
        route: 'POST /v3/ecommerce/subsidies/create',
        parameters: { ...order, amount: 50, description: '平台补差', out_subsidy_no: 'B1' },
      },
    ]);
    expect(now()).toEqual(arrived());
    expect(ledger()).toMatchObject([{ _id: 'SUBSIDY:B9', amountFen: 50, atMs: time.ms, outTradeNo: 'T1' }]);
  });

  it('that WeChat Pay could not make has failed', async () => {
    const { shop, work, now, ledger } = subsidised(subsidy());
    shop.answer = () => ({ result: 'FAIL' });
    await work();
    expect(now()).toMatchObject({ state: 'FAILED', failure: { code: 'FAIL' } });
    expect(ledger()).toEqual([]);
  });

  it('is given back with the fields of its page', async () => {
    const other = back({ outReturnNo: 'X0', state: 'FAILED' });
    const { shop, work, now, ledger } = subsidised(arrived(other, back()));
    await work();
    expect(shop.calls).toEqual([
      {
        route: 'POST /v3/ecommerce/subsidies/return',
        parameters: { ...order, out_order_no: 'X1', refund_id: '50', amount: 20, description: '补差回退' },
      },
    ]);
    expect(now().returns).toEqual([other, back({ state: 'SUCCESS' })]);
    expect(ledger()).toMatchObject([{ _id: 'SUBSIDY_RETURN:X1', amountFen: -20, atMs: time.ms }]);
  });

  it('that could not be given back has failed', async () => {
    const { shop, work, now, ledger } = subsidised(arrived(back()));
    shop.answer = () => ({ result: 'FAIL' });
    await work();
    expect(now().returns).toEqual([back({ state: 'FAILED' })]);
    expect(ledger()).toEqual([]);
  });

  it.each([subsidy(), arrived(back())])(
    'has the time at which it was learned, if no other is named',
    async (of) => {
      const { shop, work, ledger } = subsidised(of);
      shop.answer = () => ({ result: 'SUCCESS', subsidy_id: 'B9', success_time: '' });
      await work();
      expect(ledger()).toMatchObject([{ atMs: nowMs }]);
    },
  );

  it.each([
    ['CONNECTION_LOST', 'unknown', subsidy(), true],
    ['SYSTEM_ERROR', 'refused', subsidy(), true],
    ['NOT_ENOUGH', 'refused', subsidy(), true],
    ['PARAM_ERROR', 'refused', subsidy(), false],
    ['PARAM_ERROR', 'refused', arrived(back()), true],
  ] as const)(
    'that gets %s (%s) is sent again after a minute, or has failed',
    async (code, kind, of, again) => {
      const { shop, work, now } = subsidised(of);
      shop.answer = () => {
        throw refusal(code, kind);
      };
      expect(await work()).toMatchObject({ waits: again });
      const pending = now().state === 'SUCCESS' ? now().returns[0]! : now();
      const failure = { code, message: `${code} 说明` };
      expect(pending).toMatchObject({
        state: again ? 'RESERVED' : 'FAILED',
        failure,
        notBeforeMs: nowMs + minuteMs,
      });
    },
  );

  it('because of a bug is not taken for an answer', async () => {
    const { shop, work } = subsidised(subsidy());
    shop.answer = () => {
      throw new TypeError('a bug');
    };
    await expect(work()).rejects.toThrow('a bug');
  });

  it.each([
    ['none', undefined, undefined],
    ['what is to be sent', subsidy(), 'B1'],
    ['what is to be given back', arrived(back({ state: 'FAILED' }), back({ outReturnNo: 'X2' })), 'X2'],
    ['nothing of what arrived', arrived(), undefined],
    ['nothing of what failed', subsidy({ state: 'FAILED' }), undefined],
  ])('that is open: %s', (_, of, expected) => {
    const found = pendingSubsidy(sharingRecord(of && { subsidy: of }));
    expect(found && ('outSubsidyNo' in found ? found.outSubsidyNo : found.outReturnNo)).toBe(expected);
  });
});

describe('an operator of a platform', () => {
  const soon = nowMs + minuteMs;

  it('subsidises an order once', async () => {
    const { shop, record, now, stored } = subsidised(undefined, { nextAtMs: null });
    await subsidise(shop.ports, record, 50);
    expect(now()).toMatchObject({ amountFen: 50, state: 'SUCCESS', returns: [] });
    await subsidise(shop.ports, stored(), 50);
    expect(shop.calls.filter(({ route }) => route.startsWith('POST'))).toHaveLength(1);
    await expect(subsidise(shop.ports, stored(), 51)).rejects.toMatchObject({
      code: 'SHARING_STATE',
      texts: { zh: expect.stringContaining('已有 0.50 元'), en: expect.stringContaining('¥0.50') },
    });
  });

  it('sends one that failed again', async () => {
    const { shop, record, now } = subsidised(subsidy({ state: 'FAILED', notBeforeMs: soon }));
    await subsidise(shop.ports, record, 50);
    expect(now()).toMatchObject({ state: 'SUCCESS' });
  });

  it('has one that waits for its time sent when that has come, whatever else it waits for', async () => {
    const { shop, record, now } = subsidised(subsidy(), { nextAtMs: null });
    await subsidise(shop.ports, record, 50);
    expect(now()).toMatchObject({ state: 'SUCCESS' });
  });

  it('does not send one again before its time', async () => {
    const { shop, record, now } = subsidised(subsidy({ notBeforeMs: soon }));
    await subsidise(shop.ports, record, 50);
    expect(now()).toMatchObject({ state: 'RESERVED', notBeforeMs: soon });
    expect(shop.calls).toEqual([]);
  });

  it.each([
    ['that was shared', { requests: [finished()] }],
    ['that is being shared', { requests: [shareRequest()] }],
    ['whose rest is free', { state: 'FREED' }],
  ] as [string, Partial<SharingRecord>][])('subsidises no order %s', async (_, of) => {
    const { shop, record } = subsidised(undefined, of);
    const refused = { code: 'SHARING_STATE', texts: { en: 'A subsidy must be made before sharing.' } };
    await expect(subsidise(shop.ports, record, 50)).rejects.toMatchObject(refused);
  });

  it('subsidises an order whose sharing was refused', async () => {
    const { shop, record, now } = subsidised(undefined, { requests: [shareRequest({ state: 'REFUSED' })] });
    await subsidise(shop.ports, record, 50);
    expect(now()).toMatchObject({ state: 'SUCCESS' });
  });

  it('subsidises no order of another kind of account, and cancels none', async () => {
    const { shop, record } = sharing('partner');
    const refused = { code: 'SHARING_STATE', texts: { en: 'Only 电商收付通 orders can be subsidised.' } };
    await expect(subsidise(shop.ports, record, 50)).rejects.toMatchObject(refused);
    await expect(cancelSubsidy(shop.account, record)).rejects.toMatchObject(refused);
  });

  it('cancels the subsidy of an order that has none', async () => {
    const { shop, record } = subsidised(undefined);
    expect(await cancelSubsidy(shop.account, record)).toBe(record);
    expect(shop.calls).toEqual([
      { route: 'POST /v3/ecommerce/subsidies/cancel', parameters: { ...order, description: '取消补差' } },
    ]);
    const made = subsidised(subsidy()).record;
    await expect(cancelSubsidy(shop.account, made)).rejects.toMatchObject({ code: 'SHARING_STATE' });
  });
});

describe('an operator who takes a subsidy back for a refund', () => {
  const refunded = (of: Subsidy | undefined, refund: object = {}) => {
    const at = subsidised(of, { nextAtMs: null });
    const made = { _id: 'A', version: 1, outTradeNo: 'T1', refundId: '50', ...refund };
    at.shop.documents.put('refunds', made as unknown as RefundRecord);
    const take = (amountFen: number, outRefundNo = 'A') =>
      returnSubsidy(at.shop.ports, at.stored(), outRefundNo, amountFen);
    return { ...at, take };
  };

  it('takes it once for each refund, up to what was added', async () => {
    const { shop, take, now } = refunded(arrived());
    await take(20);
    await take(20);
    expect(now().returns).toMatchObject([
      { outRefundNo: 'A', refundId: '50', amountFen: 20, state: 'SUCCESS' },
    ]);
    await expect(take(21)).rejects.toMatchObject({ code: 'SHARING_STATE' });
    const second = { _id: 'B', version: 1, outTradeNo: 'T1', refundId: '51' };
    shop.documents.put('refunds', second as unknown as RefundRecord);
    await expect(take(31, 'B')).rejects.toMatchObject({ code: 'SHARING_EXCEEDS' });
    await take(30, 'B');
    expect(now().returns).toMatchObject([{ amountFen: 20 }, { amountFen: 30, refundId: '51' }]);
  });

  it('has it sent when it is asked for again', async () => {
    const { take, now } = refunded(arrived(back()));
    await take(20);
    expect(now().returns).toMatchObject([{ state: 'SUCCESS' }]);
  });

  it.each([
    ['of another order', { outTradeNo: 'T2' }],
    ['that WeChat Pay does not know yet', { refundId: null }],
    ['that is not there', { _id: 'B' }],
  ])('takes nothing for a refund %s', async (_, refund) => {
    await expect(refunded(arrived(), refund).take(20)).rejects.toMatchObject({ code: 'REFUND_NOT_FOUND' });
  });

  it.each([undefined, subsidy(), subsidy({ state: 'FAILED' })])(
    'takes nothing of one that never arrived',
    async (of) => {
      const refused = { code: 'SHARING_STATE', texts: { en: 'The order has no successful subsidy.' } };
      await expect(refunded(of).take(20)).rejects.toMatchObject(refused);
    },
  );
});
