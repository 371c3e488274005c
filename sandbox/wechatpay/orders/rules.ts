import type { ApiContext } from '../context.ts';
import { ApiProblem, internalCodes, paramError } from '../http/problem.ts';
import type { SubMerchant } from '../state/merchants.ts';
import { parseRfc3339 } from '../state/time.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** The merchant number in path, query or body must be the one that signed. */
export function requireOwnMchid(
  context: ApiContext,
  mchid: unknown,
  location: 'body' | 'query',
  name: string,
) {
  if (mchid === context.merchant.mchid) return;
  throw paramError('http header中的mchid与post payload中的mchid不匹配', {
    field: location === 'body' ? `/${name}` : name,
    value: mchid,
    issue: 'mchid in Authorization and in the request differ',
    location,
  });
}

export function requireBoundAppid(appids: readonly string[], appid: string, mchid: string): void {
  if (appids.includes(appid)) return;
  throw new ApiProblem(400, 'APPID_MCHID_NOT_MATCH', '商户号与appid不匹配，请检查后再试', {
    internalCode: internalCodes.appidNotBound,
    explanation: {
      en: `${mchid} is bound to ${appids.join(', ') || 'no appid'}, not to ${appid}`,
      zh: `${mchid} 绑定的 AppID：${appids.join('、') || '无'}；没有绑定 ${appid}`,
    },
  });
}

/** The sub-merchant exists and belongs to the caller. */
export function requirePartnership(context: ApiContext, subMchid: string, callerMchid: string): SubMerchant {
  const sub = context.state.subMerchants.get(subMchid);
  if (!sub) {
    throw new ApiProblem(400, 'MCH_NOT_EXISTS', '商户号不存在', {
      explanation: {
        en: `no sub-merchant ${subMchid}: it was never onboarded, or not finished`,
        zh: `没有子商户 ${subMchid}：从未进件，或进件没有完成`,
      },
    });
  }
  if (sub.providerMchid !== callerMchid) {
    throw new ApiProblem(403, 'NO_AUTH', '特约子商户商户号未授权服务商的产品权限', {
      internalCode: internalCodes.noPartnerRelation,
      explanation: {
        en: `${subMchid} belongs to ${sub.providerMchid}, not to ${callerMchid}`,
        zh: `${subMchid} 是 ${sub.providerMchid} 的子商户，不是 ${callerMchid} 的`,
      },
    });
  }
  return sub;
}

/** The sub-merchant exists, belongs to the caller, and may collect. */
export function requireSubMerchant(context: ApiContext, subMchid: string, callerMchid: string): SubMerchant {
  const sub = requirePartnership(context, subMchid, callerMchid);
  if (sub.frozen) {
    throw new ApiProblem(403, 'RULE_LIMIT', '此商家的收款功能已被限制，暂无法支付', {
      internalCode: internalCodes.collectionRestricted,
      explanation: { en: `${subMchid} is frozen`, zh: `子商户 ${subMchid} 已被冻结` },
    });
  }
  return sub;
}

export interface Expiry {
  readonly expiresAtMs: number;
  readonly closesAtMs: number;
}

/**
 * time_expire: no sooner than a minute ahead, no later than 90 days (收付通 15); a value outside that range is moved to
 * the limit, not refused, according to the official page. Without one, 7 days.
 */
export function expiryOf(context: ApiContext, timeExpire: unknown, nowMs: number): Expiry {
  const week = nowMs + 7 * dayMs;
  if (timeExpire === undefined) return { expiresAtMs: week, closesAtMs: week };
  const wanted = parseRfc3339(String(timeExpire));
  if (wanted === undefined) {
    throw paramError(
      '输入源“/body/time_expire”映射到值字段“交易结束时间”格式校验失败，需符合rfc3339标准格式',
      {
        field: '/time_expire',
        value: timeExpire,
        issue: 'not RFC 3339: yyyy-MM-DDTHH:mm:ss+TIMEZONE, the zone is required',
        location: 'body',
      },
    );
  }
  const longest = context.merchant.kind === 'ecommerce' ? 15 : 90;
  const expiresAtMs = Math.min(Math.max(wanted, nowMs + minuteMs), nowMs + longest * dayMs);
  return { expiresAtMs, closesAtMs: Math.max(expiresAtMs, week) };
}

export function orderNotFound(): ApiProblem {
  return new ApiProblem(404, 'ORDER_NOT_EXIST', '订单不存在', { internalCode: internalCodes.orderNotFound });
}

export function orderPaid(): ApiProblem {
  return new ApiProblem(400, 'ORDERPAID', '该订单已支付', { internalCode: internalCodes.orderPaid });
}

export function orderClosed(message = '该订单已关闭，请重新下单'): ApiProblem {
  return new ApiProblem(400, 'ORDER_CLOSED', message, { internalCode: internalCodes.orderExpiredOrClosed });
}

export function otherParameters(changed: readonly string[]): ApiProblem {
  return new ApiProblem(400, 'INVALID_REQUEST', '请求重入时，参数与首次请求时不一致', {
    internalCode: internalCodes.otherParameters,
    explanation: {
      en: `differs from the first request in: ${changed.join(', ')}`,
      zh: `与首次请求不一致的参数：${changed.join('、')}`,
    },
  });
}
