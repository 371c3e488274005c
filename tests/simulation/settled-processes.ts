/** What must hold of sharing, transfers, withdrawals and bills when everything has settled. */
import type { Withdrawal } from '../../sandbox/wechatpay/funds/types.ts';
import type { ShareOrder, ShareReturn } from '../../sandbox/wechatpay/sharing/types.ts';
import type { Transfer } from '../../sandbox/wechatpay/transfers/types.ts';
import type { MemoryDocuments } from '../../shared/core/testing/documents.ts';
import type { BillDay } from '../../shared/payments/bills/records.ts';
import type { LedgerEntry } from '../../shared/payments/ledger/ledger.ts';
import type { SharingRecord } from '../../shared/payments/sharing/records.ts';
import { hasEnded, type TransferRecord } from '../../shared/payments/transfers/records.ts';
import type { WithdrawalRecord } from '../../shared/payments/withdrawals/records.ts';

/** Lists of the simulator's state. */
export interface Slots {
  slot<T>(name: string): T[];
}

/** What the shop has stored, and the time there. */
export interface Books {
  readonly memory: Pick<MemoryDocuments, 'all' | 'peek'>;
  readonly nowMs: number;
}

export function checkProcesses(shop: Books, theirs: Slots): string[] {
  return [
    ...checkSharing(shop, theirs),
    ...checkTransfers(shop, theirs),
    ...checkWithdrawals(shop, theirs),
    ...checkBills(shop),
  ];
}

/** Shares, returns and the rest are the payment; each of them is in our ledger as it is there. */
function checkSharing({ memory, nowMs }: Books, theirs: Slots): string[] {
  const found: string[] = [];
  const ledger = memory.all<LedgerEntry>('ledger');
  const shares = theirs.slot<ShareOrder>('share_orders');
  const returns = theirs.slot<ShareReturn>('share_returns');
  const sharings = memory.all<SharingRecord>('sharings');
  for (const sharing of sharings) {
    const { _id, state, requests, nextAtMs, failure, amountFen } = sharing;
    const sumOf = (...kinds: LedgerEntry['kind'][]) =>
      sum(ledger.filter(({ outTradeNo, kind }) => outTradeNo === _id && kinds.includes(kind)));
    const own = shares.filter(({ transactionId }) => transactionId === sharing.transactionId);
    const sharedFen = sum(own.flatMap((each) => each.shares.filter(({ result }) => result === 'SUCCESS')));
    const numbers = new Set(own.map(({ orderId }) => orderId));
    const returnedFen = sum(
      returns.filter(({ orderId, result }) => numbers.has(orderId) && result === 'SUCCESS'),
    );
    if (sumOf('SHARE') !== 0 - sharedFen)
      found.push(`${_id}: shared ${sharedFen} fen, in our ledger ${sumOf('SHARE')}`);
    if (sumOf('SHARE_RETURN') !== returnedFen)
      found.push(`${_id}: ${returnedFen} fen of shares returned, in our ledger ${sumOf('SHARE_RETURN')}`);
    if (sharedFen > amountFen * 0.3) found.push(`${_id}: ${sharedFen} fen shared of ${amountFen}`);
    const restFen = sumOf('PAYMENT', 'REFUND', 'SHARE', 'SHARE_RETURN');
    if (restFen < 0) found.push(`${_id}: ${restFen} fen are left of it`);
    for (const { outOrderNo } of own)
      if (!requests.some((each) => each.outOrderNo === outOrderNo))
        found.push(`${outOrderNo}: shared, and unknown here`);
    const overdue = nextAtMs !== null && nextAtMs < nowMs - 2 * 3_600_000;
    if (overdue) found.push(`${_id}: its sharing is ${state}, due and not worked on`);
    if (nextAtMs === null && state !== 'FREED' && !failure)
      found.push(`${_id}: its sharing stays ${state}, without a reason`);
  }
  return found;
}

function checkTransfers({ memory }: Books, theirs: Slots): string[] {
  const found: string[] = [];
  const ours = memory.all<TransferRecord>('transfers');
  const there = theirs.slot<Transfer>('transfers');
  for (const transfer of there) {
    const record = ours.find(({ _id }) => _id === transfer.outBillNo);
    if (record?.state !== transfer.state)
      found.push(`${transfer.outBillNo}: ${transfer.state} there, ${record?.state} here`);
    if (record?.amountFen !== transfer.amountFen) found.push(`${transfer.outBillNo}: another amount`);
  }
  for (const record of ours) {
    const known = there.some(({ outBillNo }) => outBillNo === record._id);
    if (!hasEnded(record)) found.push(`${record._id}: the transfer is ${record.state} in the end`);
    if (!known && record.state !== 'REFUSED' && record.state !== 'CANCELLED')
      found.push(`${record._id}: ${record.state}, and WeChat Pay does not know it`);
  }
  const sentFen = sum(there.filter(({ state }) => state === 'SUCCESS'));
  const recordedFen = sum(memory.all<LedgerEntry>('ledger').filter(({ kind }) => kind === 'TRANSFER'));
  if (recordedFen !== 0 - sentFen) found.push(`transferred ${sentFen} fen, in our ledger ${recordedFen}`);
  return found;
}

function checkWithdrawals({ memory }: Books, theirs: Slots): string[] {
  const found: string[] = [];
  const ours = memory.all<WithdrawalRecord>('withdrawals');
  const there = theirs.slot<Withdrawal>('withdrawals');
  const ledger = memory.all<LedgerEntry>('ledger');
  for (const withdrawal of there) {
    const { outRequestNo, amountFen, status } = withdrawal;
    const record = ours.find(({ _id }) => _id === outRequestNo);
    if (!record || record.amountFen !== amountFen) {
      found.push(`${outRequestNo}: withdrawn, and here it is ${JSON.stringify(record)}`);
      continue;
    }
    const sumOf = (kind: LedgerEntry['kind']) =>
      sum(ledger.filter((each) => each.kind === kind && each.reference === outRequestNo));
    const left = record.state === 'SUCCESS' || record.state === 'REFUND' ? 0 - amountFen : 0;
    if (sumOf('WITHDRAWAL') !== left)
      found.push(`${outRequestNo}: ${record.state}, in our ledger ${sumOf('WITHDRAWAL')}`);
    const back = record.state === 'REFUND' ? amountFen : 0;
    if (sumOf('WITHDRAWAL_RETURN') !== back)
      found.push(`${outRequestNo}: ${record.state}, and its return is not booked so`);
    const same = record.state === status || (record.state === 'PROCESSING' && status === 'CREATE_SUCCESS');
    // One that the bank sent back later is found by the daily queries.
    if (!same && record.nextAtMs === null)
      found.push(`${outRequestNo}: ${status} there, ${record.state} here for good`);
  }
  for (const { _id, state } of ours)
    if (!there.some(({ outRequestNo }) => outRequestNo === _id) && state !== 'REFUSED')
      found.push(`${_id}: ${state}, and WeChat Pay does not know it`);
  return found;
}

/** Every bill agrees with the ledger in the end, or the difference was put right. */
function checkBills({ memory }: Books): string[] {
  const days = memory.all<BillDay>('bill_days').filter(({ account }) => account !== undefined);
  return days.flatMap(({ _id, state, differences }) => [
    ...(differences === 0 ? [] : [`the bill of ${_id} has ${differences} differences`]),
    ...(state === 'DONE' || state === 'EMPTY' ? [] : [`the bill of ${_id} is ${state}`]),
  ]);
}

function sum(entries: readonly { readonly amountFen: number }[]): number {
  return entries.reduce((total, { amountFen }) => total + amountFen, 0);
}
