import { describe, expect, it } from 'vitest';
import { refusal as refused } from '../../core/testing/expect-refusal.ts';
import { recordMovement } from '../ledger/ledger.ts';
import { notificationsCollection } from '../notifications/receive.ts';
import { anomaliesCollection } from '../orders/anomalies.ts';
import { type RefundRecord, refundsCollection } from '../refunds/records.ts';
import { refund, refunding } from '../refunds/testing/refunding.ts';
import { sharingsCollection } from '../sharing/records.ts';
import { sharingRecord } from '../sharing/testing/sharing.ts';
import { shipmentsCollection } from '../shipping/records.ts';
import { orderStory } from './order-story.ts';

const minuteMs = 60_000;

function told(kind: Parameters<typeof refunding>[0] = 'direct') {
  const shop = refunding(kind);
  const placedMs = shop.nowMs;
  const at = (minutes: number) => placedMs + minutes * minuteMs;
  shop.putOrder();
  const owner = { outTradeNo: 'T1', account: kind!, mchid: '1900000001', subMchid: null };
  return {
    shop,
    at,
    pay: (atMs: number) => {
      const movement = { kind: 'PAYMENT', amountFen: 1000, reference: '4200000001', atMs } as const;
      return recordMovement(shop.documents, owner, movement);
    },
    ask: (state: string) =>
      shop.documents.put('refund_requests', {
        ...{
          _id: 'T1',
          version: 1,
          openid: 'oPayer',
          state,
          reason: '不想要了',
          reply: null,
          askedAtMs: at(9),
        },
      }),
    story: () => orderStory(shop.ports, 'T1'),
  };
}

describe('the story of an order', () => {
  it('is empty of what did not happen', async () => {
    const { story, shop, at } = told();
    const { order, ...rest } = await story();
    expect(order).toMatchObject({ outTradeNo: 'T1', transactionId: '4200000001' });
    expect(rest).toStrictEqual({
      ...{ heldFen: 0, refundableFen: 1000, refunds: [], platformCanAdvance: false, anomalies: [] },
      events: [{ kind: 'PLACED', atMs: at(0), amountFen: 1000 }],
    });
    await refused('ORDER_NOT_FOUND', () => orderStory(shop.ports, 'T2'));
  });

  it('has everything that happened, in its order', async () => {
    const { story, shop, at, pay } = told();
    shop.putOrder({
      ...{ shippedAtMs: at(4), fulfilledAtMs: at(3), receivedAtMs: at(5), settledAtMs: at(6) },
    });
    await pay(at(1));
    shop.documents.put(notificationsCollection, {
      ...{ _id: 'N1', eventType: 'TRANSACTION.SUCCESS', outTradeNos: 'T1', receivedAtMs: at(2) },
    });
    shop.nowMs = at(8);
    const { refund: made } = await refund(shop, { amountFen: 300 });
    const side = { ...shop.order(), subMchid: null };
    shop.documents.put(anomaliesCollection, {
      ...{ _id: 'A1', kind: 'PAID_TWICE', outTradeNo: 'T1', seenAtMs: at(7), expected: null, received: side },
    });
    const { events, anomalies, refunds, refundableFen } = await story();
    expect(events).toStrictEqual([
      { kind: 'PLACED', atMs: at(0), amountFen: 1000 },
      { ...{ kind: 'MOVEMENT', atMs: at(1), detail: 'PAYMENT', amountFen: 1000, reference: '4200000001' } },
      { kind: 'CALLBACK', atMs: at(2), detail: 'TRANSACTION.SUCCESS' },
      { kind: 'DELIVERED', atMs: at(3) },
      { kind: 'SHIPPED', atMs: at(4) },
      { kind: 'RECEIVED', atMs: at(5) },
      { kind: 'SETTLED', atMs: at(6) },
      { kind: 'ANOMALY', atMs: at(7), detail: 'PAID_TWICE' },
      {
        ...{ kind: 'REFUND_ASKED', atMs: at(8), detail: 'operator', amountFen: 300 },
        reference: made.outRefundNo,
      },
    ]);
    expect(anomalies).toMatchObject([{ anomalyId: 'A1' }]);
    expect(refunds).toMatchObject([{ outRefundNo: made.outRefundNo, state: 'PROCESSING' }]);
    expect(refundableFen).toBe(700);
  });

  it('has the payment after the order, though WeChat Pay reports whole seconds', async () => {
    const { story, pay, at } = told();
    await pay(at(0) - 678);
    expect((await story()).events.map(({ kind }) => kind)).toEqual(['PLACED', 'MOVEMENT']);
  });

  it('has its refunds, the newest first, with what only operators see', async () => {
    const { story, shop, at } = told();
    const tokens = ['0123456789abcdef', 'fedcba9876543210'];
    for (const [index, requestToken] of tokens.entries()) {
      shop.nowMs = at(index * 2);
      await refund(shop, { requestToken, amountFen: 100 });
    }
    const failure = { code: 'NOT_ENOUGH', message: '余额不足' };
    for (const each of shop.documents.all<RefundRecord>(refundsCollection)) {
      shop.documents.put(refundsCollection, { ...each, failure } as RefundRecord);
    }
    const { refunds, events } = await story();
    expect(refunds.map(({ createdAtMs }) => createdAtMs)).toEqual([at(2), at(0)]);
    expect(refunds).toMatchObject([{ failure: { code: 'NOT_ENOUGH' } }, { failure: { code: 'NOT_ENOUGH' } }]);
    const asked = events.filter(({ kind }) => kind === 'REFUND_ASKED');
    expect(asked.map(({ atMs }) => atMs)).toEqual([at(0), at(2)]);
  });

  it.each([
    ['OPEN', 1],
    ['DECLINED', 1],
    ['ACCEPTED', 0],
  ])('has what the buyer asks for, unless it became a refund: %s', async (state, listed) => {
    const { story, ask, at } = told();
    ask(state);
    const { events, refundRequest } = await story();
    expect(refundRequest).toMatchObject({ state, reason: '不想要了' });
    expect(events.filter(({ kind }) => kind === 'REFUND_ASKED')).toStrictEqual(
      Array.from({ length: listed }, () => ({ kind: 'REFUND_ASKED', atMs: at(9), detail: 'buyer' })),
    );
  });

  it.each([
    ['direct', false],
    ['partner', false],
    ['ecommerce', true],
  ] as const)('says of %s whether the platform may pay a refund first: %s', async (kind, expected) => {
    expect((await told(kind).story()).platformCanAdvance).toBe(expected);
  });

  it('has its shipment, and how its money is shared', async () => {
    const { story, shop } = told('partner');
    const none = {
      shippedAtMs: null,
      receivedAtMs: null,
      settledAtMs: null,
      remindedAtMs: null,
      failure: null,
    };
    const shipment = { state: 'WAITING', logistics: 'virtual', moreToCome: false, reshipped: false };
    const more = { parcels: [], createdAtMs: 5 };
    shop.documents.put(shipmentsCollection, { _id: 'T1', ...shipment, ...none, ...more });
    shop.documents.put(sharingsCollection, sharingRecord({ state: 'SHARING' }));
    expect(await story()).toMatchObject({
      shipment: { outTradeNo: 'T1', ...shipment, ...more },
      sharing: 'SHARING',
    });
  });
});
