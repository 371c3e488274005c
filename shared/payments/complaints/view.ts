import type { ComplaintDetail, ComplaintView, NegotiationView } from '../../contract/index.ts';
import type { ComplaintPorts } from './ports.ts';
import type { ComplaintRecord } from './records.ts';
import { deadlinesOf } from './store.ts';
import {
  maxReplyLength,
  mediaIdOf,
  platformServiceReasonOf,
  textOf,
  type WireComplaint,
  type WireNegotiation,
} from './wire.ts';

export function viewComplaint(
  ports: Pick<ComplaintPorts, 'clock' | 'policy'>,
  complaint: ComplaintRecord,
): ComplaintView {
  const { state, problemType, problem, complainedAtMs, complaintedMchid, outTradeNo } = complaint;
  const { amountFen, applyRefundFen, outRefundNo } = complaint;
  const deadlines = deadlinesOf(ports, complaint);
  const nowMs = ports.clock.nowMs();
  const dueMs = Math.min(...Object.values(deadlines));
  return {
    complaintId: complaint._id,
    ...(state !== null && { state }),
    ...(problemType !== null && { problemType }),
    ...(problem !== null && { problem }),
    ...(complainedAtMs !== null && { complainedAtMs }),
    ...(complaintedMchid !== null && { complaintedMchid }),
    ...(outTradeNo !== null && { outTradeNo }),
    ...(amountFen !== null && { amountFen }),
    ...(applyRefundFen !== null && { applyRefundFen }),
    fullRefunded: complaint.fullRefunded,
    payerWaits: complaint.payerWaits,
    ...(complaint.needsImmediateService && { needsImmediateService: true }),
    ...(complaint.inPlatformService && { inPlatformService: true }),
    maxReplyLength: maxReplyLength(complaint),
    times: complaint.times,
    ...deadlines,
    overdue: dueMs < nowMs,
    acts: complaint.acts,
    ...(outRefundNo !== null && { outRefundNo }),
  };
}

/** What only operators see, and is not stored. */
export function viewDetail(wire: WireComplaint, history: readonly WireNegotiation[]): ComplaintDetail {
  const media = wire.complaint_media_list ?? [];
  return {
    text: wire.complaint_detail,
    ...(wire.payer_phone !== undefined && { phone: wire.payer_phone }),
    pictures: media.flatMap(({ media_url: urls = [] }) => urls.map(mediaIdOf)),
    history: history.map(viewNegotiation),
  };
}

function viewNegotiation(entry: WireNegotiation): NegotiationView {
  const { operator, operate_time: time, operate_type: type } = entry;
  const text = textOf(entry) || platformServiceReasonOf(entry);
  const blocks = entry.normal_message?.blocks ?? [];
  const urls = [...(entry.image_list ?? []), ...(entry.complaint_media_list?.media_url ?? [])];
  return {
    atMs: Date.parse(time),
    who: operator,
    type,
    ...(text !== undefined && { text }),
    pictures: [...new Set([...urls.map(mediaIdOf), ...blocks.flatMap(({ image }) => image?.media_id ?? [])])],
  };
}
