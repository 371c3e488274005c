import type { ApiContext } from '../context.ts';
import { rfc3339 } from '../state/time.ts';
import type { Authorization, Transfer } from './types.ts';

/** What the application answers; package_info only while the payee may confirm: doc/v3/merchant/4012716434. */
export function acceptedView(transfer: Transfer): Record<string, unknown> {
  const { outBillNo, transferBillNo, state, packageInfo } = transfer;
  return {
    out_bill_no: outBillNo,
    transfer_bill_no: transferBillNo,
    create_time: rfc3339(transfer.createdAtMs),
    state,
    ...(transfer.failReason !== undefined && { fail_reason: transfer.failReason }),
    ...(state === 'WAIT_USER_CONFIRM' && { package_info: packageInfo }),
  };
}

/** What a query answers (beside doc/v3/merchant/4012716434). */
export function transferView(
  { encryptForMerchant }: ApiContext,
  transfer: Transfer,
): Record<string, unknown> {
  return {
    mch_id: transfer.mchid,
    out_bill_no: transfer.outBillNo,
    transfer_bill_no: transfer.transferBillNo,
    appid: transfer.appid,
    state: transfer.state,
    transfer_amount: transfer.amountFen,
    transfer_remark: transfer.remark,
    ...(transfer.failReason !== undefined && { fail_reason: transfer.failReason }),
    openid: transfer.openid,
    ...(transfer.userName !== undefined && { user_name: encryptForMerchant(transfer.userName) }),
    create_time: rfc3339(transfer.createdAtMs),
    update_time: rfc3339(transfer.updatedAtMs),
  };
}

export function authorizationView(authorization: Authorization): Record<string, unknown> {
  const { state, authorizedAtMs, closedAtMs, closeReason, perception } = authorization;
  return {
    out_authorization_no: authorization.outAuthorizationNo,
    appid: authorization.appid,
    openid: authorization.openid,
    user_display_name: authorization.displayName,
    ...(authorizedAtMs !== undefined && {
      authorization_id: authorization.authorizationId,
      authorize_time: rfc3339(authorizedAtMs),
    }),
    state,
    ...(closedAtMs !== undefined && {
      close_info: { close_time: rfc3339(closedAtMs), close_reason: closeReason },
    }),
    transfer_scene_id: authorization.sceneId,
    ...(perception !== undefined && { user_recv_perception: perception }),
    create_time: rfc3339(authorization.createdAtMs),
    ...(state === 'WAIT_USER_CONFIRM' && { package_info: authorization.packageInfo }),
  };
}

/** What the control API shows; neither the request nor the payee's name. */
export function transferControlView(transfer: Transfer): Record<string, unknown> {
  const { request: _request, userName: _name, ...shown } = transfer;
  return shown;
}
