import { type ApiContext, checkFields, type Fields, field } from '../context.ts';
import { paramError } from '../http/problem.ts';
import { requireBoundAppid, requirePartnership } from '../orders/rules.ts';
import { refuse } from './rules.ts';
import { receiverKey, receiversOf } from './sharing-store.ts';
import type { Receiver, ReceiverType } from './types.ts';

export const receiverTypes: readonly ReceiverType[] = [
  'MERCHANT_ID',
  'PERSONAL_OPENID',
  'PERSONAL_SUB_OPENID',
];
const relations = [
  'SERVICE_PROVIDER',
  'STORE',
  'STAFF',
  'STORE_OWNER',
  'PARTNER',
  'HEADQUARTER',
  'BRAND',
  'DISTRIBUTOR',
  'USER',
  'SUPPLIER',
  'CUSTOM',
];
const platformRelations = ['SUPPLIER', 'DISTRIBUTOR', 'SERVICE_PROVIDER', 'PLATFORM', 'OTHERS'];

const identity: Fields = {
  appid: field.string('应用ID', { min: 1, max: 32 }),
  type: field.string('分账接收方类型', { oneOf: receiverTypes }),
  account: field.string('分账接收方帐号', { min: 1, max: 64 }),
};
const provider: Fields = {
  sub_mchid: field.string('子商户号', { min: 1, max: 32 }),
  sub_appid: field.string('子商户应用ID', { min: 1, max: 32, optional: true }),
};
const name = field.string('分账接收方全称', { min: 1, max: 128, sensitive: true, optional: true });

const ordinaryAdd = (isProvider: boolean): Fields => ({
  ...(isProvider && provider),
  ...identity,
  name,
  relation_type: field.string('与分账方的关系类型', { oneOf: relations }),
  custom_relation: field.string('自定义的分账关系', { min: 1, max: 10, optional: true }),
});
const ordinaryDelete = (isProvider: boolean): Fields => ({ ...(isProvider && provider), ...identity });
const platformAdd: Fields = {
  ...identity,
  name: field.string('接收方名称', { min: 1, max: 128, optional: true }),
  encrypted_name: name,
  relation_type: field.string('与分账方的关系类型', { oneOf: platformRelations }),
};

interface ReceiverRequest {
  sub_mchid?: string;
  sub_appid?: string;
  appid: string;
  type: ReceiverType;
  account: string;
  name?: string;
  encrypted_name?: string;
  relation_type: string;
  custom_relation?: string;
}

function read(context: ApiContext, fields: Fields): ReceiverRequest {
  const request = checkFields(fields, context.body, {
    location: 'body',
    decrypt: context.decrypt,
  }) as unknown as ReceiverRequest;
  const { merchant } = context;
  requireBoundAppid(merchant.appids, request.appid, merchant.mchid);
  if (request.sub_mchid === undefined) return request;
  const sub = requirePartnership(context, request.sub_mchid, merchant.mchid);
  if (request.sub_appid !== undefined) requireBoundAppid(sub.appids, request.sub_appid, sub.mchid);
  return request;
}

/** A merchant's full name is required and compared; a person's name is optional. */
function requireName({ state }: ApiContext, type: ReceiverType, account: string, given: string | undefined) {
  if (type !== 'MERCHANT_ID') return;
  if (given === undefined) {
    const issue = '分账接收方类型为商户时，商户全称必填';
    throw paramError(issue, { field: '/name', value: null, issue, location: 'body' });
  }
  const merchant = state.merchants.get(account) ?? state.subMerchants.get(account);
  if (!merchant)
    throw refuse('分账接收方商户号不存在', {
      en: `there is no merchant ${account} in this sandbox`,
      zh: `沙箱里没有商户 ${account}`,
    });
  if (merchant.name !== given) {
    throw refuse('分账接收方全称不匹配', {
      en: `the name of ${account} is another one (GET /_sandbox/credentials)`,
      zh: `${account} 的商户全称是另一个（见 GET /_sandbox/credentials）`,
    });
  }
}

function add(context: ApiContext, owner: string, request: ReceiverRequest): void {
  const { type, account, relation_type, custom_relation } = request;
  const receiver: Receiver = {
    type,
    account,
    relation: relation_type,
    ...(custom_relation !== undefined && { customRelation: custom_relation }),
  };
  receiversOf(context.state).set(receiverKey(owner, receiver), receiver);
}

/** The pages list 400 INVALID_REQUEST, with the advice to see whether the receiver exists: apiv3/apis/chapter8_1_9. */
function remove({ state }: ApiContext, owner: string, request: ReceiverRequest): void {
  const receivers = receiversOf(state);
  const key = receiverKey(owner, request);
  if (!receivers.has(key)) {
    throw refuse('无效请求，请确认分账接收方是否存在', {
      en: 'it was never added, or was deleted before',
      zh: '从未添加，或已经删除',
    });
  }
  receivers.delete(key);
}

/** 添加分账接收方 of a direct merchant or of a provider's sub-merchant; adding one again succeeds. */
export function addReceiver(context: ApiContext): Record<string, unknown> {
  const isProvider = context.merchant.kind !== 'direct';
  const request = read(context, ordinaryAdd(isProvider));
  if (request.relation_type === 'CUSTOM' && request.custom_relation === undefined) {
    const issue = '关系类型为自定义时，自定义的分账关系必填';
    throw paramError(issue, { field: '/custom_relation', value: null, issue, location: 'body' });
  }
  requireName(context, request.type, request.account, request.name);
  add(context, request.sub_mchid ?? context.merchant.mchid, request);
  const { sub_mchid, type, account, relation_type, custom_relation } = request;
  return {
    ...(sub_mchid !== undefined && { sub_mchid }),
    type,
    account,
    ...(request.name !== undefined && { name: context.encryptForMerchant(request.name) }),
    relation_type,
    ...(custom_relation !== undefined && { custom_relation }),
  };
}

/** 删除分账接收方. @throws ApiProblem 400 when there is none */
export function deleteReceiver(context: ApiContext): Record<string, unknown> {
  const request = read(context, ordinaryDelete(context.merchant.kind !== 'direct'));
  const { sub_mchid, type, account } = request;
  remove(context, sub_mchid ?? context.merchant.mchid, request);
  return { ...(sub_mchid !== undefined && { sub_mchid }), type, account };
}

/** The platform's receivers serve all its sub-merchants. */
export function addPlatformReceiver(context: ApiContext): Record<string, unknown> {
  const request = read(context, platformAdd);
  const { type, account } = request;
  requireName(context, type, account, request.encrypted_name ?? request.name);
  add(context, context.merchant.mchid, request);
  return { type, account };
}

/** @throws ApiProblem 400 when there is none */
export function deletePlatformReceiver(context: ApiContext): Record<string, unknown> {
  const request = read(context, identity);
  remove(context, context.merchant.mchid, request);
  return { type: request.type, account: request.account };
}
