/**
 * One refund, one step further: reserve its sum, send it, ask about it. Each step is stored before the next one begins
 * and is safe to repeat, so an instance may die anywhere and the next one goes on from there.
 *
 * ```
 * REQUESTED ──reserve──▶ RESERVED ──apply──▶ PROCESSING ──query, callback──▶ SUCCESS | CLOSED
 *     │ no room             │ refused, and unknown there        └──▶ ABNORMAL ──other account──▶ PROCESSING
 *     └──▶ REFUSED ◀────────┘
 * ```
 * What was shared of the order comes back while the refund is RESERVED, before it goes out.
 *
 * An unknown outcome stays RESERVED: the same number with the same parameters goes out again, never another number.
 */
import type { Account } from '../../core/account.ts';
import { CommerceError } from '../../core/errors.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import { failureOf, isForLater, isUnfunded, leaseMs, postponed } from '../failed-call.ts';
import { recordOrderAnomaly } from '../orders/anomalies.ts';
import { prepareRefund } from '../sharing/prepare-refund.ts';
import { recordRefundNotMade } from '../sharing/refund-not-made.ts';
import { isAlone, turnFrom } from '../turn.ts';
import { applyRefundStatus } from './apply-status.ts';
import type { RefundPorts } from './ports.ts';
import { changeRefund, isSettled, type RefundRecord, refundsCollection } from './records.ts';
import { moveRequest } from './request-record.ts';
import { orderOf, type ReserveRefusal, release, reserve } from './reserve.ts';
import { applyForRefund, queryRefund, refundParameters } from './wire.ts';

/** Delay between attempts when there is no answer, no funds, or too many requests. */
const retryDelaysMs = [1, 1, 5, 15, 60].map((minutes) => minutes * 60_000);

/** WeChat Pay takes 150 a second of one merchant: https://pay.weixin.qq.com/doc/v3/merchant/4012791903 */
const refundsPerSecond = 120;

/** WeChat Pay knows no refund of this number. */
const unknownCodes: ReadonlySet<string> = new Set(['RESOURCE_NOT_EXISTS', 'REFUNDNOTEXIST']);

const refusalTexts: Readonly<Record<ReserveRefusal, string>> = {
  NOT_PAID: '订单未支付 · The order is not paid.',
  EXCEEDS_PAID: '超过可退金额 · The amount exceeds what is left to refund.',
  TOO_MANY: '该订单已有 50 笔退款 · The order already has 50 refunds.',
  TOO_OLD: '支付已超过一年 · The payment is more than a year old.',
  DELIVERY_BEGUN: '已开始发货，请商家决定 · The delivery has begun; the shop decides.',
};

/**
 * Does what is due for a refund.
 * @returns the refund as it is afterwards
 * @throws CommerceError CONFIG_INVALID when its account is not configured any more
 */
export async function workOnRefund(ports: RefundPorts, known: RefundRecord): Promise<RefundRecord> {
  let refund = known.state === 'REQUESTED' ? await reserveSum(ports, known) : known;
  const nowMs = ports.clock.nowMs();
  if (refund.nextAtMs === null || refund.nextAtMs > nowMs) return refund;
  const account = await accountOf(ports, refund);
  if (!account) return (await ports.documents.get<RefundRecord>(refundsCollection, refund._id)) ?? refund;
  const { doc, changed } = await changeRefund(ports.documents, refund, (current) => {
    if (current.nextAtMs === null || current.nextAtMs > nowMs || current.state !== refund.state)
      return undefined;
    const parameters = current.parameters ?? refundParameters(current, ports.notifyUrlOf(current.account));
    const nextAtMs = nowMs + leaseMs;
    if (current.state !== 'RESERVED') return { nextAtMs };
    return { nextAtMs, parameters, ...(current.sharesReturned && turnFrom(current, nowMs)) };
  });
  refund = doc;
  if (!changed) return refund;
  if (refund.state === 'REFUSED') return giveBack(ports, refund);
  if (refund.state === 'RESERVED' && !refund.sharesReturned) {
    const prepared = await returnShares(ports, account, refund);
    if (!prepared.sharesReturned || isSettled(prepared)) return prepared;
    refund = prepared;
  }
  return refund.state === 'RESERVED' ? send(ports, account, refund) : ask(ports, account, refund);
}

async function reserveSum(ports: RefundPorts, known: RefundRecord): Promise<RefundRecord> {
  const reserved = await reserve(ports, known);
  if ('refusal' in reserved) await leaveToOperator(ports, known);
  const { doc } = await changeRefund(ports.documents, known, (current) => {
    if (current.state !== 'REQUESTED') return undefined;
    if ('refusal' in reserved) {
      const failure = { code: reserved.refusal, message: refusalTexts[reserved.refusal] };
      return { state: 'REFUSED', failure, nextAtMs: null, endedAtMs: ports.clock.nowMs() };
    }
    const { sendAfterMs } = reserved;
    return { state: 'RESERVED', sendAfterMs, nextAtMs: sendAfterMs };
  });
  // Another instance has come to the end of it meanwhile, and released it before this one reserved it.
  if (doc.state === 'REFUSED' || doc.state === 'CLOSED') await release(ports, doc);
  return doc;
}

/**
 * What was granted to a buyer and is not made is decided by a person after all; also what an operator granted, unless
 * another refund of the order stands.
 */
async function leaveToOperator(ports: RefundPorts, refund: RefundRecord): Promise<void> {
  const { refunds = [] } = refund.requestedBy === 'buyer' ? {} : await orderOf(ports, refund);
  if (refunds.length > 0) return;
  await moveRequest(ports.documents, refund.outTradeNo, 'ACCEPTED', { state: 'OPEN' });
}

/**
 * Always the order's account: under another merchant number WeChat Pay has no such order.
 * @returns undefined when another function holds the key, which then has done the work
 */
async function accountOf(ports: RefundPorts, refund: RefundRecord): Promise<Account | undefined> {
  const account = ports.accounts.find(refund.account);
  if (account?.appid === refund.appid && account.mchid === refund.mchid) return account;
  if (!account && ports.provider) {
    await ports.pace?.(refund.mchid, refundsPerSecond);
    await ports.provider.work(refund._id);
    return undefined;
  }
  const configured = account && { appid: account.appid, mchid: account.mchid };
  await recordOrderAnomaly(ports, 'ACCOUNT_CHANGED', await orderOf(ports, refund), configured);
  throw new CommerceError('CONFIG_INVALID');
}

/** For an order whose money was shared: see prepareRefund. @returns the refund, which then may go out or waits */
async function returnShares(
  ports: RefundPorts,
  account: Account,
  refund: RefundRecord,
): Promise<RefundRecord> {
  const { _id: outRefundNo, outTradeNo, amountFen, keepShares = false } = refund;
  const { clock, documents, log, policy, accounts } = ports;
  const of = { outTradeNo, outRefundNo, amountFen, keepShares };
  const prepared = await prepareRefund({ clock, documents, log, policy, accounts }, account, of);
  const { doc } = await changeRefund(documents, refund, (current) => {
    if (current.state !== 'RESERVED') return undefined;
    if (prepared.ready) return { sharesReturned: true, failure: null, ...turnFrom(current, clock.nowMs()) };
    return { failure: prepared.failure, nextAtMs: prepared.retryAtMs, attempts: 0 };
  });
  return doc;
}

async function send(ports: RefundPorts, account: Account, refund: RefundRecord): Promise<RefundRecord> {
  await ports.pace?.(refund.mchid, refundsPerSecond);
  try {
    return await applyRefundStatus(ports, refund, await applyForRefund(account, refund));
  } catch (error) {
    if (!(error instanceof WechatpayError)) throw error;
    if (isForLater(error) || isUnfunded(error)) return later(ports, refund, error);
    return refused(ports, account, refund, error);
  }
}

/**
 * A refusal of one attempt says nothing about another one, earlier with its answer lost or at the same time: nothing
 * happened only if a query by our number finds no such refund, and nobody else may be sending it.
 */
async function refused(
  ports: RefundPorts,
  account: Account,
  refund: RefundRecord,
  refusal: WechatpayError,
): Promise<RefundRecord> {
  try {
    return await applyRefundStatus(ports, refund, await queryRefund(account, refund));
  } catch (error) {
    if (!(error instanceof WechatpayError)) throw error;
    if (error.kind !== 'refused' || !unknownCodes.has(error.code)) return later(ports, refund, error);
  }
  const nowMs = ports.clock.nowMs();
  const { doc, changed } = await changeRefund(ports.documents, refund, (current) =>
    current.version === refund.version && isAlone(current, nowMs)
      ? { state: 'REFUSED', failure: failureOf(refusal), nextAtMs: nowMs, endedAtMs: nowMs }
      : undefined,
  );
  // Another instance may be sending it: it has begun meanwhile, or shortly before.
  if (!changed) return later(ports, refund, refusal);
  ports.log.warn('refund.refused', { outRefundNo: refund._id, code: refusal.code });
  return giveBack(ports, doc);
}

/** What a refused refund had reserved. That it is refused is stored before: sent again, it might be accepted. */
async function giveBack(ports: RefundPorts, refund: RefundRecord): Promise<RefundRecord> {
  await release(ports, refund);
  await leaveToOperator(ports, refund);
  await recordRefundNotMade(ports, await orderOf(ports, refund), refund._id);
  const { doc, changed } = await changeRefund(ports.documents, refund, ({ state }) =>
    state === 'REFUSED' ? { nextAtMs: null } : undefined,
  );
  // It was made after all, as another instance has heard meanwhile.
  if (!changed && doc.state !== 'CLOSED') await reserve(ports, { ...doc, state: 'REFUSED' });
  return doc;
}

async function ask(ports: RefundPorts, account: Account, refund: RefundRecord): Promise<RefundRecord> {
  try {
    return await applyRefundStatus(ports, refund, await queryRefund(account, refund));
  } catch (error) {
    if (!(error instanceof WechatpayError)) throw error;
    return later(ports, refund, error);
  }
}

async function later(ports: RefundPorts, refund: RefundRecord, error: WechatpayError): Promise<RefundRecord> {
  const numbers = { outRefundNo: refund._id };
  const retry = { event: 'refund.later', numbers, delaysMs: retryDelaysMs, waitsForFunds: true };
  const { doc } = await changeRefund(ports.documents, refund, postponed(ports, retry, refund, error));
  return doc;
}
