import { describe, expect, it } from 'vitest';
import type { Documents } from '../../core/ports.ts';
import { type OrderRecord, ordersCollection } from '../orders/records.ts';
import { refusal, scriptedShop } from '../testing/scripted-shop.ts';
import { applyRefundStatus } from './apply-status.ts';
import { loadRefund, workOnDueRefunds } from './find.ts';
import type { RefundPorts } from './ports.ts';
import { type RefundRecord, refundsCollection } from './records.ts';
import { storeRefund } from './request.ts';
import type { RefundStatus } from './wire.ts';
import { workOnRefund } from './work.ts';

const minuteMs = 60_000;
const accepted = { refund_id: '50', out_refund_no: 'R1', out_trade_no: 'T1', status: 'PROCESSING' };
const processing = { ...accepted, amount: { refund: 300 } };

/** A refund of 300 fen as it is stored first. */
async function requested() {
  const shop = scriptedShop();
  const of = {
    reason: null,
    requestedBy: 'operator',
    operatorOpenid: 'oOp',
    platformAdvance: false,
  } as const;
  const refund = await storeRefund(shop.ports, shop.putOrder(), 'R1', { amountFen: 300, ...of });
  const work = (ports: Partial<RefundPorts> = {}) => workOnRefund({ ...shop.ports, ...ports }, refund);
  return { shop, work };
}

it.each([0, 1, 2, 3, 4, 5, 6])(
  'a refund is refused for good once that is stored, however many writes its instance lives: %d',
  async (writes) => {
    const { shop, work } = await requested();
    shop.answer = (route) => {
      throw refusal(route.startsWith('GET') ? 'RESOURCE_NOT_EXISTS' : 'USER_ACCOUNT_ABNORMAL');
    };
    let left = writes;
    const update: Documents['update'] = async (...args) => {
      const changed = await shop.documents.update(...args);
      if (left-- === 0) throw new Error('killed');
      return changed;
    };
    const documents = { ...shop.documents, update };
    await work({ documents }).catch(() => undefined);
    shop.answer = () => processing;
    for (let turn = 0; turn < 3; turn++) {
      shop.nowMs += 2 * minuteMs;
      await workOnDueRefunds(shop.ports, () => true);
    }
    const { state, nextAtMs } = (await loadRefund(shop.documents, 'R1'))!;
    const isRefused = state === 'REFUSED';
    expect(state).toBe(isRefused ? 'REFUSED' : 'PROCESSING');
    expect(nextAtMs === null).toBe(isRefused);
    expect(shop.order().refunds ?? []).toHaveLength(isRefused ? 0 : 1);
  },
);

it('a refund is not refused when another instance has begun with it meanwhile, which may have arrived', async () => {
  const { shop, work } = await requested();
  shop.answer = async (route) => {
    if (route.startsWith('GET')) {
      const stored = (await loadRefund(shop.documents, 'R1'))!;
      shop.documents.put(refundsCollection, { ...stored, version: stored.version + 1 } as RefundRecord);
    }
    throw refusal(route.startsWith('GET') ? 'RESOURCE_NOT_EXISTS' : 'USER_ACCOUNT_ABNORMAL');
  };
  expect(await work()).toMatchObject({ state: 'RESERVED', nextAtMs: shop.nowMs + minuteMs, attempts: 1 });
  expect(shop.order().refunds).toHaveLength(1);
});

it.each([
  ['has certainly ended', 0, 'REFUSED'],
  ['may still be sending it', 1, 'RESERVED'],
] as const)('a refund that is refused while another instance %s is %s', async (_, leftMs, state) => {
  const { shop } = await requested();
  shop.putOrder({ refunds: [{ outRefundNo: 'R1', amountFen: 300, sendAfterMs: 0 }] });
  const stored = (await loadRefund(shop.documents, 'R1'))!;
  const begun = { state: 'RESERVED', sharesReturned: true, heldUntilMs: shop.nowMs + leftMs } as const;
  const refund: RefundRecord = { ...stored, ...begun, nextAtMs: shop.nowMs };
  shop.documents.put(refundsCollection, refund);
  shop.answer = (route) => {
    throw refusal(route.startsWith('GET') ? 'RESOURCE_NOT_EXISTS' : 'USER_ACCOUNT_ABNORMAL');
  };
  expect(await workOnRefund(shop.ports, refund)).toMatchObject({ state });
  expect(shop.order().refunds).toHaveLength(state === 'REFUSED' ? 0 : 1);
});

it('a refund in progress is not asked about by another instance at the same time', async () => {
  const { shop } = await requested();
  const stored = (await loadRefund(shop.documents, 'R1'))!;
  const refund: RefundRecord = { ...stored, state: 'PROCESSING', nextAtMs: shop.nowMs };
  shop.documents.put(refundsCollection, refund);
  shop.answer = async () => {
    await workOnDueRefunds(shop.ports, () => true);
    return processing;
  };
  await workOnRefund(shop.ports, refund);
  expect(shop.calls).toHaveLength(1);
});

it.each(['REFUSED', 'CLOSED'] as const)('a refund that is %s by then reserves nothing', async (state) => {
  const { shop, work } = await requested();
  const stored = (await loadRefund(shop.documents, 'R1'))!;
  shop.documents.put(refundsCollection, { ...stored, state, nextAtMs: null, version: 9 } as RefundRecord);
  expect(await work()).toMatchObject({ state, version: 9 });
  expect(shop.order().refunds ?? []).toEqual([]);
  expect(shop.calls).toEqual([]);
});

describe('a refund that was refused, and that WeChat Pay made all the same', () => {
  const failure = { code: 'USER_ACCOUNT_ABNORMAL', message: 'x' };
  const said = (status: RefundStatus['status']): RefundStatus => ({
    ...{ outRefundNo: 'R1', refundId: '50', outTradeNo: 'T1', status, amountFen: 300 },
    ...{ acceptedAtMs: undefined, successAtMs: undefined, receivedAccount: undefined },
  });

  async function refused(order: Partial<OrderRecord> = {}) {
    const { shop } = await requested();
    shop.putOrder({ refunds: [], ...order });
    const stored = (await loadRefund(shop.documents, 'R1'))!;
    const known: RefundRecord = { ...stored, state: 'REFUSED', nextAtMs: null, endedAtMs: 1, failure };
    shop.documents.put(refundsCollection, known);
    return { shop, known, now: async () => (await loadRefund(shop.documents, 'R1'))! };
  }

  it.each(['PROCESSING', 'ABNORMAL', 'SUCCESS'] as const)(
    'is %s, counts on its order, and is an anomaly',
    async (status) => {
      const { shop, known, now } = await refused();
      const refund = await applyRefundStatus(shop.ports, known, said(status));
      expect(refund).toMatchObject({ state: status, failure: null, refundId: '50' });
      expect(refund.endedAtMs).toBe(status === 'SUCCESS' ? shop.nowMs : null);
      expect(await now()).toEqual(refund);
      expect(shop.order()).toMatchObject({
        state: 'REFUND',
        refunds: [{ outRefundNo: 'R1', amountFen: 300 }],
      });
      expect(shop.documents.all('anomalies')).toMatchObject([{ kind: 'REFUND_MISMATCH', outTradeNo: 'T1' }]);
      expect(shop.logged).toContainEqual(
        expect.objectContaining({ level: 'error', event: 'refund.made_after_all' }),
      );
      expect(shop.documents.all('ledger')).toHaveLength(status === 'SUCCESS' ? 1 : 0);
    },
  );

  it('counts whatever is left, and whatever was delivered', async () => {
    const others = [{ outRefundNo: 'R0', amountFen: 900, sendAfterMs: 0 }];
    const { shop, known } = await refused({ refunds: others, fulfilment: 'DONE' });
    shop.documents.put(refundsCollection, { ...known, requestedBy: 'buyer' } as RefundRecord);
    await applyRefundStatus(shop.ports, { ...known, requestedBy: 'buyer' }, said('PROCESSING'));
    expect(shop.order().refunds).toMatchObject([{ outRefundNo: 'R0' }, { outRefundNo: 'R1' }]);
  });

  it('is so also for the instance whose request was on its way', async () => {
    const { shop, known, now } = await refused();
    const mine: RefundRecord = { ...known, state: 'RESERVED', endedAtMs: null, version: known.version - 1 };
    await applyRefundStatus(shop.ports, mine, said('PROCESSING'));
    expect(await now()).toMatchObject({ state: 'PROCESSING', endedAtMs: null });
    expect(shop.order().refunds).toHaveLength(1);
  });

  it('is what another instance has heard of it since', async () => {
    const { shop, known, now } = await refused();
    const done: RefundRecord = { ...known, state: 'SUCCESS', failure: null, version: known.version + 1 };
    shop.documents.put(refundsCollection, done);
    expect(await applyRefundStatus(shop.ports, known, said('PROCESSING'))).toEqual(done);
    expect(await now()).toEqual(done);
  });

  it('and closed since, keeps nothing reserved', async () => {
    const { shop, known, now } = await refused();
    shop.documents.put(refundsCollection, { ...known, nextAtMs: shop.nowMs } as RefundRecord);
    const get: Documents['get'] = async (...args) => {
      const { state } = await now();
      if (state === 'REFUSED' && args[0] === 'refund_requests')
        shop.documents.put(refundsCollection, { ...known, state: 'CLOSED', version: 9 } as RefundRecord);
      return shop.documents.get(...args);
    };
    const documents = { ...shop.documents, get };
    await workOnRefund({ ...shop.ports, documents }, await now());
    expect(await now()).toMatchObject({ state: 'CLOSED', version: 9 });
    expect(shop.order().refunds).toEqual([]);
  });

  it('stays refused when WeChat Pay has closed it', async () => {
    const { shop, known, now } = await refused();
    expect(await applyRefundStatus(shop.ports, known, said('CLOSED'))).toEqual(known);
    expect(await now()).toEqual(known);
    expect(shop.documents.all('anomalies')).toEqual([]);
  });

  it('keeps its reservation when that is heard while it is released', async () => {
    const { shop, known, now } = await refused({
      refunds: [{ outRefundNo: 'R1', amountFen: 300, sendAfterMs: 0 }],
    });
    shop.documents.put(refundsCollection, { ...known, nextAtMs: shop.nowMs } as RefundRecord);
    const update: Documents['update'] = async (collection, ...args) => {
      const { state } = await now();
      if (collection === ordersCollection && state === 'REFUSED')
        await applyRefundStatus(shop.ports, await now(), said('PROCESSING'));
      return shop.documents.update(collection, ...args);
    };
    const documents = { ...shop.documents, update };
    await workOnRefund({ ...shop.ports, documents }, await now());
    expect(await now()).toMatchObject({ state: 'PROCESSING' });
    expect((await now()).nextAtMs).not.toBeNull();
    expect(shop.order().refunds).toHaveLength(1);
  });
});

it('a refund is not refused while another instance, which began before, may still send it', async () => {
  const { shop, work } = await requested();
  const refuse = (route: string) => {
    throw refusal(route.startsWith('GET') ? 'RESOURCE_NOT_EXISTS' : 'USER_ACCOUNT_ABNORMAL');
  };
  shop.answer = () => {
    throw new Error('killed');
  };
  await expect(work()).rejects.toThrow('killed');
  const states: string[] = [];
  shop.answer = refuse;
  for (const minutes of [2, 10]) {
    shop.nowMs += minutes * minuteMs;
    await workOnDueRefunds(shop.ports, () => true);
    states.push((await loadRefund(shop.documents, 'R1'))!.state);
  }
  expect(states).toEqual(['RESERVED', 'REFUSED']);
});
