import type { Account } from '../../core/account.ts';
import type { OrderRecord } from '../orders/records.ts';

type Sale = Pick<OrderRecord, 'subMchid' | 'openid' | 'sellerId'>;

/** An order of 1000 fen as it is stored once it is paid. */
export function paidOrder(
  { kind, appid, mchid }: Account,
  outTradeNo: string,
  sale: Sale,
  nowMs: number,
): OrderRecord {
  return {
    _id: outTradeNo,
    paymentNo: outTradeNo,
    combined: false,
    account: kind,
    appid,
    mchid,
    ...sale,
    sellerName: null,
    state: 'SUCCESS',
    version: 1,
    amountFen: 1000,
    currency: 'CNY',
    description: '商品',
    items: [],
    createdAtMs: nowMs,
    expiresAtMs: nowMs + 3600_000,
    transactionId: '4200000001',
    paidAtMs: nowMs,
    checkAfterMs: null,
    checks: 0,
    confirmedAtMs: nowMs,
    refundReportedAtMs: null,
    fulfilment: 'NONE',
    fulfilAttempts: 0,
    fulfilAfterMs: null,
    fulfilledAtMs: null,
    listKey: outTradeNo,
    request: null,
  };
}
