/**
 * How each ledger kind appears in a fund flow bill: one row per kind, which is all that the comparison needs.
 * https://pay.weixin.qq.com/docs/merchant/products/bill-download/format-fundflow.html lists 交易, 扣除交易手续费, 退款,
 * 退款关闭 and 退还交易手续费, and says that there are others. The other names here are documented nowhere: a line with
 * another name is reported as UNKNOWN_TYPE, and our record of it as NOT_BILLED.
 */
import type { LedgerKind } from '../ledger/ledger.ts';
import { transfersCollection } from '../transfers/records.ts';
import { withdrawalsCollection } from '../withdrawals/records.ts';
import {
  closedRefunds,
  failedTransfers,
  ledgerSource,
  processSource,
  type RecordedSource,
  refundSource,
  shareSource,
} from './recorded.ts';

/** Money deducted for a refund or transfer that is returned when it is closed: not a ledger movement. */
export type MovementKind = LedgerKind | 'REFUND_CLOSED' | 'TRANSFER_FAILED';

interface FlowKind {
  /** 业务类型 of its lines; none when it never has a line of its own. */
  readonly types: readonly string[];
  readonly direction: 'income' | 'expense';
  /** The column that holds the reference: 微信支付业务单号, 业务凭证号, or the latter with the sum. */
  readonly reference: 'businessNo' | 'voucherNo' | 'voucherNoAndFen';
  /** Where our side of it is. */
  readonly recorded: RecordedSource;
  /** Bills are the first source for it: one that belongs to our order is recorded instead of reported. */
  readonly learned?: boolean;
  /** Made in the merchant platform too: one that is not ours is no difference. */
  readonly others?: boolean;
}

export const flowKinds: Readonly<Record<MovementKind, FlowKind>> = {
  PAYMENT: {
    types: ['交易'],
    direction: 'income',
    reference: 'businessNo',
    recorded: ledgerSource('PAYMENT'),
  },
  FEE: {
    types: ['扣除交易手续费'],
    direction: 'expense',
    reference: 'businessNo',
    recorded: ledgerSource('FEE'),
    learned: true,
  },
  REFUND: { types: ['退款'], direction: 'expense', reference: 'voucherNo', recorded: refundSource },
  FEE_RETURN: {
    types: ['退还交易手续费'],
    direction: 'income',
    reference: 'voucherNo',
    recorded: ledgerSource('FEE_RETURN'),
    learned: true,
  },
  REFUND_CLOSED: {
    types: ['退款关闭'],
    direction: 'income',
    reference: 'voucherNo',
    recorded: closedRefunds,
  },
  SHARE: { types: ['分账'], direction: 'expense', reference: 'voucherNoAndFen', recorded: shareSource },
  SHARE_RETURN: {
    types: ['分账回退'],
    direction: 'income',
    reference: 'voucherNo',
    recorded: ledgerSource('SHARE_RETURN'),
  },
  SUBSIDY: {
    types: ['补差'],
    direction: 'income',
    reference: 'businessNo',
    recorded: ledgerSource('SUBSIDY'),
  },
  SUBSIDY_RETURN: {
    types: ['补差回退'],
    direction: 'expense',
    reference: 'voucherNo',
    recorded: ledgerSource('SUBSIDY_RETURN'),
  },
  // No page says how bills call it or where its number stands: its lines are outsideTypes.
  AFTER_SALES: {
    types: [],
    direction: 'expense',
    reference: 'businessNo',
    recorded: ledgerSource('AFTER_SALES'),
  },
  TRANSFER: {
    types: ['商家转账'],
    direction: 'expense',
    reference: 'voucherNo',
    recorded: processSource('TRANSFER', transfersCollection),
  },
  TRANSFER_FAILED: {
    types: ['商家转账退回'],
    direction: 'income',
    reference: 'voucherNo',
    recorded: failedTransfers,
  },
  WITHDRAWAL: {
    types: ['提现'],
    direction: 'expense',
    reference: 'voucherNo',
    recorded: processSource('WITHDRAWAL', withdrawalsCollection),
    others: true,
  },
  WITHDRAWAL_RETURN: {
    types: ['提现退回'],
    direction: 'income',
    reference: 'voucherNo',
    recorded: processSource('WITHDRAWAL_RETURN', withdrawalsCollection),
    others: true,
  },
};

/**
 * Lines without a record on our side: counted, never compared. 充值 is the merchant's own; for shares, subsidies and
 * their returns, the other side is recorded.
 */
export const outsideTypes: ReadonlySet<string> = new Set([
  'income 充值',
  'income 分账',
  'expense 分账回退',
  'expense 补差',
  'income 补差回退',
  'income 售后服务分账',
  'expense 售后服务分账',
  'income 垫付退款回补',
  'expense 垫付退款回补',
]);
