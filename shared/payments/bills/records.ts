/** What is stored about bills: one document for each bill of a day, one for the day, one for each difference. */
import type { AccountKind } from '../../core/account.ts';
import type { Document } from '../../core/ports.ts';
import type { Versioned } from '../../core/versioned.ts';
import type { Failure } from '../failed-call.ts';
import type { MovementKind } from './flow-kinds.ts';
import type { BillSums } from './movement.ts';

export const billDaysCollection = 'bill_days';
export const billsCollection = 'bills';
export const differencesCollection = 'bill_differences';

/** Bilingual. */
export interface Texts {
  readonly zh: string;
  readonly en: string;
}

/**
 * - WAITING: the bill is not ready, or what comes before it is not done
 * - RUNNING: it was begun; the next run goes on
 * - EMPTY: nothing moved on that day
 * - DONE: compared both ways
 * - FAILED: the file cannot be used; it is fetched again later
 * - NOT_ALLOWED: WeChat Pay does not give it to this merchant
 */
export type BillState = 'WAITING' | 'RUNNING' | 'EMPTY' | 'DONE' | 'FAILED' | 'NOT_ALLOWED';

/**
 * trade: 交易账单 of all orders under a merchant number; fundflow: 资金账单 of its own accounts; fundflow-subs: of all
 * sub-merchants of an e-commerce platform; fundflow-sub: of one sub-merchant of an ordinary partner.
 */
export type TableBillType = 'trade' | 'fundflow' | 'fundflow-subs' | 'fundflow-sub';
/** withdrawals: 提现异常账单 of a provider, whose table no page describes. */
export type BillType = TableBillType | 'withdrawals';

/** One bill. `_id` is the date, the merchant number, the type, and for fundflow-sub the sub_mchid. */
export interface BillRecord extends Versioned {
  readonly date: string;
  readonly mchid: string;
  readonly type: BillType;
  readonly subMchid: string | null;
  readonly state: BillState;
  /** Where the next run goes on; null before the first and after the last. */
  readonly progress: BillProgress | null;
  readonly sums: BillSums | null;
  /** For a trade bill: whose orders it contains. */
  readonly subMchids: readonly string[];
  readonly failure: Failure | null;
  /** When this comparison began: a difference that it does not find again is settled. */
  readonly startedAtMs: number;
  /** Until when it is reserved for the run that is working on it. */
  readonly leaseUntilMs: number;
}

/** A bill whose table is documented, and compared line by line. */
export interface TableBill extends BillRecord {
  readonly type: TableBillType;
}

/** Everything before it is compared and recorded; nothing after it is. */
export interface BillProgress {
  /** Hash of the files: if they change, the comparison starts over. */
  readonly sha1: string;
  /** `rows`: the bill against our records; `records`: our records against the bill. */
  readonly phase: 'rows' | 'records';
  /** Lines that are compared. */
  readonly lines: number;
  /** Where the first line that is not compared stands. */
  readonly at: BillPosition;
  /** Hashes of the movements that the bill has more than once. */
  readonly repeated: readonly string[];
  /** The kind in progress, and where its next page begins. */
  readonly kind: number;
  readonly after: string;
}

export interface BillPosition {
  readonly file: number;
  /** Where a chunk begins in the unpacked file, and how many of its lines to leave out. */
  readonly byte: number;
  readonly skip: number;
}

/** The summary of an account's day. `_id` is the date and the merchant number. */
export interface BillDay extends Versioned {
  readonly date: string;
  readonly account: AccountKind;
  readonly mchid: string;
  readonly state: BillState;
  /** Of the trade bill; null until it is read. */
  readonly sums: BillSums | null;
  /** Of the fund flow bills together; null until one is read. */
  readonly flow: BillSums | null;
  /** Differences that are open, and those that were repaired or no longer exist. */
  readonly differences: number;
  readonly settled: number;
  readonly failure: Failure | null;
  readonly checkedAtMs: number;
  /** When the timer works on it next; null when it is done. */
  readonly nextAtMs: number | null;
  readonly attempts: number;
}

type DifferenceKind =
  /** The bill has it, we do not: a lost payment, or one of another system under this merchant number. */
  | 'NOT_RECORDED'
  /** We have it, the bill does not. */
  | 'NOT_BILLED'
  | 'OTHER_AMOUNT'
  /** The same movement is recorded under another order. */
  | 'OTHER_ORDER'
  /** The bill has the same movement in more than one line. */
  | 'BILLED_TWICE'
  /** Lines of a 业务类型 that no page lists. */
  | 'UNKNOWN_TYPE'
  /** The bill of failed withdrawals lists it, and WeChat Pay, asked about it, says that it did not fail. */
  | 'NOT_CONFIRMED'
  /** The file is broken, or is not built as documented; nothing of it was compared. */
  | 'UNREADABLE';

export interface Difference {
  readonly kind: DifferenceKind;
  /** Null for a whole bill or a 业务类型. */
  readonly movement: MovementKind | null;
  /** The number of the movement, the 业务类型, or the code of what is wrong with the file. */
  readonly reference: string;
  readonly outTradeNo: string | null;
  /** Fen, as the bill has it and as we have it. */
  readonly billedFen: number | null;
  readonly recordedFen: number | null;
  /** What is wrong with the file, and in which line. */
  readonly detail?: string;
}

/**
 * `_id` is the date, merchant number, kind, movement and reference: a difference that two bills show is stored once.
 */
export interface DifferenceRecord extends Document, Difference {
  readonly date: string;
  readonly mchid: string;
  /** The bill that showed it: the end of its `_id`. */
  readonly bill: string;
  readonly remedy: Texts;
  /** REPAIRED: our records were completed from WeChat Pay's answer. SETTLED: a later comparison did not find it. */
  readonly state: 'OPEN' | 'REPAIRED' | 'SETTLED';
  readonly foundAtMs: number;
  readonly seenAtMs: number;
}
