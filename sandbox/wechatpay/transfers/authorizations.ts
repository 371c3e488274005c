import { type ApiContext, checkFields, type SimulatorContext } from '../context.ts';
import { ApiProblem } from '../http/problem.ts';
import { otherParameters } from '../orders/rules.ts';
import { canonical, changedFields } from '../orders/same-request.ts';
import { rfc3339 } from '../state/time.ts';
import { confirmWithinMs } from './end.ts';
import { refuse, requireAppid, requireScene } from './rules.ts';
import { authorizationNoParam, authorizationQuery, authorization as fields } from './schemas.ts';
import { authorizationsOf } from './transfer-store.ts';
import type { Authorization } from './types.ts';
import { authorizationView } from './views.ts';

const overdueTask = 'transfer-authorization-expiry';

interface AuthorizationRequest {
  out_authorization_no: string;
  appid: string;
  openid: string;
  transfer_scene_id: string;
  user_display_name: string;
  user_recv_perception?: string;
  authorization_notify_url: string;
}

/** 申请免确认收款授权: the payee confirms once, then transfers of that scene need no confirmation. */
export function applyAuthorization(context: ApiContext): Record<string, unknown> {
  const request = checkFields(fields, context.body, { location: 'body' }) as unknown as AuthorizationRequest;
  const { merchant, nowMs, state } = context;
  requireAppid(context, request.appid);
  requireScene(request.transfer_scene_id);
  const all = authorizationsOf(state);
  const key = `${merchant.mchid}/${request.out_authorization_no}`;
  const text = canonical(context.body);
  const known = all.get(key);
  if (known && known.request !== text) throw otherParameters(changedFields(known.request, text));
  const authorization: Authorization = known ?? {
    authorizationId: state.random.digits(32),
    outAuthorizationNo: request.out_authorization_no,
    mchid: merchant.mchid,
    appid: request.appid,
    openid: request.openid,
    sceneId: request.transfer_scene_id,
    displayName: request.user_display_name,
    ...(request.user_recv_perception !== undefined && { perception: request.user_recv_perception }),
    notifyUrl: request.authorization_notify_url,
    request: text,
    packageInfo: state.random.bytes(48).toString('base64'),
    createdAtMs: nowMs,
    state: 'WAIT_USER_CONFIRM',
  };
  if (!known) {
    all.set(key, authorization);
    context.due.schedule(overdueTask, key, nowMs + confirmWithinMs);
  }
  const { outAuthorizationNo, state: now, packageInfo } = authorization;
  return {
    out_authorization_no: outAuthorizationNo,
    state: now,
    create_time: rfc3339(authorization.createdAtMs),
    package_info: packageInfo,
  };
}

export function queryAuthorization(context: ApiContext): Record<string, unknown> {
  checkFields(authorizationQuery, context.query, { location: 'query' });
  return authorizationView(requireOwn(context));
}

export function closeAuthorization(context: ApiContext): Record<string, unknown> {
  const authorization = requireOwn(context);
  if (authorization.state !== 'CLOSED') close(context, authorization, 'CLOSE_VIA_MCH_API');
  return authorizationView(authorization);
}

/** The active authorisation that a transfer names by either number. @throws ApiProblem */
export function requireAuthorization(
  context: ApiContext,
  by: { readonly authorization_id?: string; readonly out_authorization_no?: string },
  sceneId: string,
): Authorization {
  const own = [...authorizationsOf(context.state).peek()].filter(
    ({ mchid }) => mchid === context.merchant.mchid,
  );
  const found = own.find(
    ({ authorizationId, outAuthorizationNo }) =>
      authorizationId === by.authorization_id || outAuthorizationNo === by.out_authorization_no,
  );
  if (!found) throw notFound();
  if (found.state !== 'TAKING_EFFECT') {
    throw refuse('用户未授权或授权已解除', {
      en: `the authorisation is ${found.state}`,
      zh: `授权单状态为 ${found.state}`,
    });
  }
  if (found.sceneId === sceneId) return found;
  throw refuse('转账场景与授权的转账场景不一致', {
    en: `authorised for ${found.sceneId}, not for ${sceneId}`,
    zh: `授权的转账场景为 ${found.sceneId}，不是 ${sceneId}`,
  });
}

/** The payee agrees, or ends it later. Returns false when that is not possible now. */
export function decideAuthorization(
  context: SimulatorContext,
  authorization: Authorization,
  agrees: boolean,
): boolean {
  if (agrees) {
    if (authorization.state !== 'WAIT_USER_CONFIRM') return false;
    authorization.state = 'TAKING_EFFECT';
    authorization.authorizedAtMs = context.clock.now();
    notify(context, authorization);
    return true;
  }
  if (authorization.state === 'CLOSED') return false;
  close(context, authorization, 'USER_CLOSE');
  return true;
}

/** What the clock does to authorisations. */
export function handleAuthorizationTasks(context: SimulatorContext): void {
  context.due.handle(overdueTask, (key) => {
    const authorization = authorizationsOf(context.state).get(key);
    if (authorization?.state === 'WAIT_USER_CONFIRM') {
      close(context, authorization, 'USER_OVERDUE_UNCONFIRMED');
    }
  });
}

function close(
  context: SimulatorContext,
  authorization: Authorization,
  reason: Authorization['closeReason'] & string,
): void {
  authorization.state = 'CLOSED';
  authorization.closedAtMs = context.clock.now();
  authorization.closeReason = reason;
  notify(context, authorization);
}

/** MCHTRANSFER.AUTHORIZATION.CONFIRMED or .CLOSED: page 4014512908. */
function notify(context: SimulatorContext, authorization: Authorization): void {
  const { package_info: _package, ...resource } = authorizationView(authorization);
  context.notify({
    eventType: `MCHTRANSFER.AUTHORIZATION.${authorization.state === 'CLOSED' ? 'CLOSED' : 'CONFIRMED'}`,
    originalType: 'mch_payment',
    summary: '免确认收款授权结果通知',
    outTradeNo: '',
    mchid: authorization.mchid,
    url: authorization.notifyUrl,
    resource: { mchid: authorization.mchid, ...resource },
  });
}

function requireOwn(context: ApiContext): Authorization {
  const { out_authorization_no } = checkFields(authorizationNoParam, context.params, {
    location: 'uri_template',
  });
  const key = `${context.merchant.mchid}/${String(out_authorization_no)}`;
  const found = authorizationsOf(context.state).get(key);
  if (found) return found;
  throw notFound();
}

function notFound(): ApiProblem {
  return new ApiProblem(404, 'NOT_FOUND', '授权单不存在', {
    explanation: { en: 'no authorisation of this merchant has that number', zh: '该商户没有此单号的授权单' },
  });
}
