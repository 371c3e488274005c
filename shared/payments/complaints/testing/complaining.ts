import type { AccountKind } from '../../../core/account.ts';
import { refunding } from '../../refunds/testing/refunding.ts';
import type { ComplaintPorts } from '../ports.ts';
import { type ComplaintAct, type ComplaintRecord, complaintsCollection, noFacts } from '../records.ts';
import type { WireNegotiation } from '../wire.ts';

const one = '/v3/merchant-service/complaints-v2/{complaint_id}';
export const routes = {
  list: 'GET /v3/merchant-service/complaints-v2',
  query: `GET ${one}`,
  history: `GET ${one}/negotiation-historys`,
  reply: `POST ${one}/response`,
  replyImmediately: `POST ${one}/response-immediate-service`,
  complete: `POST ${one}/complete`,
  progress: `POST ${one}/update-refund-progress`,
  refund: 'POST /v3/refund/domestic/refunds',
} as const;

export const token = (name: string) => name.padEnd(16, '0');

/**
 * A shop with the complaint C1 about its paid order T1 of 1000 fen, and a WeChat Pay that knows of it, accepts every answer
 * and every refund, and has listed no complaint.
 */
export function complaining(kind: AccountKind = 'direct', changes: Partial<ComplaintRecord> = {}) {
  const shop = refunding(kind);
  const order = shop.putOrder();
  const facts = { problemType: 'REFUND', problem: '没收到', complaintedMchid: '1900000109' } as const;
  const record: ComplaintRecord = {
    ...noFacts,
    ...{ _id: 'C1', version: 1, account: kind, seenAtMs: shop.nowMs, refreshAfterMs: shop.nowMs },
    ...{ acts: 0, act: null, outRefundNo: null, warnedForTimes: 0 },
    ...{ state: 'PENDING', ...facts, complainedAtMs: shop.nowMs, amountFen: 1000 },
    ...{ outTradeNo: 'T1', transactionId: order.transactionId, ...changes },
  };
  shop.documents.put(complaintsCollection, record);
  const wechat = {
    /** As WeChat Pay describes a complaint. */
    complaint: (more: object = {}): object => ({
      ...{ complaint_id: 'C1', complaint_time: '2026-01-02T11:04:05+08:00', complaint_detail: '还没有收到' },
      ...{ complaint_state: 'PENDING', problem_type: 'REFUND', problem_description: '没收到' },
      ...{ complainted_mchid: '1900000109', complaint_full_refunded: false, incoming_user_response: true },
      ...{ user_complaint_times: 1, ...more },
      complaint_order_info: [{ transaction_id: order.transactionId, out_trade_no: 'T1', amount: 1000 }],
    }),
    history: [] as object[],
    /** What it answers to a route instead; throws what `refusal` makes. */
    instead: {} as Record<string, (parameters: Record<string, unknown>) => unknown>,
  };
  const refunds = shop.answer;
  shop.answer = (route, parameters) => {
    const instead = wechat.instead[route];
    if (instead) return instead(parameters);
    if (route === routes.query) return wechat.complaint();
    if (route === routes.history) return { data: wechat.history };
    if (route === routes.list) return { data: [] };
    return route.startsWith('POST /v3/merchant-service') ? {} : refunds(route, parameters);
  };
  const files = new Map<string, Buffer>();
  const ports: ComplaintPorts = {
    ...shop.ports,
    refunds: shop.ports,
    randomHex: () => 'f'.repeat(32),
    files: {
      pathOf: (fileID) => fileID.replace('cloud://', ''),
      download: async (fileID) => files.get(fileID) ?? 'not-found',
      remove: async (fileID) => void files.delete(fileID),
    },
  };
  return {
    shop,
    ports,
    files,
    record,
    wechat,
    put: (of: Partial<ComplaintRecord>) => shop.documents.put(complaintsCollection, { ...record, ...of }),
    stored: () => shop.documents.peek<ComplaintRecord>(complaintsCollection, 'C1')!,
    /** The parameters of each call of a route. */
    sent: (route: string) =>
      shop.calls.filter((call) => call.route === route).map(({ parameters }) => parameters),
  };
}

/** An answer of which it is not known whether it arrived. */
export function begun(changes: Partial<ComplaintAct> = {}): ComplaintAct {
  return {
    ...{ token: token('a'), kind: 'reply', operatorOpenid: 'oOp', digest: '', amountFen: null },
    ...{ state: 'BEGUN', atMs: 0, ...changes },
  };
}

/** A step of the negotiation. */
export function step(operate_type: string, atMs: number, operate_details = ''): WireNegotiation {
  return {
    ...{ log_id: '1', operator: '商家', operate_type, operate_details },
    operate_time: new Date(atMs).toISOString(),
  } as WireNegotiation;
}
