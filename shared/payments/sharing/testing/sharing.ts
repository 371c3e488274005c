import type { AccountKind } from '../../../core/account.ts';
import type { OrderRecord } from '../../orders/records.ts';
import { scriptedShop } from '../../testing/scripted-shop.ts';
import {
  type Share,
  type ShareRequest,
  type ShareReturn,
  type SharingRecord,
  sharingsCollection,
} from '../records.ts';
import type { RuleRecord } from '../rules.ts';

export const minuteMs = 60_000;
export const dayMs = 24 * 60 * minuteMs;
export const paidAtMs = Date.UTC(2026, 0, 1);
/** Two days after the payment: old enough for every family. */
export const nowMs = paidAtMs + 2 * dayMs;

/** A shop with the order T1 of 1000 fen and its sharing, and a WeChat Pay that answers what the test says. */
export function sharing(kind: AccountKind = 'partner', changes: Partial<SharingRecord> = {}) {
  const shop = scriptedShop(kind);
  shop.nowMs = nowMs;
  const order = shop.putOrder({ paidAtMs, profitSharing: true } as Partial<OrderRecord>);
  const record = sharingRecord({ account: kind, ...changes });
  shop.documents.put(sharingsCollection, record);
  return {
    shop,
    order,
    record,
    put: (of: Partial<SharingRecord>) => shop.documents.put(sharingsCollection, { ...record, ...of }),
    stored: () => shop.documents.peek<SharingRecord>(sharingsCollection, 'T1')!,
  };
}

export function sharingRecord(changes: Partial<SharingRecord> = {}): SharingRecord {
  const account = changes.account ?? 'partner';
  return {
    _id: 'T1',
    version: 1,
    account,
    appid: 'wx0123456789abcdef',
    mchid: '1900000001',
    subMchid: account === 'direct' ? null : '1900000109',
    sellerId: account === 'direct' ? null : 's1',
    transactionId: '4200000001',
    amountFen: 1000,
    paidAtMs,
    state: 'SHARING',
    plan: null,
    requests: [],
    returns: [],
    refunds: [],
    nextAtMs: nowMs,
    attempts: 0,
    failure: null,
    createdAtMs: paidAtMs,
    ...changes,
  };
}

/** A merchant's share of 100 fen. */
export function share(changes: Partial<Share> = {}): Share {
  return {
    type: 'MERCHANT_ID',
    account: '1900000200',
    amountFen: 100,
    description: '佣金',
    result: 'PENDING',
    failReason: null,
    ...changes,
  };
}

/** A request of the rules to share 100 fen, made two days after the payment. */
export function shareRequest(changes: Partial<ShareRequest> = {}): ShareRequest {
  return {
    outOrderNo: 'S1',
    kind: 'SHARE',
    by: 'RULE',
    operatorOpenid: null,
    state: 'RESERVED',
    orderId: null,
    receivers: [share()],
    createdAtMs: nowMs,
    failure: null,
    ...changes,
  };
}

/** Its receiver has it. */
export const finished = (changes: Partial<ShareRequest> = {}, of: Partial<Share> = {}): ShareRequest =>
  shareRequest({ state: 'FINISHED', receivers: [share({ result: 'SUCCESS', ...of })], ...changes });

export function shareReturn(changes: Partial<ShareReturn> = {}): ShareReturn {
  return {
    outReturnNo: 'R1',
    outOrderNo: 'S1',
    mchid: '1900000200',
    amountFen: 40,
    outRefundNo: null,
    state: 'RESERVED',
    failReason: null,
    notBeforeMs: nowMs,
    ...changes,
  };
}

/** Ten percent of everything, to one merchant. */
export function ruleRecord(changes: Partial<RuleRecord> = {}): RuleRecord {
  const receiver = { type: 'MERCHANT_ID', account: '1900000200', description: '佣金' } as const;
  return {
    _id: 's1:*',
    sellerId: 's1',
    productId: null,
    receivers: [{ ...receiver, part: { permille: 100 } }],
    after: 'PAYMENT',
    days: 0,
    freeAfterDays: 0,
    onFailure: 'HOLD',
    setBy: null,
    setAtMs: 0,
    ...changes,
  };
}
