/** 提现异常账单 at the simulator: what failed or came back is found, although nothing else reported it. */
import { afterEach, expect, it } from 'vitest';
import type { SellerFundsAnswers } from '../../shared/contract/index.ts';
import { sellersCollection } from '../../shared/merchants/sellers.ts';
import { queueYesterday } from '../../shared/payments/bills/days.ts';
import { workOnDueDays } from '../../shared/payments/bills/reconcile-day.ts';
import type { BillDay, BillRecord, DifferenceRecord } from '../../shared/payments/bills/records.ts';
import { ledgerCollection } from '../../shared/payments/ledger/ledger.ts';
import type { WithdrawalRecord } from '../../shared/payments/withdrawals/records.ts';
import { sellerFunds } from '../../shared/payments/withdrawals/seller-funds.ts';
import { workOnDueWithdrawals } from '../../shared/payments/withdrawals/work.ts';
import { type RefundShop, refundShop } from './refund-shop.ts';

const hourMs = 3600_000;
const dayMs = 24 * hourMs;
const noonMs = Date.parse('2027-01-04T12:00:00+08:00');

let shop: RefundShop;
afterEach(() => shop.close());

/** A seller of a platform, whose money is withdrawn, on a clock that only the test advances. */
async function withdrawn(): Promise<string> {
  shop = await refundShop('ecommerce', () => noonMs);
  const { subMchid } = shop.sandbox.credentials.ecommerce.subMerchants[0]!;
  const seller = { name: '店', ownerOpenid: 'oOwner', account: 'ecommerce', subMchid, state: 'ACTIVE' };
  shop.documents.put(sellersCollection, { _id: 'mine', ...seller } as { _id: string });
  await shop.sandbox.control('POST', `/merchants/${subMchid}/balance`, { addFen: 5_000 });
  const request = { action: 'withdraw', sellerId: 'mine', requestToken: 't'.repeat(16), amountFen: 3_000 };
  const caller = { openid: 'oOwner', isOperator: false };
  const answer = (await sellerFunds(shop.ports, caller, request)) as SellerFundsAnswers['withdraw'];
  return answer.withdrawal.outRequestNo;
}

const work = () => workOnDueWithdrawals(shop.ports, () => true);
const settle = (no: string, result: string) =>
  shop.sandbox.control('POST', `/withdrawals/${no}/settle`, { result });
const stored = () => shop.documents.all<WithdrawalRecord>('withdrawals')[0]!;
const ledger = () =>
  shop.documents
    .all<{ _id: string; kind: string; amountFen: number }>(ledgerCollection)
    .map(({ kind, amountFen }) => [kind, amountFen]);
const differences = () => shop.documents.all<DifferenceRecord>('bill_differences');
const bill = () => shop.documents.all<BillRecord>('bills').findLast(({ type }) => type === 'withdrawals');

/** The morning after today. */
async function nextMorning(): Promise<BillDay | undefined> {
  await shop.sandbox.clock.advance(23 * hourMs);
  return reconcile();
}

async function reconcile(): Promise<BillDay | undefined> {
  await queueYesterday(shop.ports, shop.account);
  return (await workOnDueDays(shop.ports, ['ecommerce'], () => true)).at(-1);
}

/** The bank sends it back after we have stopped asking, and its callback is lost. */
async function bounced(): Promise<string> {
  const no = await withdrawn();
  await shop.sandbox.clock.advance(dayMs);
  await work();
  await shop.sandbox.clock.advance(35 * dayMs);
  await work();
  expect(stored()).toMatchObject({ state: 'SUCCESS', nextAtMs: null });
  await settle(no, 'REFUND');
  return no;
}

it('finds money that the bank sent back after everybody had stopped asking', async () => {
  const no = await bounced();
  expect(await nextMorning()).toMatchObject({ state: 'DONE', differences: 0, settled: 1 });
  expect(stored()).toMatchObject({ state: 'REFUND' });
  expect(ledger()).toEqual([
    ['WITHDRAWAL', -3_000],
    ['WITHDRAWAL_RETURN', 3_000],
  ]);
  expect(bill()).toMatchObject({ state: 'DONE', sums: { rows: 1 } });
  expect(differences().filter(({ bill: of }) => of === 'withdrawals')).toMatchObject([
    { kind: 'NOT_RECORDED', movement: 'WITHDRAWAL_RETURN', reference: no, state: 'REPAIRED' },
  ]);
});

it('that failed and is known to have failed is no difference', async () => {
  const no = await withdrawn();
  await settle(no, 'FAIL');
  await shop.sandbox.clock.advance(60_000);
  await work();
  expect(stored().state).toBe('FAIL');
  await nextMorning();
  expect(bill()).toMatchObject({ state: 'DONE', sums: { rows: 1 } });
  expect(differences().filter(({ bill: of }) => of === 'withdrawals')).toEqual([]);
});

it('whose file is not the announced one changes nothing, and is fetched again', async () => {
  await bounced();
  const fault = { route: '/v3/merchant/fund/withdraw/*', kind: 'bill-bad-hash', times: 1 };
  await shop.sandbox.control('PUT', '/faults', [fault]);
  expect(await nextMorning()).toMatchObject({ state: 'FAILED', failure: { code: 'BILL_HASH' } });
  expect(stored().state).toBe('SUCCESS');
  await shop.sandbox.clock.advance(15 * 60_000);
  expect(await reconcile()).toMatchObject({ state: 'DONE', differences: 0 });
  expect(stored().state).toBe('REFUND');
});

it('names withdrawals of others, which are no difference', async () => {
  await bounced();
  const fault = { route: '/v3/merchant/fund/withdraw/*', kind: 'bill-unknown-order', times: 1 };
  await shop.sandbox.control('PUT', '/faults', [fault]);
  expect(await nextMorning()).toMatchObject({ state: 'DONE', differences: 0 });
  expect(bill()).toMatchObject({ sums: { rows: 1 } });
});

it('is taken up again when a run dies after WeChat Pay was asked', async () => {
  await bounced();
  shop.documents.interrupt = async (when, operation) => {
    if (when === 'before' && operation === 'update bills' && stored().state === 'REFUND')
      throw new Error('died');
  };
  await nextMorning();
  shop.documents.interrupt = async () => undefined;
  expect(bill()?.state).not.toBe('DONE');
  await shop.sandbox.clock.advance(15 * 60_000);
  expect(await reconcile()).toMatchObject({ state: 'DONE', differences: 0 });
  expect(ledger()).toHaveLength(2);
});
