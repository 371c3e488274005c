import { describe, expect, it } from 'vitest';
import { CommerceError } from '../../core/errors.ts';
import { refusal } from '../../core/testing/expect-refusal.ts';
import { isServiceRequest, serveService } from './special.ts';
import { fails, hourMs, shipping } from './testing/shipping.ts';

type Its = ReturnType<typeof shipping>;
const dayMs = 24 * hourMs;
const report = (its: Its, more: object = { kind: 'test' }) =>
  serveService(its.ports, { action: 'reportSpecial', outTradeNo: 'T1', ...more });
const presale = (its: Its, afterMs: number) =>
  report(its, { kind: 'presale', shipsAtMs: its.shop.nowMs + afterMs });
const setPath = (its: Its, path: string) => serveService(its.ports, { action: 'setMessagePath', path });

/** Paid at a full second. */
function paid(changes: object = {}) {
  const its = shipping();
  its.shop.nowMs = Date.UTC(2026, 0, 2);
  its.shop.putOrder({ ...changes });
  return its;
}

describe('an order that is reported as special', () => {
  it('is one of a test: never shipped', async () => {
    const its = paid();
    const specialShipping = { kind: 'test', reportedAtMs: its.shop.nowMs };
    expect(await report(its)).toStrictEqual({ outTradeNo: 'T1', specialShipping });
    expect(its.calls).toStrictEqual([
      { api: 'reportSpecialOrder', body: { order_id: '4200000001', type: 2 } },
    ]);
    expect(its.shop.order().specialShipping).toEqual(specialShipping);
  });

  it.each([15 * dayMs, 330 * dayMs, 15 * dayMs + 999])(
    'is shipped %d ms after the payment',
    async (afterMs) => {
      const its = paid();
      await presale(its, afterMs);
      const delay_to = Math.floor((its.shop.nowMs + afterMs) / 1000);
      expect(its.called('reportSpecialOrder')).toEqual([{ order_id: '4200000001', type: 1, delay_to }]);
      expect(its.shop.order().specialShipping).toMatchObject({ kind: 'presale', shipsAtMs: delay_to * 1000 });
    },
  );

  it.each([15 * dayMs - 1, 330 * dayMs + 1000, 0])(
    'is not one to be shipped after %d ms',
    async (afterMs) => {
      const its = paid();
      const { fields } = await refusal('SHIPMENT_INVALID', () => presale(its, afterMs));
      expect(fields).toMatchObject([{ path: 'shipsAtMs' }]);
      expect(its.calls).toEqual([]);
    },
  );

  it('has a time if and only if it is shipped', async () => {
    const its = paid();
    const withTime = { kind: 'test', shipsAtMs: its.shop.nowMs + 20 * dayMs };
    const { fields } = await refusal('SHIPMENT_INVALID', () => report(its, withTime));
    expect(fields).toMatchObject([{ path: 'shipsAtMs' }]);
    await refusal('SHIPMENT_INVALID', () => report(its, { kind: 'presale' }));
    expect(its.calls).toEqual([]);
  });

  it.each([
    [{ state: 'NOTPAY', transactionId: null }, 'ORDER_NOT_PAID'],
    [{ state: 'CLOSED' }, 'ORDER_NOT_PAID'],
    [{ transactionId: null }, 'ORDER_NOT_PAID'],
    [{ refunds: [{ outRefundNo: 'r', amountFen: 1000, sendAfterMs: 0 }] }, 'SHIPMENT_STATE'],
  ] as const)('is none with %j: %s', async (changes, code) => {
    const its = paid(changes);
    const { texts } = await refusal(code, () => report(its));
    const said = JSON.stringify(texts) !== JSON.stringify(new CommerceError(code).texts);
    expect(said).toBe(code === 'SHIPMENT_STATE');
    expect(its.calls).toEqual([]);
  });

  it('may be one of which a part was refunded', async () => {
    const its = paid({ state: 'REFUND', refunds: [{ outRefundNo: 'r', amountFen: 999, sendAfterMs: 0 }] });
    await report(its);
    expect(its.calls).toHaveLength(1);
  });

  it('is not one that is shipped already', async () => {
    const its = paid();
    its.put({ state: 'WAITING' });
    const { texts } = await refusal('SHIPMENT_STATE', () => report(its));
    expect(texts).not.toEqual(new CommerceError('SHIPMENT_STATE').texts);
    expect(its.calls).toEqual([]);
  });

  it('may be one of which the shipment was refused', async () => {
    const its = paid();
    its.put({ state: 'REFUSED' });
    await report(its);
    expect(its.calls).toHaveLength(1);
  });

  it('is one of ours', async () => {
    const its = paid();
    await refusal('ORDER_NOT_FOUND', () => report(its, { outTradeNo: 'T2', kind: 'test' }));
  });
});

describe('what WeChat does not accept', () => {
  it.each([
    ['later', -1, 'BUSY', 'warn'],
    ['unknown', undefined, 'OUTCOME_UNKNOWN', 'warn'],
    ['fault', 48001, 'CONFIG_INVALID', 'error'],
    ['refused', 268546002, 'SHIPMENT_STATE', 'warn'],
    ['refused', 268546001, 'WECHATPAY_REFUSED', 'warn'],
  ] as const)('is, %s with %s, for the operator %s', async (kind, errcode, code, level) => {
    const its = paid();
    its.answers.reportSpecialOrder = fails(kind, errcode, '说明');
    const { texts, cause } = await refusal(code, () => report(its));
    const said = JSON.stringify(texts) !== JSON.stringify(new CommerceError(code).texts);
    expect(said).toBe(code !== 'BUSY');
    expect(cause).toMatchObject({ kind, errcode });
    expect(texts).toEqual({ zh: expect.stringMatching(/./), en: expect.stringMatching(/./) });
    expect(its.shop.order()).not.toHaveProperty('specialShipping');
    expect(its.shop.logged).toMatchObject([{ level, event: 'shipping.not_accepted' }]);
  });

  it('is not what is a fault of ours', async () => {
    const its = paid();
    its.answers.reportSpecialOrder = () => {
      throw new TypeError('ours');
    };
    await expect(report(its)).rejects.toBeInstanceOf(TypeError);
  });
});

describe('the page that the messages about shipments open', () => {
  it.each(['pages/order/index', 'pages/order/index?from=wechat', ''])(
    'is told to WeChat: %s',
    async (path) => {
      const its = paid();
      expect(await setPath(its, path)).toEqual({ path });
      expect(its.calls).toEqual([{ api: 'setMessagePath', body: { path } }]);
    },
  );

  it.each(['transaction_id', 'merchant_id', 'merchant_trade_no', 'sub_merchant_id'])(
    'has no %s, which WeChat adds',
    async (name) => {
      const its = paid();
      const { fields } = await refusal('SHIPMENT_INVALID', () => setPath(its, `pages/a?b=1&${name}=2`));
      expect(fields).toMatchObject([{ path: 'path' }]);
      expect(its.calls).toEqual([]);
    },
  );

  it.each(['/pages/a', 'pages//a', 'pages/a?', 'pages/a#b', 'a'.repeat(513)])('is not %s', async (path) => {
    await refusal('BAD_REQUEST', () => setPath(paid(), path));
  });
});

it('is a service of shipping whatever its form', () => {
  const events = [{ action: 'reportSpecial' }, { action: 'setMessagePath' }, { action: 'ship' }, null, 'x'];
  expect(events.map(isServiceRequest)).toEqual([true, true, false, false, false]);
});
