/** Sends a request to share or unfreeze, and queries its outcome. */
import type { Account } from '../../core/account.ts';
import { isRateLimited } from '../../core/errors.ts';
import { delayAfter } from '../../core/policy.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import { failureOf, isForLater } from '../failed-call.ts';
import { recordMovement } from '../ledger/ledger.ts';
import { isAlone } from '../turn.ts';
import { familyOf } from './families.ts';
import type { ShareStatus } from './family.ts';
import { forgetLimit } from './limits.ts';
import type { SharingPorts } from './ports.ts';
import { changeSharing, hasEnded, type Share, type ShareRequest, type SharingRecord } from './records.ts';
import { endOfTurn, goOn, type Step } from './step.ts';

/** Delay between queries about a request, and between attempts without an answer. */
const delaysMs = [1, 1, 2, 5, 15, 60].map((minutes) => minutes * 60_000);

/** WeChat Pay knows no request, or return, of this number. */
const unknownCodes: ReadonlySet<string> = new Set(['RESOURCE_NOT_EXISTS', 'NOT_FOUND']);
/**
 * `订单处理中，暂时无法分账，请稍后再试` comes with INVALID_REQUEST like all other errors, also while an order is not settled: only the
 * text identifies it. https://developers.weixin.qq.com/community/pay/doc/000284823e8460aada68dacca5b008
 */
const laterText = /处理中|稍后|频率/;

/** As for every process, and by the text. */
export function maySucceedLater(error: WechatpayError): boolean {
  return isForLater(error) || laterText.test(error.message);
}

export function isUnknownThere(error: WechatpayError): boolean {
  return error.kind === 'refused' && unknownCodes.has(error.code);
}

export async function send(
  ports: SharingPorts,
  account: Account,
  sharing: SharingRecord,
  request: ShareRequest,
): Promise<Step> {
  const family = familyOf(sharing.account);
  try {
    const call = request.kind === 'SHARE' ? family.share : family.free;
    if (request.kind === 'SHARE') {
      await ports.pace?.(sharing.subMchid ?? sharing.mchid, family.sharesPerSecond);
    }
    return await applyStatus(ports, sharing, request, await call(account, sharing, request));
  } catch (error) {
    if (!(error instanceof WechatpayError)) throw error;
    if (maySucceedLater(error)) return postpone(ports, sharing, request, error);
    return refused(ports, account, sharing, request, error);
  }
}

export async function ask(
  ports: SharingPorts,
  account: Account,
  sharing: SharingRecord,
  request: ShareRequest,
): Promise<Step> {
  try {
    return await query(ports, account, sharing, request);
  } catch (error) {
    if (!(error instanceof WechatpayError)) throw error;
    return postpone(ports, sharing, request, error);
  }
}

async function query(
  ports: SharingPorts,
  account: Account,
  sharing: SharingRecord,
  request: ShareRequest,
): Promise<Step> {
  const status = await familyOf(sharing.account).query(account, sharing, request);
  return applyStatus(ports, sharing, request, status);
}

/**
 * A refusal of one attempt says nothing about another one, earlier with its answer lost or at the same time: nothing
 * happened only if a query by our number finds no such request, and nobody else may be sending it.
 */
async function refused(
  ports: SharingPorts,
  account: Account,
  sharing: SharingRecord,
  request: ShareRequest,
  refusal: WechatpayError,
): Promise<Step> {
  try {
    return await query(ports, account, sharing, request);
  } catch (error) {
    if (!(error instanceof WechatpayError)) throw error;
    if (!isUnknownThere(error)) return postpone(ports, sharing, request, error);
  }
  const { doc, changed } = await changeSharing(ports.documents, sharing, (current) =>
    current.version === sharing.version && isAlone(current, ports.clock.nowMs())
      ? withRequest(current, request.outOrderNo, (known) => ({
          ...known,
          ...({ state: 'REFUSED', failure: failureOf(refusal) } as const),
        }))
      : undefined,
  );
  if (!changed) return postpone(ports, doc, request, refusal);
  ports.log.warn('sharing.refused', { outTradeNo: sharing._id, code: refusal.code });
  if (refusal.code === 'RULE_LIMIT' || refusal.message.includes('比例')) {
    await forgetLimit(ports, sharing.subMchid);
  }
  return { sharing: doc, waits: false };
}

/**
 * Records what WeChat Pay says about a request. Each receiver's own result counts; the ledger entry is written before
 * the state.
 */
async function applyStatus(
  ports: SharingPorts,
  sharing: SharingRecord,
  request: ShareRequest,
  status: ShareStatus,
): Promise<Step> {
  const receivers = request.receivers.map((share) => resultOf(share, status));
  const ended = status.state === 'FINISHED' && receivers.every(({ share }) => share.result !== 'PENDING');
  if (!ended) {
    const set = { state: 'PROCESSING', orderId: status.orderId } as const;
    return wait(ports, sharing, request, (known) => ({ ...known, ...set, failure: null }));
  }
  for (const { share, atMs } of receivers) {
    if (share.result !== 'SUCCESS') continue;
    await recordMovement(
      ports.documents,
      { ...sharing, outTradeNo: sharing._id },
      {
        kind: 'SHARE',
        amountFen: -share.amountFen,
        reference: `${request.outOrderNo}/${share.account}`,
        atMs: atMs ?? ports.clock.nowMs(),
      },
    );
  }
  const set = {
    state: 'FINISHED',
    orderId: status.orderId,
    receivers: receivers.map(({ share }) => share),
    failure: null,
  } as const;
  ports.log.info('sharing.finished', { outTradeNo: sharing._id, kind: request.kind });
  return goOn(ports, sharing, (current) => {
    const changes = withRequest(current, request.outOrderNo, (known) => ({ ...known, ...set }));
    return changes && request.kind === 'FREE' ? { ...changes, state: 'FREED', failure: null } : changes;
  });
}

function resultOf(share: Share, { receivers }: ShareStatus) {
  const found = receivers.find(
    ({ account, amountFen }) => account === share.account && amountFen === share.amountFen,
  );
  const { result = 'PENDING', failReason = null, finishedAtMs } = found ?? {};
  return { share: { ...share, result, failReason }, atMs: finishedAtMs };
}

function postpone(
  ports: SharingPorts,
  sharing: SharingRecord,
  request: ShareRequest,
  error: WechatpayError,
): Promise<Step> {
  if (error.kind === 'fault') ports.log.error('sharing.fault', { outTradeNo: sharing._id, error });
  const change = (known: ShareRequest) =>
    hasEnded(known) ? undefined : { ...known, failure: failureOf(error) };
  // Too many requests of one merchant: that says nothing about this order, whose delays must not grow by it.
  return wait(ports, sharing, request, change, isRateLimited(error) ? 0 : 1);
}

/** Schedules the same request for later. @param attempts how many attempts it counts as */
async function wait(
  ports: SharingPorts,
  sharing: SharingRecord,
  request: ShareRequest,
  change: (known: ShareRequest) => ShareRequest | undefined,
  attempts = 1,
): Promise<Step> {
  const nowMs = ports.clock.nowMs();
  const { doc } = await changeSharing(ports.documents, sharing, (current) => {
    const changes = withRequest(current, request.outOrderNo, change);
    return (
      changes && {
        ...changes,
        attempts: current.attempts + attempts,
        nextAtMs: nowMs + delayAfter(delaysMs, current.attempts),
        ...endOfTurn(current),
      }
    );
  });
  return { sharing: doc, waits: true };
}

/** Changes one request, unless it is finished: that WeChat Pay has it counts more than that it was refused once. */
function withRequest(
  { requests }: SharingRecord,
  outOrderNo: string,
  change: (request: ShareRequest) => ShareRequest | undefined,
) {
  const known = requests.find((each) => each.outOrderNo === outOrderNo);
  if (!known || known.state === 'FINISHED') return undefined;
  const next = change(known);
  return next && { requests: requests.map((each) => (each === known ? next : each)) };
}
