import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../../core/policy.ts';
import { refreshShipment } from './receipt.ts';
import { fails, orderThere, shipping } from './testing/shipping.ts';

const intervalMs = defaultPolicy.minQueryIntervalMs;

describe('whether the buyer received it', () => {
  it('is asked of WeChat, and stored', async () => {
    const its = shipping();
    const { nowMs } = its.shop;
    its.answers.getOrder = () => orderThere(3);
    its.put({ state: 'SHIPPED', askedAtMs: nowMs - intervalMs });
    const after = await refreshShipment(its.ports, 'T1');
    expect(after).toMatchObject({ state: 'RECEIVED', askedAtMs: nowMs });
    expect(its.stored()).toEqual(after);
    expect(its.called('getOrder')).toEqual([{ transaction_id: '4200000001' }]);
  });

  it('is not asked twice in a moment', async () => {
    const its = shipping();
    const before = its.put({ state: 'SHIPPED', askedAtMs: its.shop.nowMs - intervalMs + 1 });
    expect(await refreshShipment(its.ports, 'T1')).toEqual(before);
    expect(its.calls).toEqual([]);
    its.shop.nowMs += 1;
    await refreshShipment(its.ports, 'T1');
    await refreshShipment(its.ports, 'T1');
    expect(its.calls).toHaveLength(1);
  });

  it.each(['WAITING', 'REFUSED'] as const)('is not asked of a shipment that is %s', async (state) => {
    const its = shipping();
    const before = its.put({ state });
    expect(await refreshShipment(its.ports, 'T1')).toEqual(before);
    expect([its.calls, its.stored()]).toEqual([[], before]);
  });

  it('is not known of an order without a shipment', async () => {
    const its = shipping();
    expect(await refreshShipment(its.ports, 'T1')).toBeUndefined();
    expect(its.calls).toEqual([]);
  });

  it('stays as it is stored when WeChat does not say', async () => {
    const its = shipping();
    const before = its.put({ state: 'SHIPPED' });
    its.answers.getOrder = fails('later', -1);
    const after = await refreshShipment(its.ports, 'T1');
    expect(after).toEqual({ ...before, version: 2, askedAtMs: its.shop.nowMs });
    expect(its.shop.logged).toMatchObject([{ event: 'shipping.not_refreshed', fields: { errcode: -1 } }]);
  });

  it('does not hide a fault of ours', async () => {
    const its = shipping();
    its.put({ state: 'SHIPPED' });
    its.answers.getOrder = () => {
      throw new TypeError('ours');
    };
    await expect(refreshShipment(its.ports, 'T1')).rejects.toThrow('ours');
  });
});
