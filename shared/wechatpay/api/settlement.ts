/** 结算账户 of a sub-merchant. https://pay.weixin.qq.com/docs/partner/apis/ecommerce-merchant-application/get-settlement.html */
import type { WechatpayClient } from '../http/client-types.ts';
import { buildPath } from '../http/path.ts';

export type SettlementAccountType = 'ACCOUNT_TYPE_BUSINESS' | 'ACCOUNT_TYPE_PRIVATE';

/** The account number arrives masked. */
export interface SettlementAccount {
  account_type: SettlementAccountType;
  account_bank: string;
  bank_name?: string;
  bank_branch_id?: string;
  account_number: string;
  verify_result: 'VERIFY_SUCCESS' | 'VERIFY_FAIL' | 'VERIFYING';
  verify_fail_reason?: string;
}

export interface ModifySettlementRequest {
  modify_mode?: 'MODIFY_MODE_ASYNC';
  account_type: SettlementAccountType;
  account_bank: string;
  /** 省市编码, six digits. */
  bank_address_code: string;
  bank_name?: string;
  bank_branch_id?: string;
  /** Encrypted, base64. */
  account_number: string;
  /** Encrypted, base64. */
  account_name?: string;
}

export interface SettlementApplication {
  account_name: string;
  account_type: SettlementAccountType;
  account_bank: string;
  bank_name?: string;
  bank_branch_id?: string;
  account_number: string;
  verify_result: 'AUDIT_SUCCESS' | 'AUDITING' | 'AUDIT_FAIL';
  verify_fail_reason?: string;
  verify_finish_time?: string;
}

/** 查询结算账户. */
export function querySettlement(client: WechatpayClient, subMchid: string): Promise<SettlementAccount> {
  const path = buildPath('/v3/apply4sub/sub_merchants/{sub_mchid}/settlement', { sub_mchid: subMchid });
  return client.send({ method: 'GET', path });
}

/**
 * 修改结算账户: five times a day, so an unanswered one is not repeated here.
 * @param serial names the key with which the sensitive fields are encrypted.
 */
export function modifySettlement(
  client: WechatpayClient,
  subMchid: string,
  body: ModifySettlementRequest | string,
  serial: string,
): Promise<{ application_no: string }> {
  const path = buildPath('/v3/apply4sub/sub_merchants/{sub_mchid}/modify-settlement', {
    sub_mchid: subMchid,
  });
  return client.send({ method: 'POST', path, body, encryptedWithSerial: serial });
}

/** 查询结算账户修改申请状态. https://pay.weixin.qq.com/docs/partner/apis/modify-settlement/sub-merchants/get-application.html */
export function querySettlementApplication(
  client: WechatpayClient,
  subMchid: string,
  applicationNo: string,
): Promise<SettlementApplication> {
  const path = buildPath('/v3/apply4sub/sub_merchants/{sub_mchid}/application/{application_no}', {
    sub_mchid: subMchid,
    application_no: applicationNo,
  });
  return client.send({ method: 'GET', path });
}
