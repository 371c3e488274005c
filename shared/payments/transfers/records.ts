import type { TransferView } from '../../contract/index.ts';
import type { Documents } from '../../core/ports.ts';
import { changeVersioned, type Versioned } from '../../core/versioned.ts';
import type { Failure } from '../failed-call.ts';

export const transfersCollection = 'transfers';

/**
 * - REQUESTED: stored; not counted under the day's limits yet
 * - RESERVED: counted; waits for funds, or for an answer of WeChat Pay
 * - CHECKING: WeChat Pay refused it; asked by its number before that counts
 * - ACCEPTED … CANCELLED: WeChat Pay's state
 * - REFUSED: never happened; it does not count any more
 */
export type TransferState = 'REQUESTED' | 'RESERVED' | Exclude<TransferView['state'], 'WAITING'>;

/** One transfer from the request to its end. `_id` is the out_bill_no. */
export interface TransferRecord extends Versioned {
  readonly appid: string;
  readonly mchid: string;
  readonly openid: string;
  readonly amountFen: number;
  readonly remark: string;
  readonly sceneId: string;
  readonly state: TransferState;
  readonly operatorOpenid: string | null;
  /**
   * The exact request, so that each retry sends the same bytes. A name in it is encrypted for WeChat Pay, with the key
   * of `serial`; nobody here can read it. Null once the transfer has ended.
   */
  readonly request: {
    readonly path: string;
    readonly body: string;
    readonly serial: string | null;
  } | null;
  /** The day under whose limits it counts, as yyyy-mm-dd in Beijing. */
  readonly day: string;
  /** The authorisation that it uses; null, or absent, when the person confirms it. */
  readonly authorizationId?: string | null;
  readonly cancelRequested: boolean;
  readonly attempts: number;
  /** When it is worked on next; null when nothing is left to do. */
  readonly nextAtMs: number | null;
  /** When WeChat Pay last answered a question about it. */
  readonly askedAtMs: number;
  readonly transferBillNo: string | null;
  /** What wx.requestMerchantTransfer opens the confirmation with; null unless it waits for it. */
  readonly packageInfo: string | null;
  readonly createdAtMs: number;
  /** Of a transfer that waits to be confirmed. */
  readonly expiresAtMs: number | null;
  readonly endedAtMs: number | null;
  /** WeChat Pay's fail_reason. */
  readonly failReason: string | null;
  /** WeChat Pay's last refusal, or our own; shown to operators. */
  readonly failure: Failure | null;
  /** For lists, the newest first: unique, so that pages do not overlap. */
  readonly listKey: string;
}

export type TransferChanges = Partial<Omit<TransferRecord, '_id' | 'version' | 'openid' | 'amountFen'>>;

/** Compare and set on one transfer. @returns it as it is afterwards, and whether this call changed it */
export function changeTransfer(
  documents: Documents,
  known: TransferRecord,
  change: (transfer: TransferRecord) => TransferChanges | undefined,
): Promise<{ doc: TransferRecord; changed: boolean }> {
  return changeVersioned(documents, transfersCollection, known, change);
}

export function loadTransfer(documents: Documents, outBillNo: string): Promise<TransferRecord | undefined> {
  return documents.get<TransferRecord>(transfersCollection, outBillNo);
}

export function hasEnded({ state }: Pick<TransferRecord, 'state'>): boolean {
  return state === 'SUCCESS' || state === 'FAIL' || state === 'CANCELLED' || state === 'REFUSED';
}
