import { createHash } from 'node:crypto';
import type { Account, AccountKind } from '../../core/account.ts';
import type { SellerRecord } from '../../merchants/sellers.ts';
import type { PricedOrder } from '../../shop/pricing.ts';
import type { CreateOrderPorts } from './ports.ts';
import {
  combinedRequest,
  directRequest,
  type PrepayRequest,
  partnerRequest,
  type RequestedOrder,
  type RequestTerms,
} from './prepay-request.ts';
import type { CombinedPaymentRecord, OrderRecord, StoredRequest } from './records.ts';

/** What all orders of a new payment have in common. */
export interface NewPaymentTerms {
  readonly ports: CreateOrderPorts;
  readonly account: Account;
  readonly openid: string;
  readonly paymentNo: string;
  readonly cartFingerprint: string;
  /** By id; all of them can take payments. */
  readonly sellers: ReadonlyMap<string, SellerRecord>;
}

/** The order of a payment that has no other. */
type OnlyOrder = OrderRecord & { readonly request: StoredRequest };

/** A payment of one order. */
export function orderRecord(terms: NewPaymentTerms, priced: PricedOrder): OnlyOrder {
  const period = periodOf(terms);
  const order = requestedOrder(terms, priced, terms.paymentNo);
  const build = terms.account.kind === 'direct' ? directRequest : partnerRequest;
  const request = newRequest(terms, build(requestTerms(terms, period), order));
  return { ...newOrder(terms, period, priced, order, request), request };
}

/** What takes the number of a payment of one seller's order, as that of a combined payment is taken. */
export function sellerPaymentRecord(order: OnlyOrder): CombinedPaymentRecord {
  const { _id, account, appid, mchid, openid, createdAtMs, expiresAtMs, request } = order;
  return { _id, account, appid, mchid, openid, createdAtMs, expiresAtMs, request, newOrders: [order] };
}

/** A payment of several orders, each of another seller. */
export function combinedPaymentRecord(
  terms: NewPaymentTerms,
  priced: readonly PricedOrder[],
): CombinedPaymentRecord {
  const { account, paymentNo, openid } = terms;
  const period = periodOf(terms);
  const orders = priced.map((each) => {
    const order = requestedOrder(terms, each, memberNumber(paymentNo, each.sellerId ?? ''));
    return { order, record: newOrder(terms, period, each, order, null) };
  });
  const request = combinedRequest(
    requestTerms(terms, period),
    paymentNo,
    orders.map(({ order }) => order),
  );
  return {
    _id: paymentNo,
    account: account.kind,
    appid: account.appid,
    mchid: account.mchid,
    openid,
    ...period,
    request: newRequest(terms, request),
    newOrders: orders.map(({ record }) => record),
  };
}

interface Period {
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

function periodOf({ ports }: NewPaymentTerms): Period {
  const createdAtMs = ports.clock.nowMs();
  // Whole seconds, as in time_expire, so that the stored and the sent time are equal.
  const expiresAtMs = Math.floor((createdAtMs + ports.policy.orderLifetimeMs) / 1000) * 1000;
  return { createdAtMs, expiresAtMs };
}

function requestTerms({ account, openid, ports }: NewPaymentTerms, { expiresAtMs }: Period): RequestTerms {
  return { account, openid, expiresAtMs, notifyUrl: ports.notifyUrl };
}

function requestedOrder(terms: NewPaymentTerms, priced: PricedOrder, outTradeNo: string): RequestedOrder {
  const seller = priced.sellerId === null ? undefined : terms.sellers.get(priced.sellerId);
  const { amountFen } = priced;
  const profitSharing = seller ? seller.profitSharing === true : priced.profitSharing;
  const description = describeOrder(priced);
  return { outTradeNo, description, amountFen, profitSharing, ...(seller && { seller }) };
}

function newOrder(
  { ports, account, openid, paymentNo }: NewPaymentTerms,
  period: Period,
  priced: PricedOrder,
  { outTradeNo, description, seller, profitSharing }: RequestedOrder,
  request: StoredRequest | null,
): OrderRecord {
  return {
    _id: outTradeNo,
    paymentNo,
    combined: request === null,
    account: account.kind,
    appid: account.appid,
    mchid: account.mchid,
    subMchid: seller?.subMchid ?? null,
    openid,
    sellerId: seller?._id ?? null,
    sellerName: seller?.name ?? null,
    profitSharing,
    state: 'CREATED',
    version: 1,
    amountFen: priced.amountFen,
    currency: 'CNY',
    description,
    items: priced.lines,
    ...period,
    transactionId: null,
    paidAtMs: null,
    checkAfterMs: period.createdAtMs + (ports.policy.checkDelaysMs[0] ?? 0),
    checks: 0,
    confirmedAtMs: null,
    refundReportedAtMs: null,
    fulfilment: 'NONE',
    fulfilAttempts: 0,
    fulfilAfterMs: null,
    fulfilledAtMs: null,
    listKey: `${String(period.createdAtMs).padStart(14, '0')}-${outTradeNo}`,
    request,
  };
}

function newRequest({ cartFingerprint }: NewPaymentTerms, request: PrepayRequest): StoredRequest {
  return { ...request, cartFingerprint, prepayId: null, prepaidAtMs: null, queriedAtMs: 0 };
}

/**
 * The page says characters (https://pay.weixin.qq.com/doc/v3/merchant/4012791897), but WeChat Pay's answers were seen to
 * count bytes (https://developers.weixin.qq.com/community/develop/doc/000ca665b7c9b848944e727d356000). Of either there
 * are few enough.
 */
const maxDescriptionBytes = 127;

/** What the payer sees in WeChat, as much of it as WeChat Pay takes, without part of a character. */
export function describeOrder({ lines }: Pick<PricedOrder, 'lines'>): string {
  const [first] = lines;
  const pieces = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const several = lines.length > 1 ? ` 等${pieces}件` : ` ×${pieces}`;
  const suffix = pieces > 1 ? several : '';
  const title = [...(first?.title ?? '').replace(/[\p{Cc}\p{Cs}]+/gu, ' ').trim()];
  while (Buffer.byteLength(`${title.join('')}${suffix}`) > maxDescriptionBytes) title.pop();
  return `${title.join('')}${suffix}`;
}

/**
 * The out_trade_no, or combine_out_trade_no, of one cart of one payer: the same token is the same number, so a double
 * tap gives the same order on any instance. With another account it is another order. 32 lower-case hex digits: within
 * the 6 to 32 of `[0-9A-Za-z_\-|*]` that WeChat Pay takes, and no two differ by case alone.
 * https://pay.weixin.qq.com/doc/v3/merchant/4012791897
 */
export function paymentNumber(account: AccountKind, openid: string, requestToken: string): string {
  return digest(['payment', account, openid, requestToken]);
}

/** The out_trade_no of one seller's order in a combined payment. */
export function memberNumber(paymentNo: string, sellerId: string): string {
  return digest(['member', paymentNo, sellerId]);
}

/** The parts are hashed as JSON, so that different lists never give the same input. */
function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
