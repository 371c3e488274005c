/** shareProfit: what operators do. */
import * as z from 'zod/mini';
import type { ShareProfitAnswers, ShareProfitRequest, SharingRule } from '../../contract/index.ts';
import type { Account, AccountKind } from '../../core/account.ts';
import { CommerceError } from '../../core/errors.ts';
import { documentId, parseInput, requestToken, whole } from '../../core/input.ts';
import { chargeAfterSales } from './after-sales.ts';
import { findSharing, freeByHand, retryByHand, returnByHand, shareByHand } from './by-hand.ts';
import { familyOf } from './families.ts';
import { maxReceivers } from './family.ts';
import { limitOf } from './limits.ts';
import type { SharingPorts } from './ports.ts';
import { addReceiver, deleteReceiver, listReceivers, payeeOf } from './receivers.ts';
import { type SharingRecord, sharingsCollection } from './records.ts';
import { listRules, removeRule, setRule } from './set-rule.ts';
import { cancelSubsidy, maxSubsidyFen, returnSubsidy, subsidise } from './subsidise.ts';
import { viewSharing } from './view.ts';

const short = (most: number) => z.string().check(z.minLength(1), z.maxLength(most));
const sellerId = z.nullable(documentId);
const receiver = {
  type: z.enum(['MERCHANT_ID', 'PERSONAL_OPENID', 'PERSONAL_SUB_OPENID']),
  account: z.string().check(z.regex(/^[\w-]{1,64}$/)),
};
const fen = whole(1, 100_000_000);
const part = z.union([z.strictObject({ permille: whole(1, 1000) }), z.strictObject({ amountFen: fen })]);
const days = whole(0, 179);

const schema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('rules'), sellerId: z.optional(sellerId) }),
  z.strictObject({
    action: z.literal('setRule'),
    sellerId,
    productId: sellerId,
    receivers: z
      .array(z.strictObject({ ...receiver, part, description: short(80) }))
      .check(z.maxLength(maxReceivers)),
    after: z.enum(['PAYMENT', 'SHIPPING', 'RECEIPT']),
    days,
    freeAfterDays: days,
    onFailure: z.enum(['HOLD', 'FREE']),
  }),
  z.strictObject({ action: z.literal('removeRule'), sellerId, productId: sellerId }),
  z.strictObject({
    action: z.literal('addReceiver'),
    sellerId,
    ...receiver,
    name: z.optional(short(100)),
    relation: short(32),
    customRelation: z.optional(short(10)),
  }),
  z.strictObject({ action: z.literal('deleteReceiver'), sellerId, ...receiver }),
  z.strictObject({ action: z.enum(['receivers', 'limit']), sellerId }),
  z.strictObject({
    action: z.literal('share'),
    outTradeNo: documentId,
    requestToken,
    receivers: z
      .array(z.strictObject({ ...receiver, amountFen: fen, description: short(80) }))
      .check(z.minLength(1), z.maxLength(maxReceivers)),
  }),
  z.strictObject({
    action: z.literal('return'),
    outTradeNo: documentId,
    requestToken,
    outOrderNo: documentId,
    mchid: z.string().check(z.regex(/^\d{1,32}$/)),
    amountFen: fen,
  }),
  z.strictObject({
    action: z.literal('subsidise'),
    outTradeNo: documentId,
    amountFen: whole(1, maxSubsidyFen),
  }),
  z.strictObject({
    action: z.literal('returnSubsidy'),
    ...{ outTradeNo: documentId, outRefundNo: documentId, amountFen: whole(1, maxSubsidyFen) },
  }),
  z.strictObject({
    action: z.literal('chargeAfterSales'),
    ...{ outTradeNo: documentId, outRefundNo: documentId, amountFen: fen },
    scene: z.enum(['REFUND_TICKET', 'CHANGE_TICKET', 'RETURN_GOODS']),
  }),
  z.strictObject({
    action: z.enum(['free', 'query', 'retry', 'cancelSubsidy']),
    outTradeNo: documentId,
  }),
  z.strictObject({ action: z.literal('open') }),
]);

type Answer = ShareProfitAnswers[keyof ShareProfitAnswers];
type SellerRequest = Extract<ShareProfitRequest, { sellerId: string | null }>;
type OrderRequest = Extract<ShareProfitRequest, { outTradeNo: string }>;

/**
 * @param operator openid of who acts; undefined for another function of the shop
 * @throws CommerceError SHARING_NOT_FOUND, SHARING_STATE, SHARING_EXCEEDS, SHARING_RULE_INVALID, RECEIVER_NOT_ADDED, …
 */
export async function shareProfit(
  ports: SharingPorts,
  operator: string | undefined,
  event: unknown,
): Promise<Answer> {
  const request = parseInput(schema, event) as ShareProfitRequest;
  if (request.action === 'rules') return listRules(ports, request.sellerId);
  if (request.action === 'open') return openSharings(ports);
  if (request.action === 'removeRule') return removeRule(ports, request);
  return 'outTradeNo' in request
    ? onOrder(ports, operator ?? null, request)
    : onSeller(ports, operator ?? null, request);
}

async function onSeller(
  ports: SharingPorts,
  operator: string | null,
  request: Exclude<SellerRequest, { action: 'rules' | 'removeRule' }>,
): Promise<Answer> {
  const payee = await payeeOf(ports.documents, request.sellerId);
  const account = holderOf(ports, payee.kind);
  if (!account) return forward(ports, request, operator);
  switch (request.action) {
    case 'setRule': {
      const { action: _action, ...rule } = request;
      return setRule(ports, account, payee, rule satisfies SharingRule, operator);
    }
    case 'addReceiver':
      return addReceiver(ports, account, payee, request, operator);
    case 'deleteReceiver':
      return deleteReceiver(ports, account, payee, request);
    case 'receivers':
      return listReceivers(ports, account, payee);
    case 'limit': {
      const { maxRatio, source } = await limitOf(ports, account, payee.subMchid);
      return { maxPermille: Math.floor(maxRatio / 10), source };
    }
  }
}

async function onOrder(ports: SharingPorts, operator: string | null, request: OrderRequest): Promise<Answer> {
  const sharing = await findSharing(ports, request.outTradeNo);
  const account = holderOf(ports, sharing.account);
  if (!account) return forward(ports, request, operator);
  if (account.mchid !== sharing.mchid) throw new CommerceError('CONFIG_INVALID');
  switch (request.action) {
    case 'share':
      return { sharing: viewSharing(await shareByHand(ports, account, sharing, request, operator)) };
    case 'free':
      return { sharing: viewSharing(await freeByHand(ports, sharing)) };
    case 'return':
      return { sharing: viewSharing(await returnByHand(ports, sharing, request)) };
    case 'retry':
      return { sharing: viewSharing(await retryByHand(ports, sharing)) };
    case 'subsidise':
      return { sharing: viewSharing(await subsidise(ports, sharing, request.amountFen)) };
    case 'returnSubsidy': {
      const { outRefundNo, amountFen } = request;
      return { sharing: viewSharing(await returnSubsidy(ports, sharing, outRefundNo, amountFen)) };
    }
    case 'cancelSubsidy':
      return { sharing: viewSharing(await cancelSubsidy(account, sharing)) };
    case 'chargeAfterSales':
      return { sharing: viewSharing(await chargeAfterSales(ports, sharing, request)) };
    case 'query': {
      const unsplitFen = await familyOf(sharing.account).unsplitFen(account, sharing.transactionId);
      return { sharing: viewSharing(sharing), unsplitFen };
    }
  }
}

/** @returns undefined when another function holds the key */
function holderOf(ports: SharingPorts, kind: AccountKind): Account | undefined {
  const account = ports.accounts.find(kind);
  if (!account && !ports.provider) throw new CommerceError('CONFIG_INVALID');
  return account;
}

async function forward(
  ports: SharingPorts,
  request: ShareProfitRequest,
  operator: string | null,
): Promise<Answer> {
  return (await ports.provider?.forward(request, operator)) as Answer;
}

const maxListed = 200;

/** Unfinished sharings, the earliest paid first. */
async function openSharings({ documents }: SharingPorts): Promise<ShareProfitAnswers['open']> {
  const found = await documents.find<SharingRecord>(sharingsCollection, {
    where: { state: { in: ['WAITING', 'SHARING', 'SHARED', 'FAILED'] } },
    orderBy: { field: 'paidAtMs', direction: 'asc' },
    limit: maxListed,
  });
  return { sharings: found.map(viewSharing) };
}
