import { type ApiContext, checkFields, type Endpoint, type Fields, field } from '../context.ts';
import { type BillFault, billFaults } from '../http/faults.ts';
import { ApiProblem, paramError } from '../http/problem.ts';
import { requirePartnership } from '../orders/rules.ts';
import { accountKinds } from '../state/merchants.ts';
import { beginOfDay, dayOf, rfc3339 } from '../state/time.ts';
import { contentOf, downloadsOf, fileOf, hashOf } from './download.ts';
import { readyAtMs, withdrawalsReadyAtMs } from './ready.ts';
import type { BillDownload, BillSpec, TradeBillType } from './types.ts';

/** The official pages say 30 seconds or 5 minutes; it makes no difference to a client that downloads at once. */
const linkLivesMs = 5 * 60_000;

const billDate = field.string('账单日期', { min: 10, max: 10 });
const tarType = field.string('压缩类型', { oneOf: ['GZIP'], optional: true });
const subMchid = (optional: boolean) => field.string('子商户号', { min: 1, max: 32, optional });
const accountType = (optional: boolean) =>
  field.string('资金账户类型', { oneOf: ['BASIC', 'OPERATION', 'FEES'], optional });
const algorithm = field.string('加密算法', { oneOf: ['AEAD_AES_256_GCM', 'SM4_GCM'] });

const tradeFields: Fields = {
  bill_date: billDate,
  sub_mchid: subMchid(true),
  bill_type: field.string('账单类型', { oneOf: ['ALL', 'SUCCESS', 'REFUND'], optional: true }),
  tar_type: tarType,
};
const fundFlowFields: Fields = { bill_date: billDate, account_type: accountType(true), tar_type: tarType };
const subMerchantFields: Fields = {
  sub_mchid: subMchid(false),
  bill_date: billDate,
  account_type: accountType(false),
  algorithm,
  tar_type: tarType,
};
const ecommerceFields: Fields = {
  bill_date: billDate,
  account_type: field.string('资金账户类型', { oneOf: ['ALL'] }),
  algorithm,
  tar_type: tarType,
};
const withdrawalFields: Fields = { bill_date: billDate, tar_type: tarType };
const withdrawalParams: Fields = { bill_type: field.string('账单类型', { oneOf: ['NO_SUCC'] }) };
const downloadFields: Fields = {
  token: field.string('下载凭证', { min: 1, max: 1024 }),
  tartype: field.string('压缩类型', { min: 1, max: 32, optional: true }),
};

type Query = Readonly<Record<string, string | undefined>>;
const read = (context: ApiContext, fields: Fields) =>
  checkFields(fields, context.query, { location: 'query' }) as Query;

function tradeBillOf(context: ApiContext) {
  const query = read(context, tradeFields);
  const { merchant } = context;
  const subMchid = query.sub_mchid;
  if (subMchid !== undefined && merchant.kind === 'direct') {
    throw paramError('普通商户不能传入sub_mchid', {
      field: 'sub_mchid',
      value: subMchid,
      issue: 'a direct merchant has no sub-merchants',
      location: 'query',
    });
  }
  if (subMchid !== undefined) requirePartnership(context, subMchid, merchant.mchid);
  const spec: BillSpec = {
    ...common(context, query),
    kind: 'trade',
    type: (query.bill_type ?? 'ALL') as TradeBillType,
    ...(subMchid !== undefined && { subMchid }),
  };
  return { body: offered(context, spec, query) };
}

function fundFlowOf(context: ApiContext) {
  const query = read(context, fundFlowFields);
  // Of the three accounts only the basic one is simulated; nothing ever moves on the others.
  const owners = (query.account_type ?? 'BASIC') === 'BASIC' ? [context.merchant.mchid] : [];
  const spec: BillSpec = { ...common(context, query), kind: 'fund-flow', owners };
  return { body: offered(context, spec, query) };
}

function subMerchantFundFlow(context: ApiContext) {
  const query = read(context, subMerchantFields);
  requirePartnership(context, query.sub_mchid!, context.merchant.mchid);
  const owners = query.account_type === 'BASIC' ? [query.sub_mchid!] : [];
  return { body: encryptedOffer(context, { ...common(context, query), kind: 'fund-flow', owners }, query) };
}

function ecommerceFundFlow(context: ApiContext) {
  const query = read(context, ecommerceFields);
  const owners = [...context.state.subMerchants.values()]
    .filter(({ providerMchid }) => providerMchid === context.merchant.mchid)
    .map(({ mchid }) => mchid);
  return { body: encryptedOffer(context, { ...common(context, query), kind: 'fund-flow', owners }, query) };
}

/** 按日下载提现异常文件: ready from 9:00, for 90 days; doc/v3/partner/4012720060. */
function withdrawalsOf(context: ApiContext) {
  checkFields(withdrawalParams, context.params, { location: 'uri_template' });
  const query = read(context, withdrawalFields);
  const { nowMs } = context;
  const times = { earliest: dayOf(nowMs - 90 * 86_400_000), readyAtMs: withdrawalsReadyAtMs };
  return { body: offered(context, { ...common(context, query, times), kind: 'withdrawals' }, query) };
}

/** Checks the bill date. @throws ApiProblem */
function common(
  { merchant, fault, nowMs }: ApiContext,
  query: Query,
  times = { earliest: earliest(nowMs), readyAtMs },
) {
  const day = query.bill_date!;
  if (beginOfDay(day) === undefined || day >= dayOf(nowMs) || day < times.earliest) {
    const explanation = {
      en: `bill_date must be yyyy-MM-dd, before today, and not before ${times.earliest}`,
      zh: `bill_date 须为 yyyy-MM-dd，早于今天，且不早于 ${times.earliest}`,
    };
    const detail = { field: 'bill_date', value: day, issue: 'out of range', location: 'query' };
    throw paramError('账单日期格式错误或超出可下载范围', detail, { explanation });
  }
  const damage = billFaults.find((kind) => kind === fault?.kind);
  const readyMs = times.readyAtMs(day);
  if (nowMs < readyMs || damage === 'bill-not-ready') {
    throw new ApiProblem(400, 'STATEMENT_CREATING', '账单生成中，请稍后获取', {
      explanation: { en: `the bill is ready at ${rfc3339(readyMs)}`, zh: `账单在 ${rfc3339(readyMs)} 生成` },
    });
  }
  return { mchid: merchant.mchid, day, ...withFault(damage) };
}

const withFault = (fault: BillFault | undefined) => (fault === undefined ? {} : { fault });

/** Three months ago. */
function earliest(nowMs: number): string {
  const date = new Date(nowMs + 8 * 3_600_000);
  date.setUTCMonth(date.getUTCMonth() - 3);
  return date.toISOString().slice(0, 10);
}

function offered(context: ApiContext, spec: BillSpec, query: Query) {
  const content = requireContent(context, spec);
  return {
    hash_type: 'SHA1',
    hash_value: hashOf(content, spec),
    download_url: link(context, { spec, gzip: query.tar_type === 'GZIP', expiresAtMs: expiry(context) }),
  };
}

function encryptedOffer(context: ApiContext, spec: BillSpec, query: Query) {
  if (query.algorithm === 'SM4_GCM') {
    throw new ApiProblem(400, 'INVALID_REQUEST', '暂不支持SM4_GCM加密算法', {
      explanation: {
        en: 'the sandbox encrypts with AEAD_AES_256_GCM only',
        zh: '沙箱只支持用 AEAD_AES_256_GCM 加密',
      },
    });
  }
  const content = requireContent(context, spec);
  const { random } = context.state;
  const encryption = { key: random.letters(32), nonce: random.hex(16) };
  const download = { spec, gzip: query.tar_type === 'GZIP', expiresAtMs: expiry(context), encryption };
  const file = {
    bill_sequence: 1,
    download_url: link(context, download),
    encrypt_key: context.encryptForMerchant(encryption.key),
    hash_type: 'SHA1',
    hash_value: hashOf(content, spec),
    nonce: encryption.nonce,
  };
  return { download_bill_count: 1, download_bill_list: [file] };
}

function requireContent(context: ApiContext, spec: BillSpec): Buffer {
  const content = contentOf(context.state, spec);
  if (content) return content;
  throw new ApiProblem(400, 'NO_STATEMENT_EXIST', '请求的账单文件不存在', {
    explanation: {
      en: `nothing happened on ${spec.day}, so there is no bill of it`,
      zh: `${spec.day} 没有交易，因此没有账单`,
    },
  });
}

const expiry = ({ nowMs }: ApiContext) => nowMs + linkLivesMs;

function link(context: ApiContext, download: BillDownload): string {
  const token = context.state.random.letters(64);
  downloadsOf(context.state).set(token, download);
  return `${context.origin}/v3/billdownload/file?token=${token}`;
}

/** 下载账单: its answer is not signed. */
function download(context: ApiContext) {
  const { token } = read(context, downloadFields);
  const found = downloadsOf(context.state).get(token!);
  if (!found || found.spec.mchid !== context.merchant.mchid || context.nowMs >= found.expiresAtMs) {
    throw new ApiProblem(400, 'INVALID_REQUEST', '下载链接无效或已过期，请重新申请账单', {
      explanation: found
        ? {
            en: 'the link is 5 minutes old, or was given to another merchant',
            zh: '该链接已超过 5 分钟，或是给另一个商户的',
          }
        : { en: 'no link has that token', zh: '没有该 token 对应的下载链接' },
    });
  }
  const contentType = found.encryption || found.gzip ? 'application/x-gzip' : 'text/plain;charset=utf-8';
  return { file: { bytes: fileOf(context.state, found), contentType } };
}

/** 下载账单: doc/v3/partner/4012760535; wiki/doc/apiv3_partner/apis/chapter7_9_5, chapter5_1_20. */
export const billEndpoints: readonly Endpoint[] = [
  {
    name: '申请交易账单',
    method: 'GET',
    path: '/v3/bill/tradebill',
    bodyKind: 'none',
    roles: accountKinds,
    handle: tradeBillOf,
  },
  {
    name: '申请资金账单',
    method: 'GET',
    path: '/v3/bill/fundflowbill',
    bodyKind: 'none',
    roles: accountKinds,
    handle: fundFlowOf,
  },
  {
    name: '申请单个子商户资金账单',
    method: 'GET',
    path: '/v3/bill/sub-merchant-fundflowbill',
    bodyKind: 'none',
    roles: ['partner', 'ecommerce'],
    handle: subMerchantFundFlow,
  },
  {
    name: '申请二级商户资金账单',
    method: 'GET',
    path: '/v3/ecommerce/bill/fundflowbill',
    bodyKind: 'none',
    roles: ['ecommerce'],
    handle: ecommerceFundFlow,
  },
  {
    name: '按日下载提现异常文件',
    method: 'GET',
    path: '/v3/merchant/fund/withdraw/bill-type/{bill_type}',
    bodyKind: 'none',
    roles: ['partner', 'ecommerce'],
    handle: withdrawalsOf,
  },
  {
    name: '下载账单',
    method: 'GET',
    path: '/v3/billdownload/file',
    bodyKind: 'none',
    roles: accountKinds,
    handle: download,
  },
];
