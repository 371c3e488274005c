import type { Text } from '../../text.ts';
import { type ApiContext, checkFields } from '../context.ts';
import { ApiProblem, paramError } from '../http/problem.ts';
import { refundProcessingMs, refundTask } from './end.ts';
import { findRefund } from './find.ts';
import { abnormalRefund, refundIdParam } from './schemas.ts';
import { type Refund, refundBanks } from './types.ts';

interface AbnormalRequest {
  sub_mchid?: string;
  out_refund_no: string;
  type: 'USER_BANK_CARD' | 'MERCHANT_BANK_CARD';
  bank_type?: string;
  bank_account?: string;
  real_name?: string;
}

/**
 * Redirects a refund whose original card is closed to another card or to the merchant: it is PROCESSING again, and ends
 * automatically. doc/v3/merchant/4012810603. @throws ApiProblem
 */
export function applyAbnormalRefund(context: ApiContext): Refund {
  const { refund_id } = checkFields(refundIdParam, context.params, { location: 'uri_template' });
  const request = checkFields(abnormalRefund(context.merchant.kind !== 'direct'), context.body, {
    location: 'body',
    decrypt: context.decrypt,
  }) as unknown as AbnormalRequest;
  requireCard(request);
  const refund = findRefund(context, { refundId: String(refund_id) }, request.sub_mchid);
  if (refund.outRefundNo !== request.out_refund_no) {
    throw refuse('商户退款单号与微信支付退款单号不匹配', {
      en: `${refund.refundId} is ${refund.outRefundNo}`,
      zh: `${refund.refundId} 的商户退款单号是 ${refund.outRefundNo}`,
    });
  }
  if (refund.status !== 'ABNORMAL') {
    throw refuse('退款单状态不是退款异常，不能发起异常退款', {
      en: `the refund is ${refund.status}`,
      zh: `退款单状态为 ${refund.status}`,
    });
  }
  refund.status = 'PROCESSING';
  refund.channel = 'OTHER_BANKCARD';
  refund.toMerchant = request.type === 'MERCHANT_BANK_CARD';
  refund.receivedBy = refund.toMerchant
    ? '商户结算银行账户'
    : `${refundBanks[request.bank_type!]}借记卡${request.bank_account!.slice(-4)}`;
  context.due.schedule(refundTask, refund.refundId, context.nowMs + refundProcessingMs);
  const { paymentNo, outTradeNo, outRefundNo, refundId, status } = refund;
  const data = { change: 'abnormal refund accepted', paymentNo, outTradeNo, outRefundNo, refundId, status };
  context.bus.publish('order', { ...data, state: 'REFUND' }, paymentNo);
  return refund;
}

function requireCard(request: AbnormalRequest): void {
  if (request.type !== 'USER_BANK_CARD') return;
  for (const name of ['bank_type', 'bank_account', 'real_name'] as const) {
    if (request[name] !== undefined) continue;
    const issue = '退款至用户银行卡时，此字段为必填项';
    throw paramError(issue, { field: `/${name}`, value: null, issue, location: 'body' });
  }
}

function refuse(message: string, explanation: Text): ApiProblem {
  return new ApiProblem(400, 'INVALID_REQUEST', message, { explanation });
}
