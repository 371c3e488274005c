/**
 * One answer of the shop to a complaint. Answers have no number at WeChat Pay, so a text whose outcome is unknown must
 * not simply be sent again: the payer would read it twice. Each answer is written down before it is sent, one at a time
 * per complaint; when it is unknown whether it arrived, the negotiation history is checked.
 *
 * ```
 * seen = acts? ──compare and set──▶ BEGUN ──sent──▶ DONE
 *      no: COMPLAINT_CHANGED          │ no answer            └─ refused ─▶ REFUSED
 *                                     └──the negotiation has it──▶ DONE, otherwise REFUSED; the same token sends it again
 * ```
 */
import { createHash } from 'node:crypto';
import type { Account } from '../../core/account.ts';
import { CommerceError, explainWechatpayError } from '../../core/errors.ts';
import { clockToleranceMs } from '../../core/lease.ts';
import type { ComplaintPorts } from './ports.ts';
import { type ActKind, type ComplaintAct, type ComplaintRecord, changeComplaint } from './records.ts';
import { queryHistory, textOf } from './wire.ts';

export interface ActRequest {
  readonly token: string;
  readonly kind: ActKind;
  /** Empty for an answer without one. */
  readonly text: string;
  readonly amountFen: number | null;
  /** The complaint's `acts` that the operator saw. */
  readonly seen: number;
  readonly operatorOpenid: string | null;
}

type ActPorts = Pick<ComplaintPorts, 'clock' | 'documents' | 'log' | 'policy'>;

/** How an answer looks in the negotiation. */
const operateTypes: Readonly<Record<ActKind, string>> = {
  reply: 'MERCHANT_RESPONSE',
  complete: 'MERCHANT_CONFIRM_COMPLETE',
  approveRefund: 'MERCHANT_APPROVE_REFUND',
  // Spelled this way by WeChat Pay.
  rejectRefund: 'MERCHANT_REFUSE_RERUND',
};

/** WeChat Pay's times are in whole seconds, and on its own clock. */
const toleranceMs = clockToleranceMs + 1000;

/**
 * Sends an answer once.
 * @param send what sends it. @throws WechatpayError, CommerceError
 * @returns the complaint as it is afterwards
 * @throws CommerceError COMPLAINT_CHANGED, BUSY while another answer is on its way, OUTCOME_UNKNOWN (same token again),
 * WECHATPAY_REFUSED
 */
export async function act(
  ports: ActPorts,
  account: Account,
  complaint: ComplaintRecord,
  request: ActRequest,
  send: () => Promise<unknown>,
): Promise<ComplaintRecord> {
  const settled = await settle(ports, account, complaint, request);
  if (settled.act?.token === request.token && settled.act.state === 'DONE') return settled;
  const begun = await begin(ports, settled, request);
  try {
    await send();
  } catch (error) {
    const explained = explainWechatpayError(error);
    // After anything but a definite refusal, the outcome is unknown.
    if (isFinal(explained)) await end(ports, begun, request.token, 'REFUSED');
    throw explained;
  }
  return end(ports, begun, request.token, 'DONE');
}

function isFinal(error: unknown): boolean {
  return error instanceof CommerceError && !error.retryable;
}

/** Finds out the outcome of an answer that was begun and never completed. */
async function settle(
  ports: ActPorts,
  account: Account,
  complaint: ComplaintRecord,
  request: Pick<ActRequest, 'token'>,
): Promise<ComplaintRecord> {
  const open = complaint.act;
  if (open?.state !== 'BEGUN') return complaint;
  const isSame = open.token === request.token;
  const isUnderWay = ports.clock.nowMs() - open.atMs < ports.policy.complaintLeaseMs;
  if (isUnderWay && !isSame) throw new CommerceError('COMPLAINT_CHANGED');
  if (await happened(account, complaint._id, open)) return end(ports, complaint, open.token, 'DONE');
  // A second tap, or a retry: the first may still be about to arrive.
  if (isUnderWay) throw new CommerceError('BUSY');
  return isSame ? complaint : end(ports, complaint, open.token, 'REFUSED');
}

/**
 * For the timer: finds out the outcome of an answer whose instance died. One that did not arrive counts as refused; the
 * same token sends it again. An approval has more to it: approve.ts.
 * @throws CommerceError OUTCOME_UNKNOWN when WeChat Pay does not say
 */
export async function settleAbandoned(
  ports: ActPorts,
  account: Account,
  complaint: ComplaintRecord,
): Promise<void> {
  const { act: open } = complaint;
  if (open?.state !== 'BEGUN' || open.kind === 'approveRefund') return;
  if (ports.clock.nowMs() - open.atMs < ports.policy.complaintLeaseMs) return;
  const arrived = await happened(account, complaint._id, open);
  await end(ports, complaint, open.token, arrived ? 'DONE' : 'REFUSED');
}

/** @throws CommerceError OUTCOME_UNKNOWN when WeChat Pay does not say */
async function happened(account: Account, complaintId: string, open: ComplaintAct): Promise<boolean> {
  try {
    const history = await queryHistory(account, complaintId);
    return history.some(
      (step) =>
        step.operate_type === operateTypes[open.kind] &&
        Date.parse(step.operate_time) >= open.atMs - toleranceMs &&
        (open.digest === '' || digestOf(textOf(step) ?? '') === open.digest),
    );
  } catch (error) {
    throw explainWechatpayError(error);
  }
}

async function begin(
  { clock, documents, policy }: ActPorts,
  complaint: ComplaintRecord,
  { token, kind, text, amountFen, seen, operatorOpenid }: ActRequest,
): Promise<ComplaintRecord> {
  const atMs = clock.nowMs();
  const begun: ComplaintAct = {
    token,
    kind,
    operatorOpenid,
    digest: digestOf(text),
    amountFen,
    state: 'BEGUN',
    atMs,
  };
  const { doc } = await changeComplaint(documents, complaint, (current) => {
    const { act: last } = current;
    const refreshAfterMs = atMs + policy.complaintLeaseMs;
    if (last?.token === token) {
      // Another instance has sent it meanwhile, or sends it.
      const isNext = last.state !== 'DONE' && last.atMs === complaint.act?.atMs;
      return isNext ? { act: begun, refreshAfterMs } : undefined;
    }
    if (current.acts !== seen || last?.state === 'BEGUN') return undefined;
    return { act: begun, acts: current.acts + 1, refreshAfterMs };
  });
  if (doc.act !== begun) throw new CommerceError('COMPLAINT_CHANGED');
  return doc;
}

async function end(
  { clock, documents }: ActPorts,
  complaint: ComplaintRecord,
  token: string,
  state: 'DONE' | 'REFUSED',
): Promise<ComplaintRecord> {
  const { doc } = await changeComplaint(documents, complaint, (current) =>
    current.act?.token === token && current.act.state === 'BEGUN'
      ? { act: { ...current.act, state }, refreshAfterMs: clock.nowMs() }
      : undefined,
  );
  return doc;
}

function digestOf(text: string): string {
  return text === '' ? '' : createHash('sha256').update(text).digest('hex');
}
