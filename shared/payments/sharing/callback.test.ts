import { describe, expect, it } from 'vitest';
import { recordMovement } from '../ledger/ledger.ts';
import { applySharingCallback } from './callback.ts';
import type { SharingRecord } from './records.ts';
import { dayMs, nowMs, shareRequest, sharing } from './testing/sharing.ts';

const resource = {
  ...{ sp_mchid: '1900000001', sub_mchid: '1900000109', transaction_id: '4200000001', order_id: 'O1' },
  ...{ out_order_no: 'S1', success_time: '2026-01-03T08:00:05+08:00' },
  receiver: { type: 'MERCHANT_ID', account: '1900000200', amount: 100, description: '佣金' },
};

async function called(
  changes: object = {},
  of: Partial<SharingRecord> = {},
  kind: 'partner' | 'direct' = 'partner',
) {
  const at = sharing(kind, { requests: [shareRequest()], nextAtMs: nowMs + dayMs, ...of });
  const owner = { outTradeNo: 'T1', account: kind, mchid: '1900000001', subMchid: at.record.subMchid };
  const payment = { kind: 'PAYMENT', amountFen: 1000, reference: '4200000001', atMs: nowMs } as const;
  await recordMovement(at.shop.documents, owner, payment);
  const answer = await applySharingCallback(at.shop.ports, kind, { ...resource, ...changes } as never);
  return { ...at, answer, now: at.stored() };
}

describe('the callback of a share', () => {
  it('has the order looked at now, while its request is in progress', async () => {
    const requests = [shareRequest({ outOrderNo: 'S0', state: 'FINISHED' }), shareRequest()];
    const { answer, now } = await called({}, { requests });
    expect(answer).toEqual(['T1', 'check-soon']);
    expect(now.nextAtMs).toBe(nowMs);
  });

  it('of a direct merchant names it as mchid', async () => {
    const direct = { sp_mchid: undefined, sub_mchid: undefined, mchid: '1900000001' };
    expect((await called(direct, {}, 'direct')).answer).toEqual(['T1', 'check-soon']);
  });

  it.each([
    ['has ended', {}, { requests: [shareRequest({ state: 'FINISHED' })] }],
    ['is another one', { out_order_no: 'S2' }, {}],
  ])('is no news when the request %s', async (_, changes, of) => {
    const { answer, now } = await called(changes, of);
    expect(answer).toEqual(['T1', 'no-news']);
    expect(now).toMatchObject({ version: 1, nextAtMs: nowMs + dayMs });
  });

  it.each([
    ['another transaction', { transaction_id: '42' }, {}],
    ['another provider', { sp_mchid: '1900000002' }, {}],
    ['another seller', { sub_mchid: '1900000110' }, {}],
    ['no seller', { sub_mchid: undefined }, {}],
    ['another account', {}, { account: 'ecommerce' }],
  ] as const)('of %s is of somebody else', async (_, changes, of) => {
    const { answer, now, shop } = await called(changes, of);
    expect(answer).toEqual(['', 'FOREIGN_SHARE']);
    expect(now.version).toBe(1);
    expect(shop.logged).toMatchObject([
      { event: 'sharing.received', fields: { outOrderNo: 'S1', amountFen: 100 } },
    ]);
  });

  it('of a payment that is not shared here is of somebody else', async () => {
    const { shop } = await called();
    await shop.documents.remove('sharings', 'T1');
    expect(await applySharingCallback(shop.ports, 'partner', resource as never)).toEqual([
      '',
      'FOREIGN_SHARE',
    ]);
  });
});
