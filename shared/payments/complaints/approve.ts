/**
 * Approving a refund in a complaint: the refund first, which is a stored process of its own, then the report of it to
 * WeChat Pay, which does not itself refund anything. The money is certain before it is promised; once it has arrived,
 * WeChat Pay ends the complaint.
 * https://pay.weixin.qq.com/docs/merchant/apis/consumer-complaint/complaints/update-refund-progress.html
 */
import type { Account } from '../../core/account.ts';
import { CommerceError } from '../../core/errors.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import type { OrderRecord } from '../orders/records.ts';
import { findOrder } from '../refunds/find.ts';
import { refundOrder } from '../refunds/refund-order.ts';
import { refundNumber } from '../refunds/request.ts';
import { refundableFen } from '../refunds/reserve.ts';
import { type ActRequest, act } from './act.ts';
import type { ComplaintPorts } from './ports.ts';
import { type ComplaintRecord, changeComplaint } from './records.ts';
import { factsOf, queryComplaint } from './wire.ts';

type ApprovePorts = Pick<ComplaintPorts, 'clock' | 'documents' | 'log' | 'policy' | 'refunds'>;

/** @throws CommerceError COMPLAINT_STATE, ORDER_NOT_FOUND, REFUND_EXCEEDS, …, and what `act` throws */
export async function approveRefund(
  ports: ApprovePorts,
  account: Account,
  complaint: ComplaintRecord,
  request: Omit<ActRequest, 'amountFen' | 'text' | 'kind'> & { readonly amountFen?: number },
): Promise<ComplaintRecord> {
  requireRefundProblem(complaint);
  const order = await orderOf(ports, complaint);
  const known = complaint.act?.token === request.token ? complaint.act.amountFen : null;
  const amountFen =
    known ?? request.amountFen ?? Math.min(complaint.applyRefundFen ?? order.amountFen, refundableFen(order));
  const wanted: ActRequest = { ...request, kind: 'approveRefund', text: '', amountFen };
  return act(ports, account, complaint, wanted, () => carryOut(ports, account, complaint, wanted));
}

/**
 * An out_trade_no is unique only within a merchant: a provider also sees complaints about payments that its
 * sub-merchants took elsewhere, under any number. The transaction_id says which payment it is.
 * https://pay.weixin.qq.com/doc/v3/partner/4012691648 (查询投诉单详情)
 */
async function orderOf(
  { documents }: ApprovePorts,
  { outTradeNo, transactionId }: ComplaintRecord,
): Promise<OrderRecord> {
  const order = await findOrder(documents, outTradeNo ?? '');
  if (transactionId !== null && order.transactionId === transactionId) return order;
  throw new CommerceError('ORDER_NOT_FOUND', { texts: otherPaymentTexts });
}

const otherPaymentTexts = {
  zh: '被投诉的支付不是此处订单的支付，请在微信支付商户平台处理。',
  en: 'The payment complained about is not that of an order here. Handle the complaint in the merchant platform.',
};

/**
 * Completes an approval whose instance died: the same token gives the same refund.
 * @param complaint as WeChat Pay describes it now
 */
export async function finishApproval(
  ports: ApprovePorts,
  account: Account,
  complaint: ComplaintRecord,
): Promise<void> {
  const { act: open, acts } = complaint;
  if (open?.state !== 'BEGUN' || open.kind !== 'approveRefund') return;
  if (ports.clock.nowMs() - open.atMs < ports.policy.complaintLeaseMs) return;
  const { token, amountFen, operatorOpenid } = open;
  const request: ActRequest = {
    token,
    kind: 'approveRefund',
    text: '',
    amountFen,
    seen: acts,
    operatorOpenid,
  };
  await act(ports, account, complaint, request, () => carryOut(ports, account, complaint, request));
}

async function carryOut(
  ports: ApprovePorts,
  account: Account,
  complaint: ComplaintRecord,
  { token, amountFen, operatorOpenid }: ActRequest,
): Promise<void> {
  const outTradeNo = complaint.outTradeNo ?? '';
  await refundOrder(ports.refunds, operatorOpenid ?? undefined, {
    action: 'refund',
    outTradeNo,
    requestToken: token,
    ...(amountFen !== null && { amountFen }),
    reason: '投诉退款',
  });
  const outRefundNo = refundNumber(outTradeNo, token);
  await changeComplaint(ports.documents, complaint, (current) =>
    current.outRefundNo === outRefundNo ? undefined : { outRefundNo },
  );
  try {
    await account.client.request(
      'POST /v3/merchant-service/complaints-v2/{complaint_id}/update-refund-progress',
      {
        complaint_id: complaint._id,
        action: 'APPROVE',
        launch_refund_day: 0,
      },
    );
  } catch (error) {
    if (!(error instanceof WechatpayError) || error.kind !== 'refused') throw error;
    // The refund may have arrived first, which ends the complaint.
    const { state, fullRefunded } = factsOf(await queryComplaint(account, complaint._id));
    if (state !== 'PROCESSED' && !fullRefunded) throw error;
  }
}

export function requireRefundProblem({ problemType, state }: ComplaintRecord): void {
  if (problemType === 'REFUND' && state !== 'PROCESSED') return;
  throw new CommerceError('COMPLAINT_STATE', {
    texts: {
      zh: '只有未处理完成的申请退款类投诉可以审批退款。',
      en: 'Only a refund complaint that is still open can be approved or rejected.',
    },
  });
}
