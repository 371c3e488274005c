import { describe, expect, it } from 'vitest';
import { exclusiveLeaseMs } from '../../core/lease.ts';
import { defaultPolicy } from '../../core/policy.ts';
import { WeixinError } from '../../core/weixin-api.ts';
import type { ShipmentRecord } from './records.ts';
import { fails, hourMs, nothingThere, orderThere, parcel, shipping } from './testing/shipping.ts';
import { workOnDueShipments, workOnShipment } from './work.ts';

const minuteMs = 60_000;
const others = { parcels: [{ ...parcel, trackingNo: '76' }] };

/** One turn of a shipment, with a WeChat as the test sets it up. */
async function turn(
  changes: Partial<ShipmentRecord>,
  setUp: (its: ReturnType<typeof shipping>) => void = () => {},
) {
  const its = shipping();
  const before = its.put(changes);
  setUp(its);
  const after = await workOnShipment(its.ports, before);
  expect(its.stored()).toEqual(after);
  return { ...its, before, after, nowMs: its.shop.nowMs };
}

describe('the turn of a shipment', () => {
  it.each([null, 1] as const)('has not come when it is %s ms away', async (awayMs) => {
    const its = shipping();
    const before = its.put({ nextAtMs: awayMs === null ? null : its.shop.nowMs + awayMs });
    expect(await workOnShipment(its.ports, before)).toEqual(before);
    expect(its.calls).toEqual([]);
  });

  it('is taken for as long as an instance can run', async () => {
    let during: ShipmentRecord | undefined;
    const { nowMs } = await turn({}, (its) => {
      its.answers.uploadShippingInfo = () => {
        during = its.stored();
        return {};
      };
    });
    expect(during).toMatchObject({
      nextAtMs: nowMs + exclusiveLeaseMs,
      uncertain: true,
      uploadedAtMs: nowMs,
    });
  });

  it('that ends in a fault of ours says nothing of WeChat', async () => {
    const its = shipping();
    its.answers.uploadShippingInfo = () => {
      throw new TypeError('ours');
    };
    await expect(workOnShipment(its.ports, its.put())).rejects.toThrow('ours');
    expect(its.stored()).toMatchObject({ state: 'WAITING', uncertain: true, failure: null, attempts: 0 });
  });
});

describe('an upload', () => {
  it('is later than the one before, even by a clock that is behind', async () => {
    const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
    const { called, after } = await turn({ uploadedAtMs: nowMs + 321 });
    expect(after.uploadedAtMs).toBe(nowMs + 322);
    expect(called('uploadShippingInfo')).toMatchObject([{ upload_time: '2026-01-02T11:04:06.000+08:00' }]);
  });

  it('without an answer stays uncertain, and is tried again', async () => {
    const { after, nowMs, shop } = await turn({}, ({ answers }) => {
      answers.uploadShippingInfo = fails('unknown', undefined, 'timeout');
    });
    expect(after).toMatchObject({
      state: 'WAITING',
      uncertain: true,
      attempts: 1,
      nextAtMs: nowMs + minuteMs,
    });
    expect(after.failure).toEqual({ code: 'OUTCOME_UNKNOWN', message: 'timeout' });
    expect(shop.logged).toMatchObject([{ level: 'warn', event: 'shipping.later' }]);
  });

  it.each([
    ['is busy', 'later', 45009, 'warn', '45009 busy'],
    ['wants another configuration', 'fault', 40013, 'error', 'AppID'],
    ['gives no access token', 'later', undefined, 'warn', '45009 busy'],
  ] as const)('that WeChat refuses because it %s is tried again', async (_, kind, code, level, message) => {
    const { after, nowMs, shop } = await turn({ attempts: 2 }, ({ answers }) => {
      answers.uploadShippingInfo = fails(kind, code, '45009 busy');
    });
    expect(after).toMatchObject({ state: 'WAITING', uncertain: false, attempts: 3 });
    expect(after.nextAtMs).toBe(nowMs + 2 * minuteMs);
    expect(after.failure).toEqual({ code: `${code ?? 'BUSY'}`, message: expect.stringContaining(message) });
    expect(shop.logged).toMatchObject([{ level, event: 'shipping.later' }]);
  });

  it('that was refused is for an operator, with the reason, and shown on the order', async () => {
    const { after, called, shop } = await turn({}, ({ answers }) => {
      answers.uploadShippingInfo = fails('refused', 10060005, 'x'.repeat(501));
    });
    expect(after).toMatchObject({ state: 'REFUSED', uncertain: false, nextAtMs: null });
    expect(after.failure).toEqual({ code: '10060005', message: 'x'.repeat(500) });
    expect(called('getOrder')).toEqual([]);
    expect(shop.order()).toMatchObject({ shipping: { state: 'REFUSED' } });
    expect(shop.logged).toMatchObject([{ level: 'error', event: 'shipping.refused' }]);
  });

  it.each([10060002, 10060003, 10060004, 10060023])(
    'that was refused with %d counts as accepted when WeChat has the parcels',
    async (code) => {
      const { after } = await turn({ attempts: 9 }, ({ answers }) => {
        answers.uploadShippingInfo = fails('refused', code);
        answers.getOrder = () => orderThere(3);
      });
      expect(after).toMatchObject({ state: 'RECEIVED', uncertain: false, failure: null });
    },
  );

  it('that was refused as shipped already is shown as shipped, and is no fault', async () => {
    const { after, shop } = await turn({}, ({ answers }) => {
      answers.uploadShippingInfo = fails('refused', 10060002);
    });
    expect(after).toMatchObject({ state: 'SHIPPED', failure: null });
    expect(shop.order()).toMatchObject({ shipping: { state: 'SHIPPED' } });
    expect(shop.logged).toEqual([]);
  });

  it.each([10060002, 10060003, 10060023])('refused with %d is so when WeChat has others', async (code) => {
    const { after } = await turn({}, ({ answers }) => {
      answers.uploadShippingInfo = fails('refused', code, 'errmsg');
      answers.getOrder = () => nothingThere;
    });
    expect(after).toMatchObject({ state: 'REFUSED', failure: { code: `${code}` } });
  });

  it('is refused in words that help the operator, where the code is known', async () => {
    const { after } = await turn({}, ({ answers }) => {
      answers.uploadShippingInfo = fails('refused', 10060003, 'errmsg');
      answers.getOrder = () => nothingThere;
    });
    expect(after.failure?.message).not.toBe('errmsg');
  });

  const giveUpMs = defaultPolicy.shippingGiveUpMs;
  it.each([
    ['not known yet', 10060001, 0, 0, 'WAITING'],
    ['not known yet, often', 10060001, 99, giveUpMs - 1, 'WAITING'],
    ['never known', 10060001, 0, giveUpMs, 'REFUSED'],
    ['not to be shipped yet', 10060004, 4, 0, 'WAITING'],
    ['not to be shipped', 10060004, 5, 0, 'REFUSED'],
    ['not to be shipped after a week', 10060004, 0, giveUpMs, 'REFUSED'],
    ['refused otherwise', 10060002, 0, 0, 'REFUSED'],
  ] as const)('of a payment that is %s (%d, attempt %d, age %d ms) leaves it %s', async (...row) => {
    const [, code, attempts, ageMs, state] = row;
    const its = shipping();
    const before = its.put({ attempts, createdAtMs: its.shop.nowMs - ageMs });
    its.answers.uploadShippingInfo = fails('refused', code);
    its.answers.getOrder = () => nothingThere;
    expect(await workOnShipment(its.ports, before)).toMatchObject({ state, uncertain: false });
  });

  it('that was refused while somebody changed the shipment leaves the change to its turn', async () => {
    const { after } = await turn({}, (its) => {
      its.answers.uploadShippingInfo = fails('refused', 10060002);
      its.answers.getOrder = () => {
        its.change({ askedAtMs: 7 });
        return nothingThere;
      };
    });
    expect(after).toMatchObject({ state: 'WAITING', uncertain: true, askedAtMs: 7, failure: null });
  });
});

describe('an upload of which the outcome is not known', () => {
  const uncertain = { uncertain: true, uploadedAtMs: 1 };

  it('is not repeated when WeChat has the parcels', async () => {
    const { after, calls } = await turn(uncertain);
    expect(calls.map(({ api }) => api)).toEqual(['getOrder']);
    expect(after).toMatchObject({ state: 'SHIPPED', uncertain: false, message: 'DUE' });
  });

  it('is not repeated for an order that was refunded', async () => {
    const { after, called } = await turn(uncertain, ({ answers }) => {
      answers.getOrder = () => orderThere(5, { shipping_list: [] });
    });
    expect(called('uploadShippingInfo')).toEqual([]);
    expect(after).toMatchObject({ state: 'REFUNDED', nextAtMs: null });
  });

  it.each([
    ['has no parcels', () => nothingThere],
    ['does not know the payment', fails('refused', 10060001)],
  ])('is repeated when WeChat %s', async (_, getOrder) => {
    const { after, called } = await turn(uncertain, ({ answers }) => {
      answers.getOrder = getOrder;
    });
    expect(called('uploadShippingInfo')).toHaveLength(1);
    expect(after).toMatchObject({ state: 'SHIPPED' });
  });

  it.each([
    ['is busy', fails('later', -1)],
    ['does not answer', fails('unknown')],
    ['refuses to say', fails('refused', 10060006)],
  ])('stays so when WeChat %s', async (_, getOrder) => {
    const { after, called } = await turn(uncertain, ({ answers }) => {
      answers.getOrder = getOrder;
    });
    expect(called('uploadShippingInfo')).toEqual([]);
    expect(after).toMatchObject({ state: 'WAITING', uncertain: true, attempts: 1 });
  });

  it('is left to the call that recorded other parcels meanwhile', async () => {
    const { after, called } = await turn(uncertain, (its) => {
      its.answers.getOrder = () => {
        its.change({ ...others, nextAtMs: 1 });
        return nothingThere;
      };
    });
    expect(called('uploadShippingInfo')).toEqual([]);
    expect(after).toMatchObject({ ...others, nextAtMs: 1, uploadedAtMs: 1 });
  });
});

describe('an accepted shipment', () => {
  const shipped = { state: 'SHIPPED', shippedAtMs: 1 } as const;

  it('is asked about again after some hours', async () => {
    const failure = { code: '-1', message: '' };
    const { after, nowMs, calls } = await turn({ ...shipped, attempts: 3, failure });
    expect(calls).toEqual([{ api: 'getOrder', body: { transaction_id: '4200000001' } }]);
    expect(after).toMatchObject({ state: 'SHIPPED', attempts: 0, failure: null });
    expect(after.nextAtMs).toBe(nowMs + defaultPolicy.shippingCheckMs);
  });

  it.each([
    ['SETTLED', 4],
    ['REFUNDED', 5],
  ] as const)('that is %s is not asked about any more', async (state, orderState) => {
    const { after } = await turn(shipped, ({ answers }) => {
      answers.getOrder = () => orderThere(orderState);
    });
    expect(after).toMatchObject({ state, nextAtMs: null });
  });

  it('keeps the turn that somebody gave it meanwhile', async () => {
    const { after } = await turn({ ...shipped, attempts: 3 }, (its) => {
      its.answers.getOrder = () => {
        its.change({ nextAtMs: 7 });
        return orderThere(2);
      };
    });
    expect(after).toMatchObject({ nextAtMs: 7, attempts: 3 });
  });

  it('of which WeChat gives no answer is asked about later, with the reason', async () => {
    const { after, nowMs } = await turn({ ...shipped, attempts: 1 }, ({ answers }) => {
      answers.getOrder = fails('unknown', undefined, 'timeout');
    });
    expect(after).toMatchObject({ ...shipped, attempts: 2, nextAtMs: nowMs + minuteMs });
  });

  it.each([
    ['settled', { state: 'SETTLED' as const, nextAtMs: null }],
    ['without a turn', { nextAtMs: null }],
    ['to be shipped again', { ...others, state: 'WAITING' as const, nextAtMs: 5 }],
  ])('that is %s when the answer fails is left so', async (_, meanwhile) => {
    const { after } = await turn(shipped, (its) => {
      its.answers.getOrder = () => {
        its.change(meanwhile);
        throw new WeixinError('later', -1, 'busy');
      };
    });
    expect(after).toMatchObject({ ...meanwhile, attempts: 0, failure: null });
  });
});

describe('the reminder of the receipt', () => {
  const due = { state: 'SHIPPED', shippedAtMs: 1, remindOfMs: 5999, message: 'SENT' } as const;

  it('is sent once', async () => {
    const its = await turn(due);
    expect(its.called('notifyConfirmReceive')).toEqual([{ transaction_id: '4200000001', received_time: 5 }]);
    expect(its.after.remindedAtMs).toBe(its.nowMs);
    its.shop.nowMs += 24 * hourMs;
    await workOnShipment(its.ports, its.stored());
    expect(its.called('notifyConfirmReceive')).toHaveLength(1);
    expect(its.stored().remindedAtMs).toBe(its.nowMs);
  });

  it.each([
    ['nobody asked for', { remindOfMs: null }],
    ['of an order that was received', { state: 'RECEIVED' as const }],
  ])('%s is not sent', async (_, changes) => {
    const { called } = await turn({ ...due, ...changes });
    expect(called('notifyConfirmReceive')).toEqual([]);
  });

  it.each([10060028, 10060029, 10060030, 10060032])(
    'that WeChat refuses with %d is not repeated',
    async (code) => {
      const { after, nowMs, shop } = await turn(due, ({ answers }) => {
        answers.notifyConfirmReceive = fails('refused', code);
      });
      expect(after).toMatchObject({ remindedAtMs: nowMs, failure: null });
      expect(shop.logged).toMatchObject([{ level: 'warn', event: 'shipping.not_reminded' }]);
    },
  );

  it.each([fails('unknown'), fails('later', 45009), fails('refused', 10060001)])(
    'is repeated after any other failure: %#',
    async (fail) => {
      const { after } = await turn(due, ({ answers }) => {
        answers.notifyConfirmReceive = fail;
      });
      expect(after).toMatchObject({ remindedAtMs: null, attempts: 1 });
    },
  );

  it('keeps the time that another instance sent it', async () => {
    const { after } = await turn(due, (its) => {
      its.answers.notifyConfirmReceive = () => {
        its.change({ remindedAtMs: 7 });
        return {};
      };
    });
    expect(after.remindedAtMs).toBe(7);
  });
});

describe('the timer', () => {
  it('works on what is due', async () => {
    const its = shipping();
    its.put();
    expect(await workOnDueShipments(its.ports, () => true)).toBe(1);
    its.put({ nextAtMs: its.shop.nowMs + 1 });
    expect(await workOnDueShipments(its.ports, () => true)).toBe(0);
  });

  it('puts off for ten minutes what it could not begin', async () => {
    const its = shipping();
    const before = its.put();
    its.shop.documents.interrupt = async (when, operation) => {
      if (when === 'before' && operation === 'update shipments') {
        its.shop.documents.interrupt = async () => {};
        throw new Error('no database');
      }
    };
    expect(await workOnDueShipments(its.ports, () => true)).toBe(0);
    expect(its.stored()).toEqual({ ...before, nextAtMs: its.shop.nowMs + 10 * minuteMs });
  });
});
