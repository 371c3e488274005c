/** One account's day: its bill, its differences, its sums. Doing it again changes nothing. */
import type { Account } from '../../core/account.ts';
import type { Document } from '../../core/ports.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import type { RefundPorts } from '../refunds/ports.ts';
import { billableDate, dayMs } from './bill-date.ts';
import { BillError } from './bill-error.ts';
import { compareDay, type Difference } from './compare-day.ts';
import { downloadTradeBill } from './download.ts';
import type { BillSummary } from './trade-bill.ts';

const daysCollection = 'bill_days';
const differencesCollection = 'bill_differences';
/** From a bill that is not ready, or cannot be used, to the next try. */
const retryMs = 15 * 60_000;

/** `_id` is the date and the merchant number. */
export interface BillDay extends Document {
  readonly date: string;
  readonly mchid: string;
  /** WAITING: the bill is not ready; EMPTY: nothing was paid; FAILED: the file cannot be used. */
  readonly state: 'WAITING' | 'EMPTY' | 'DONE' | 'FAILED';
  readonly sums: BillSummary | null;
  readonly differences: number;
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly checkedAtMs: number;
}

export interface DifferenceRecord extends Document, Difference {
  readonly date: string;
  readonly mchid: string;
  readonly remedy: string;
  readonly foundAtMs: number;
}

type BillPorts = Pick<RefundPorts, 'clock' | 'documents' | 'log'>;

/** @returns the day as it is afterwards */
export async function reconcileDay(ports: BillPorts, account: Account, date: string): Promise<BillDay> {
  const { mchid } = account;
  const fromMs = Date.parse(`${date}T00:00:00+08:00`);
  let differences = 0;
  const report = async (difference: Difference) => {
    differences++;
    await recordDifference(ports, date, mchid, difference);
  };
  try {
    const lines = await downloadTradeBill(account, date);
    const sums = await compareDay(ports.documents, { mchid, fromMs, toMs: fromMs + dayMs }, lines, report);
    return await recordDay(ports, date, mchid, { state: 'DONE', sums, differences, failure: null });
  } catch (error) {
    const outcome = outcomeOf(error);
    if (!outcome) throw error;
    return recordDay(ports, date, mchid, { ...outcome, sums: null, differences });
  }
}

/**
 * Yesterday's bill of an account, once it is ready: a day that is done stays done, one that is not is tried again later.
 * @returns undefined when nothing was to be done
 */
export async function reconcileYesterday(ports: BillPorts, account: Account): Promise<BillDay | undefined> {
  const nowMs = ports.clock.nowMs();
  const date = billableDate(nowMs);
  if (date === undefined) return undefined;
  const known = await ports.documents.get<BillDay>(daysCollection, idOf(date, account.mchid));
  const ended = known?.state === 'DONE' || known?.state === 'EMPTY';
  if (ended || (known && nowMs - known.checkedAtMs < retryMs)) return undefined;
  return reconcileDay(ports, account, date);
}

function outcomeOf(error: unknown): Pick<BillDay, 'state' | 'failure'> | undefined {
  if (error instanceof BillError) {
    return { state: 'FAILED', failure: { code: error.code, message: error.message } };
  }
  if (!(error instanceof WechatpayError) || error.kind !== 'refused') return undefined;
  if (error.code === 'NO_STATEMENT_EXIST') return { state: 'EMPTY', failure: null };
  if (error.code === 'STATEMENT_CREATING') return { state: 'WAITING', failure: null };
  return undefined;
}

async function recordDay(
  { clock, documents, log }: BillPorts,
  date: string,
  mchid: string,
  found: Pick<BillDay, 'state' | 'sums' | 'differences' | 'failure'>,
): Promise<BillDay> {
  const day: BillDay = { _id: idOf(date, mchid), date, mchid, ...found, checkedAtMs: clock.nowMs() };
  const { _id, ...set } = day;
  if (await documents.insertIfAbsent(daysCollection, day))
    await documents.update(daysCollection, _id, {}, set);
  const level = found.differences > 0 || found.state === 'FAILED' ? 'error' : 'info';
  log[level]('bill.day', { date, mchid, state: found.state, differences: found.differences });
  return day;
}

/** By its natural key: the same difference of the same day is written down once. */
async function recordDifference(
  { clock, documents }: BillPorts,
  date: string,
  mchid: string,
  difference: Difference,
): Promise<void> {
  const { kind, movement, reference } = difference;
  const record: DifferenceRecord = {
    _id: `${date}:${mchid}:${kind}:${movement}:${reference}`,
    date,
    mchid,
    ...difference,
    remedy: remedies[kind],
    foundAtMs: clock.nowMs(),
  };
  await documents.insertIfAbsent(differencesCollection, record);
}

const remedies: Readonly<Record<Difference['kind'], string>> = {
  NOT_RECORDED:
    '用商户订单号查单：是本系统的订单就会补记，否则是同一商户号下其他系统的交易。Query the order: it is recorded if it is ours; else another system uses this merchant number.',
  NOT_BILLED:
    '用商户订单号查单并核对支付时间，仍不一致请带微信订单号联系微信支付。Query the order and compare the time of payment; if it still differs, ask WeChat Pay with the transaction_id.',
  OTHER_ORDER:
    '核对微信订单号与商户订单号，暂停发货与退款。Compare transaction_id and out_trade_no; deliver and refund nothing until it is clear.',
  OTHER_AMOUNT:
    '核对订单金额与账单金额，暂停该订单的退款。Compare both amounts, and refund nothing of this order until it is clear.',
};

function idOf(date: string, mchid: string): string {
  return `${date}:${mchid}`;
}
