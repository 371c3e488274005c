/**
 * 提现异常账单 (NO_SUCC): withdrawals that failed, and those that the bank sent back, on the day when they did.
 * https://pay.weixin.qq.com/doc/v3/partner/4012720060. **Own**: no page shows the file, so its columns are the fields of
 * the query, in the form of the other bills.
 */
import type { Withdrawal } from '../funds/types.ts';
import { WithdrawalStore } from '../funds/withdrawal-store.ts';
import type { State } from '../state/state.ts';
import { beginOfDay, wallTime } from '../state/time.ts';
import { yuan } from './format.ts';
import type { Bill, WithdrawalBillSpec } from './types.ts';

const columns = [
  '提现发起时间',
  '状态变更时间',
  '商户号',
  '二级商户号',
  '微信支付提现单号',
  '商户提现单号',
  '提现金额(元)',
  '提现状态',
  '失败原因',
];
const summaryColumns = ['提现异常总笔数', '提现异常总金额'];

/** @returns undefined when there was none on that day */
export function withdrawalBill(state: State, spec: WithdrawalBillSpec): Bill | undefined {
  const fromMs = beginOfDay(spec.day)!;
  const all = [...new WithdrawalStore(state).all()].filter(
    ({ mchid, status, updatedAtMs }) =>
      mchid === spec.mchid &&
      (status === 'FAIL' || status === 'REFUND') &&
      updatedAtMs >= fromMs &&
      updatedAtMs < fromMs + 86_400_000,
  );
  if (all.length === 0) return undefined;
  const rows = damaged(all, spec);
  const totalFen = rows.reduce((sum, { amountFen }) => sum + amountFen, 0);
  return { columns, rows: rows.map(rowOf), summaryColumns, summary: [String(rows.length), yuan(totalFen)] };
}

function rowOf(withdrawal: Withdrawal): string[] {
  const { mchid, ownerMchid } = withdrawal;
  return [
    wallTime(withdrawal.createdAtMs),
    wallTime(withdrawal.updatedAtMs),
    mchid,
    ownerMchid === mchid ? '0' : ownerMchid,
    withdrawal.withdrawId,
    withdrawal.outRequestNo,
    yuan(withdrawal.amountFen),
    withdrawal.status,
    withdrawal.reason ?? '',
  ];
}

function damaged(all: readonly Withdrawal[], { fault }: WithdrawalBillSpec): readonly Withdrawal[] {
  const [first, ...rest] = all;
  switch (fault) {
    case 'bill-missing-line':
      return rest;
    case 'bill-line-twice':
      return [first!, ...all];
    case 'bill-unknown-order':
      return [{ ...first!, withdrawId: '0'.repeat(32), outRequestNo: 'UNKNOWNWITHDRAWAL' }, ...all];
    case 'bill-wrong-amount':
      return [{ ...first!, amountFen: first!.amountFen + 1 }, ...rest];
    default:
      return all;
  }
}
