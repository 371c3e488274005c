import type { ProviderKind } from '../../../core/account.ts';
import { type SellerRecord, sellersCollection } from '../../../merchants/sellers.ts';
import { scriptedShop } from '../../testing/scripted-shop.ts';
import { type WithdrawalRecord, withdrawalsCollection } from '../records.ts';
import { sellerFunds } from '../seller-funds.ts';
import type { WithdrawalStatus } from '../wire.ts';

const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

/** A provider with one seller, s1 of oOwner, who has 10000 fen; WeChat Pay accepts each withdrawal. */
export function withdrawing(kind: ProviderKind = 'ecommerce') {
  const shop = scriptedShop(kind);
  shop.documents.put(sellersCollection, sellerRecord(kind));
  shop.answer = (route, { out_request_no }) =>
    route.includes('balance') ? { available_amount: 10_000 } : { out_request_no, withdraw_id: 'W1' };
  const { documents } = shop;
  return {
    shop,
    put: (...records: WithdrawalRecord[]) => documents.put(withdrawalsCollection, ...records),
    stored: () => documents.all<WithdrawalRecord>(withdrawalsCollection)[0]!,
    ask: (event: object, openid = 'oOwner', isOperator = false) =>
      sellerFunds(shop.ports, { openid, isOperator }, event),
  };
}

export function sellerRecord(account: ProviderKind, changes: Partial<SellerRecord> = {}): SellerRecord {
  return {
    _id: 's1',
    name: '店 s1',
    ownerOpenid: 'oOwner',
    account,
    subMchid: '1900000109',
    state: 'ACTIVE',
    profitSharing: false,
    applicationId: null,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    ...changes,
  };
}

/** A withdrawal of s1 that its seller asked for, without what the test names. */
export function withdrawalRecord(changes: Partial<WithdrawalRecord> = {}): WithdrawalRecord {
  return {
    _id: 'N1',
    version: 1,
    account: 'ecommerce',
    mchid: '1900000001',
    subMchid: '1900000109',
    sellerId: 's1',
    ownerMchid: '1900000109',
    amountFen: 5000,
    remark: null,
    requestedBy: 'seller',
    openid: 'oOwner',
    state: 'RESERVED',
    parameters: null,
    sentAtMs: null,
    attempts: 0,
    nextAtMs: nowMs,
    withdrawId: null,
    receivedAccount: null,
    createdAtMs: nowMs,
    paidAtMs: null,
    endedAtMs: null,
    failure: null,
    ...changes,
  };
}

export const said = (
  status: WithdrawalStatus['status'],
  changes: Partial<WithdrawalStatus> = {},
): WithdrawalStatus => ({
  status,
  outRequestNo: 'N1',
  withdrawId: 'W1',
  amountFen: 5000,
  updatedAtMs: undefined,
  reason: undefined,
  receivedAccount: undefined,
  ...changes,
});
