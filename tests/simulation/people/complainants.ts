/** Payers who complain, more than once, and operators who answer, refund and end it. */
import type { Complaint } from '../../../sandbox/wechatpay/complaints/types.ts';
import type { Document } from '../../../shared/core/ports.ts';
import type { ComplaintRecord } from '../../../shared/payments/complaints/records.ts';
import type { RefundRecord } from '../../../shared/payments/refunds/records.ts';
import { between, pick, type Random } from '../random.ts';
import type { Shop } from '../shop.ts';
import type { Books, Theirs } from '../theirs.ts';
import { later } from './buyers.ts';
import { type Action, type Kind, operator } from './kind.ts';
import type { Visit } from './visits.ts';

const minuteMs = 60_000;

export const complainants: Kind = {
  name: 'complainants',
  chance: 0.12,

  plan: (random, { visits, busyMs }) => visits.flatMap((visit) => complaintOf(random, visit, busyMs)),

  leaveOut: ({ memory, providerKind }) => {
    const never = { pollAfterMs: Number.MAX_SAFE_INTEGER, monthAfterMs: Number.MAX_SAFE_INTEGER };
    for (const _id of ['direct', providerKind]) memory.put('complaint_polls', { _id, ...never } as Document);
  },

  check: checkComplaints,

  count: (_books, theirs) => {
    const complaints = theirs.slot<Complaint>('complaints');
    const with_ = (type: string) =>
      complaints.filter(({ history }) => history.some((step) => step.type === type)).length;
    return {
      complaints: complaints.length,
      'complaints answered': with_('MERCHANT_RESPONSE'),
      'complaints completed': with_('MERCHANT_CONFIRM_COMPLETE'),
      'complaints opened again': with_('USER_CONTINUE_COMPLAINT'),
      'complaints whose refund was approved': with_('MERCHANT_APPROVE_REFUND'),
      'complaints whose refund was rejected': with_('MERCHANT_REFUSE_RERUND'),
    };
  },
};

function complaintOf(random: Random, visit: Visit, busyMs: number): Action[] {
  const filed: { complaintId?: string } = {};
  const filedAtMs = later(random, visit, busyMs);
  const problemType = pick(random, ['REFUND', 'REFUND', 'SERVICE_NOT_WORK'] as const);
  const needsImmediateService = random() < 0.2;
  const of = `(visit ${visit.plan.number})`;
  const file: Action = {
    atMs: filedAtMs,
    what: `complain: ${problemType}${needsImmediateService ? ', at once' : ''} ${of}`,
    act: async (shop) => {
      const [order] = visit.orders(shop);
      if (!order) return;
      const body = { outTradeNo: order._id, problemType, needsImmediateService };
      const answer = await shop.control<{ complaint?: Complaint }>('POST', '/complaints', body);
      if (answer.complaint) filed.complaintId = answer.complaint.complaintId;
    },
  };
  let atMs = filedAtMs;
  const steps = Array.from({ length: between(random, 1, 4) }, (_, number): Action => {
    atMs += between(random, 1_000, pick(random, [10_000, 5 * minuteMs, 40 * minuteMs]));
    const step = pick(random, stepNames);
    return {
      atMs,
      what: `${step} ${of}`,
      act: async (shop) => filed.complaintId && stepsOf[step](shop, filed.complaintId, number),
    };
  });
  return [file, ...steps];
}

/** @param number of the step in its complaint: no two answers say the same */
type Step = (shop: Shop, complaintId: string, number: number) => Promise<unknown>;

const stepsOf = {
  'the shop answers': (shop, id, number) => act(shop, id, { action: 'reply', text: `回复 ${number}` }),
  'the shop ends the complaint': (shop, id) => act(shop, id, { action: 'complete' }),
  'the shop approves the refund': (shop, id) => act(shop, id, { action: 'approveRefund' }),
  'the shop rejects the refund': (shop, id, number) =>
    act(shop, id, { action: 'rejectRefund', reason: `理由 ${number}` }),
  'the payer is not content': (shop, id) =>
    shop.control('POST', `/complaints/${id}/act`, { action: 'continue' }),
  'the payer writes': (shop, id) => shop.control('POST', `/complaints/${id}/act`, { action: 'respond' }),
} satisfies Record<string, Step>;
const stepNames = Object.keys(stepsOf) as (keyof typeof stepsOf)[];

/** The operator acts on what the list shows, if the complaint is there already. */
async function act(shop: Shop, complaintId: string, request: object): Promise<void> {
  const seen = shop.memory.peek<ComplaintRecord>('complaints', complaintId)?.acts;
  if (seen === undefined) return;
  const requestToken = shop.token('complaint');
  await shop.call('handleComplaints', operator, { complaintId, requestToken, seen, ...request });
}

/** What is stored is what WeChat Pay says, and nobody reads an answer twice. */
function checkComplaints({ memory }: Books, theirs: Theirs): string[] {
  const found: string[] = [];
  const complaints = theirs.slot<Complaint>('complaints');
  for (const { complaintId, state, times, fullRefunded, history } of complaints) {
    const record = memory.peek<ComplaintRecord>('complaints', complaintId);
    if (!record) {
      found.push(`${complaintId}: a complaint that is unknown here`);
      continue;
    }
    if (record.state !== state) found.push(`${complaintId}: ${state} there, ${record.state} here`);
    if (record.times !== times) found.push(`${complaintId}: ${times} rounds there, ${record.times} here`);
    if (record.fullRefunded !== fullRefunded)
      found.push(`${complaintId}: refunded ${fullRefunded} there, ${record.fullRefunded} here`);
    if (record.act?.state === 'BEGUN') found.push(`${complaintId}: an answer of an unknown outcome`);
    const said = history.flatMap(({ type, details, blocks }) =>
      type === 'MERCHANT_RESPONSE' ? [details ?? JSON.stringify(blocks)] : [],
    );
    if (new Set(said).size < said.length) found.push(`${complaintId}: answered twice with the same`);
    const approved = history.some(({ type }) => type === 'MERCHANT_APPROVE_REFUND');
    const refund = memory.peek<RefundRecord>('refunds', record.outRefundNo ?? '');
    if (approved && !refund) found.push(`${complaintId}: its refund was approved, and there is none`);
  }
  for (const { _id } of memory.all<ComplaintRecord>('complaints'))
    if (!complaints.some(({ complaintId }) => complaintId === _id))
      found.push(`${_id}: a complaint that WeChat Pay does not know`);
  return found;
}
