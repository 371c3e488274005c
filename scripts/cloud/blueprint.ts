/** What a deployment has in the cloud besides its functions: the one list that provision, deploy and doctor work from. */
import type { AccountKind } from '../../shared/core/account.ts';

export interface CollectionBlueprint {
  readonly name: string;
  /** The fields of each index, all ascending. */
  readonly indexes: readonly (readonly string[])[];
}

/**
 * Every collection that a function reads or writes, with an index for each query of theirs that would otherwise read the
 * whole collection. Documents are found by `_id` in all others.
 */
export const collections: readonly CollectionBlueprint[] = [
  {
    name: 'products',
    indexes: [['onSale', '_id'], ['onSale', 'sellerId', '_id'], ['sellerId']],
  },
  { name: 'sellers', indexes: [['ownerOpenid']] },
  {
    name: 'orders',
    indexes: [
      ['openid', 'listKey'],
      ['openid', 'state', 'expiresAtMs'],
      ['state', 'listKey'],
      ['listKey'],
      ['sellerId', 'listKey'],
      ['account', 'checkAfterMs'],
      ['fulfilment', 'fulfilAfterMs'],
      ['paymentNo'],
      ['shipAfterMs'],
    ],
  },
  { name: 'combined_payments', indexes: [] },
  {
    name: 'refunds',
    indexes: [['outTradeNo'], ['nextAtMs'], ['state', 'notifyAfterMs'], ['mchid', 'acceptedAtMs', '_id']],
  },
  { name: 'refund_requests', indexes: [['state', 'askedAtMs']] },
  { name: 'withdrawals', indexes: [['nextAtMs'], ['ownerMchid', 'createdAtMs'], ['withdrawId']] },
  { name: 'withdrawal_slots', indexes: [] },
  {
    name: 'ledger',
    indexes: [
      ['outTradeNo'],
      ['mchid', 'kind', 'billedKey'],
      ['mchid', 'subMchid', '_id'],
      ['mchid', 'subMchid', 'kind', 'atMs'],
      ['mchid', 'subMchid', 'kind', 'billedKey'],
    ],
  },
  { name: 'transfers', indexes: [['nextAtMs'], ['openid', 'listKey'], ['listKey']] },
  { name: 'transfer_days', indexes: [] },
  { name: 'transfer_authorizations', indexes: [['openid'], ['number'], ['createdAtMs']] },
  {
    name: 'sharings',
    indexes: [
      ['account', 'nextAtMs'],
      ['state', 'paidAtMs'],
      ['sellerId', 'state'],
    ],
  },
  { name: 'sharing_rules', indexes: [['sellerId']] },
  { name: 'sharing_receivers', indexes: [['owner']] },
  { name: 'sharing_limits', indexes: [] },
  { name: 'shipments', indexes: [['nextAtMs']] },
  { name: 'access_tokens', indexes: [] },
  { name: 'complaints', indexes: [['account', 'refreshAfterMs'], ['seenAtMs'], ['refreshAfterMs']] },
  { name: 'complaint_polls', indexes: [] },
  { name: 'violations', indexes: [['seenAtMs']] },
  {
    name: 'bill_days',
    indexes: [['date'], ['account', 'nextAtMs'], ['mchid', 'date']],
  },
  { name: 'bills', indexes: [['date', 'mchid']] },
  { name: 'bill_differences', indexes: [['date', 'mchid', '_id']] },
  { name: 'notifications', indexes: [['receivedAtMs'], ['outTradeNos']] },
  { name: 'anomalies', indexes: [['resolvedAtMs', 'seenAtMs'], ['seenAtMs'], ['outTradeNo']] },
  { name: 'platform_certificates', indexes: [['kind']] },
  { name: 'applications', indexes: [['openid', 'createdAtMs'], ['openid', 'open'], ['nextPollAtMs']] },
  { name: 'media', indexes: [] },
  { name: 'bank_cache', indexes: [] },
  { name: 'deliveries', indexes: [] },
  { name: 'heartbeats', indexes: [] },
];

/** 仅管理端可读写: functions and the console only. */
export const collectionAcl = 'ADMINONLY';

/** Users upload the photos of their application themselves, and see nobody else's: 仅创建者及管理员可读写. */
export const storageAcl = 'PRIVATE';

/**
 * Functions that no client may invoke, besides what the functions check themselves: they are reached over HTTP, by a
 * timer or by another function, none of which is subject to these rules (docs.cloudbase.net/cloud-function/security-rules).
 */
export const internalFunctions: ReadonlySet<string> = new Set([
  'payNotify',
  'reconcile',
  'partnerOrders',
  'receiveEvent',
  'fulfilOrder',
]);

/** Functions that begin payments: they are deployed when those that receive and deliver are in place. */
export const paymentFunctions: ReadonlySet<string> = new Set(['createOrder', 'createPartnerOrder']);

/** Answers WeChat Pay's callbacks. */
export const notifyFunction = 'payNotify';

/**
 * The paths of the callbacks below payNotify's own: one for each account. They are created one by one, since it is not
 * documented whether HTTP access takes a path as a prefix.
 */
export function notifyPaths(basePath: string, accounts: readonly AccountKind[]): string[] {
  return accounts.map((kind) => `${basePath}/${kind}`);
}

/** The first product of an empty shop: enough to see one fen arrive. */
export const firstProduct = {
  _id: 'sticker',
  title: '一分钱贴纸',
  subtitle: '试一试支付，只要一分钱',
  image: '/assets/products/sticker.png',
  price: { kind: 'fixed', amountFen: 1 },
  onSale: true,
} as const;
