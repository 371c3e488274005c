import { type Fields, field } from '../http/fields.ts';
import { notifyUrl } from '../orders/schemas.ts';

/** Request fields of 商家转账, with the limits of their official pages (named in docs/fidelity.md). */
const billNo = field.string('商户单号', { min: 1, max: 32, unit: 'byte', pattern: /^[0-9a-zA-Z]+$/ });
const authorizationNo = (optional: boolean) =>
  field.string('商户侧授权单号', { min: 1, max: 32, unit: 'byte', pattern: /^[0-9a-zA-Z]+$/, optional });
const appid = field.string('商户AppID', { min: 1, max: 32 });
const openid = field.string('收款用户OpenID', { min: 1, max: 64 });
const sceneId = field.string('转账场景ID', { min: 1, max: 36 });
const perception = field.string('用户收款感知', { min: 1, max: 32, optional: true });

const transfer: Fields = {
  appid,
  out_bill_no: billNo,
  transfer_scene_id: sceneId,
  user_name: field.string('收款用户姓名', { min: 1, max: 100, sensitive: true, optional: true }),
  transfer_amount: field.integer('转账金额', { min: 10, max: 1_000_000_000 }),
  transfer_remark: field.string('转账备注', { min: 1, max: 32 }),
  notify_url: { ...notifyUrl, optional: true },
  user_recv_perception: perception,
  transfer_scene_report_infos: field.array(
    '转账场景报备信息',
    field.object('报备信息', {
      info_type: field.string('信息类型', { min: 1, max: 15 }),
      info_content: field.string('信息内容', { min: 1, max: 32 }),
    }),
    { min: 1, max: 10 },
  ),
};

/** POST /v3/fund-app/mch-transfer/transfer-bills */
export const confirmedTransfer: Fields = {
  ...transfer,
  openid,
  user_recv_style: field.object(
    '用户收款样式',
    { type: field.string('用户收款样式类型', { oneOf: ['CONFIRM_PAGE', 'RED_PACKET'] }) },
    { optional: true },
  ),
};

/** POST …/transfer-bills/transfer */
export const authorizedTransfer: Fields = {
  ...transfer,
  authorization_id: field.string('微信免确认收款授权单号', { min: 1, max: 64, optional: true }),
  out_authorization_no: authorizationNo(true),
};

export const outBillNoParam: Fields = { out_bill_no: billNo };
export const transferBillNoParam: Fields = {
  transfer_bill_no: field.string('微信转账单号', { min: 1, max: 64, unit: 'byte' }),
};

/** POST …/user-confirm-authorization */
export const authorization: Fields = {
  out_authorization_no: authorizationNo(false),
  appid,
  openid,
  transfer_scene_id: sceneId,
  user_display_name: field.string('用户展示名称', { min: 1, max: 32 }),
  user_recv_perception: perception,
  authorization_notify_url: notifyUrl,
  scene_info: field.object(
    '场景信息',
    {
      client_ip: field.string('用户终端IP', { min: 1, max: 45, optional: true }),
      device_id: field.string('用户设备ID', { min: 1, max: 64, optional: true }),
      device_type: field.string('用户设备类型', {
        oneOf: ['IOS', 'ANDROID', 'HARMONY', 'OTHER'],
        optional: true,
      }),
    },
    { optional: true },
  ),
};
export const authorizationNoParam: Fields = { out_authorization_no: authorizationNo(false) };
export const authorizationQuery: Fields = {
  is_display_authorization: field.string('是否展示授权信息', { oneOf: ['true', 'false'], optional: true }),
};
