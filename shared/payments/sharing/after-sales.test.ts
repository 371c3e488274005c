import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../ledger/ledger.ts';
import type { RefundRecord } from '../refunds/records.ts';
import { refusal } from '../testing/scripted-shop.ts';
import { chargeAfterSales } from './after-sales.ts';
import { workOnAfterSales } from './after-sales-step.ts';
import type { AfterSalesFee } from './records.ts';
import { minuteMs, nowMs, sharing } from './testing/sharing.ts';

const fee = (changes: Partial<AfterSalesFee> = {}): AfterSalesFee => ({
  ...{ outRefundNo: 'A', refundId: '50', amountFen: 30, scene: 'RETURN_GOODS', state: 'RESERVED' },
  ...{ notBeforeMs: nowMs, attempts: 0, failure: null, ...changes },
});
const order = { sub_mchid: '1900000109', transaction_id: '4200000001' };
const found = (result: string, more: object = {}) => ({
  ...{ result, amount: 30, finish_time: '2026-01-03T08:00:05+08:00', ...more },
});

function charging(of: AfterSalesFee | undefined, answer?: object) {
  const at = sharing('ecommerce', { state: 'FREED', nextAtMs: null, ...(of && { afterSales: of }) });
  const { shop, stored } = at;
  shop.answer = (route) => {
    if (route.startsWith('POST')) return {};
    if (!answer) throw refusal('NOT_FOUND');
    return answer;
  };
  const refund = { _id: 'A', version: 1, outTradeNo: 'T1', refundId: '50', state: 'SUCCESS', amountFen: 100 };
  shop.documents.put('refunds', refund as unknown as RefundRecord);
  const request = {
    action: 'chargeAfterSales',
    scene: 'RETURN_GOODS',
    ...{ outTradeNo: 'T1', outRefundNo: 'A', amountFen: 30 },
  } as const;
  return {
    ...at,
    refund,
    now: () => stored().afterSales!,
    work: () => workOnAfterSales(shop.ports, shop.account, at.record, of!),
    charge: (changes: object = {}) => chargeAfterSales(shop.ports, stored(), { ...request, ...changes }),
    ledger: () => shop.documents.all<LedgerEntry>('ledger'),
    methods: () => shop.calls.map(({ route }) => route.split(' ')[0]),
  };
}

describe('an after-sales fee', () => {
  it('is asked about first, then requested with the fields of its page', async () => {
    const { shop, work, now } = charging(fee({ failure: { code: 'X', message: 'x' } }));
    expect(await work()).toMatchObject({ waits: false });
    const route = '/v3/ecommerce/profitsharing/after-sales-orders';
    expect(shop.calls).toEqual([
      { route: `GET ${route}`, parameters: order },
      {
        route: `POST ${route}`,
        parameters: {
          ...order,
          amount: 30,
          type: 'SERVICE_FEE_INCOME',
          scene: 'RETURN_GOODS',
          refund_id: '50',
        },
      },
    ]);
    expect(now()).toEqual(fee({ state: 'PROCESSING', attempts: 1, notBeforeMs: nowMs + minuteMs }));
  });

  it.each([
    ['2026-01-03T08:00:05+08:00', Date.UTC(2026, 0, 3, 0, 0, 5)],
    ['', nowMs],
  ])('that was charged is in the ledger, at %j', async (finish_time, atMs) => {
    const { work, now, ledger, methods } = charging(fee(), found('SUCCESS', { finish_time }));
    await work();
    expect(now()).toEqual(fee({ state: 'SUCCESS' }));
    expect(ledger()).toMatchObject([{ _id: 'AFTER_SALES:50', amountFen: -30, atMs, outTradeNo: 'T1' }]);
    expect(methods()).toEqual(['GET']);
  });

  it.each([
    ['a reason', { fail_reason: 'ACCOUNT_ABNORMAL' }, 'ACCOUNT_ABNORMAL'],
    ['no reason', {}, 'FAILED'],
  ])('that failed for %s is for an operator', async (_, more, code) => {
    const { work, now, ledger } = charging(fee(), found('FAILED', more));
    await work();
    expect(now()).toMatchObject({
      state: 'FAILED',
      failure: { code, message: expect.stringContaining(`（${code}）`) },
    });
    expect(ledger()).toEqual([]);
  });

  it('of another sum is not this one', async () => {
    const { work, now, ledger } = charging(fee(), found('SUCCESS', { amount: 3100 }));
    await work();
    expect(now()).toMatchObject({
      state: 'FAILED',
      failure: { code: 'AFTER_SALES_MISMATCH', message: expect.stringMatching(/已有 31\.00 元.*¥31\.00/) },
    });
    expect(ledger()).toEqual([]);
  });

  it.each([
    [0, 1],
    [1, 1],
    [2, 2],
    [5, 60],
    [9, 60],
  ])('in progress after %d attempts is asked about again after %d minutes', async (attempts, minutes) => {
    const { work, now } = charging(fee({ state: 'PROCESSING', attempts }), found('PROCESSING'));
    await work();
    const next = { attempts: attempts + 1, notBeforeMs: nowMs + minutes * minuteMs };
    expect(now()).toEqual(fee({ state: 'PROCESSING', ...next }));
  });

  it.each([
    ['CONNECTION_LOST', 'unknown', 'RESERVED'],
    ['SYSTEM_ERROR', 'refused', 'RESERVED'],
    ['NOT_ENOUGH', 'refused', 'RESERVED'],
    ['PARAM_ERROR', 'refused', 'FAILED'],
  ] as const)('that gets %s (%s) is %s', async (code, kind, state) => {
    const { shop, work, now } = charging(fee());
    shop.answer = (route) => {
      throw route.startsWith('POST') ? refusal(code, kind) : refusal('NOT_FOUND');
    };
    await work();
    const again = { attempts: 1, notBeforeMs: nowMs + minuteMs };
    const failure = { code, message: `${code} 说明` };
    expect(now()).toEqual(fee({ state, failure, ...(state === 'RESERVED' && again) }));
  });

  it('is not requested while it is not known whether it is there', async () => {
    const { shop, work, now, methods } = charging(fee());
    shop.answer = () => {
      throw refusal('CONNECTION_LOST', 'unknown');
    };
    await work();
    expect(methods()).toEqual(['GET']);
    expect(now()).toMatchObject({ state: 'RESERVED', attempts: 1 });
    shop.answer = () => {
      throw new TypeError('a bug');
    };
    await expect(work()).rejects.toThrow('a bug');
  });

  it('that has ended meanwhile stays as it is', async () => {
    const { shop, work, put, now } = charging(fee());
    shop.answer = () => {
      put({ afterSales: fee({ state: 'FAILED' }), version: 2 });
      return found('PROCESSING');
    };
    await work();
    expect(now()).toEqual(fee({ state: 'FAILED' }));
  });
});

describe('an operator who charges a seller for a refund', () => {
  it('charges once, and asks at once what became of it', async () => {
    const { shop, charge, now, methods, put, stored } = charging(undefined);
    await charge();
    expect(now()).toEqual(fee({ state: 'PROCESSING', attempts: 1, notBeforeMs: nowMs + minuteMs }));
    await charge();
    expect(methods()).toEqual(['GET', 'POST']);
    put({ ...stored(), nextAtMs: null });
    shop.nowMs += minuteMs;
    await charge();
    expect(methods()).toEqual(['GET', 'POST', 'GET', 'POST']);
  });

  it.each([
    ['for another refund', { outRefundNo: 'B' }],
    ['of another sum', { amountFen: 31 }],
    ['of another kind', { scene: 'CHANGE_TICKET' }],
  ])('does not charge once more %s', async (_, changes) => {
    const { shop, charge, refund, now } = charging(fee());
    shop.documents.put('refunds', { ...refund, _id: 'B' } as unknown as RefundRecord);
    await expect(charge(changes)).rejects.toMatchObject({
      code: 'SHARING_STATE',
      texts: { en: expect.stringContaining('¥0.30') },
    });
    expect(now()).toEqual(fee());
  });

  it('charges again after a failure', async () => {
    const { charge, now } = charging(fee({ state: 'FAILED', attempts: 3 }));
    await charge({ amountFen: 31 });
    expect(now()).toMatchObject({ state: 'PROCESSING', amountFen: 31, attempts: 1 });
  });

  it.each([
    ['of another order', { outTradeNo: 'T2' }],
    ['that has not arrived', { state: 'PROCESSING' }],
    ['that WeChat Pay does not know', { refundId: null }],
    ['that is not there', { _id: 'B' }],
  ])('charges nothing for a refund %s', async (_, changes) => {
    const { shop, charge, refund } = charging(undefined);
    await shop.documents.remove('refunds', 'A');
    shop.documents.put('refunds', { ...refund, ...changes } as unknown as RefundRecord);
    await expect(charge()).rejects.toMatchObject({
      code: 'REFUND_NOT_FOUND',
      texts: { en: expect.stringContaining('no successful refund') },
    });
  });

  it('charges at most what was refunded', async () => {
    await expect(charging(undefined).charge({ amountFen: 101 })).rejects.toMatchObject({
      code: 'SHARING_EXCEEDS',
      texts: {
        zh: expect.stringContaining('不能超过退款金额'),
        en: expect.stringContaining('exceed the refund'),
      },
    });
    const { charge, now } = charging(undefined);
    await charge({ amountFen: 100 });
    expect(now()).toMatchObject({ amountFen: 100 });
  });

  it('charges only sellers of a platform', async () => {
    const { shop, record } = sharing('partner');
    const request = { outTradeNo: 'T1', outRefundNo: 'A', amountFen: 1, scene: 'RETURN_GOODS' } as const;
    const asked = chargeAfterSales(shop.ports, record, { action: 'chargeAfterSales', ...request });
    await expect(asked).rejects.toMatchObject({
      code: 'SHARING_STATE',
      texts: { en: expect.stringMatching(/^Only 电商收付通/) },
    });
  });
});
