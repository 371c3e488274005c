import { expect, it } from 'vitest';
import type { Documents } from '../../core/ports.ts';
import { refusal, scriptedShop } from '../testing/scripted-shop.ts';
import { loadRefund, workOnDueRefunds } from './find.ts';
import type { RefundPorts } from './ports.ts';
import { type RefundRecord, refundsCollection } from './records.ts';
import { storeRefund } from './request.ts';
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
  expect(await work()).toMatchObject({ state: 'RESERVED', nextAtMs: shop.nowMs + minuteMs });
  expect(shop.order().refunds).toHaveLength(1);
});

it.each(['REFUSED', 'CLOSED'] as const)('a refund that is %s by then reserves nothing', async (state) => {
  const { shop, work } = await requested();
  const stored = (await loadRefund(shop.documents, 'R1'))!;
  shop.documents.put(refundsCollection, { ...stored, state, nextAtMs: null, version: 9 } as RefundRecord);
  expect(await work()).toMatchObject({ state, version: 9 });
  expect(shop.order().refunds ?? []).toEqual([]);
  expect(shop.calls).toEqual([]);
});
