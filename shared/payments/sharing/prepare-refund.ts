/**
 * Before money that was shared is refunded: frozen money is used first; if it is not enough the rest is unfrozen, since
 * then only the available balance can pay; and the receivers return their part of the refund to the seller. Every step
 * is stored under its own number and is safe to repeat.
 * https://pay.weixin.qq.com/doc/v3/merchant/4014547102 (退款)
 */
import type { Account } from '../../core/account.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import type { Failure } from '../failed-call.ts';
import { newRequest } from './decide.ts';
import { familyOf } from './families.ts';
import { sharingNumber } from './open.ts';
import type { SharingPorts } from './ports.ts';
import {
  changeSharing,
  hasEnded,
  loadSharing,
  type ShareReturn,
  type SharingChanges,
  type SharingRecord,
  sharedFen,
} from './records.ts';
import { isSameShare, partsOf, useCredit } from './return-parts.ts';
import { workOnSharing } from './work.ts';

export interface RefundOfShared {
  readonly outTradeNo: string;
  readonly outRefundNo: string;
  readonly amountFen: number;
  /** The receivers keep their shares, and the seller pays. */
  readonly keepShares: boolean;
}

type Prepared =
  | { readonly ready: true }
  | { readonly ready: false; readonly failure: Failure | null; readonly retryAtMs: number };

const ready: Prepared = { ready: true };
const waitMs = 60_000;
/** Delay after a permanently failed return until it is tried under another number. */
const againMs = 10 * 60_000;

/** Does what has to come before the refund of an order. @returns whether the refund may go out now */
export async function prepareRefund(
  ports: SharingPorts,
  account: Account,
  refund: RefundOfShared,
): Promise<Prepared> {
  const known = await loadSharing(ports.documents, refund.outTradeNo);
  if (!known) return ready;
  const nowMs = ports.clock.nowMs();
  // Stored here first, so that from now on the rules take the refund into account.
  let sharing = (await changeSharing(ports.documents, known, (current) => announce(current, refund, nowMs)))
    .doc;
  sharing = await workOnSharing(ports, sharing);
  if (sharing.requests.some((each) => !hasEnded(each))) return later(ports, sharing.failure);
  if (sharedFen(sharing) === 0) return ready;
  const payable = await isPayable(ports, account, sharing, refund);
  if (payable === undefined) return later(ports, null);
  if (!payable) {
    sharing = await free(ports, sharing);
    if (sharing.state !== 'FREED') return later(ports, lastFailure(sharing));
  }
  return refund.keepShares ? ready : takeBack(ports, sharing, refund);
}

function announce(
  { refunds, requests }: SharingRecord,
  { outRefundNo, amountFen, keepShares }: RefundOfShared,
  nowMs: number,
): SharingChanges | undefined {
  const isKnown = refunds.some((each) => each.outRefundNo === outRefundNo);
  const pending = requests.some((each) => !hasEnded(each));
  if (isKnown) return pending ? { nextAtMs: nowMs } : undefined;
  const announced = { outRefundNo, returnsFromFen: keepShares ? 0 : amountFen };
  return { refunds: [...refunds, announced], ...(pending && { nextAtMs: nowMs }) };
}

/** While an order is frozen a refund comes from what is frozen, or not at all. @returns undefined when unknown */
async function isPayable(
  ports: SharingPorts,
  account: Account,
  sharing: SharingRecord,
  { amountFen }: RefundOfShared,
): Promise<boolean | undefined> {
  if (sharing.state === 'FREED') return true;
  try {
    const frozenFen = await familyOf(sharing.account).unsplitFen(account, sharing.transactionId);
    return frozenFen === 0 || amountFen <= frozenFen;
  } catch (error) {
    if (!(error instanceof WechatpayError)) throw error;
    ports.log.warn('sharing.unsplit_unknown', { outTradeNo: sharing._id, error });
    return undefined;
  }
}

/** Delay between attempts to unfreeze the rest after a refusal. */
const freeAgainMs = 3600_000;

async function free(ports: SharingPorts, sharing: SharingRecord): Promise<SharingRecord> {
  const createdAtMs = ports.clock.nowMs();
  const { doc } = await changeSharing(ports.documents, sharing, (current) => {
    if (current.state === 'FREED') return undefined;
    if (current.requests.some((each) => !hasEnded(each))) return { nextAtMs: createdAtMs };
    const last = current.requests.findLast(({ kind }) => kind === 'FREE');
    if (last && createdAtMs - last.createdAtMs < freeAgainMs) return undefined;
    const made = newRequest(current, { kind: 'FREE', by: 'REFUND', shares: [], createdAtMs });
    return { state: 'SHARING', requests: [...current.requests, made], nextAtMs: createdAtMs, attempts: 0 };
  });
  return workOnSharing(ports, doc);
}

/** Takes back from each merchant its part, and waits until all of it is there. */
async function takeBack(
  ports: SharingPorts,
  before: SharingRecord,
  refund: RefundOfShared,
): Promise<Prepared> {
  const nowMs = ports.clock.nowMs();
  const { doc } = await changeSharing(ports.documents, before, (current) => {
    const made = ofRefund(current, refund);
    const known = current.refunds.find((each) => each.outRefundNo === refund.outRefundNo);
    // Records of older versions lack `divided`.
    if (!known?.divided && made.length === 0)
      return { ...divideReturns(current, refund, nowMs), nextAtMs: nowMs };
    const again = newAttempts(current, refund, nowMs);
    const pending = made.some(({ state }) => state !== 'SUCCESS');
    return pending ? { returns: [...current.returns, ...again], nextAtMs: nowMs } : undefined;
  });
  const sharing = await workOnSharing(ports, doc);
  const open = latestOf(ofRefund(sharing, refund)).filter(({ state }) => state !== 'SUCCESS');
  const [first] = open;
  if (!first) return ready;
  const failure = first.failReason === null ? null : explain(first);
  return later(ports, failure, Math.max(nowMs + waitMs, first.notBeforeMs));
}

/** What each receiver returns for this refund, decided once; less what it returned for refunds that were not made. */
function divideReturns(sharing: SharingRecord, refund: RefundOfShared, nowMs: number): SharingChanges {
  let { returns } = sharing;
  const added: ShareReturn[] = [];
  for (const part of partsOf(sharing, refund.outRefundNo, nowMs)) {
    if (!part.returnable) continue;
    returns = useCredit(returns, part, part.creditFen);
    if (part.amountFen > 0) added.push(newReturn(refund, part, { attempt: 0, notBeforeMs: nowMs }));
  }
  const refunds = sharing.refunds.map((each) =>
    each.outRefundNo === refund.outRefundNo ? { ...each, divided: true } : each,
  );
  return { returns: [...returns, ...added], refunds };
}

/** New attempts, under new numbers, for returns that failed permanently. */
function newAttempts(sharing: SharingRecord, refund: RefundOfShared, nowMs: number): ShareReturn[] {
  const made = ofRefund(sharing, refund);
  return latestOf(made)
    .filter(({ state }) => state === 'FAILED')
    .map((failed) => {
      const attempt = made.filter((each) => isSameShare(each, failed)).length;
      return newReturn(refund, failed, { attempt, notBeforeMs: nowMs + againMs });
    });
}

function newReturn(
  refund: RefundOfShared,
  { outOrderNo, mchid, amountFen }: { outOrderNo: string; mchid: string; amountFen: number },
  { attempt, notBeforeMs }: { readonly attempt: number; readonly notBeforeMs: number },
): ShareReturn {
  return {
    ...{ outOrderNo, mchid, amountFen, outRefundNo: refund.outRefundNo },
    outReturnNo: returnNumber(refund, { outOrderNo, mchid }, attempt),
    ...{ state: 'RESERVED', failReason: null, notBeforeMs },
  };
}

function ofRefund({ returns }: SharingRecord, { outRefundNo }: RefundOfShared): ShareReturn[] {
  return returns.filter((each) => each.outRefundNo === outRefundNo);
}

/** The attempt that counts for each share. */
function latestOf(returns: readonly ShareReturn[]): ShareReturn[] {
  return returns.filter(
    (each, index) => returns.findLastIndex((other) => isSameShare(each, other)) === index,
  );
}

function returnNumber(
  { outTradeNo, outRefundNo }: RefundOfShared,
  { outOrderNo, mchid }: { readonly outOrderNo: string; readonly mchid: string },
  attempt: number,
): string {
  return sharingNumber('return', outTradeNo, outRefundNo, outOrderNo, mchid, attempt);
}

function explain({ mchid, failReason }: ShareReturn): Failure {
  const message = `接收方 ${mchid} 未能回退分账（${failReason}），将自动重试；请其充值或开启「同意分账回退」，也可选择由商家承担。${mchid} could not return its share (${failReason}); it is retried automatically. Ask it to top up or to enable 同意分账回退, or let the seller bear the loss.`;
  return { code: 'SHARE_NOT_RETURNED', message };
}

function lastFailure({ requests, failure }: SharingRecord): Failure | null {
  return requests.at(-1)?.failure ?? failure;
}

function later(
  { clock }: SharingPorts,
  failure: Failure | null,
  retryAtMs = clock.nowMs() + waitMs,
): Prepared {
  return { ready: false, failure, retryAtMs };
}
