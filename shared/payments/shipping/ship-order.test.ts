import { describe, expect, it } from 'vitest';
import type { ShipmentState } from '../../contract/index.ts';
import { CommerceError } from '../../core/errors.ts';
import { refusal } from '../../core/testing/expect-refusal.ts';
import { describeParcel, shipOrder } from './ship-order.ts';
import { fails, parcel, shipping } from './testing/shipping.ts';

type Its = ReturnType<typeof shipping>;
const other = { ...parcel, trackingNo: '76' };
const ship = (its: Its, more: object = {}, operator: string | undefined = 'oOperator') => {
  const event = { action: 'ship', outTradeNo: 'T1', logistics: 'express', parcels: [parcel], ...more };
  return shipOrder(its.ports, operator, event);
};
const remind = (its: Its, deliveredAtMs = its.shop.nowMs) =>
  shipOrder(its.ports, 'oOperator', { action: 'remind', outTradeNo: 'T1', deliveredAtMs });
/** A refusal that says more than its code. */
const explained = async (code: Parameters<typeof refusal>[0], act: () => unknown) => {
  const { texts } = await refusal(code, act);
  expect(texts).not.toEqual(new CommerceError(code).texts);
  return texts;
};

describe('what an operator ships', () => {
  it('is recorded with the operator, told to WeChat, and shown on the order', async () => {
    const its = shipping();
    const { nowMs } = its.shop;
    const { shipment } = await ship(its);
    expect(shipment).toEqual({
      ...{ outTradeNo: 'T1', state: 'SHIPPED', logistics: 'express', parcels: [parcel] },
      ...{ moreToCome: false, reshipped: false, createdAtMs: nowMs, shippedAtMs: nowMs },
    });
    expect(its.stored()).toMatchObject({ operatorOpenid: 'oOperator', transactionId: '4200000001' });
    expect(its.called('uploadShippingInfo')).toMatchObject([{ payer: { openid: 'oPayer' } }]);
  });

  it('for another function of the shop has no operator', async () => {
    const its = shipping();
    const event = { action: 'ship', outTradeNo: 'T1', logistics: 'express', parcels: [parcel] };
    await shipOrder(its.ports, undefined, event);
    expect(its.stored().operatorOpenid).toBeNull();
  });

  it('again, the same, changes nothing', async () => {
    const its = shipping();
    await ship(its);
    its.shop.nowMs += 1;
    its.change({ nextAtMs: null });
    const [stored, order] = [its.stored(), its.shop.order()];
    expect(await ship(its, {}, 'oOther')).toMatchObject({ shipment: { state: 'SHIPPED' } });
    expect([its.stored(), its.shop.order()]).toEqual([stored, order]);
    expect(its.called('uploadShippingInfo')).toHaveLength(1);
  });

  it('is shown on the order while WeChat does not answer', async () => {
    const its = shipping();
    its.answers.uploadShippingInfo = fails('unknown');
    await ship(its);
    expect(its.shop.order()).toMatchObject({ shipping: { state: 'WAITING', parcels: [parcel] } });
  });

  it.each([
    ['PARTIAL', { moreToCome: true }, false],
    ['SHIPPED', {}, true],
    ['REFUSED', {}, false],
  ] as const)(
    'instead of what is %s is uploaded, and counts accordingly',
    async (state, changes, reshipped) => {
      const its = shipping({ shipping: { state, logistics: 'express', parcels: [parcel] } });
      const failure = { code: '1', message: '' };
      its.put({ state, ...changes, attempts: 4, failure, nextAtMs: null });
      its.answers.uploadShippingInfo = fails('unknown');
      await ship(its, { parcels: [parcel, other] });
      expect(its.stored()).toMatchObject({
        ...{ parcels: [parcel, other], moreToCome: false, operatorOpenid: 'oOperator' },
        ...{ state: 'WAITING', reshipped, attempts: 1, failure: { code: 'OUTCOME_UNKNOWN' } },
      });
      expect(its.shop.order()).toMatchObject({ shipping: { state: 'WAITING', parcels: [parcel, other] } });
    },
  );

  it('that was re-shipped stays so with the parcels of a correction', async () => {
    const its = shipping();
    its.put({ state: 'REFUSED', reshipped: true });
    expect(await ship(its)).toMatchObject({ shipment: { state: 'SHIPPED', reshipped: true } });
  });

  it('was refused and is tried again as it is', async () => {
    const its = shipping();
    its.put({ state: 'REFUSED', nextAtMs: null });
    expect(await ship(its)).toMatchObject({ shipment: { state: 'SHIPPED' } });
  });

  it('is left as another instance recorded it at the same time', async () => {
    const its = shipping();
    its.put({ state: 'PARTIAL', parcels: [other], nextAtMs: null });
    let read = false;
    its.shop.documents.interrupt = async (when, operation) => {
      if (read || when !== 'before' || operation !== 'update shipments') return;
      read = true;
      its.change({ state: 'WAITING', parcels: [parcel], nextAtMs: its.shop.nowMs + 1 });
    };
    const { version, shipping: shown } = its.shop.order();
    expect(await ship(its)).toMatchObject({ shipment: { state: 'WAITING' } });
    expect(its.stored()).toMatchObject({ version: 2, parcels: [parcel] });
    expect(its.shop.order()).toMatchObject({ version });
    expect(its.shop.order().shipping).toEqual(shown);
  });

  it.each([
    ['RECEIVED', false],
    ['SETTLED', false],
    ['REFUNDED', false],
    ['SHIPPED', true],
  ] as const)('cannot be changed once it is %s (re-shipped: %s)', async (state, reshipped) => {
    const its = shipping();
    const before = its.put({ state, reshipped, nextAtMs: null });
    await explained('SHIPMENT_STATE', () => ship(its, { parcels: [other] }));
    expect(its.stored()).toEqual(before);
  });

  it('may be changed once more while its re-shipment is not accepted', async () => {
    const its = shipping();
    its.put({ state: 'WAITING', reshipped: true, nextAtMs: null });
    expect(await ship(its, { parcels: [other] })).toMatchObject({ shipment: { state: 'SHIPPED' } });
  });

  it('cannot be changed while the outcome of its upload is not known', async () => {
    const its = shipping();
    its.put({ uncertain: true });
    await explained('BUSY', () => ship(its, { parcels: [other] }));
    expect(its.calls).toEqual([]);
  });

  it.each([
    [{ state: 'NOTPAY', transactionId: null } as const, 'ORDER_NOT_PAID'],
    [{ state: 'CLOSED', transactionId: 'x' } as const, 'ORDER_NOT_PAID'],
    [{ transactionId: null }, 'ORDER_NOT_PAID'],
    [{ refunds: [{ outRefundNo: 'r', amountFen: 1000, sendAfterMs: 0 }] }, 'SHIPMENT_STATE'],
  ] as const)('is nothing of an order with %j: %s', async (order, code) => {
    const its = shipping(order as object);
    await refusal(code, () => ship(its));
    expect(its.stored()).toBeUndefined();
  });

  it('is refused with the reason once all was refunded', async () => {
    const its = shipping({ refunds: [{ outRefundNo: 'r', amountFen: 1000, sendAfterMs: 0 }] });
    await explained('SHIPMENT_STATE', () => ship(its));
  });

  it('is refused when the configuration is wrong', async () => {
    const its = shipping();
    its.answers.uploadShippingInfo = () => {
      throw new CommerceError('CONFIG_INVALID');
    };
    await refusal('CONFIG_INVALID', () => ship(its));
  });

  it('may be what is left of an order of which a part was refunded', async () => {
    const its = shipping({
      state: 'REFUND',
      refunds: [{ outRefundNo: 'r', amountFen: 999, sendAfterMs: 0 }],
    });
    expect(await ship(its)).toMatchObject({ shipment: { state: 'SHIPPED' } });
  });

  it('answers with what is stored when too many change it at once', async () => {
    const its = shipping();
    its.put({ state: 'PARTIAL', parcels: [other], nextAtMs: null });
    const { update } = its.shop.documents;
    let recorded = false;
    its.shop.documents.update = async (...args) => {
      if (args[0] !== 'shipments') return update(...args);
      if (recorded) {
        its.change({ reshipped: true });
        return false;
      }
      recorded = true;
      return update(...args);
    };
    expect(await ship(its)).toMatchObject({ shipment: { state: 'WAITING', reshipped: true } });
  });

  it('does not hide a fault of ours', async () => {
    const its = shipping();
    its.answers.uploadShippingInfo = () => {
      throw new TypeError('ours');
    };
    await expect(ship(its)).rejects.toThrow('ours');
  });
});

describe('the state of a shipment', () => {
  const query = (its: Its, outTradeNo = 'T1') =>
    shipOrder(its.ports, 'oOperator', { action: 'query', outTradeNo });

  it('is what is stored; WeChat is not asked', async () => {
    const its = shipping();
    its.put({ state: 'PARTIAL' });
    expect(await query(its)).toMatchObject({ shipment: { state: 'PARTIAL' } });
    expect(its.calls).toEqual([]);
  });

  it('is refused for an order that was not shipped, or is none', async () => {
    const its = shipping();
    await refusal('SHIPMENT_NOT_FOUND', () => query(its));
    await refusal('ORDER_NOT_FOUND', () => query(its, 'T2'));
    await refusal('ORDER_NOT_FOUND', () => ship(its, { outTradeNo: 'T2' }));
  });
});

describe('the reminder to confirm the receipt', () => {
  const underway = (changes: object = {}) => {
    const its = shipping();
    its.put({ state: 'SHIPPED', shippedAtMs: its.shop.nowMs - 1000, nextAtMs: null, ...changes });
    return its;
  };

  it.each([0, -1000])('is sent with the time of delivery, %d ms from now', async (fromNowMs) => {
    const its = underway();
    const at = its.shop.nowMs + fromNowMs;
    const { shipment } = (await remind(its, at)) as { shipment: object };
    expect(shipment).toMatchObject({ remindedAtMs: its.shop.nowMs });
    expect(its.called('notifyConfirmReceive')).toMatchObject([{ received_time: Math.floor(at / 1000) }]);
  });

  it('keeps the time that was given first', async () => {
    const its = underway({ remindOfMs: 7 });
    await remind(its);
    expect(its.stored()).toMatchObject({ remindOfMs: 7, version: 1 });
    expect(its.calls).toEqual([]);
  });

  it.each([1, -1001])('is refused for a time before the shipment, or to come: %d ms', async (fromNowMs) => {
    const its = underway();
    await explained('SHIPMENT_INVALID', () => remind(its, its.shop.nowMs + fromNowMs));
    expect(its.calls).toEqual([]);
  });

  it.each([
    { logistics: 'local' },
    { state: 'RECEIVED' },
    { state: 'WAITING' },
    { state: 'PARTIAL', shippedAtMs: null },
  ] as { state?: ShipmentState }[])('is refused for a shipment with %j', async (changes) => {
    const its = underway(changes);
    const before = its.stored();
    await explained('SHIPMENT_STATE', () => remind(its));
    expect(its.stored()).toEqual(before);
  });
});

describe('what a parcel is called', () => {
  it.each([
    ['龙井', '龙井'],
    ['', '商品'],
    ['🍵'.repeat(121), '🍵'.repeat(120)],
  ])('of an order called %s', (description, itemDesc) => {
    expect(describeParcel({ description })).toEqual({ itemDesc });
  });
});
