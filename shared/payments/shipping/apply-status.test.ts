import { describe, expect, it } from 'vitest';
import type { ShipmentState } from '../../contract/index.ts';
import type { OrderRecord } from '../orders/records.ts';
import { type SharingRecord, sharingsCollection } from '../sharing/records.ts';
import { sharingRecord } from '../sharing/testing/sharing.ts';
import { applyShippingStatus, markAccepted, sameParcels } from './apply-status.ts';
import { hourMs, parcel, shipmentRecord, shipping } from './testing/shipping.ts';

const shown = (state: ShipmentState) => ({
  shipping: { state, logistics: 'express' as const, parcels: [parcel] },
});
const withSharing = (its: ReturnType<typeof shipping>) => {
  const { nowMs } = its.shop;
  const sharing = sharingRecord({ account: 'direct', paidAtMs: nowMs - 48 * hourMs, nextAtMs: null });
  its.shop.documents.put(sharingsCollection, sharing);
  return () => its.shop.documents.peek<SharingRecord>(sharingsCollection, 'T1')?.nextAtMs;
};

describe('a shipment that WeChat accepted', () => {
  it('is complete: shown on the order, announced to the payer, followed, and its money may be shared', async () => {
    const its = shipping();
    const { nowMs } = its.shop;
    const sharedAt = withSharing(its);
    const failure = { code: '-1', message: '' };
    const before = its.put({ uncertain: true, attempts: 3, failure, nextAtMs: nowMs + hourMs });
    expect(await markAccepted(its.ports, before)).toEqual({
      ...{ ...before, version: 2, state: 'SHIPPED', uncertain: false, failure: null, attempts: 0 },
      ...{ shippedAtMs: nowMs, nextAtMs: nowMs, message: 'DUE' },
    });
    expect(its.shop.order()).toMatchObject({ ...shown('SHIPPED'), shippedAtMs: nowMs });
    expect(sharedAt()).toBe(nowMs);
  });

  it('is not complete: it waits for the rest', async () => {
    const its = shipping();
    const sharedAt = withSharing(its);
    const after = await markAccepted(its.ports, its.put({ moreToCome: true }));
    expect(after).toMatchObject({ state: 'PARTIAL', shippedAtMs: null, nextAtMs: null, message: null });
    expect(its.shop.order()).toMatchObject(shown('PARTIAL'));
    expect(its.shop.order()).not.toHaveProperty('shippedAtMs');
    expect(sharedAt()).toBeNull();
  });

  it('again keeps the time of the first and is not announced twice', async () => {
    const shippedAtMs = 5;
    const its = shipping({ shippedAtMs });
    const after = await markAccepted(its.ports, its.put({ shippedAtMs, message: 'SENT', reshipped: true }));
    expect(after).toMatchObject({ state: 'SHIPPED', shippedAtMs, message: 'SENT' });
    expect(its.shop.order()).toMatchObject({ shippedAtMs });
  });

  it.each([
    ['has other parcels by now', { parcels: [{ ...parcel, trackingNo: '76' }] }],
    ['was accepted by another instance', { state: 'SHIPPED' as const, message: 'SENT' as const }],
  ])('is left as it is stored when it %s', async (_, meanwhile) => {
    const its = shipping();
    const before = its.put();
    its.change(meanwhile);
    const stored = its.stored();
    expect(await markAccepted(its.ports, before)).toEqual(stored);
    expect(its.stored()).toEqual(stored);
  });
});

it('an order that was received is not shown as shipped any more, whoever ships it again', async () => {
  const its = shipping(shown('RECEIVED'));
  await markAccepted(its.ports, its.put());
  expect(its.shop.order()).toMatchObject(shown('RECEIVED'));
});

describe('what WeChat says of an order', () => {
  const received = { receivedAtMs: 1000 };
  it.each([
    ['SHIPPED', 3, 'RECEIVED', { receivedAtMs: 1000 }],
    ['SHIPPED', 6, 'RECEIVED', { receivedAtMs: 1000 }],
    ['PARTIAL', 4, 'SETTLED', { receivedAtMs: 1000, settledAtMs: 1000, nextAtMs: null }],
    ['RECEIVED', 4, 'SETTLED', { receivedAtMs: 7, settledAtMs: 1000, nextAtMs: null }],
    ['RECEIVED', 5, 'REFUNDED', { receivedAtMs: 7, nextAtMs: null }],
    ['SHIPPED', 5, 'REFUNDED', { nextAtMs: null }],
  ] as const)('moves a shipment that is %s, by order_state %d, to %s', async (state, orderState, to, set) => {
    const its = shipping(shown(state));
    its.shop.nowMs = 1000;
    const failure = { code: '-1', message: '' };
    const receivedAtMs = state === 'RECEIVED' ? 7 : null;
    const before = its.put({ state, receivedAtMs, uncertain: true, failure, nextAtMs: 2000 });
    expect(await applyShippingStatus(its.ports, before, { orderState })).toEqual({
      ...{ ...before, version: 2, state: to, uncertain: false, failure: null },
      ...set,
    });
    expect(its.shop.order()).toMatchObject(shown(to));
  });

  it.each([
    [3, { shippedAtMs: 1000, ...received }],
    [4, { shippedAtMs: 1000, ...received, settledAtMs: 1000 }],
    [5, {}],
  ] as const)('by order_state %d sets the times of the order', async (orderState, times) => {
    const its = shipping();
    its.shop.nowMs = 1000;
    const sharedAt = withSharing(its);
    await applyShippingStatus(its.ports, its.put({ state: 'SHIPPED' }), { orderState });
    const { shippedAtMs, receivedAtMs, settledAtMs } = its.shop.order();
    expect({ shippedAtMs, receivedAtMs, settledAtMs }).toEqual(times);
    expect(sharedAt()).toBe(orderState === 5 ? null : 1000);
  });

  it('keeps the times that the order has', async () => {
    const times = { shippedAtMs: 1, receivedAtMs: 2, settledAtMs: 3 };
    const its = shipping(times);
    await applyShippingStatus(its.ports, its.put({ state: 'SHIPPED' }), { orderState: 4 });
    expect(its.shop.order()).toMatchObject(times);
  });

  it.each([
    ['RECEIVED', 3],
    ['SETTLED', 3],
    ['REFUNDED', 4],
    ['SHIPPED', 2],
    ['SHIPPED', 1],
    ['SHIPPED', 0],
  ] as const)('of one that is %s, by order_state %d changes nothing', async (state, orderState) => {
    const its = shipping();
    const before = its.put({ state });
    const order = its.shop.order();
    expect(await applyShippingStatus(its.ports, before, { orderState })).toEqual(before);
    expect([its.stored(), its.shop.order()]).toEqual([before, order]);
  });

  it.each(['RECEIVED', 'SETTLED', 'REFUNDED'] as const)(
    'comes too late for one that is %s meanwhile, on the shipment and on the order',
    async (state) => {
      const its = shipping(shown(state) as Partial<OrderRecord>);
      const before = its.put({ state: 'SHIPPED' });
      its.change({ state, receivedAtMs: 7 });
      const stored = its.stored();
      expect(await applyShippingStatus(its.ports, before, { orderState: 3 })).toEqual(stored);
      expect(its.stored()).toEqual(stored);
      expect(its.shop.order()).toMatchObject(shown(state));
    },
  );
});

describe('parcels', () => {
  const full = { ...parcel, receiverContact: '189****1234', consignorContact: '021-****1234' };
  const one = shipmentRecord({ parcels: [full] });

  it('are the same whatever else is recorded of them', () => {
    expect(sameParcels(one, shipmentRecord({ parcels: [{ ...full }], state: 'SHIPPED' }))).toBe(true);
  });

  it.each([
    { logistics: 'local' as const },
    { moreToCome: true },
    { parcels: [full, full] },
    ...(['company', 'trackingNo', 'itemDesc', 'receiverContact', 'consignorContact'] as const).map(
      (field) => ({ parcels: [{ ...full, [field]: 'other' }] }),
    ),
  ])('are others with %j', (changes) => {
    expect(sameParcels(one, shipmentRecord({ parcels: [full], ...changes }))).toBe(false);
  });

  it('lack what others have in the same place', () => {
    const by = (more: object) => shipmentRecord({ parcels: [{ itemDesc: '茶', ...more }] });
    expect(sameParcels(by({ receiverContact: '1' }), by({ consignorContact: '1' }))).toBe(false);
    expect(sameParcels(by({ company: '1' }), by({ trackingNo: '1' }))).toBe(false);
  });
});
