/**
 * Withdrawals and balances in WeChat Pay's own fields.
 * https://pay.weixin.qq.com/wiki/doc/apiv3_partner/Offline/apis/chapter4_1_22.shtml (二级商户预约提现), chapter4_1_23 (查询)
 */
import type { Account } from '../../core/account.ts';
import type { RouteParameters } from '../../wechatpay/http/client-types.ts';
import type { WithdrawalRecord } from './records.ts';

export interface WithdrawalStatus {
  readonly status: 'PROCESSING' | 'SUCCESS' | 'FAIL' | 'REFUND' | 'CLOSE';
  readonly outRequestNo: string;
  readonly withdrawId: string;
  /** Absent from the answer to a request: it was accepted as it was sent. */
  readonly amountFen: number | undefined;
  readonly updatedAtMs: number | undefined;
  readonly reason: string | undefined;
  readonly receivedAccount: string | undefined;
}

/** What a query and MCHWITHDRAW.CHANGE say. Minimal: the answer to a request has the two numbers only. */
export interface WireWithdrawal {
  readonly out_request_no: string;
  readonly withdraw_id: string;
  readonly sub_mchid?: string;
  readonly status?: string;
  readonly amount?: number;
  readonly update_time?: string;
  readonly reason?: string;
  readonly account_bank?: string;
  readonly account_number?: string;
}

/** The parameters as they are stored and sent each time. */
export function withdrawalParameters(
  { _id, subMchid, amountFen, remark }: Omit<WithdrawalRecord, 'parameters'>,
  notifyUrl: string | undefined,
): Record<string, unknown> {
  const common = {
    out_request_no: _id,
    amount: amountFen,
    ...(remark !== null && { remark }),
    account_type: 'BASIC' as const,
    ...(notifyUrl !== undefined && { notify_url: notifyUrl }),
  };
  if (subMchid === null) {
    const own: RouteParameters<'POST /v3/merchant/fund/withdraw'> = common;
    return { ...own };
  }
  const ofSub: RouteParameters<'POST /v3/ecommerce/fund/withdraw'> = { sub_mchid: subMchid, ...common };
  return { ...ofSub };
}

/** The same number with the same parameters is the same withdrawal, for 6 days. @throws WechatpayError */
export async function requestWithdrawal(
  { client }: Account,
  withdrawal: WithdrawalRecord,
): Promise<WithdrawalStatus> {
  // Built by withdrawalParameters before they were stored, so they have the route's type.
  const parameters = withdrawal.parameters as never;
  const answer: WireWithdrawal =
    withdrawal.subMchid === null
      ? await client.request('POST /v3/merchant/fund/withdraw', parameters)
      : await client.request('POST /v3/ecommerce/fund/withdraw', parameters);
  return statusOf(answer);
}

/** @throws WechatpayError, refused with RESOURCE_NOT_EXISTS when WeChat Pay knows no such withdrawal */
export async function queryWithdrawal(
  { client }: Account,
  { _id: out_request_no, subMchid: sub_mchid }: WithdrawalRecord,
): Promise<WithdrawalStatus> {
  const answer: WireWithdrawal =
    sub_mchid === null
      ? await client.request('GET /v3/merchant/fund/withdraw/out-request-no/{out_request_no}', {
          out_request_no,
        })
      : await client.request('GET /v3/ecommerce/fund/withdraw/out-request-no/{out_request_no}', {
          out_request_no,
          sub_mchid,
        });
  return statusOf(answer);
}

export function statusOf(wire: WireWithdrawal): WithdrawalStatus {
  const {
    status = 'CREATE_SUCCESS',
    update_time: updated,
    account_bank: bank,
    account_number: digits,
  } = wire;
  return {
    // INIT and CREATE_SUCCESS are in progress; a status that no page lists is queried again.
    status: isEnd(status) ? status : 'PROCESSING',
    outRequestNo: wire.out_request_no,
    withdrawId: wire.withdraw_id,
    amountFen: wire.amount,
    updatedAtMs: updated ? Date.parse(updated) : undefined,
    reason: wire.reason || undefined,
    receivedAccount: bank && digits ? `${bank}（${digits}）` : undefined,
  };
}

function isEnd(status: string): status is 'SUCCESS' | 'FAIL' | 'REFUND' | 'CLOSE' {
  return status === 'SUCCESS' || status === 'FAIL' || status === 'REFUND' || status === 'CLOSE';
}

/** Fen. */
export interface Balance {
  readonly availableFen: number;
  /** Cannot be withdrawn yet: frozen until it is shared, or in transit. */
  readonly pendingFen: number;
}

/**
 * A balance now, or at the end of a day before today (`yyyy-MM-dd` in +08:00).
 * https://pay.weixin.qq.com/docs/partner/apis/ecommerce-balance/accounts/query-e-commerce-balance.html and
 * …/query-e-commerce-day-end-balance.html; of the provider itself …/query-balance.html
 * @throws WechatpayError
 */
export async function queryBalance(
  { client }: Account,
  subMchid: string | null,
  date?: string,
): Promise<Balance> {
  if (subMchid === null) {
    const account = { account_type: 'BASIC' as const };
    return balanceOf(
      date === undefined
        ? await client.request('GET /v3/merchant/fund/balance/{account_type}', account)
        : await client.request('GET /v3/merchant/fund/dayendbalance/{account_type}', { ...account, date }),
    );
  }
  const sub = { sub_mchid: subMchid };
  return balanceOf(
    date === undefined
      ? await client.request('GET /v3/ecommerce/fund/balance/{sub_mchid}', sub)
      : await client.request('GET /v3/ecommerce/fund/enddaybalance/{sub_mchid}', { ...sub, date }),
  );
}

function balanceOf(wire: { available_amount: number; pending_amount?: number }): Balance {
  return { availableFen: wire.available_amount, pendingFen: wire.pending_amount ?? 0 };
}
