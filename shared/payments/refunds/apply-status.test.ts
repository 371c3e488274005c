import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../ledger/ledger.ts';
import { type ScriptedShop, scriptedShop } from '../testing/scripted-shop.ts';
import { madeUpRecords } from '../testing/watched-money.ts';
import { adoptRefund } from './adopt.ts';
import { applyRefundStatus } from './apply-status.ts';
import { loadRefund } from './find.ts';
import { type RefundRecord, refundsCollection } from './records.ts';
import { storeRefund } from './request.ts';
import type { RefundStatus } from './wire.ts';

const minuteMs = 60_000;
const said = (status: RefundStatus['status'], changes: Partial<RefundStatus> = {}): RefundStatus => ({
  outRefundNo: 'R1',
  refundId: '50',
  outTradeNo: 'T1',
  status,
  amountFen: 300,
  acceptedAtMs: undefined,
  successAtMs: undefined,
  receivedAccount: undefined,
  ...changes,
});

/** A shop with one refund of 300 fen that was sent. */
async function sent(
  changes: Partial<RefundRecord> = {},
  order: Parameters<ScriptedShop['putOrder']>[0] = {},
) {
  const shop = scriptedShop();
  const reserved = [{ outRefundNo: 'R1', amountFen: 300, sendAfterMs: 0 }];
  const paid = shop.putOrder({ refunds: reserved, ...order });
  const stored = await storeRefund(shop.ports, paid, 'R1', {
    amountFen: 300,
    reason: null,
    requestedBy: 'operator',
    operatorOpenid: null,
    platformAdvance: false,
  });
  const refund = { ...stored, state: 'RESERVED', ...changes } as RefundRecord;
  shop.documents.put(refundsCollection, refund);
  const apply = async (status: RefundStatus) =>
    applyRefundStatus(shop.ports, (await loadRefund(shop.documents, 'R1'))!, status);
  const ledger = () => shop.documents.all<LedgerEntry>('ledger');
  return { shop, refund, apply, ledger };
}

describe('a refund in progress', () => {
  it('is asked about again after 1, 2, 5, 15 and 60 minutes, and then every six hours', async () => {
    const { shop, apply } = await sent({ failure: { code: 'NOT_ENOUGH', message: 'x' } });
    const delays: number[] = [];
    for (let answer = 0; answer < 7; answer++) {
      const { nextAtMs, attempts, state, failure } = await apply(said('PROCESSING'));
      expect({ attempts, state, failure }).toEqual({
        attempts: answer + 1,
        state: 'PROCESSING',
        failure: null,
      });
      delays.push((nextAtMs! - shop.nowMs) / minuteMs);
    }
    expect(delays).toEqual([1, 2, 5, 15, 60, 360, 360]);
  });

  it('counts its queries anew when it was sent again', async () => {
    const { shop, apply } = await sent({ state: 'ABNORMAL', attempts: 5 });
    expect(await apply(said('PROCESSING'))).toMatchObject({
      attempts: 1,
      nextAtMs: shop.nowMs + 360 * minuteMs,
    });
  });

  it('marks its order, which is asked about no more, and remembers when it was accepted first', async () => {
    const { shop, apply } = await sent({}, { checkAfterMs: 7 });
    await apply(said('PROCESSING', { acceptedAtMs: 1000 }));
    expect(shop.order()).toMatchObject({ state: 'REFUND', checkAfterMs: null });
    expect(await apply(said('PROCESSING', { acceptedAtMs: 2000 }))).toMatchObject({
      refundId: '50',
      acceptedAtMs: 1000,
    });
    expect(shop.order().version).toBe(2);
  });

  it('makes no paid order of one that is not', async () => {
    const { shop, apply } = await sent({}, { state: 'NOTPAY', checkAfterMs: 7 });
    await apply(said('PROCESSING'));
    expect(shop.order()).toMatchObject({ state: 'NOTPAY', checkAfterMs: 7 });
  });

  it('that goes wrong is reported once, and looked at every six hours', async () => {
    const { shop, apply } = await sent();
    for (let time = 0; time < 2; time++) {
      expect(await apply(said('ABNORMAL'))).toMatchObject({
        state: 'ABNORMAL',
        nextAtMs: shop.nowMs + 360 * minuteMs,
      });
      expect(shop.logged.filter(({ level }) => level === 'error')).toEqual([
        { level: 'error', event: 'refund.abnormal', fields: { outRefundNo: 'R1', outTradeNo: 'T1' } },
      ]);
    }
  });

  it('that is CLOSED changes nothing of its order', async () => {
    const { shop, refund, apply } = await sent({ state: 'CLOSED', nextAtMs: null });
    const order = shop.order();
    for (const status of ['PROCESSING', 'ABNORMAL'] as const)
      expect(await apply(said(status))).toEqual(refund);
    expect(shop.order()).toEqual(order);
    expect(shop.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('in ordinary progress is no error', async () => {
    const { shop, apply } = await sent();
    await apply(said('PROCESSING'));
    expect(shop.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('a refund that is done', () => {
  it('is in the ledger at the time of WeChat Pay, once, and asked about no more', async () => {
    const { shop, apply, ledger } = await sent({ attempts: 3, failure: { code: 'x', message: 'x' } });
    const success = said('SUCCESS', { successAtMs: 5000, acceptedAtMs: 4000, receivedAccount: '零钱' });
    const done = await apply(success);
    expect(done).toMatchObject({
      state: 'SUCCESS',
      endedAtMs: 5000,
      acceptedAtMs: 4000,
      receivedAccount: '零钱',
      failure: null,
      attempts: 0,
      nextAtMs: null,
      notifyAfterMs: null,
    });
    expect(await apply(said('PROCESSING'))).toEqual(done);
    expect(ledger()).toMatchObject([{ kind: 'REFUND', reference: 'R1', amountFen: -300, atMs: 5000 }]);
    expect(shop.logged).toMatchObject([{ level: 'info', event: 'refund.success' }]);
    expect(shop.order().state).toBe('REFUND');
  });

  it('has the time of its report where WeChat Pay gives none, and no account where it names none', async () => {
    const { shop, apply, ledger } = await sent();
    expect(await apply(said('SUCCESS'))).toMatchObject({
      endedAtMs: shop.nowMs,
      acceptedAtMs: null,
      receivedAccount: null,
    });
    expect(ledger()).toMatchObject([{ atMs: shop.nowMs }]);
  });

  it('is reported to the fulfilment function when its goods were delivered', async () => {
    const { shop, apply } = await sent({}, { fulfilment: 'DONE' });
    expect(await apply(said('SUCCESS'))).toMatchObject({ notifyAfterMs: shop.nowMs });
  });

  it.each(['PENDING', 'HELD'] as const)(
    'is reported after an attempt at delivery that may be under way, or has answered nothing: %s',
    async (fulfilment) => {
      const { shop, apply } = await sent({}, { fulfilment, fulfilAttempts: 1 });
      expect(await apply(said('SUCCESS'))).toMatchObject({ notifyAfterMs: shop.nowMs + 60_000 });
    },
  );

  it.each(['SUCCESS', 'CLOSED', 'PROCESSING'] as const)(
    'keeps its end when another instance was faster than a report of %s',
    async (status) => {
      const { shop, refund } = await sent();
      const ended = { ...refund, state: 'SUCCESS', endedAtMs: 1, version: 2 } as RefundRecord;
      shop.documents.put(refundsCollection, ended);
      expect(await applyRefundStatus(shop.ports, refund, said(status))).toEqual(ended);
      expect(shop.logged.filter(({ event }) => event === 'refund.success')).toEqual([]);
    },
  );
});

it('closed gives its sum free again', async () => {
  const { shop, apply, ledger } = await sent({}, { fulfilment: 'HELD' });
  expect(await apply(said('CLOSED', { acceptedAtMs: 4000 }))).toMatchObject({
    state: 'CLOSED',
    acceptedAtMs: 4000,
    endedAtMs: shop.nowMs,
    nextAtMs: null,
  });
  expect(shop.order()).toMatchObject({ refunds: [], fulfilment: 'PENDING' });
  expect(ledger()).toEqual([]);
});

it.each([
  ['another sum', { amountFen: 301 }],
  ['another order', { outTradeNo: 'T2' }],
])('with %s is an anomaly, and changes nothing', async (_, changes) => {
  const { shop, refund, apply, ledger } = await sent();
  expect(await apply(said('SUCCESS', changes))).toEqual(refund);
  expect(await loadRefund(shop.documents, 'R1')).toEqual(refund);
  expect(shop.documents.all('anomalies')).toMatchObject([{ kind: 'REFUND_MISMATCH', outTradeNo: 'T1' }]);
  expect(ledger()).toEqual([]);
});

it('may be reported without its order', async () => {
  const { apply } = await sent();
  expect(await apply(said('SUCCESS', { outTradeNo: undefined }))).toMatchObject({ state: 'SUCCESS' });
});

describe('a refund that was made in the merchant platform', () => {
  it('is counted on its order and recorded, whoever stored it before', async () => {
    const shop = scriptedShop();
    const order = shop.putOrder();
    const dead = {
      ...shop.ports,
      documents: { ...shop.documents, update: () => Promise.reject(new Error('killed')) },
    };
    await expect(adoptRefund(dead, order, said('SUCCESS', { successAtMs: 1 }))).rejects.toThrow('killed');
    const refund = await adoptRefund(shop.ports, order, said('SUCCESS', { successAtMs: 1 }));
    expect(refund).toMatchObject({
      requestedBy: 'merchant-platform',
      operatorOpenid: null,
      reason: null,
      platformAdvance: false,
      state: 'SUCCESS',
      amountFen: 300,
    });
    expect(shop.order().refunds).toMatchObject([{ outRefundNo: 'R1', amountFen: 300 }]);
  });

  it('is not counted again once it is known', async () => {
    const shop = scriptedShop();
    madeUpRecords();
    const order = shop.putOrder();
    await adoptRefund(shop.ports, order, said('PROCESSING'));
    shop.putOrder({ refunds: [] });
    await adoptRefund(shop.ports, order, said('SUCCESS'));
    expect(shop.order().refunds).toEqual([]);
  });

  it('is not taken for one of ours that is not counted yet', async () => {
    const { shop, refund } = await sent({ state: 'REQUESTED' }, { refunds: [] });
    await adoptRefund(shop.ports, shop.order(), said('PROCESSING', { outRefundNo: refund._id }));
    expect(shop.order().refunds).toEqual([]);
  });
});
