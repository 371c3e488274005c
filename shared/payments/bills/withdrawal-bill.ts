/**
 * 提现异常账单 (NO_SUCC): the withdrawals of a provider and its sub-merchants that failed, or that the bank sent back, on a
 * day. https://pay.weixin.qq.com/doc/v3/partner/4012720060
 *
 * No page describes its table, so nothing in it is trusted but our own numbers: whatever withdrawal of ours it names,
 * WeChat Pay is asked about, and that answer is recorded. It finds money that came back after the callback was lost and
 * the queries had ended. Withdrawals that others made, in the merchant platform, are no difference; nor is one of ours
 * that the file lacks, since WeChat Pay may add it to the file of a later day (the page, 注意).
 */
import type { Account } from '../../core/account.ts';
import { isRefusal } from '../../core/errors.ts';
import type { Documents, HasTime } from '../../core/ports.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import { isForLater } from '../failed-call.ts';
import type { OrderPorts } from '../orders/ports.ts';
import { applyWithdrawalStatus } from '../withdrawals/apply-status.ts';
import { type WithdrawalRecord, withdrawalsCollection } from '../withdrawals/records.ts';
import { queryWithdrawal } from '../withdrawals/wire.ts';
import { recordDifference, settleOthers } from './differences.ts';
import { type BillFile, downloadFailedWithdrawals, linesOf, noStatementCodes } from './download.ts';
import type { BillRecord } from './records.ts';

/** Numbers that are looked up together: the database takes a list of 100. */
const batchSize = 100;
/** Of an out_request_no or a withdraw_id. */
const number = /^[\w|*-]{6,128}$/;
const numberCharacters = /[\w|*-]+/g;

type End = Pick<BillRecord, 'state' | 'sums' | 'failure'>;

/** @returns how the bill ended; RUNNING when the time was up before @throws WechatpayError, BillError */
export async function compareWithdrawals(
  ports: OrderPorts,
  account: Account,
  bill: BillRecord,
  hasTime: HasTime,
): Promise<End> {
  const file = await fetchFile(account, bill.date);
  if (!file) return { state: 'EMPTY', sums: null, failure: null };
  // The whole file is read, and its hash verified, before anything in it is used.
  const listed = await ours(ports.documents, account, await numbersIn(file));
  const sums = { rows: listed.length };
  for (const withdrawal of listed) {
    if (!hasTime()) return { state: 'RUNNING', sums, failure: null };
    await confirm(ports, account, bill, withdrawal);
  }
  await settleOthers(ports, bill);
  return { state: 'DONE', sums, failure: null };
}

async function fetchFile(account: Account, date: string): Promise<BillFile | undefined> {
  try {
    return await downloadFailedWithdrawals(account, date);
  } catch (error) {
    if (isRefusal(error, noStatementCodes)) return undefined;
    throw error;
  }
}

/** Everything in the file that may be a number of ours, whatever separates the columns. */
async function numbersIn(file: BillFile): Promise<string[]> {
  const found = new Set<string>();
  for await (const { lines } of linesOf(file)) {
    for (const [text] of lines.join('\n').matchAll(numberCharacters)) if (number.test(text)) found.add(text);
  }
  return [...found];
}

async function ours(
  documents: Documents,
  { mchid }: Account,
  numbers: readonly string[],
): Promise<WithdrawalRecord[]> {
  const found = new Map<string, WithdrawalRecord>();
  for (let at = 0; at < numbers.length; at += batchSize) {
    const batch = { in: numbers.slice(at, at + batchSize) };
    const pages = await Promise.all([
      documents.find<WithdrawalRecord>(withdrawalsCollection, { where: { _id: batch }, limit: batchSize }),
      documents.find<WithdrawalRecord>(withdrawalsCollection, {
        where: { withdrawId: batch },
        limit: batchSize,
      }),
    ]);
    for (const each of pages.flat()) if (each.mchid === mchid) found.set(each._id, each);
  }
  return [...found.values()];
}

/** What failed, never happened or came back: nothing more can follow. */
function hasFailed({ state }: WithdrawalRecord): boolean {
  return state === 'FAIL' || state === 'CLOSE' || state === 'REFUND' || state === 'REFUSED';
}

async function confirm(
  ports: OrderPorts,
  account: Account,
  bill: BillRecord,
  known: WithdrawalRecord,
): Promise<void> {
  if (hasFailed(known)) return;
  const { withdrawal, problem } = await ask(ports, account, known);
  const failed = hasFailed(withdrawal);
  const difference = {
    kind: failed ? ('NOT_RECORDED' as const) : ('NOT_CONFIRMED' as const),
    movement: 'WITHDRAWAL_RETURN' as const,
    reference: known._id,
    outTradeNo: null,
    billedFen: known.amountFen,
    recordedFen: null,
    detail: problem ?? withdrawal.state,
  };
  await recordDifference(ports, bill, difference, failed ? 'REPAIRED' : 'OPEN');
}

async function ask(ports: OrderPorts, account: Account, known: WithdrawalRecord) {
  try {
    const status = await queryWithdrawal(account, known);
    return { withdrawal: await applyWithdrawalStatus(ports, known, status), problem: undefined };
  } catch (error) {
    if (!(error instanceof WechatpayError) || isForLater(error)) throw error;
    return { withdrawal: known, problem: `${error.code}: ${error.message}` };
  }
}
