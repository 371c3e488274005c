/** An order's money as the ledger has it, and a day as its bills were compared with it. */
import type { Documents } from '../../shared/core/ports.ts';
import { differencesOf } from '../../shared/payments/bills/differences.ts';
import {
  type BillDay,
  billDaysCollection,
  type DifferenceRecord,
} from '../../shared/payments/bills/records.ts';
import { findContradictions } from '../../shared/payments/ledger/check.ts';
import { type LedgerEntry, type LedgerKind, movementsOf } from '../../shared/payments/ledger/ledger.ts';
import { loadOrder } from '../../shared/payments/orders/store.ts';
import { refundsOf } from '../../shared/payments/refunds/find.ts';
import { Problem } from '../cloud/problem.ts';
import type { Text } from '../env/text.ts';
import { moment, money } from './text.ts';

export interface OrderMoney {
  readonly outTradeNo: string;
  readonly entries: readonly (LedgerEntry & { readonly heldFen: number })[];
  readonly heldFen: number;
  /** Refunds that have not ended: reserved, not in the ledger yet. */
  readonly onTheWayFen: number;
  readonly contradictions: readonly string[];
}

const names: Readonly<Record<LedgerKind, Text>> = {
  PAYMENT: { zh: '付款', en: 'payment' },
  REFUND: { zh: '退款', en: 'refund' },
  FEE: { zh: '手续费', en: 'fee' },
  FEE_RETURN: { zh: '退还手续费', en: 'fee returned' },
  SHARE: { zh: '分账', en: 'share' },
  SHARE_RETURN: { zh: '分账回退', en: 'share returned' },
  SUBSIDY: { zh: '补差', en: 'subsidy' },
  SUBSIDY_RETURN: { zh: '补差回退', en: 'subsidy returned' },
  AFTER_SALES: { zh: '售后服务分账', en: 'after-sales fee' },
  TRANSFER: { zh: '商家转账', en: 'transfer' },
  WITHDRAWAL: { zh: '提现', en: 'withdrawal' },
  WITHDRAWAL_RETURN: { zh: '提现退回', en: 'withdrawal returned' },
};

/** @throws Problem when the order does not exist */
export async function readOrderMoney(data: Documents, outTradeNo: string): Promise<OrderMoney> {
  const [order, refunds, movements] = await Promise.all([
    loadOrder(data, outTradeNo),
    refundsOf(data, outTradeNo),
    movementsOf(data, outTradeNo),
  ]);
  if (!order) throw unknownOrder(outTradeNo);
  let heldFen = 0;
  const entries = movements.map((entry) => {
    heldFen += entry.amountFen;
    return { ...entry, heldFen };
  });
  const open = refunds.filter(({ state }) => ['RESERVED', 'PROCESSING', 'ABNORMAL'].includes(state));
  return {
    outTradeNo,
    entries,
    heldFen,
    onTheWayFen: open.reduce((sum, { amountFen }) => sum + amountFen, 0),
    contradictions: findContradictions(order, refunds, movements),
  };
}

export function describeOrderMoney({
  outTradeNo,
  entries,
  heldFen,
  onTheWayFen,
  contradictions,
}: OrderMoney): string[] {
  const lines = entries.map(({ atMs, kind, amountFen, heldFen: after, reference }) => {
    const { zh, en } = names[kind];
    return `  ${moment(atMs)}  ${money(amountFen).padStart(11)}  → ${money(after).padStart(10)}  ${zh} ${en}  ${reference}`;
  });
  const waiting =
    onTheWayFen > 0 ? `，${money(onTheWayFen)} 退款在途 · ${money(onTheWayFen)} of refunds on the way` : '';
  const sound =
    contradictions.length === 0
      ? ['✓ 流水、订单与退款一致  The ledger, the order and its refunds agree.']
      : contradictions.map((each) => `✗ ${each}`);
  return [
    `${outTradeNo}  账上 ${money(heldFen)} · holds ${money(heldFen)}${waiting}`,
    ...(lines.length > 0 ? lines : ['  没有资金变动  No movements.']),
    ...sound,
  ];
}

export interface BilledDay {
  readonly day: BillDay;
  readonly differences: readonly DifferenceRecord[];
}

/** All accounts' bills of a day. @throws Problem when none was compared */
export async function readBilledDay(data: Documents, date: string): Promise<BilledDay[]> {
  const days = await data.find<BillDay>(billDaysCollection, { where: { date }, limit: 100 });
  if (days.length === 0) throw noSuchDay(date);
  return Promise.all(
    days.map(async (day) => {
      const differences: DifferenceRecord[] = [];
      for await (const each of differencesOf(data, date, day.mchid)) differences.push(each);
      return { day, differences };
    }),
  );
}

export function describeBilledDay({ day, differences }: BilledDay): string[] {
  const { date, mchid, account, state, sums, flow, failure } = day;
  const trade = sums
    ? `，交易 ${sums.rows} 行 rows，收 paid ${money(sums.paidFen ?? 0)}，退 refunded ${money(sums.refundedFen ?? 0)}，手续费 fee ${money(sums.feeFen ?? 0)}`
    : '';
  const funds = flow
    ? `，资金 ${flow.rows} 行 rows，入 in ${money(flow.incomeFen ?? 0)}，出 out ${money(flow.expenseFen ?? 0)}`
    : '';
  return [
    `${date}  ${mchid} (${account})  ${state}${trade}${funds}`,
    ...(failure ? [`  ✗ ${failure.code}: ${failure.message}`] : []),
    ...differences.flatMap((each) => {
      const { kind, movement, reference, outTradeNo, billedFen, recordedFen, remedy } = each;
      const mark = each.state === 'OPEN' ? '✗' : '✓';
      return [
        `  ${mark} ${each.state} ${kind} ${movement ?? each.bill} ${reference}${outTradeNo ? ` · ${outTradeNo}` : ''}  账单 bill ${money(billedFen)}  本地 ours ${money(recordedFen)}`,
        ...(each.detail ? [`      ${each.detail}`] : []),
        ...(each.state === 'OPEN' ? [`      → ${remedy.zh}  ${remedy.en}`] : []),
      ];
    }),
    differences.some((each) => each.state === 'OPEN')
      ? '  ⚠ 有未处理的差异  There are open differences.'
      : '  ✓ 没有未处理的差异  No open differences.',
  ];
}

function unknownOrder(outTradeNo: string): Problem {
  return new Problem(
    'no-order',
    { zh: `没有订单 ${outTradeNo}。`, en: `There is no order ${outTradeNo}.` },
    {
      zh: '请核对商户订单号（out_trade_no），以及查的是本地沙箱（--local）还是云端环境。',
      en: 'Check the out_trade_no, and whether it is in the local sandbox (--local) or in the cloud.',
    },
  );
}

function noSuchDay(date: string): Problem {
  return new Problem(
    'no-day',
    { zh: `${date} 还没有对账。`, en: `The bills of ${date} have not been compared.` },
    {
      zh: '账单在次日 10:05（北京时间）后自动核对；也可以加上 --compare 让定时器现在核对（三个月内的日期）。',
      en: 'They are compared after 10:05 (Beijing) of the next day. Add --compare to have the timer do it now, for a day of the last three months.',
    },
  );
}
