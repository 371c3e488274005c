/**
 * Where complaints and violations are reported: one address per merchant number.
 * 投诉通知回调地址: pay.weixin.qq.com/docs/merchant/apis/consumer-complaint/complaint-notifications
 * 商户违规通知回调地址: doc/v3/partner/4012471333 and the pages after it
 */

import { type ApiAnswer, type ApiContext, ApiProblem, checkFields, type Endpoint } from '../context.ts';
import { notifyUrl } from '../orders/schemas.ts';
import { accountKinds } from '../state/merchants.ts';
import type { Slot } from '../state/slot.ts';
import type { State } from '../state/state.ts';
import { complaintUrlsOf, violationUrlsOf } from './types.ts';

interface Address {
  readonly what: string;
  readonly path: string;
  /** Name of the URL field in the request and the answer. */
  readonly key: 'url' | 'notify_url';
  readonly roles: Endpoint['roles'];
  readonly missingCode: string;
  urlsOf(state: State): Slot<string>;
}

const complaints: Address = {
  what: '投诉通知回调地址',
  path: '/v3/merchant-service/complaint-notifications',
  key: 'url',
  roles: accountKinds,
  missingCode: 'RESOURCE_NOT_EXISTS',
  urlsOf: complaintUrlsOf,
};
const violations: Address = {
  what: '商户违规通知回调地址',
  path: '/v3/merchant-risk-manage/violation-notifications',
  key: 'notify_url',
  roles: ['partner', 'ecommerce'],
  missingCode: 'NOT_FOUND',
  urlsOf: violationUrlsOf,
};

function endpointsOf(address: Address): Endpoint[] {
  const { what, path, key, roles } = address;
  const fields = { [key]: { ...notifyUrl, label: what } };
  const shown = ({ merchant }: ApiContext, url: string): ApiAnswer => ({
    body: { ...(key === 'url' && { mchid: merchant.mchid }), [key]: url },
  });
  const known = ({ state, merchant }: ApiContext): string => {
    const url = address.urlsOf(state).get(merchant.mchid);
    if (url !== undefined) return url;
    throw new ApiProblem(404, address.missingCode, `${what}不存在`, {
      explanation: { en: 'none was created', zh: '还没有创建' },
    });
  };
  const put = (context: ApiContext): ApiAnswer => {
    const url = String(checkFields(fields, context.body, { location: 'body' })[key]);
    address.urlsOf(context.state).set(context.merchant.mchid, url);
    return shown(context, url);
  };
  const create = (context: ApiContext): ApiAnswer => {
    if (!address.urlsOf(context.state).has(context.merchant.mchid)) return put(context);
    throw new ApiProblem(400, 'INVALID_REQUEST', `${what}已存在`, {
      explanation: {
        en: 'there is one already: change it by PUT, or delete it first',
        zh: '已经有一个：请用 PUT 修改，或先删除',
      },
    });
  };
  const update = (context: ApiContext): ApiAnswer => {
    known(context);
    return put(context);
  };
  const remove = (context: ApiContext): ApiAnswer => {
    known(context);
    address.urlsOf(context.state).delete(context.merchant.mchid);
    return {};
  };
  return [
    { name: `创建${what}`, method: 'POST', path, bodyKind: 'json', roles, handle: create },
    {
      name: `查询${what}`,
      method: 'GET',
      path,
      bodyKind: 'none',
      roles,
      handle: (it) => shown(it, known(it)),
    },
    { name: `修改${what}`, method: 'PUT', path, bodyKind: 'json', roles, handle: update },
    { name: `删除${what}`, method: 'DELETE', path, bodyKind: 'none', roles, handle: remove },
  ];
}

export const notifyUrlEndpoints: readonly Endpoint[] = [
  ...endpointsOf(complaints),
  ...endpointsOf(violations),
];
