import type { WithdrawalView } from '../../contract/index.ts';
import type { WithdrawalRecord } from './records.ts';

export function viewWithdrawal(withdrawal: WithdrawalRecord): WithdrawalView {
  const { state, remark, receivedAccount, paidAtMs, endedAtMs, failure } = withdrawal;
  return {
    outRequestNo: withdrawal._id,
    amountFen: withdrawal.amountFen,
    state: state === 'REQUESTED' || state === 'RESERVED' ? 'WAITING' : state,
    requestedBy: withdrawal.requestedBy,
    createdAtMs: withdrawal.createdAtMs,
    ...(remark !== null && { remark }),
    ...(receivedAccount !== null && { receivedAccount }),
    ...(paidAtMs !== null && { paidAtMs }),
    ...(endedAtMs !== null && { endedAtMs }),
    ...(failure !== null && { failure }),
  };
}
