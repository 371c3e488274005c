/** Manual operations on the sharing of one order, in addition to its rules. */
import type { ShareProfitRequest } from '../../contract/index.ts';
import type { Account } from '../../core/account.ts';
import { CommerceError } from '../../core/errors.ts';
import { loadOrder } from '../orders/store.ts';
import { isPaid } from '../orders/transitions.ts';
import { baseOf, newRequest } from './decide.ts';
import { sumOf } from './divide.ts';
import { familyOf } from './families.ts';
import { maxRequests, returnableForMs } from './family.ts';
import { limitOf, mostFen } from './limits.ts';
import { openSharing, sharingNumber } from './open.ts';
import { owedShares } from './plan.ts';
import type { SharingPorts } from './ports.ts';
import { requireAdded } from './receivers.ts';
import {
  changeSharing,
  committedFen,
  hasEnded,
  loadSharing,
  returnedFen,
  type ShareReturn,
  type SharingChanges,
  type SharingRecord,
} from './records.ts';
import { workOnSharing } from './work.ts';

type Request<A extends ShareProfitRequest['action']> = Extract<ShareProfitRequest, { action: A }>;

/** An order's sharing, begun when it has none yet. @throws CommerceError ORDER_NOT_FOUND, SHARING_NOT_FOUND */
export async function findSharing(ports: SharingPorts, outTradeNo: string): Promise<SharingRecord> {
  const known = await loadSharing(ports.documents, outTradeNo);
  if (known) return known;
  const order = await loadOrder(ports.documents, outTradeNo);
  if (!order) throw new CommerceError('ORDER_NOT_FOUND');
  const { transactionId, paidAtMs, profitSharing } = order;
  if (!profitSharing || !isPaid(order.state) || transactionId === null || paidAtMs === null)
    throw new CommerceError('SHARING_NOT_FOUND');
  return openSharing(ports, { order, transactionId, paidAtMs });
}

/** @throws CommerceError SHARING_STATE, SHARING_EXCEEDS, RECEIVER_NOT_ADDED, TOKEN_REUSED */
export async function shareByHand(
  ports: SharingPorts,
  account: Account,
  sharing: SharingRecord,
  request: Request<'share'>,
  operatorOpenid: string | null,
): Promise<SharingRecord> {
  const { receivers, requestToken } = request;
  const outOrderNo = sharingNumber('share', sharing._id, 'OPERATOR', requestToken);
  const sumFen = sumOf(receivers.map(({ amountFen }) => amountFen));
  if (!sharing.requests.some((each) => each.outOrderNo === outOrderNo)) {
    requireOpen(ports, sharing);
    const { sellerId, subMchid } = sharing;
    await requireAdded(ports, account, { kind: account.kind, sellerId, subMchid }, receivers);
  }
  const limit = await limitOf(ports, account, sharing.subMchid);
  const order = await loadOrder(ports.documents, sharing._id);
  const base = baseOf(sharing, order);
  const createdAtMs = ports.clock.nowMs();
  const { doc } = await changeSharing(ports.documents, sharing, (current) => {
    const known = current.requests.find((each) => each.outOrderNo === outOrderNo);
    if (known) {
      if (isSame(known.receivers, receivers)) return undefined;
      throw new CommerceError('TOKEN_REUSED', { texts: tokenTexts });
    }
    const leftFen = Math.min(base.netFen, mostFen(sharing.amountFen, limit)) - committedFen(current);
    if (sumFen > leftFen) throw exceeds(leftFen, limit.maxRatio);
    if (current.requests.length >= maxRequests)
      throw new CommerceError('SHARING_STATE', { texts: manyTexts });
    const made = newRequest(current, {
      ...{ kind: 'SHARE', by: 'OPERATOR', operatorOpenid },
      ...{ shares: receivers, createdAtMs, outOrderNo, base },
    });
    return { state: 'SHARING', requests: [...current.requests, made], nextAtMs: createdAtMs, attempts: 0 };
  });
  return workOnSharing(ports, doc);
}

type Part = Pick<Request<'share'>['receivers'][number], 'account' | 'amountFen'>;

function isSame(known: readonly Part[], asked: readonly Part[]): boolean {
  const matches = ({ account, amountFen }: Part, index: number) =>
    account === asked[index]?.account && amountFen === asked[index]?.amountFen;
  return known.length === asked.length && known.every(matches);
}

/** Unfreezes the rest. Safe to repeat. @throws CommerceError SHARING_STATE */
export async function freeByHand(ports: SharingPorts, sharing: SharingRecord): Promise<SharingRecord> {
  const createdAtMs = ports.clock.nowMs();
  if (sharing.state === 'FREED') return sharing;
  const { doc } = await changeSharing(ports.documents, sharing, (current) => {
    const underWay = current.requests.some((each) => each.kind === 'FREE' && !hasEnded(each));
    if (underWay || current.state === 'FREED') return { nextAtMs: createdAtMs };
    const made = newRequest(current, { kind: 'FREE', by: 'OPERATOR', shares: [], createdAtMs });
    return { state: 'SHARING', requests: [...current.requests, made], nextAtMs: createdAtMs, attempts: 0 };
  });
  return workOnSharing(ports, doc);
}

/** @throws CommerceError SHARING_STATE, SHARING_EXCEEDS, TOKEN_REUSED */
export async function returnByHand(
  ports: SharingPorts,
  sharing: SharingRecord,
  { requestToken, outOrderNo, mchid, amountFen }: Request<'return'>,
): Promise<SharingRecord> {
  const outReturnNo = sharingNumber('return', sharing._id, requestToken);
  const nowMs = ports.clock.nowMs();
  const { doc } = await changeSharing(ports.documents, sharing, (current) => {
    const known = current.returns.find((each) => each.outReturnNo === outReturnNo);
    if (known) {
      const same = known.amountFen === amountFen && known.mchid === mchid && known.outOrderNo === outOrderNo;
      if (same) return { nextAtMs: nowMs };
      throw new CommerceError('TOKEN_REUSED', { texts: tokenTexts });
    }
    const leftFen = returnableFen(current, { outOrderNo, mchid }, nowMs);
    if (amountFen > leftFen) throw exceedsShare(leftFen);
    const made: ShareReturn = {
      ...{ outReturnNo, outOrderNo, mchid, amountFen, outRefundNo: null },
      ...{ state: 'RESERVED', failReason: null, notBeforeMs: nowMs },
    };
    return { returns: [...current.returns, made], nextAtMs: nowMs };
  });
  return workOnSharing(ports, doc);
}

/** What a merchant can still give back of a share; 0 for a person, since persons cannot return shares. */
function returnableFen(
  sharing: SharingRecord,
  { outOrderNo, mchid }: { readonly outOrderNo: string; readonly mchid: string },
  nowMs: number,
): number {
  const request = sharing.requests.find((each) => each.outOrderNo === outOrderNo);
  const share = request?.receivers.find(
    ({ type, account, result }) => type === 'MERCHANT_ID' && account === mchid && result === 'SUCCESS',
  );
  if (!request || !share || nowMs - request.createdAtMs > returnableForMs) return 0;
  return share.amountFen - returnedFen(sharing, { outOrderNo, mchid });
}

/** Immediately retries what failed, or evaluates the rules again. */
export async function retryByHand(ports: SharingPorts, sharing: SharingRecord): Promise<SharingRecord> {
  const order = await loadOrder(ports.documents, sharing._id);
  const base = baseOf(sharing, order);
  const createdAtMs = ports.clock.nowMs();
  const { doc } = await changeSharing(ports.documents, sharing, (current): SharingChanges => {
    const owed = owedShares(current, base.netFen);
    const idle = current.requests.every(hasEnded) && current.state === 'FAILED';
    if (!idle || owed.length === 0 || current.requests.length >= maxRequests)
      return { nextAtMs: createdAtMs };
    const made = newRequest(current, { kind: 'SHARE', by: 'RULE', shares: owed, createdAtMs, base });
    return { state: 'SHARING', requests: [...current.requests, made], nextAtMs: createdAtMs, attempts: 0 };
  });
  return workOnSharing(ports, doc);
}

function requireOpen({ clock }: SharingPorts, { state, paidAtMs, account }: SharingRecord): void {
  if (state === 'FREED') throw new CommerceError('SHARING_STATE', { texts: freedTexts });
  const { minAgeMs } = familyOf(account);
  if (clock.nowMs() - paidAtMs < minAgeMs) {
    throw new CommerceError('SHARING_STATE', { texts: earlyTexts(minAgeMs / 1000), retryable: true });
  }
}

function exceeds(leftFen: number, maxRatio: number): CommerceError {
  const left = (Math.max(0, leftFen) / 100).toFixed(2);
  return new CommerceError('SHARING_EXCEEDS', {
    texts: {
      zh: `超过可分金额：该订单还可分 ${left} 元（最大分账比例 ${maxRatio / 100}%）。`,
      en: `The amount exceeds what can be shared: ¥${left} of this order is left (maximum sharing ratio ${maxRatio / 100}%).`,
    },
  });
}

function exceedsShare(leftFen: number): CommerceError {
  const left = (Math.max(0, leftFen) / 100).toFixed(2);
  return new CommerceError('SHARING_EXCEEDS', {
    texts: {
      zh: `超过可回退金额：该接收方还可回退 ${left} 元。个人接收方和超过 180 天的分账不能回退。`,
      en: `The amount exceeds what can be returned: ¥${left} can still be returned by this receiver. Personal receivers, and shares older than 180 days, cannot return anything.`,
    },
  });
}

const freedTexts = {
  zh: '剩余资金已解冻，不能再分账。',
  en: 'The remaining money has been unfrozen; nothing can be shared any more.',
};
const earlyTexts = (seconds: number) => ({
  zh: `支付成功 ${seconds} 秒后才能分账，请稍后再试。`,
  en: `An order can be shared ${seconds} seconds after it was paid. Retry in a moment.`,
});
const tokenTexts = {
  zh: '此请求标识已用于另一次操作，请重新发起。',
  en: 'This request token was used for another operation. Use a new token.',
};
const manyTexts = {
  zh: '一笔订单最多分账 50 次。',
  en: 'An order can be shared at most 50 times.',
};
