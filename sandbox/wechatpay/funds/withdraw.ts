import { type ApiContext, checkFields, type Endpoint, type Fields, field } from '../context.ts';
import { ApiProblem } from '../http/problem.ts';
import { otherParameters, requirePartnership } from '../orders/rules.ts';
import { canonical, changedFields } from '../orders/same-request.ts';
import { notifyUrl } from '../orders/schemas.ts';
import { accounts } from '../state/accounts.ts';
import { withdrawalTakesMs, withdrawalTask, withdrawalView } from './end-withdrawal.ts';
import type { Withdrawal } from './types.ts';
import { WithdrawalStore } from './withdrawal-store.ts';

/** A number is remembered for 6 days only; after that, reusing it makes a new withdrawal. */
const rememberedMs = 6 * 86_400_000;

const requestNo = field.string('商户提现单号', { min: 1, max: 32, unit: 'byte', pattern: /^[0-9a-zA-Z]+$/ });
const accountType = (optional: boolean) =>
  field.string('出款账户类型', { oneOf: ['BASIC', 'OPERATION', 'FEES'], optional });
const common: Fields = {
  out_request_no: requestNo,
  amount: field.integer('提现金额', { min: 1, max: 80_000_000_000 }),
  remark: field.string('备注', { min: 1, max: 56, optional: true }),
  bank_memo: field.string('银行附言', { min: 1, max: 32, optional: true }),
  notify_url: { ...notifyUrl, optional: true },
};
const ownFields: Fields = { ...common, account_type: accountType(false) };
const subFields: Fields = {
  sub_mchid: field.string('二级商户号', { min: 1, max: 32 }),
  ...common,
  account_type: accountType(true),
};
const subQuery: Fields = { sub_mchid: field.string('二级商户号', { min: 1, max: 32 }) };
const byNoParam: Fields = { out_request_no: requestNo };
const byIdParam: Fields = { withdraw_id: field.string('微信支付提现单号', { min: 1, max: 128 }) };

interface WithdrawRequest {
  sub_mchid?: string;
  out_request_no: string;
  amount: number;
  remark?: string;
  bank_memo?: string;
  account_type?: Withdrawal['accountType'];
  notify_url?: string;
}

function withdraw(context: ApiContext, fields: Fields): Withdrawal {
  const request = checkFields(fields, context.body, { location: 'body' }) as unknown as WithdrawRequest;
  const { merchant, nowMs, state } = context;
  const owner = request.sub_mchid ?? merchant.mchid;
  if (request.sub_mchid !== undefined) requirePartnership(context, owner, merchant.mchid);
  const store = new WithdrawalStore(state);
  const text = canonical(context.body);
  const known = store.byNo(merchant.mchid, owner, request.out_request_no);
  if (known && nowMs - known.createdAtMs <= rememberedMs) {
    if (known.request === text) return known;
    throw otherParameters(changedFields(known.request, text));
  }
  const type = request.account_type ?? 'BASIC';
  requireBalance(context, owner, type, request.amount);
  const withdrawal: Withdrawal = {
    withdrawId: state.random.digits(32),
    outRequestNo: request.out_request_no,
    mchid: merchant.mchid,
    ownerMchid: owner,
    amountFen: request.amount,
    remark: request.remark ?? '',
    bankMemo: request.bank_memo ?? '',
    accountType: type,
    ...(request.notify_url !== undefined && { notifyUrl: request.notify_url }),
    request: text,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    status: 'CREATE_SUCCESS',
  };
  store.add(withdrawal);
  state.ledger.move({
    atMs: nowMs,
    kind: 'withdrawal',
    ref: withdrawal.withdrawId,
    outNo: withdrawal.outRequestNo,
    from: accounts.available(owner),
    to: accounts.withdrawing(owner),
    amountFen: request.amount,
    reason: `withdrawal ${withdrawal.outRequestNo}`,
  });
  context.due.schedule(withdrawalTask, withdrawal.withdrawId, nowMs + withdrawalTakesMs);
  return withdrawal;
}

function requireBalance({ state }: ApiContext, owner: string, accountType: string, amountFen: number): void {
  const haveFen = accountType === 'BASIC' ? state.ledger.balanceFen(accounts.available(owner)) : 0;
  if (haveFen >= amountFen) return;
  throw new ApiProblem(403, 'NOT_ENOUGH', '账户可用余额不足', {
    explanation: {
      en: `the ${accountType} account of ${owner} has ${haveFen} fen available, ${amountFen} are needed`,
      zh: `${owner} 的 ${accountType} 账户可用余额为 ${haveFen} 分，需要 ${amountFen} 分`,
    },
  });
}

function find(context: ApiContext, by: 'out_request_no' | 'withdraw_id', ofSub: boolean): Withdrawal {
  const rule = by === 'withdraw_id' ? byIdParam : byNoParam;
  const number = String(checkFields(rule, context.params, { location: 'uri_template' })[by]);
  const { sub_mchid } = checkFields(ofSub ? subQuery : {}, context.query, { location: 'query' });
  const { mchid } = context.merchant;
  const owner = sub_mchid === undefined ? mchid : String(sub_mchid);
  const store = new WithdrawalStore(context.state);
  const found = by === 'withdraw_id' ? store.byId(number) : store.byNo(mchid, owner, number);
  if (found?.mchid === mchid && found.ownerMchid === owner) return found;
  throw new ApiProblem(404, 'RESOURCE_NOT_EXISTS', '提现单不存在', {
    explanation: { en: 'no withdrawal of this merchant has that number', zh: '该商户没有此单号的提现单' },
  });
}

function accepted({ withdrawId, outRequestNo, mchid, ownerMchid, accountType }: Withdrawal) {
  return {
    ...(ownerMchid !== mchid && { sub_mchid: ownerMchid }),
    withdraw_id: withdrawId,
    out_request_no: outRequestNo,
    ...(ownerMchid !== mchid && { account_type: accountType }),
  };
}

const providers = ['partner', 'ecommerce'] as const;
const own = '/v3/merchant/fund/withdraw';
const sub = '/v3/ecommerce/fund/withdraw';

/** 提现: github.com/TheNorthMemory/wechatpay-openapi, docs/v3/merchant/fund and docs/v3/ecommerce/fund. */
export const withdrawalEndpoints: readonly Endpoint[] = [
  {
    name: '平台提现',
    method: 'POST',
    path: own,
    bodyKind: 'json',
    roles: providers,
    handle: (context) => ({ body: accepted(withdraw(context, ownFields)) }),
  },
  {
    name: '商户提现单号查询平台提现',
    method: 'GET',
    path: `${own}/out-request-no/{out_request_no}`,
    bodyKind: 'none',
    roles: providers,
    handle: (context) => ({ body: withdrawalView(find(context, 'out_request_no', false)) }),
  },
  {
    name: '微信支付提现单号查询平台提现',
    method: 'GET',
    path: `${own}/withdraw-id/{withdraw_id}`,
    bodyKind: 'none',
    roles: providers,
    handle: (context) => ({ body: withdrawalView(find(context, 'withdraw_id', false)) }),
  },
  {
    name: '二级商户提现',
    method: 'POST',
    path: sub,
    bodyKind: 'json',
    roles: ['ecommerce'],
    handle: (context) => ({ body: accepted(withdraw(context, subFields)) }),
  },
  {
    name: '商户提现单号查询二级商户提现',
    method: 'GET',
    path: `${sub}/out-request-no/{out_request_no}`,
    bodyKind: 'none',
    roles: ['ecommerce'],
    handle: (context) => ({ body: withdrawalView(find(context, 'out_request_no', true)) }),
  },
  {
    name: '微信支付提现单号查询二级商户提现',
    method: 'GET',
    path: `${sub}/{withdraw_id}`,
    bodyKind: 'none',
    roles: ['ecommerce'],
    handle: (context) => ({ body: withdrawalView(find(context, 'withdraw_id', true)) }),
  },
];
