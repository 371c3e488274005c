import { createHash } from 'node:crypto';
import type { OrderRecord } from '../orders/records.ts';
import type { RefundPorts } from './ports.ts';
import { type RefundRecord, refundsCollection } from './records.ts';

export interface RefundRequest {
  readonly amountFen: number;
  readonly reason: string | null;
  readonly requestedBy: RefundRecord['requestedBy'];
  readonly operatorOpenid: string | null;
  readonly platformAdvance: boolean;
  readonly keepShares?: boolean;
}

/** out_refund_no: the same request token is the same refund. 32 characters of [0-9a-f]. */
export function refundNumber(outTradeNo: string, requestToken: string): string {
  return createHash('sha256')
    .update(JSON.stringify(['refund', outTradeNo, requestToken]))
    .digest('hex')
    .slice(0, 32);
}

/**
 * Stores a refund before anything else happens to it.
 * @returns what is stored under the number, which may be an earlier one
 */
export async function storeRefund(
  { clock, documents }: Pick<RefundPorts, 'clock' | 'documents'>,
  order: OrderRecord,
  outRefundNo: string,
  request: RefundRequest,
): Promise<RefundRecord> {
  const nowMs = clock.nowMs();
  const record: RefundRecord = {
    _id: outRefundNo,
    outTradeNo: order._id,
    account: order.account,
    appid: order.appid,
    mchid: order.mchid,
    subMchid: order.subMchid,
    totalFen: order.amountFen,
    ...request,
    state: 'REQUESTED',
    version: 1,
    parameters: null,
    sendAfterMs: nowMs,
    attempts: 0,
    nextAtMs: nowMs,
    refundId: null,
    acceptedAtMs: null,
    receivedAccount: null,
    createdAtMs: nowMs,
    endedAtMs: null,
    failure: null,
    notifyAfterMs: null,
  };
  return (await documents.insertIfAbsent(refundsCollection, record)) ?? record;
}
