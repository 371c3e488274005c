import type { Text } from '../../../text.ts';
import { type ApiContext, ApiProblem, checkFields, type Endpoint, field } from '../../context.ts';
import { accountNumberRule } from '../rules/clear.ts';
import { broken } from '../rules/problem.ts';
import { provinces } from './areas.ts';
import { type Bank, banks, branchesOf } from './banks.ts';

/** 银行组件: pay.weixin.qq.com/docs/partner/apis/mch-bank-element. */

const notFound = (explanation: Text) => new ApiProblem(404, 'NOT_FOUND', '查询结果为空', { explanation });

const page = {
  offset: field.integer('本次查询偏移量', { optional: true, min: 0 }),
  limit: field.integer('本次请求最大查询条数', { min: 1, max: 200 }),
};

interface Page {
  readonly offset?: number;
  readonly limit: number;
}

const bankView = (bank: Bank) => ({
  bank_alias: bank.alias,
  bank_alias_code: bank.aliasCode,
  account_bank: bank.accountBank,
  account_bank_code: bank.accountBankCode,
  need_bank_branch: bank.needsBranch,
});

/** `data` of one page and the links around it; `query` is what the links repeat besides offset and limit. */
function paged(path: string, rows: readonly object[], request: Page, query = '') {
  const { offset = 0, limit } = request;
  const data = rows.slice(offset, offset + limit);
  const link = (from: number) => `${path}?${query}offset=${from}&limit=${limit}`;
  const links = {
    ...(offset + limit < rows.length ? { next: link(offset + limit) } : {}),
    ...(offset > 0 ? { prev: link(Math.max(0, offset - limit)) } : {}),
    self: link(offset),
  };
  return { total_count: rows.length, count: data.length, data, offset, links };
}

function listBanks(context: ApiContext, kind: 'personal' | 'corporate') {
  const request = checkFields(page, context.query, { location: 'query' }) as unknown as Page;
  const rows = banks.filter((bank) => bank.serves === 'both' || bank.serves === kind).map(bankView);
  return { body: paged(`/v3/capital/capitallhh/banks/${kind}-banking`, rows, request) };
}

function listBranches(context: ApiContext) {
  const fields = { ...page, city_code: field.integer('城市编码', { min: 1 }) };
  const request = checkFields(fields, context.query, { location: 'query' }) as unknown as Page & {
    city_code: number;
  };
  const code = context.params.bank_alias_code!;
  const bank = banks.find((it) => it.aliasCode === code);
  if (!bank)
    throw notFound({ en: `No bank has the alias code ${code}.`, zh: `没有银行别名编码为 ${code} 的银行。` });
  if (!bank.needsBranch) {
    throw new ApiProblem(400, 'INVALID_REQUEST', '仅支持需要填写支行的银行别名编码', {
      explanation: {
        en: `${bank.alias} takes part directly and has no list of branches.`,
        zh: `${bank.alias}为直连银行，没有支行列表。`,
      },
    });
  }
  const rows = branchesOf(bank, request.city_code).map((branch) => ({
    bank_branch_name: branch.name,
    bank_branch_id: branch.id,
  }));
  const path = `/v3/capital/capitallhh/banks/${code}/branches`;
  const { need_bank_branch, ...names } = bankView(bank);
  return { body: { ...paged(path, rows, request, `city_code=${request.city_code}&`), ...names } };
}

function searchByAccount(context: ApiContext) {
  const fields = { account_number: field.string('银行卡号', { min: 1, sensitive: true }) };
  const { account_number } = checkFields(fields, context.query, {
    location: 'query',
    decrypt: context.decrypt,
  });
  const issue = accountNumberRule(String(account_number), '');
  if (issue) throw broken('/account_number', '银行卡号', issue);
  const data = banks
    .filter((bank) => bank.serves !== 'corporate' && String(account_number).startsWith(bank.cardPrefix))
    .map(bankView);
  return { body: { total_count: data.length, ...(data.length > 0 ? { data } : {}) } };
}

function listProvinces() {
  const data = provinces.map(({ name, code }) => ({ province_name: name, province_code: code }));
  return { body: { data, total_count: data.length } };
}

function listCities(context: ApiContext) {
  const fields = { province_code: field.integer('省份编码', { min: 1 }) };
  const { province_code } = checkFields(fields, context.params, { location: 'uri_template' });
  const province = provinces.find((it) => it.code === province_code);
  if (!province)
    throw notFound({
      en: `No province has the code ${String(province_code)}.`,
      zh: `没有编码为 ${String(province_code)} 的省份。`,
    });
  const data = province.cities.map(({ name, code }) => ({ city_name: name, city_code: code }));
  return { body: { data, total_count: data.length } };
}

const shared = { method: 'GET', bodyKind: 'none', roles: ['partner', 'ecommerce'] } as const;

export const capitalEndpoints: readonly Endpoint[] = [
  {
    ...shared,
    name: '查询支持个人业务的银行列表',
    path: '/v3/capital/capitallhh/banks/personal-banking',
    handle: (context) => listBanks(context, 'personal'),
  },
  {
    ...shared,
    name: '查询支持对公业务的银行列表',
    path: '/v3/capital/capitallhh/banks/corporate-banking',
    handle: (context) => listBanks(context, 'corporate'),
  },
  {
    ...shared,
    name: '获取对私银行卡号开户银行',
    path: '/v3/capital/capitallhh/banks/search-banks-by-bank-account',
    handle: searchByAccount,
  },
  {
    ...shared,
    name: '查询支行列表',
    path: '/v3/capital/capitallhh/banks/{bank_alias_code}/branches',
    handle: listBranches,
  },
  {
    ...shared,
    name: '查询省份列表',
    path: '/v3/capital/capitallhh/areas/provinces',
    handle: listProvinces,
  },
  {
    ...shared,
    name: '查询城市列表',
    path: '/v3/capital/capitallhh/areas/provinces/{province_code}/cities',
    handle: listCities,
  },
];
