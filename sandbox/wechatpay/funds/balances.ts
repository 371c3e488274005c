import { type ApiContext, checkFields, type Endpoint, type Fields, field } from '../context.ts';
import { paramError } from '../http/problem.ts';
import { requirePartnership } from '../orders/rules.ts';
import { accounts } from '../state/accounts.ts';
import { accountKinds } from '../state/merchants.ts';
import type { State } from '../state/state.ts';
import { beginOfDay, dayOf } from '../state/time.ts';

const accountTypes = ['BASIC', 'OPERATION', 'FEES'];
const pathFields: Fields = { account_type: field.string('账户类型', { oneOf: accountTypes }) };
const dateField = field.string('日期', { min: 10, max: 10 });
const subMchid: Fields = { sub_mchid: field.string('二级商户号', { min: 1, max: 32 }) };
const subAccount = field.string('账户类型', {
  oneOf: ['BASIC', 'OPERATION', 'FEES', 'DEPOSIT'],
  optional: true,
});

/** Balance in fen, now or at the end of a day. Only the basic account is simulated; the others do not change. */
function amounts(state: State, mchid: string, accountType: string, untilMs = Number.POSITIVE_INFINITY) {
  if (accountType !== 'BASIC') return { available_amount: 0, pending_amount: 0 };
  return {
    available_amount: balanceFen(state, accounts.available(mchid), untilMs),
    pending_amount: balanceFen(state, accounts.frozen(mchid), untilMs),
  };
}

function balanceFen(state: State, account: string, untilMs: number): number {
  if (untilMs === Number.POSITIVE_INFINITY) return state.ledger.balanceFen(account);
  let fen = 0;
  for (const { atMs, from, to, amountFen } of state.ledger.entries) {
    if (atMs >= untilMs) break;
    if (to === account) fen += amountFen;
    if (from === account) fen -= amountFen;
  }
  return fen;
}

/** The end of the day that `date` names: a day before today. @throws ApiProblem */
function endOf(context: ApiContext, date: unknown): number {
  const day = String(date);
  const begin = beginOfDay(day);
  if (begin !== undefined && day < dayOf(context.nowMs)) return begin + 86_400_000;
  throw paramError('日期格式错误或日终余额尚未生成', {
    field: 'date',
    value: day,
    issue: 'must be yyyy-MM-dd, before today',
    location: 'query',
  });
}

function ownBalance(context: ApiContext, dayEnd: boolean) {
  const { account_type } = checkFields(pathFields, context.params, { location: 'uri_template' });
  const rule: Fields = dayEnd ? { date: dateField } : {};
  const { date } = checkFields(rule, context.query, { location: 'query' });
  const untilMs = dayEnd ? endOf(context, date) : undefined;
  return { body: amounts(context.state, context.merchant.mchid, String(account_type), untilMs) };
}

function subBalance(context: ApiContext, dayEnd: boolean) {
  const { sub_mchid } = checkFields(subMchid, context.params, { location: 'uri_template' });
  const rule: Fields = { account_type: subAccount, ...(dayEnd && { date: dateField }) };
  const query = checkFields(rule, context.query, { location: 'query' });
  requirePartnership(context, String(sub_mchid), context.merchant.mchid);
  const accountType = String(query.account_type ?? 'BASIC');
  const untilMs = dayEnd ? endOf(context, query.date) : undefined;
  return {
    body: {
      sub_mchid,
      account_type: accountType,
      ...amounts(context.state, String(sub_mchid), accountType, untilMs),
    },
  };
}

/** 余额查询: github.com/TheNorthMemory/wechatpay-openapi, docs/v3/merchant/fund and docs/v3/ecommerce/fund. */
export const balanceEndpoints: readonly Endpoint[] = [
  {
    name: '查询账户实时余额',
    method: 'GET',
    path: '/v3/merchant/fund/balance/{account_type}',
    bodyKind: 'none',
    roles: accountKinds,
    handle: (context) => ownBalance(context, false),
  },
  {
    name: '查询账户日终余额',
    method: 'GET',
    path: '/v3/merchant/fund/dayendbalance/{account_type}',
    bodyKind: 'none',
    roles: accountKinds,
    handle: (context) => ownBalance(context, true),
  },
  {
    name: '查询二级商户账户实时余额',
    method: 'GET',
    path: '/v3/ecommerce/fund/balance/{sub_mchid}',
    bodyKind: 'none',
    roles: ['ecommerce'],
    handle: (context) => subBalance(context, false),
  },
  {
    name: '查询二级商户账户日终余额',
    method: 'GET',
    path: '/v3/ecommerce/fund/enddaybalance/{sub_mchid}',
    bodyKind: 'none',
    roles: ['ecommerce'],
    handle: (context) => subBalance(context, true),
  },
];
