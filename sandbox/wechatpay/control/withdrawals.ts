import type { ControlContext, ControlRoute } from '../context.ts';
import {
  endWithdrawal,
  type WithdrawalResult,
  withdrawalControlView,
  withdrawalResultsOf,
} from '../funds/end-withdrawal.ts';
import { WithdrawalStore } from '../funds/withdrawal-store.ts';
import { pageOf } from './page.ts';
import { notFound, objectBody, oneOf, optional, text, wrongState } from './read.ts';

const results: readonly WithdrawalResult[] = ['SUCCESS', 'FAIL', 'REFUND', 'CLOSE'];

function settle(context: ControlContext) {
  const { result, reason } = objectBody(context);
  const wanted = oneOf(result, 'result', results);
  const given = optional(reason, 'reason', text);
  const number = context.params.out_request_no!;
  const withdrawal = new WithdrawalStore(context.state).find(number);
  if (!withdrawal) throw notFound(`withdrawal ${number}`, `提现 ${number}`);
  const possible = withdrawalResultsOf(withdrawal);
  if (!possible.includes(wanted)) {
    throw wrongState(
      `The withdrawal is ${withdrawal.status}; possible: ${possible.join(', ') || 'nothing'}.`,
      `提现状态为 ${withdrawal.status}，可选：${possible.join('、') || '无'}。`,
    );
  }
  endWithdrawal(context, withdrawal, wanted, wanted === 'SUCCESS' ? undefined : (given ?? '银行账户异常'));
  return { withdrawal: withdrawalControlView(withdrawal) };
}

/** Withdrawals, and what the bank does with them. */
export const withdrawalRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/_sandbox/withdrawals',
    handle: (context) => {
      const { entries, ...page } = pageOf([...new WithdrawalStore(context.state).all()], context.query);
      return { withdrawals: entries.map(withdrawalControlView), ...page };
    },
  },
  { method: 'POST', path: '/_sandbox/withdrawals/{out_request_no}/settle', handle: settle },
];
