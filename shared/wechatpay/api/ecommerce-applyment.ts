/** 电商收付通 二级商户进件. https://pay.weixin.qq.com/doc/v3/partner/4012479994 */
import type { WechatpayClient } from '../http/client-types.ts';
import { buildPath } from '../http/path.ts';

export type EcommerceApplymentState =
  | 'CHECKING'
  | 'ACCOUNT_NEED_VERIFY'
  | 'AUDITING'
  | 'REJECTED'
  | 'NEED_SIGN'
  | 'FINISH'
  | 'FROZEN'
  | 'CANCELED';

export interface EcommerceApplyment {
  applyment_state: EcommerceApplymentState;
  applyment_state_desc: string;
  out_request_no: string;
  applyment_id: number;
  /** In NEED_SIGN, and after. */
  sign_url?: string;
  sign_state?: 'UNSIGNED' | 'SIGNED' | 'NOT_SIGNABLE';
  /** In FINISH. */
  sub_mchid?: string;
  /** In ACCOUNT_NEED_VERIFY: the transfer that proves the account. */
  account_validation?: {
    /** Encrypted with the merchant's certificate: `decryptOaep` with its private key. */
    account_name: string;
    /** Encrypted like account_name. */
    account_no?: string;
    /** Fen. */
    pay_amount: number;
    destination_account_number: string;
    destination_account_name: string;
    destination_account_bank: string;
    city: string;
    remark: string;
    deadline: string;
  };
  /** In REJECTED. */
  audit_detail?: { param_name: string; reject_reason: string }[];
  legal_validation_url?: string;
}

/**
 * 提交进件申请单. The same out_request_no with the same form is the same application, and with a corrected form
 * replaces a rejected one.
 * @param body the form with its sensitive fields encrypted.
 * @param serial names the key with which they are encrypted.
 */
export function createEcommerceApplyment(
  client: WechatpayClient,
  body: Readonly<Record<string, unknown>> | string,
  serial: string,
): Promise<{ applyment_id: number; out_request_no: string }> {
  return client.send({
    method: 'POST',
    path: '/v3/ecommerce/applyments/',
    body,
    idempotent: true,
    encryptedWithSerial: serial,
  });
}

/** 通过申请单ID查询申请状态. */
export function queryEcommerceApplymentById(
  client: WechatpayClient,
  applymentId: string | number,
): Promise<EcommerceApplyment> {
  const path = buildPath('/v3/ecommerce/applyments/{applyment_id}', { applyment_id: applymentId });
  return client.send({ method: 'GET', path });
}

/** 通过业务申请编号查询申请状态. */
export function queryEcommerceApplymentByOutRequestNo(
  client: WechatpayClient,
  outRequestNo: string,
): Promise<EcommerceApplyment> {
  const path = buildPath('/v3/ecommerce/applyments/out-request-no/{out_request_no}', {
    out_request_no: outRequestNo,
  });
  return client.send({ method: 'GET', path });
}
