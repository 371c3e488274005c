/** 特约商户进件, 普通服务商. https://pay.weixin.qq.com/doc/v3/partner/4012722249 */
import type { WechatpayClient } from '../http/client-types.ts';
import { buildPath } from '../http/path.ts';

export type Applyment4subState =
  | 'APPLYMENT_STATE_EDITTING'
  | 'APPLYMENT_STATE_AUDITING'
  | 'APPLYMENT_STATE_REJECTED'
  | 'APPLYMENT_STATE_TO_BE_CONFIRMED'
  | 'APPLYMENT_STATE_TO_BE_SIGNED'
  | 'APPLYMENT_STATE_SIGNING'
  | 'APPLYMENT_STATE_FINISHED'
  | 'APPLYMENT_STATE_CANCELED';

export interface Applyment4sub {
  business_code: string;
  applyment_id: number;
  applyment_state: Applyment4subState;
  applyment_state_msg: string;
  /** From TO_BE_CONFIRMED on: for the super administrator to confirm and sign. */
  sign_url?: string;
  /** Once signing has begun. */
  sub_mchid?: string;
  /** In REJECTED. */
  audit_detail?: { field?: string; field_name?: string; reject_reason?: string }[];
}

/**
 * 提交申请单. The same business_code with the same form is the same application, and with a corrected form
 * replaces a rejected one.
 * @param body the form with its sensitive fields encrypted.
 * @param serial names the key with which they are encrypted.
 */
export function createApplyment4sub(
  client: WechatpayClient,
  body: Readonly<Record<string, unknown>> | string,
  serial: string,
): Promise<{ applyment_id: number }> {
  return client.send({
    method: 'POST',
    path: '/v3/applyment4sub/applyment/',
    body,
    idempotent: true,
    encryptedWithSerial: serial,
  });
}

/** 业务申请编号查询申请单状态. */
export function queryApplyment4subByBusinessCode(
  client: WechatpayClient,
  businessCode: string,
): Promise<Applyment4sub> {
  const path = buildPath('/v3/applyment4sub/applyment/business_code/{business_code}', {
    business_code: businessCode,
  });
  return client.send({ method: 'GET', path });
}

/** 申请单号查询申请单状态. */
export function queryApplyment4subById(
  client: WechatpayClient,
  applymentId: string | number,
): Promise<Applyment4sub> {
  const path = buildPath('/v3/applyment4sub/applyment/applyment_id/{applyment_id}', {
    applyment_id: applymentId,
  });
  return client.send({ method: 'GET', path });
}
