/** A shop with a complaint at the simulator, and what its operators do about it. */
import type {
  ComplaintView,
  HandleComplaintsAnswers,
  HandleComplaintsRequest,
} from '../../shared/contract/index.ts';
import type { AccountKind } from '../../shared/core/account.ts';
import { handleComplaints } from '../../shared/payments/complaints/handle-complaints.ts';
import { checkComplaints } from '../../shared/payments/complaints/poll.ts';
import type { ComplaintPorts } from '../../shared/payments/complaints/ports.ts';
import type { WechatpayNotification } from '../../shared/wechatpay/notifications/types.ts';
import { type RefundShop, refundShop } from './refund-shop.ts';

/** A callback as it is once its signature was verified and its resource decrypted. */
export const callbackOf = (kind: 'complaint' | 'violation', eventType: string, resource: object, id = 'n1') =>
  ({ id, createTime: '', eventType, kind, resource }) as unknown as WechatpayNotification;

export const token = (name: string) => name.padEnd(16, '0');

export type ComplaintShop = Awaited<ReturnType<typeof complaintShop>>;

export async function complaintShop(kind: AccountKind = 'direct') {
  const shop: RefundShop = await refundShop(kind);
  const files = new Map<string, Buffer>();
  let aheadMs = 0;
  const ports: ComplaintPorts = {
    ...shop.ports,
    clock: { nowMs: () => shop.ports.clock.nowMs() + aheadMs },
    refunds: shop.ports,
    randomHex: () => 'f'.repeat(32),
    files: {
      pathOf: (fileID) => fileID.replace('cloud://', ''),
      download: async (fileID) => files.get(fileID) ?? 'not-found',
      remove: async (fileID) => void files.delete(fileID),
    },
  };
  const ask = (request: HandleComplaintsRequest, operator = 'oOperator') =>
    handleComplaints(ports, operator, request);
  const atWechatPay = async (id: string) =>
    (await shop.sandbox.control('GET', `/complaints/${id}`)).json.complaint;
  return {
    ...shop,
    /** Cloud storage. */
    files,
    ask,
    atWechatPay,
    /** The timer runs. */
    check: () => checkComplaints(ports, [kind], () => true),
    list: async (open = false) =>
      ((await ask({ action: 'list', open })) as HandleComplaintsAnswers['list']).complaints,
    detail: async (complaintId: string) =>
      (await ask({ action: 'detail', complaintId })) as HandleComplaintsAnswers['detail'],
    reply: (
      { complaintId, acts: seen }: ComplaintView,
      name: string,
      text = '马上为您处理',
      by = 'oOperator',
    ) => ask({ action: 'reply', complaintId, requestToken: token(name), seen, text }, by),
    /** What the shop said, as WeChat Pay has it. */
    said: async (id: string, type = 'MERCHANT_RESPONSE') =>
      (await atWechatPay(id)).history.filter((each: { type: string }) => each.type === type),
    lose: (what: RefundShop['lose']) => {
      shop.lose = what;
    },
    /** What follows runs on an instance whose clock is wrong by this; negative when it is behind. */
    shiftClock: (ms: number) => {
      aheadMs = ms;
    },
  };
}

/** A payer complains about a new paid order, and the timer runs. */
export async function complained(kind: AccountKind = 'direct', changes: object = {}) {
  const shop = await complaintShop(kind);
  const { _id: outTradeNo } = await shop.paidOrder(1_000);
  await shop.sandbox.control('POST', '/complaints', { outTradeNo, ...changes });
  await shop.check();
  const [complaint] = await shop.list();
  return { shop, complaint: complaint! };
}
