import type { AccountKind } from '../../core/account.ts';
import type { Documents } from '../../core/ports.ts';
import { changeVersioned, type Versioned } from '../../core/versioned.ts';

export const complaintsCollection = 'complaints';

export type ActKind = 'reply' | 'complete' | 'approveRefund' | 'rejectRefund';

/** The last answer of the shop. Its text is not kept, only what is needed to recognise it in the negotiation. */
export interface ComplaintAct {
  readonly token: string;
  readonly kind: ActKind;
  readonly operatorOpenid: string | null;
  /** SHA-256 of the text; empty for an answer without one. */
  readonly digest: string;
  /** What an approval gives back, in fen. */
  readonly amountFen: number | null;
  readonly state: 'BEGUN' | 'DONE' | 'REFUSED';
  readonly atMs: number;
}

/** What WeChat Pay says about a complaint, without what the payer wrote and without anything about the payer. */
export interface ComplaintFacts {
  readonly state: 'PENDING' | 'PROCESSING' | 'PROCESSED' | null;
  readonly problemType: string | null;
  /** The question that the payer picked from a list. */
  readonly problem: string | null;
  readonly complainedAtMs: number | null;
  readonly complaintedMchid: string | null;
  readonly outTradeNo: string | null;
  readonly transactionId: string | null;
  readonly amountFen: number | null;
  readonly applyRefundFen: number | null;
  readonly fullRefunded: boolean;
  readonly payerWaits: boolean;
  /** 需即时服务用户: answered by an API of its own. Absent from what was stored before this was known. */
  readonly needsImmediateService?: boolean;
  /** 平台协助: the payer asked WeChat Pay's customer service to step in. Absent where that was not yet known. */
  readonly inPlatformService?: boolean;
  readonly times: number;
}

/** `_id` is the complaint_id. */
export interface ComplaintRecord extends Versioned, ComplaintFacts {
  /** The account whose callbacks or list reported it, and that answers it. */
  readonly account: AccountKind;
  readonly seenAtMs: number;
  /** When WeChat Pay is asked next; null once it is PROCESSED: a callback reports the payer's next message. */
  readonly refreshAfterMs: number | null;
  /** Answers of the shop that were sent; an answer names the number that its operator saw. */
  readonly acts: number;
  readonly act: ComplaintAct | null;
  readonly outRefundNo: string | null;
  /** For which round of the complaint its deadline was reported in the log. */
  readonly warnedForTimes: number;
}

export type ComplaintChanges = Partial<Omit<ComplaintRecord, '_id' | 'version' | 'account'>>;

export const noFacts: ComplaintFacts = {
  state: null,
  problemType: null,
  problem: null,
  complainedAtMs: null,
  complaintedMchid: null,
  outTradeNo: null,
  transactionId: null,
  amountFen: null,
  applyRefundFen: null,
  fullRefunded: false,
  payerWaits: false,
  times: 1,
};

/** Compare and set on one complaint. @returns it as it is afterwards, and whether this call changed it */
export function changeComplaint(
  documents: Documents,
  known: ComplaintRecord,
  change: (complaint: ComplaintRecord) => ComplaintChanges | undefined,
): Promise<{ doc: ComplaintRecord; changed: boolean }> {
  return changeVersioned(documents, complaintsCollection, known, change);
}

export function loadComplaint(
  documents: Documents,
  complaintId: string,
): Promise<ComplaintRecord | undefined> {
  return documents.get<ComplaintRecord>(complaintsCollection, complaintId);
}
