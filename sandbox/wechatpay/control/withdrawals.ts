import { type ControlContext, ControlProblem, type ControlRoute } from '../context.ts';
import {
  endWithdrawal,
  type WithdrawalResult,
  withdrawalControlView,
  withdrawalResultsOf,
} from '../funds/end-withdrawal.ts';
import { WithdrawalStore } from '../funds/withdrawal-store.ts';
import { pageOf } from './page.ts';
import { badRequest, notFound, objectBody } from './read.ts';

const results: readonly WithdrawalResult[] = ['SUCCESS', 'FAIL', 'REFUND', 'CLOSE'];

function settle(context: ControlContext) {
  const { result, reason } = objectBody(context);
  const wanted = results.find((one) => one === result);
  if (!wanted) throw badRequest(`"result" must be one of ${results.join(', ')}.`);
  if (reason !== undefined && typeof reason !== 'string') throw badRequest('"reason" must be a text.');
  const number = context.params.out_request_no!;
  const withdrawal = new WithdrawalStore(context.state).find(number);
  if (!withdrawal) throw notFound(`withdrawal ${number}`);
  const possible = withdrawalResultsOf(withdrawal);
  if (!possible.includes(wanted)) {
    const message = `The withdrawal is ${withdrawal.status}; possible: ${possible.join(', ') || 'nothing'}.`;
    throw new ControlProblem(409, 'WRONG_STATE', message);
  }
  endWithdrawal(context, withdrawal, wanted, wanted === 'SUCCESS' ? undefined : (reason ?? '银行账户异常'));
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
