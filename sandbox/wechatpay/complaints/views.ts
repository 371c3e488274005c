import type { ApiContext } from '../context.ts';
import { rfc3339 } from '../state/time.ts';
import type { Complaint, Negotiation } from './types.ts';

/** 投诉单, doc/v3/partner/4012691648. */
export function complaintView(context: ApiContext, complaint: Complaint, detail: boolean) {
  const { images } = complaint;
  return {
    complaint_id: complaint.complaintId,
    complaint_time: rfc3339(complaint.createdAtMs),
    complaint_detail: complaint.detail,
    complaint_state: complaint.state,
    complainted_mchid: complaint.payeeMchid,
    payer_phone: context.encryptForMerchant(complaint.payerPhone),
    ...(detail && { payer_openid: complaint.payerOpenid }),
    ...(images.length > 0 && { complaint_media_list: [payersPictures(context, images)] }),
    complaint_order_info: [
      {
        transaction_id: complaint.transactionId,
        out_trade_no: complaint.outTradeNo,
        amount: complaint.amountFen,
      },
    ],
    complaint_full_refunded: complaint.fullRefunded,
    incoming_user_response: complaint.incoming,
    problem_description: complaint.problemDescription,
    user_complaint_times: complaint.times,
    problem_type: complaint.problemType,
    ...(complaint.applyRefundFen !== undefined && { apply_refund_amount: complaint.applyRefundFen }),
    in_platform_service: complaint.inPlatformService === true,
    need_immediate_service: complaint.needsImmediateService === true,
  };
}

/** 协商历史. */
export function historyView(context: ApiContext, entry: Negotiation) {
  const { logId, operator, atMs, type, details, images, blocks, platformService } = entry;
  return {
    log_id: logId,
    operator,
    operate_time: rfc3339(atMs),
    operate_type: type,
    ...(details !== undefined && { operate_details: details }),
    ...(images !== undefined && { image_list: images.map((id) => imageUrl(context, id)) }),
    ...(images !== undefined &&
      type === 'USER_CREATE_COMPLAINT' && { complaint_media_list: payersPictures(context, images) }),
    // Spelled this way by WeChat Pay.
    ...(platformService && {
      user_appy_platform_service_reason: platformService.reason,
      user_appy_platform_service_reason_description: platformService.description,
    }),
    ...(blocks !== undefined && { normal_message: { blocks, sender_identity: 'MANUAL' } }),
  };
}

function payersPictures(context: ApiContext, images: readonly string[]) {
  return { media_type: 'USER_COMPLAINT_IMAGE', media_url: images.map((id) => imageUrl(context, id)) };
}

function imageUrl({ origin }: ApiContext, mediaId: string): string {
  return `${origin}/v3/merchant-service/images/${mediaId}`;
}
