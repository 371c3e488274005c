import type { Account, AccountKind } from '../../core/account.ts';
import type { ComplaintPorts } from './ports.ts';
import {
  type ComplaintFacts,
  type ComplaintRecord,
  changeComplaint,
  complaintsCollection,
  loadComplaint,
  noFacts,
} from './records.ts';
import { factsOf, queryComplaint } from './wire.ts';

type StorePorts = Pick<ComplaintPorts, 'clock' | 'documents' | 'log' | 'policy'>;

/**
 * Something about a complaint happened: it is stored, and WeChat Pay is asked about it in the next run. Duplicate
 * reports count once.
 */
export async function noteComplaint(
  { clock, documents, log }: Pick<StorePorts, 'clock' | 'documents' | 'log'>,
  account: AccountKind,
  complaintId: string,
): Promise<ComplaintRecord> {
  const nowMs = clock.nowMs();
  const fresh: ComplaintRecord = {
    ...noFacts,
    _id: complaintId,
    version: 1,
    account,
    seenAtMs: nowMs,
    refreshAfterMs: nowMs,
    acts: 0,
    act: null,
    outRefundNo: null,
    warnedForTimes: 0,
  };
  const known = await documents.insertIfAbsent<ComplaintRecord>(complaintsCollection, fresh);
  if (!known) {
    log.warn('complaint.new', { complaintId, account });
    return fresh;
  }
  const { doc } = await changeComplaint(documents, known, ({ refreshAfterMs }) =>
    refreshAfterMs !== null && refreshAfterMs <= nowMs ? undefined : { refreshAfterMs: nowMs },
  );
  return doc;
}

/** Stores what WeChat Pay says about a complaint, and when to ask again. */
export async function storeFacts(
  ports: StorePorts,
  known: ComplaintRecord,
  facts: ComplaintFacts,
): Promise<ComplaintRecord> {
  const { doc } = await changeComplaint(ports.documents, known, (complaint) => {
    const warned = warn(ports, { ...complaint, ...facts });
    if (facts.inPlatformService && !complaint.inPlatformService) {
      ports.log.warn('complaint.platform_service', { complaintId: complaint._id });
    }
    return { ...facts, refreshAfterMs: nextRefreshMs(ports, { ...complaint, ...facts }), ...warned };
  });
  return doc;
}

/** Asks WeChat Pay. @throws WechatpayError */
export async function refreshComplaint(
  ports: StorePorts,
  account: Account,
  complaintId: string,
): Promise<ComplaintRecord> {
  const known =
    (await loadComplaint(ports.documents, complaintId)) ??
    (await noteComplaint(ports, account.kind, complaintId));
  return storeFacts(ports, known, factsOf(await queryComplaint(account, complaintId)));
}

/**
 * When something is due: the first answer within 24 hours of the complaint, its end within 72.
 * https://kf.qq.com/faq/230125a6NbmA230125vMNZnE.html (消费者投诉处理要求). No page gives another start for a complaint that the
 * payer reopened, so the time counts from the complaint here too.
 */
export function deadlinesOf(
  { policy }: Pick<ComplaintPorts, 'policy'>,
  { state, complainedAtMs }: ComplaintFacts,
): { answerByMs?: number; finishByMs?: number } {
  if (complainedAtMs === null || state === 'PROCESSED') return {};
  return {
    ...(state === 'PENDING' && { answerByMs: complainedAtMs + policy.complaintAnswerMs }),
    finishByMs: complainedAtMs + policy.complaintFinishMs,
  };
}

/** The next deadline, less the time in which an operator can still act. */
function warningMs(ports: Pick<ComplaintPorts, 'policy'>, complaint: ComplaintRecord): number | undefined {
  const { answerByMs, finishByMs } = deadlinesOf(ports, complaint);
  const next = answerByMs ?? finishByMs;
  return next === undefined ? undefined : next - ports.policy.complaintWarningMs;
}

function nextRefreshMs(ports: StorePorts, complaint: ComplaintRecord): number | null {
  const nowMs = ports.clock.nowMs();
  // An answer with an unknown outcome is checked.
  if (complaint.act?.state === 'BEGUN') return nowMs + ports.policy.complaintLeaseMs;
  if (complaint.state === 'PROCESSED') return null;
  const warnAtMs = warningMs(ports, complaint);
  const usualMs = nowMs + ports.policy.complaintRefreshMs;
  return warnAtMs !== undefined && warnAtMs > nowMs ? Math.min(usualMs, warnAtMs) : usualMs;
}

/** Once for each round of a complaint: an error in the log triggers an alert. */
function warn(ports: StorePorts, complaint: ComplaintRecord): { warnedForTimes?: number } {
  const { _id: complaintId, times, warnedForTimes, outTradeNo } = complaint;
  const warnAtMs = warningMs(ports, complaint);
  if (warnAtMs === undefined || ports.clock.nowMs() < warnAtMs || warnedForTimes >= times) return {};
  ports.log.error('complaint.deadline', { complaintId, outTradeNo, ...deadlinesOf(ports, complaint) });
  return { warnedForTimes: times };
}
