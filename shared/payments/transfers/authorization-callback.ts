import type { AccountKind } from '../../core/account.ts';
import type { AuthorizationNotificationResource } from '../../wechatpay/notifications/types.ts';
import {
  type AuthorizationRecord,
  authorizationsCollection,
  isAuthorizationOf,
  recordAuthorization,
} from './authorizations.ts';
import type { TransferPorts } from './ports.ts';

/**
 * Records that a person agreed or ended an authorisation, for a verified callback. A late one changes nothing: ended
 * authorisations stay ended, and each transfer asks WeChat Pay before it uses one.
 * https://pay.weixin.qq.com/doc/v3/merchant/4014512908 (免确认收款授权结果通知)
 */
export async function applyAuthorizationCallback(
  ports: Pick<TransferPorts, 'clock' | 'documents' | 'log'>,
  account: AccountKind,
  resource: AuthorizationNotificationResource,
): Promise<'changed' | 'no-news' | 'UNKNOWN_AUTHORIZATION'> {
  const { out_authorization_no: number, state, close_info: closed } = resource;
  const [known] = await ports.documents.find<AuthorizationRecord>(authorizationsCollection, {
    where: { number },
    limit: 1,
  });
  const status = {
    number,
    appid: resource.appid,
    openid: resource.openid,
    state,
    ...(resource.transfer_scene_id && { sceneId: resource.transfer_scene_id }),
    ...(resource.authorization_id && { authorizationId: resource.authorization_id }),
    ...(resource.authorize_time && { authorizedAtMs: Date.parse(resource.authorize_time) }),
    ...(closed && { closedAtMs: Date.parse(closed.close_time), closeReason: closed.close_reason }),
    ...(state === 'CLOSED' && !closed && { closedAtMs: ports.clock.nowMs() }),
  };
  const isOurs = account === 'direct' && (resource.mchid === undefined || resource.mchid === known?.mchid);
  if (!known || !isOurs || !isAuthorizationOf(known, status)) {
    ports.log.warn('authorization.unknown', { authorizationNo: number, account });
    return 'UNKNOWN_AUTHORIZATION';
  }
  // Only one that waits can be agreed to: the callback about that may come late.
  if (state === 'WAIT_USER_CONFIRM') return 'no-news';
  const after = await recordAuthorization(ports, known, status);
  return after.state === known.state ? 'no-news' : 'changed';
}
