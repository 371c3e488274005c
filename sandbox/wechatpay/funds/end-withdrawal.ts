import type { SimulatorContext } from '../context.ts';
import { accounts } from '../state/accounts.ts';
import { rfc3339 } from '../state/time.ts';
import type { Withdrawal, WithdrawalStatus } from './types.ts';
import { WithdrawalStore } from './withdrawal-store.ts';

export type WithdrawalResult = Exclude<WithdrawalStatus, 'CREATE_SUCCESS'>;
export const withdrawalTask = 'withdrawal';
/** The money reaches the bank on the next day. */
export const withdrawalTakesMs = 86_400_000;

const possible: Readonly<Record<WithdrawalStatus, readonly WithdrawalResult[]>> = {
  CREATE_SUCCESS: ['SUCCESS', 'FAIL', 'CLOSE'],
  // A bank may send money back days later.
  SUCCESS: ['REFUND'],
  FAIL: [],
  REFUND: [],
  CLOSE: [],
};

export function withdrawalResultsOf({ status }: Withdrawal): readonly WithdrawalResult[] {
  return possible[status];
}

/** Completes a withdrawal or returns the money, and sends the callback. */
export function endWithdrawal(
  context: SimulatorContext,
  withdrawal: Withdrawal,
  result: WithdrawalResult,
  reason?: string,
): void {
  const { withdrawId, ownerMchid, amountFen, outRequestNo } = withdrawal;
  context.due.cancel(withdrawalTask, withdrawId);
  withdrawal.status = result;
  withdrawal.updatedAtMs = context.clock.now();
  if (reason !== undefined) withdrawal.reason = reason;
  const [bank, available] = [accounts.bank(ownerMchid), accounts.available(ownerMchid)];
  context.state.ledger.move({
    atMs: withdrawal.updatedAtMs,
    kind: result === 'SUCCESS' ? 'withdrawal-paid' : 'withdrawal-returned',
    ref: withdrawId,
    outNo: outRequestNo,
    from: result === 'REFUND' ? bank : accounts.withdrawing(ownerMchid),
    to: result === 'SUCCESS' ? bank : available,
    amountFen,
    reason: `withdrawal ${outRequestNo} ${result}`,
  });
  const { mchid, status } = withdrawal;
  context.bus.publish('withdrawal', { withdrawId, outRequestNo, mchid, ownerMchid, status, amountFen });
  notify(context, withdrawal);
}

/** Called by the clock. */
export function handleWithdrawalTasks(context: SimulatorContext): void {
  context.due.handle(withdrawalTask, (withdrawId) => {
    const withdrawal = new WithdrawalStore(context.state).byId(withdrawId);
    if (withdrawal?.status === 'CREATE_SUCCESS') endWithdrawal(context, withdrawal, 'SUCCESS');
  });
}

/** MCHWITHDRAW.CHANGE, which is retried on a schedule of its own: doc/v3/partner/4013049135. */
function notify(context: SimulatorContext, withdrawal: Withdrawal): void {
  if (withdrawal.notifyUrl === undefined) return;
  context.notify({
    eventType: 'MCHWITHDRAW.CHANGE',
    originalType: 'mch_withdraw',
    summary: '提现单状态变更',
    outTradeNo: '',
    mchid: withdrawal.mchid,
    url: withdrawal.notifyUrl,
    schedule: 'withdrawal',
    resource: withdrawalView(withdrawal),
  });
}

/** Every sub-merchant of the sandbox has its settlement account at one bank. */
const received = {
  account_number: '1234',
  account_bank: '工商银行',
  bank_name: '中国工商银行股份有限公司深圳科技园支行',
};

export function withdrawalView(withdrawal: Withdrawal): Record<string, unknown> {
  const { mchid, ownerMchid, reason = '' } = withdrawal;
  return {
    ...(ownerMchid !== mchid && { sub_mchid: ownerMchid, sp_mchid: mchid }),
    status: withdrawal.status,
    withdraw_id: withdrawal.withdrawId,
    out_request_no: withdrawal.outRequestNo,
    amount: withdrawal.amountFen,
    create_time: rfc3339(withdrawal.createdAtMs),
    update_time: rfc3339(withdrawal.updatedAtMs),
    reason,
    remark: withdrawal.remark,
    bank_memo: withdrawal.bankMemo,
    account_type: withdrawal.accountType,
    ...(ownerMchid !== mchid && received),
    ...(ownerMchid === mchid && { solution: reason === '' ? '' : '请核对结算银行账户信息后重新发起提现' }),
  };
}

export function withdrawalControlView(withdrawal: Withdrawal): Record<string, unknown> {
  const { request: _request, ...shown } = withdrawal;
  return shown;
}
