import { afterEach, describe, expect, it } from 'vitest';
import { startTestCloud, type TestCloud } from '../../sandbox/cloudbase/testing/cloud.ts';
import type { Documents } from '../../shared/core/ports.ts';
import { memoryDocuments } from '../../shared/core/testing/documents.ts';
import { reconcileDay } from '../../shared/payments/bills/reconcile-day.ts';
import {
  billDate,
  billShop,
  noonMs,
  owner,
  tradeBillText,
} from '../../shared/payments/bills/testing/bill-shop.ts';
import { recordMovement } from '../../shared/payments/ledger/ledger.ts';
import type { OrderRecord } from '../../shared/payments/orders/records.ts';
import { describeBilledDay, describeOrderMoney, readBilledDay, readOrderMoney } from './ledger.ts';
import { openLocal } from './local-data.ts';

let cloud: TestCloud | undefined;
afterEach(async () => {
  await cloud?.close();
  cloud = undefined;
});

async function fill(data: Documents): Promise<void> {
  const order = { _id: 'T1', state: 'REFUND', amountFen: 1000, createdAtMs: noonMs };
  const refunds = [
    { outRefundNo: 'R1', amountFen: 300, sendAfterMs: 0 },
    { outRefundNo: 'R2', amountFen: 100, sendAfterMs: 0 },
  ];
  await data.insertIfAbsent<OrderRecord>('orders', { ...order, refunds } as unknown as OrderRecord);
  const refund = { outTradeNo: 'T1', createdAtMs: noonMs };
  await data.insertIfAbsent('refunds', { _id: 'R1', ...refund, state: 'SUCCESS', amountFen: 300 } as never);
  await data.insertIfAbsent('refunds', {
    _id: 'R2',
    ...refund,
    state: 'PROCESSING',
    amountFen: 100,
  } as never);
  const of = { ...owner, outTradeNo: 'T1' };
  const at = (minutes: number) => noonMs + minutes * 60_000;
  await recordMovement(data, of, { kind: 'PAYMENT', amountFen: 1000, reference: '421', atMs: at(0) });
  await recordMovement(data, of, { kind: 'FEE', amountFen: -6, reference: '421', atMs: at(0) });
  await recordMovement(data, of, { kind: 'REFUND', amountFen: -300, reference: 'R1', atMs: at(5) });
}

describe("an order's money", () => {
  it('is shown with its balance after each movement, and whether all agree', async () => {
    const data = memoryDocuments();
    await fill(data);
    const money = await readOrderMoney(data, 'T1');
    expect(money).toMatchObject({ heldFen: 694, onTheWayFen: 100, contradictions: [] });
    expect(describeOrderMoney(money).join('\n')).toBe(
      [
        'T1  账上 ¥6.94 · holds ¥6.94，¥1.00 退款在途 · ¥1.00 of refunds on the way',
        '  2026-03-21 12:00:00       ¥10.00  →     ¥10.00  付款 payment  421',
        '  2026-03-21 12:00:00       -¥0.06  →      ¥9.94  手续费 fee  421',
        '  2026-03-21 12:05:00       -¥3.00  →      ¥6.94  退款 refund  R1',
        '✓ 流水、订单与退款一致  The ledger, the order and its refunds agree.',
      ].join('\n'),
    );
    await data.remove('ledger', 'REFUND:R1');
    expect(describeOrderMoney(await readOrderMoney(data, 'T1')).join('\n')).toContain('✗ T1');
  });

  it('is read from a local system through the real SDK', async () => {
    cloud = await startTestCloud({});
    for (const name of ['orders', 'refunds', 'ledger']) cloud.emulator.database.createCollection(name);
    const data = openLocal(cloud.baseUrl);
    await fill(data);
    expect(await readOrderMoney(data, 'T1')).toMatchObject({ heldFen: 694, contradictions: [] });
    await expect(readOrderMoney(data, 'T2')).rejects.toMatchObject({ id: 'no-order' });
  });
});

describe('a day', () => {
  it('is shown with its totals, each difference and what to do about it', async () => {
    const line = { transactionId: '421', outTradeNo: 'T1', fen: 1000, feeFen: 6 };
    const shop = billShop(tradeBillText([line]));
    await expect(readBilledDay(shop.documents, billDate)).rejects.toMatchObject({ id: 'no-day' });
    await reconcileDay(shop.ports, shop.account, billDate, () => true);
    const text = (await readBilledDay(shop.documents, billDate)).flatMap(describeBilledDay).join('\n');
    expect(text).toContain('2026-03-21  1900000001 (direct)  DONE，交易 1 行 rows，收 paid ¥10.00');
    expect(text).toContain('✗ OPEN NOT_RECORDED PAYMENT 421 · T1  账单 bill ¥10.00  本地 ours —');
    expect(text).toContain('→ 本系统没有这笔记录');
    expect(text).toContain('有未处理的差异');
  });
});
