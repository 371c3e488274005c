/**
 * Refunds in WeChat Pay's own fields, by the family of the account.
 * Direct and partner: https://pay.weixin.qq.com/doc/v3/merchant/4012791903 (申请退款), /4012791904 (查询单笔退款)
 * E-commerce: https://pay.weixin.qq.com/doc/v3/partner/4012476892 (申请退款), /4012476908 (查询)
 */
import type { Account } from '../../core/account.ts';
import type { RouteParameters } from '../../wechatpay/http/client-types.ts';
import type { RefundRecord } from './records.ts';

/** What WeChat Pay says about a refund, in a query or in a callback. */
export interface RefundStatus {
  readonly outRefundNo: string;
  readonly refundId: string;
  readonly outTradeNo: string | undefined;
  readonly status: 'PROCESSING' | 'SUCCESS' | 'CLOSED' | 'ABNORMAL';
  readonly amountFen: number;
  /** Absent from callbacks. */
  readonly acceptedAtMs: number | undefined;
  readonly successAtMs: number | undefined;
  readonly receivedAccount: string | undefined;
}

interface WireRefund {
  readonly refund_id: string;
  readonly out_refund_no: string;
  readonly out_trade_no?: string;
  /** Only an answer to an e-commerce application has none: it was accepted. */
  readonly status?: string;
  readonly create_time?: string;
  readonly success_time?: string;
  readonly user_received_account?: string;
  readonly amount: { readonly refund: number };
}

/** The parameters of the application, as they are stored and sent each time. */
export function refundParameters(
  refund: Omit<RefundRecord, 'parameters'>,
  notifyUrl: string | undefined,
): Record<string, unknown> {
  const common = {
    out_trade_no: refund.outTradeNo,
    out_refund_no: refund._id,
    ...(refund.reason !== null && { reason: asMuchAsItTakes(refund.reason) }),
    ...(notifyUrl !== undefined && { notify_url: notifyUrl }),
    amount: { refund: refund.amountFen, total: refund.totalFen, currency: 'CNY' as const },
  };
  if (refund.account === 'ecommerce') {
    const parameters: RouteParameters<'POST /v3/ecommerce/refunds/apply'> = {
      sub_mchid: refund.subMchid ?? '',
      sp_appid: refund.appid,
      ...common,
      ...(refund.platformAdvance && { refund_account: 'REFUND_SOURCE_PARTNER_ADVANCE' as const }),
    };
    return { ...parameters };
  }
  const parameters: RouteParameters<'POST /v3/refund/domestic/refunds'> = {
    ...(refund.subMchid !== null && { sub_mchid: refund.subMchid }),
    ...common,
  };
  return { ...parameters };
}

/** 退款原因…不可超过80个字节长度: https://pay.weixin.qq.com/doc/v3/partner/4012886219. A longer one would be refused. */
const maxReasonBytes = 80;

/** Decoded as the beginning of a stream, it ends before a character that was cut. */
function asMuchAsItTakes(reason: string): string {
  return new TextDecoder().decode(Buffer.from(reason).subarray(0, maxReasonBytes), { stream: true });
}

/** Applies for the refund. The same number with the same parameters is the same refund. @throws WechatpayError */
export async function applyForRefund({ client }: Account, refund: RefundRecord): Promise<RefundStatus> {
  // Built by refundParameters before they were stored, so they have the route's type.
  const parameters = refund.parameters as never;
  const answer: WireRefund =
    refund.account === 'ecommerce'
      ? await client.request('POST /v3/ecommerce/refunds/apply', parameters)
      : await client.request('POST /v3/refund/domestic/refunds', parameters);
  return statusOf(answer);
}

/** @throws WechatpayError, refused with RESOURCE_NOT_EXISTS when WeChat Pay knows no such refund */
export async function queryRefund(
  { client }: Account,
  refund: Pick<RefundRecord, '_id' | 'account' | 'subMchid'>,
): Promise<RefundStatus> {
  const { _id: out_refund_no, subMchid } = refund;
  const of = subMchid === null ? {} : { sub_mchid: subMchid };
  const answer: WireRefund =
    refund.account === 'ecommerce'
      ? await client.request('GET /v3/ecommerce/refunds/out-refund-no/{out_refund_no}', {
          out_refund_no,
          ...of,
        })
      : await client.request('GET /v3/refund/domestic/refunds/{out_refund_no}', { out_refund_no, ...of });
  return statusOf(answer);
}

export interface OtherAccount {
  readonly type: 'USER_BANK_CARD' | 'MERCHANT_BANK_CARD';
  readonly bankType?: string;
  readonly bankAccount?: string;
  readonly realName?: string;
}

/**
 * 异常退款: the payer's card is no longer valid, so the money goes to another account. Bank account and name are sent
 * encrypted.
 * https://pay.weixin.qq.com/doc/v3/merchant/4012791905 @throws WechatpayError
 */
export async function refundElsewhere(
  { client }: Account,
  refund: RefundRecord,
  { type, bankType, bankAccount, realName }: OtherAccount,
): Promise<RefundStatus> {
  const parameters = {
    refund_id: refund.refundId ?? '',
    out_refund_no: refund._id,
    type,
    ...(refund.subMchid !== null && { sub_mchid: refund.subMchid }),
    ...(bankType !== undefined && { bank_type: bankType as 'CMB_DEBIT' }),
    ...(bankAccount !== undefined && { bank_account: bankAccount }),
    ...(realName !== undefined && { real_name: realName }),
  };
  const answer: WireRefund =
    refund.account === 'ecommerce'
      ? await client.request('POST /v3/ecommerce/refunds/{refund_id}/apply-abnormal-refund', parameters)
      : await client.request(
          'POST /v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund',
          parameters,
        );
  return statusOf(answer);
}

/**
 * Claims back what the platform advanced, from the sub-merchant. Asking again is the same claim.
 * https://pay.weixin.qq.com/doc/v3/partner/4012476916 @throws WechatpayError
 * @returns fen, and WeChat Pay's result: PROCESSING, SUCCESS or FAILED
 */
export async function returnAdvance(
  { client }: Account,
  refund: RefundRecord,
): Promise<{ readonly amountFen: number; readonly result: string }> {
  const answer = await client.request('POST /v3/ecommerce/refunds/{refund_id}/return-advance', {
    refund_id: refund.refundId ?? '',
    sub_mchid: refund.subMchid ?? '',
  });
  return { amountFen: answer.return_amount, result: answer.result };
}

/** @param wire an answer, or the resource of a callback with its refund_status as `status` */
export function statusOf(wire: WireRefund): RefundStatus {
  const { status = 'PROCESSING', create_time: createTime, success_time: successTime } = wire;
  return {
    outRefundNo: wire.out_refund_no,
    refundId: wire.refund_id,
    outTradeNo: wire.out_trade_no,
    // The e-commerce page spells it CLOSE. A status that no page lists is queried again.
    status: status === 'CLOSE' ? 'CLOSED' : isEnd(status) ? status : 'PROCESSING',
    amountFen: wire.amount.refund,
    acceptedAtMs: createTime ? Date.parse(createTime) : undefined,
    successAtMs: successTime ? Date.parse(successTime) : undefined,
    receivedAccount: wire.user_received_account,
  };
}

function isEnd(status: string): status is 'SUCCESS' | 'CLOSED' | 'ABNORMAL' {
  return status === 'SUCCESS' || status === 'CLOSED' || status === 'ABNORMAL';
}
