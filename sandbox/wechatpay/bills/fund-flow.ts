import { RefundStore } from '../refunds/refund-store.ts';
import { accounts } from '../state/accounts.ts';
import type { LedgerEntry, MovementKind } from '../state/ledger.ts';
import type { State } from '../state/state.ts';
import { beginOfDay, wallTime } from '../state/time.ts';
import { yuan } from './format.ts';
import type { Bill, FundFlowSpec } from './types.ts';

const columns =
  '记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号'.split(
    ',',
  );
const summaryColumns = '资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额'.split(',');

/** 业务名称, 业务类型 */
const names: Readonly<Record<MovementKind, readonly [name: string, type: string]>> = {
  payment: ['交易', '交易'],
  fee: ['交易', '扣除交易手续费'],
  refund: ['退款', '退款'],
  'fee-refund': ['退款', '退还交易手续费'],
  'refund-paid': ['退款', '退款'],
  'refund-returned': ['退款', '退款关闭'],
  'fee-returned': ['交易', '扣除交易手续费'],
  'advance-return': ['退款', '垫付退款回补'],
  transfer: ['商家转账', '商家转账'],
  'transfer-paid': ['商家转账', '商家转账'],
  'transfer-returned': ['商家转账', '商家转账退回'],
  share: ['分账', '分账'],
  'share-return': ['分账', '分账回退'],
  unfreeze: ['分账', '解冻'],
  subsidy: ['补差', '补差'],
  'subsidy-return': ['补差', '补差回退'],
  'after-sales': ['分账', '售后服务分账'],
  withdrawal: ['提现', '提现'],
  'withdrawal-paid': ['提现', '提现'],
  'withdrawal-returned': ['提现', '提现退回'],
  'top-up': ['充值', '充值'],
  'pay-out': ['提现', '提现'],
};

/** One line: a movement, or several that belong together. Positive when money came in. */
interface Line {
  readonly entry: LedgerEntry;
  readonly changeFen: number;
  readonly balanceFen: number;
  readonly note: string;
}

/**
 * 资金账单 of the basic account, which holds what is available and what is frozen; moving money between the two adds no
 * line. Undefined on a day without movements.
 */
export function fundFlowBill(state: State, spec: FundFlowSpec): Bill | undefined {
  const real = spec.owners.flatMap((owner) => linesOf(state, owner, spec.day));
  if (real.length === 0) return undefined;
  const lines = damaged(real, spec);
  const income = lines.filter(({ changeFen }) => changeFen > 0);
  const expense = lines.filter(({ changeFen }) => changeFen < 0);
  const total = (of: readonly Line[]) =>
    yuan(of.reduce((sum, { changeFen }) => sum + Math.abs(changeFen), 0));
  return {
    columns,
    rows: lines.map((line) => rowOf(state, line)),
    summaryColumns,
    summary: [lines.length, income.length, total(income), expense.length, total(expense)].map(String),
  };
}

function rowOf(state: State, { entry, changeFen, balanceFen, note }: Line): string[] {
  const [name, type] = names[entry.kind];
  const refund = new RefundStore(state).byId(entry.ref);
  return [
    wallTime(entry.atMs),
    entry.ref,
    refund?.transactionId ?? entry.ref,
    name,
    type,
    changeFen > 0 ? '收入' : '支出',
    yuan(Math.abs(changeFen)),
    yuan(balanceFen),
    refund ? `${refund.mchid}API` : 'system',
    note,
    entry.outNo,
  ];
}

function linesOf(state: State, owner: string, day: string): Line[] {
  const own = new Set([accounts.available(owner), accounts.frozen(owner)]);
  const fromMs = beginOfDay(day)!;
  const untilMs = fromMs + 86_400_000;
  const lines: Line[] = [];
  let balanceFen = 0;
  for (const group of grouped(state.ledger.entries)) {
    if (group[0]!.atMs >= untilMs) break;
    // What a platform advances and the fee refunded to its sub-merchant are entries of two accounts.
    const mine = group.filter((one) => changeOf(one, own) !== 0);
    const changeFen = mine.reduce((sum, one) => sum + changeOf(one, own), 0);
    if (changeFen === 0) continue;
    balanceFen += changeFen;
    const entry = mine.find(({ kind }) => kind === 'refund' || kind === 'refund-returned') ?? mine[0]!;
    if (entry.atMs >= fromMs) lines.push({ entry, changeFen, balanceFen, note: noteOf(mine) });
  }
  return lines;
}

function changeOf({ from, to, amountFen }: LedgerEntry, own: ReadonlySet<string>): number {
  return (own.has(to) ? amountFen : 0) - (own.has(from) ? amountFen : 0);
}

const joined = new Set<MovementKind>(['refund', 'fee-refund', 'refund-returned', 'fee-returned']);

/** A refund and the fee returned with it form one line. */
function* grouped(entries: readonly LedgerEntry[]): Generator<LedgerEntry[]> {
  let group: LedgerEntry[] = [];
  for (const entry of entries) {
    const [first] = group;
    if (first && first.ref === entry.ref && first.atMs === entry.atMs && joined.has(entry.kind)) {
      group.push(entry);
      continue;
    }
    if (first) yield group;
    group = [entry];
  }
  if (group.length > 0) yield group;
}

/** `退款总金额0.10元;含手续费0.01元`, as captured. */
function noteOf(group: readonly LedgerEntry[]): string {
  const fen = (...kinds: MovementKind[]) =>
    group.reduce((sum, { kind, amountFen }) => sum + (kinds.includes(kind) ? amountFen : 0), 0);
  const refundFen = fen('refund', 'refund-returned');
  if (refundFen === 0) return '';
  return `退款总金额${yuan(refundFen)}元;含手续费${yuan(fen('fee-refund', 'fee-returned'))}元`;
}

function damaged(lines: readonly Line[], { fault }: FundFlowSpec): readonly Line[] {
  const [first, ...rest] = lines;
  if (!first || !fault) return lines;
  if (fault === 'bill-missing-line') return rest;
  if (fault === 'bill-line-twice') return [first, ...lines];
  if (fault === 'bill-wrong-amount') {
    return [{ ...first, changeFen: first.changeFen + Math.sign(first.changeFen) }, ...rest];
  }
  if (fault !== 'bill-unknown-order') return lines;
  const entry = { ...first.entry, ref: '4200000000000000000000000000', outNo: 'UNKNOWNORDER' };
  return [{ ...first, entry }, ...lines];
}
