import type { ProviderKind } from '../../core/account.ts';
import type { Documents } from '../../core/ports.ts';
import { changeVersioned, type Versioned } from '../../core/versioned.ts';
import type { Failure } from '../failed-call.ts';

export const withdrawalsCollection = 'withdrawals';

/**
 * - REQUESTED: stored; its merchant may have another one that is not finished
 * - RESERVED: the only unfinished one of its merchant; on its way to WeChat Pay, or its answer was lost
 * - PROCESSING: WeChat Pay has it (INIT, CREATE_SUCCESS); the bank has it on the next working day
 * - SUCCESS: the bank has it, and may still send it back
 * - REFUND: the bank sent it back after it had been SUCCESS
 * - FAIL, CLOSE: WeChat Pay's status; the money is in the balance
 * - REFUSED: never happened, as far as was known: a report that it did counts
 */
export type WithdrawalState =
  | 'REQUESTED'
  | 'RESERVED'
  | 'PROCESSING'
  | 'SUCCESS'
  | 'REFUND'
  | 'FAIL'
  | 'CLOSE'
  | 'REFUSED';

/** One withdrawal from the request to its end. `_id` is the out_request_no. */
export interface WithdrawalRecord extends Versioned {
  readonly account: ProviderKind;
  /** The provider. */
  readonly mchid: string;
  /** Whose money it is; null for the provider's own. */
  readonly subMchid: string | null;
  readonly sellerId: string | null;
  /** `subMchid ?? mchid`: the key for finding the withdrawals of one merchant. */
  readonly ownerMchid: string;
  readonly amountFen: number;
  readonly remark: string | null;
  readonly requestedBy: 'seller' | 'operator';
  readonly openid: string | null;
  readonly state: WithdrawalState;
  /** As they were first sent: every retry sends the same. */
  readonly parameters: Readonly<Record<string, unknown>> | null;
  /** When it was first sent. WeChat Pay recognises a repeated number for only 6 days. */
  readonly sentAtMs: number | null;
  readonly attempts: number;
  /** When it is worked on next; null when nothing is left to do. */
  readonly nextAtMs: number | null;
  readonly withdrawId: string | null;
  /** The bank and the last four digits, as WeChat Pay names them. */
  readonly receivedAccount: string | null;
  readonly createdAtMs: number;
  /** When the bank had it. */
  readonly paidAtMs: number | null;
  /** When it failed, was closed, refused or came back. */
  readonly endedAtMs: number | null;
  readonly failure: Failure | null;
}

export type WithdrawalChanges = Partial<
  Omit<WithdrawalRecord, '_id' | 'version' | 'amountFen' | 'ownerMchid'>
>;

/** Compare and set on one withdrawal. @returns it as it is afterwards, and whether this call changed it */
export function changeWithdrawal(
  documents: Documents,
  known: WithdrawalRecord,
  change: (withdrawal: WithdrawalRecord) => WithdrawalChanges | undefined,
): Promise<{ doc: WithdrawalRecord; changed: boolean }> {
  return changeVersioned(documents, withdrawalsCollection, known, change);
}

export function loadWithdrawal(
  documents: Documents,
  outRequestNo: string,
): Promise<WithdrawalRecord | undefined> {
  return documents.get<WithdrawalRecord>(withdrawalsCollection, outRequestNo);
}

/** A merchant's withdrawals, the newest first. */
export function withdrawalsOf(
  documents: Documents,
  ownerMchid: string,
  limit: number,
): Promise<WithdrawalRecord[]> {
  return documents.find<WithdrawalRecord>(withdrawalsCollection, {
    where: { ownerMchid },
    orderBy: { field: 'createdAtMs', direction: 'desc' },
    limit,
  });
}
