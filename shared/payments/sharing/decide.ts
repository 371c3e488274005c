/** Decides the next step for an order with no request in flight. */
import type { Account } from '../../core/account.ts';
import { delayAfter } from '../../core/policy.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import type { OrderRecord } from '../orders/records.ts';
import { loadOrder } from '../orders/store.ts';
import { reservedFen } from '../refunds/reserve.ts';
import { familyOf } from './families.ts';
import { maxRequests } from './family.ts';
import { limitOf, mostFen } from './limits.ts';
import { sharingNumber } from './open.ts';
import { owedShares, planChanges, waitingFor } from './plan.ts';
import type { SharingPorts } from './ports.ts';
import type { PlannedShare, ShareBase, ShareRequest, SharingRecord } from './records.ts';
import { loadRules, type RuleRecord, rulesFor } from './rules.ts';
import { frozenUntilMs, goOn, rest, type Step } from './step.ts';

/** Delay between attempts to pay receivers whose share failed. */
const tryDelaysMs = [1, 6, 24, 72].map((hours) => hours * 3600_000);

export async function decide(ports: SharingPorts, account: Account, sharing: SharingRecord): Promise<Step> {
  if (sharing.state === 'FREED') return rest(ports, sharing, () => ({ nextAtMs: null }));
  const order = await loadOrder(ports.documents, sharing._id);
  if (!order)
    throw new Error(
      `The order ${sharing._id} is missing, although orders are never deleted. Restore it from a backup.`,
    );
  const nowMs = ports.clock.nowMs();
  if (nowMs >= frozenUntilMs(sharing) && (await isEmpty(account, sharing))) return ended(ports, sharing);
  if (!sharing.plan) return plan(ports, account, sharing, order);
  const refusedFree = sharing.requests.findLast(({ kind, state }) => kind === 'FREE' && state === 'REFUSED');
  if (refusedFree && (await isEmpty(account, sharing))) return ended(ports, sharing);
  return carryOut(ports, sharing, order);
}

async function plan(
  ports: SharingPorts,
  account: Account,
  sharing: SharingRecord,
  order: OrderRecord,
): Promise<Step> {
  const rules = rulesFor(order, await loadRules(ports.documents, sharing.sellerId));
  const most = mostFen(sharing.amountFen, await limitFor(ports, account, sharing, rules));
  const nowMs = ports.clock.nowMs();
  const planned = planChanges(sharing, order, rules, most, nowMs);
  // The refund may still fail, and what was shared by hand or subsidised leaves a part of the payment frozen.
  const isEarly = planned.state === 'FREED' && !(await isEmpty(account, sharing));
  const changes = isEarly ? waitingFor(sharing, nowMs) : planned;
  // A refund or manual share made meanwhile is in neither the order as read nor the amount, so read again.
  const isSame = ({ refunds, requests, plan: known }: SharingRecord) =>
    known === null &&
    refunds.length === sharing.refunds.length &&
    requests.length === sharing.requests.length;
  return changes.state === 'SHARING'
    ? goOn(ports, sharing, (current) => (isSame(current) ? changes : undefined))
    : rest(ports, sharing, (current) => ({ nextAtMs: nowMs, ...(isSame(current) && changes) }));
}

function limitFor(
  ports: SharingPorts,
  account: Account,
  sharing: SharingRecord,
  rules: readonly RuleRecord[],
) {
  const shares = rules.some(({ receivers }) => receivers.length > 0);
  return shares ? limitOf(ports, account, sharing.subMchid) : { maxRatio: 0, source: 'DEFAULT' as const };
}

/** Gives the receivers what they are owed; then unfreezes the rest when it is due. */
function carryOut(ports: SharingPorts, sharing: SharingRecord, order: OrderRecord): Promise<Step> {
  const nowMs = ports.clock.nowMs();
  const base = baseOf(sharing, order);
  const owed = owedShares(sharing, base.netFen);
  const tries = sharing.requests.filter(({ kind, by }) => kind === 'SHARE' && by === 'RULE');
  const last = tries.at(-1);
  const { freeAtMs = 0, onFailure = 'HOLD' } = sharing.plan ?? {};
  if (owed.length > 0) {
    const exhausted = tries.length > tryDelaysMs.length || sharing.requests.length >= maxRequests - 1;
    if (!exhausted) {
      const dueMs = last ? last.createdAtMs + delayAfter(tryDelaysMs, tries.length - 1) : nowMs;
      if (dueMs <= nowMs) return addRequest(ports, sharing, 'SHARE', owed, base);
      return rest(ports, sharing, () => ({ state: 'FAILED', failure: failureIn(last), nextAtMs: dueMs }));
    }
    if (onFailure === 'HOLD') {
      return rest(ports, sharing, () => ({ state: 'FAILED', failure: failureIn(last), nextAtMs: null }));
    }
  }
  if (freeAtMs > nowMs) {
    return rest(ports, sharing, () => ({ state: 'SHARED', failure: null, attempts: 0, nextAtMs: freeAtMs }));
  }
  return free(ports, sharing);
}

function free(ports: SharingPorts, sharing: SharingRecord): Promise<Step> {
  const nowMs = ports.clock.nowMs();
  const tries = sharing.requests.filter(({ kind }) => kind === 'FREE');
  const last = tries.at(-1);
  const dueMs = last ? last.createdAtMs + delayAfter(tryDelaysMs, tries.length - 1) : nowMs;
  if (dueMs <= nowMs && tries.length <= tryDelaysMs.length) return addRequest(ports, sharing, 'FREE', []);
  const nextAtMs = dueMs > nowMs ? dueMs : null;
  return rest(ports, sharing, () => ({ state: 'FAILED', failure: last?.failure ?? null, nextAtMs }));
}

/** The next request of the rules; its number is derived from its position, so that two instances make the same one. */
function addRequest(
  ports: SharingPorts,
  sharing: SharingRecord,
  kind: ShareRequest['kind'],
  shares: readonly PlannedShare[],
  base?: ShareBase,
): Promise<Step> {
  const createdAtMs = ports.clock.nowMs();
  return goOn(ports, sharing, (current) => {
    if (current.requests.length !== sharing.requests.length) return undefined;
    const request = newRequest(current, { kind, by: 'RULE', shares, createdAtMs, ...(base && { base }) });
    return { state: 'SHARING', requests: [...current.requests, request], attempts: 0 };
  });
}

export function newRequest(
  { _id, requests }: SharingRecord,
  of: Pick<ShareRequest, 'kind' | 'by' | 'createdAtMs'> & {
    readonly shares: readonly PlannedShare[];
    readonly operatorOpenid?: string | null;
    /** Derived from what triggered it; by default from the count of requests of its kind. */
    readonly outOrderNo?: string;
    readonly base?: ShareBase;
  },
): ShareRequest {
  const { kind, by, createdAtMs, shares, operatorOpenid = null, base } = of;
  const count = requests.filter((each) => each.kind === kind && each.by === by).length;
  return {
    outOrderNo: of.outOrderNo ?? sharingNumber(kind === 'SHARE' ? 'share' : 'free', _id, by, count),
    kind,
    by,
    operatorOpenid,
    state: 'RESERVED',
    orderId: null,
    receivers: shares.map((share) => ({ ...share, result: 'PENDING', failReason: null })),
    createdAtMs,
    failure: null,
    ...(base && { base }),
  };
}

/** What is left of the payment now. */
export function baseOf({ amountFen }: SharingRecord, order: OrderRecord | undefined): ShareBase {
  const outRefundNos = (order?.refunds ?? []).map(({ outRefundNo }) => outRefundNo);
  return { netFen: amountFen - (order ? reservedFen(order) : 0), outRefundNos };
}

/** Why the receivers of a request did not get everything. */
function failureIn(request: ShareRequest | undefined) {
  if (!request) return null;
  if (request.failure) return request.failure;
  const closed = request.receivers.filter(({ result }) => result === 'CLOSED');
  const [first] = closed;
  if (!first) return null;
  const code = first.failReason ?? 'CLOSED';
  const who = closed.map(({ account }) => account).join(', ');
  return { code, message: `${adviceOf(code)} (${who})`.slice(0, 500) };
}

/** https://pay.weixin.qq.com/docs/merchant/products/profit-sharing/apilist.html (fail_reason) */
const advice: Readonly<Record<string, string>> = {
  ACCOUNT_ABNORMAL:
    '接收方账户异常，请接收方联系微信支付。The account of the receiver is abnormal: the receiver has to contact WeChat Pay.',
  NO_RELATION: '分账关系已解除，请重新添加接收方。The receiver was removed: add it again.',
  RECEIVER_HIGH_RISK: '接收方有风险，微信支付拒绝分账。WeChat Pay regards the receiver as high-risk.',
  RECEIVER_REAL_NAME_NOT_VERIFIED:
    '接收方未实名，请其在微信中实名认证。The receiver has to complete real-name verification in WeChat.',
  NO_AUTH:
    '商户的分账授权已解除，请其重新授权。The merchant has withdrawn its authorisation: it has to authorise sharing again.',
  RECEIVER_RECEIPT_LIMIT:
    '接收方收款已达上限，之后自动重试。The receiver has reached its limit; it is retried automatically later.',
  PAYER_ACCOUNT_ABNORMAL:
    '分出方账户异常，请其联系微信支付。The account of the paying merchant is abnormal: it has to contact WeChat Pay.',
};

function adviceOf(reason: string): string {
  return advice[reason] ?? `微信支付关闭了这笔分账：${reason}。WeChat Pay closed the share: ${reason}.`;
}

/** Nothing of the order is still frozen at WeChat Pay: it was unfrozen manually or automatically. */
function ended(ports: SharingPorts, sharing: SharingRecord): Promise<Step> {
  return rest(ports, sharing, () => ({ state: 'FREED', nextAtMs: null }));
}

async function isEmpty(account: Account, sharing: SharingRecord): Promise<boolean> {
  try {
    return (await familyOf(sharing.account).unsplitFen(account, sharing.transactionId)) === 0;
  } catch (error) {
    if (!(error instanceof WechatpayError)) throw error;
    return false;
  }
}
