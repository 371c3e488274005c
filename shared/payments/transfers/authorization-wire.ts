/**
 * 免确认收款授权 in WeChat Pay's own fields. https://pay.weixin.qq.com/doc/v3/merchant/4015901167 (发起免确认收款授权),
 * /4014399423 (商户单号查询授权结果)
 */
import type { Account } from '../../core/account.ts';
import type { RouteParameters, RouteResponse } from '../../wechatpay/http/client-types.ts';

const path = '/v3/fund-app/mch-transfer/user-confirm-authorization';

type Parameters = RouteParameters<'POST /v3/fund-app/mch-transfer/user-confirm-authorization'>;

/** What WeChat Pay says about an authorisation. */
export interface AuthorizationStatus {
  readonly number: string;
  readonly appid: string;
  readonly openid: string;
  readonly sceneId?: string;
  readonly state: string;
  readonly packageInfo?: string;
  readonly authorizationId?: string;
  readonly authorizedAtMs?: number;
  readonly closedAtMs?: number;
  readonly closeReason?: string;
}

/** The body as it is stored and sent each time. */
export function authorizationRequest(
  appid: string,
  number: string,
  details: {
    readonly openid: string;
    readonly sceneId: string;
    readonly displayName: string;
    readonly perception?: string;
  },
  notifyUrl: string,
): string {
  const body: Parameters = {
    out_authorization_no: number,
    appid,
    openid: details.openid,
    // Checked against the scenes of this shop before.
    transfer_scene_id: details.sceneId as Parameters['transfer_scene_id'],
    user_display_name: details.displayName,
    ...(details.perception !== undefined && { user_recv_perception: details.perception }),
    authorization_notify_url: notifyUrl,
  };
  return JSON.stringify(body);
}

/** Applies for it. Sending the same bytes again is the same request. @throws WechatpayError */
export async function applyForAuthorization({ client }: Account, body: string) {
  type Answer = RouteResponse<'POST /v3/fund-app/mch-transfer/user-confirm-authorization'>;
  const answer = await client.send<Answer>({ method: 'POST', path, body, idempotent: true });
  const { out_authorization_no: number, state, package_info: packageInfo } = answer;
  return { number, state, packageInfo };
}

/** @throws WechatpayError, refused with NOT_FOUND when WeChat Pay knows no such number */
export async function queryAuthorization(
  { client }: Account,
  out_authorization_no: string,
): Promise<AuthorizationStatus> {
  const route =
    'GET /v3/fund-app/mch-transfer/user-confirm-authorization/out-authorization-no/{out_authorization_no}';
  const wire = await client.request(route, { out_authorization_no });
  const { close_info: closed } = wire;
  return {
    number: wire.out_authorization_no,
    appid: wire.appid,
    openid: wire.openid,
    state: wire.state,
    ...(wire.transfer_scene_id && { sceneId: wire.transfer_scene_id }),
    ...(wire.package_info && { packageInfo: wire.package_info }),
    ...(wire.authorization_id && { authorizationId: wire.authorization_id }),
    ...(wire.authorize_time && { authorizedAtMs: Date.parse(wire.authorize_time) }),
    ...(closed && { closedAtMs: Date.parse(closed.close_time), closeReason: closed.close_reason }),
  };
}
