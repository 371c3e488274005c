import type { Text } from '../../text.ts';
import { ApiProblem } from '../http/problem.ts';
import type { Order } from '../orders/types.ts';
import { accounts } from '../state/accounts.ts';
import type { State } from '../state/state.ts';
import type { RefundSource } from './types.ts';

export interface SourcesWanted {
  readonly amountFen: number;
  /** The part of the fee that is returned with the refund, so the balance need not cover it. */
  readonly feeFen: number;
  /** `amount.from` of the request. */
  readonly from: readonly { account: 'AVAILABLE' | 'UNAVAILABLE'; amount: number }[] | undefined;
}

/**
 * Which money a refund is paid from. While an order is frozen, for profit sharing or until receipt, that is the frozen
 * part; otherwise the available balance. The fee that comes back goes to the first of them.
 * @throws ApiProblem 403 NOT_ENOUGH, 400 PARAM_ERROR
 */
export function refundSources(state: State, order: Order, wanted: SourcesWanted): RefundSource[] {
  const sources = wanted.from
    ? wanted.from.map(({ account, amount }) => ({ account, amountFen: amount }))
    : [{ account: defaultAccount(order), amountFen: wanted.amountFen }];
  requireSum(sources, wanted.amountFen);
  for (const [index, source] of sources.entries()) {
    const have = haveFen(state, order, source) + (index === 0 ? wanted.feeFen : 0);
    if (have < source.amountFen) throw notEnough(order, source, have);
  }
  return sources;
}

function defaultAccount(order: Order): RefundSource['account'] {
  return order.money!.frozenFen > 0 ? 'UNAVAILABLE' : 'AVAILABLE';
}

function haveFen(state: State, order: Order, { account }: RefundSource): number {
  return account === 'UNAVAILABLE'
    ? order.money!.frozenFen
    : state.ledger.balanceFen(accounts.available(order.payeeMchid));
}

function requireSum(sources: readonly RefundSource[], amountFen: number): void {
  const sumFen = sources.reduce((sum, source) => sum + source.amountFen, 0);
  const names = new Set(sources.map(({ account }) => account));
  if (sumFen === amountFen && names.size === sources.length) return;
  throw new ApiProblem(400, 'PARAM_ERROR', '退款出资账户及金额有误，各账户出资金额之和必须等于退款金额', {
    detail: {
      field: '/amount/from',
      value: sumFen,
      issue: 'sum or accounts are wrong',
      location: 'body',
    },
    explanation: {
      en: `amount.from sums to ${sumFen}, the refund is ${amountFen}; each account may be named once`,
      zh: `amount.from 合计 ${sumFen} 分，退款金额为 ${amountFen} 分；每个账户只能出现一次`,
    },
  });
}

const notFrozen: Text = { en: '', zh: '' };
const frozenUntilReceipt: Text = {
  en: ' (the order is frozen until receipt is settled)',
  zh: '（订单资金冻结至确认收货并结算）',
};
const frozenForSharing: Text = {
  en: ' (the order is frozen for profit sharing)',
  zh: '（订单资金因分账冻结）',
};
const topUp: Text = {
  en: 'top it up (POST /_sandbox/merchants/{mchid}/balance) and retry with the same number',
  zh: '请充值（POST /_sandbox/merchants/{mchid}/balance）后用同一单号重试',
};
const finishSharing: Text = {
  en: 'what was shared is no longer there: finish the sharing first, then the available balance pays',
  zh: '已分账的资金不在其中：请先完结分账，再由可用余额退款',
};

export function notEnough(order: Order, source: RefundSource, haveFen: number): ApiProblem {
  const { frozenFen, awaitsReceipt } = order.money!;
  const frozen = frozenFen === 0 ? notFrozen : awaitsReceipt ? frozenUntilReceipt : frozenForSharing;
  const hint = source.account === 'AVAILABLE' ? topUp : finishSharing;
  return new ApiProblem(403, 'NOT_ENOUGH', '基本账户余额不足，请充值后重新发起', {
    explanation: {
      en: `${source.account} of ${order.payeeMchid} holds ${haveFen} fen for this, ${source.amountFen} are needed${frozen.en}: ${hint.en}`,
      zh: `${order.payeeMchid} 的 ${source.account} 账户中可用于该笔退款的有 ${haveFen} 分，需要 ${source.amountFen} 分${frozen.zh}：${hint.zh}`,
    },
  });
}
