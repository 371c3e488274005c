/**
 * The official column lists, written down a third time: the simulator's writer and our reader both agree with them.
 * https://pay.weixin.qq.com/docs/merchant/products/bill-download/format-trade.html (交易账单)
 * https://pay.weixin.qq.com/docs/merchant/products/bill-download/format-fundflow.html (资金账单)
 */
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchBill, hourMs, startAtNoon } from '../../sandbox/wechatpay/testing/bills.ts';
import { minuteMs, moneyTools } from '../../sandbox/wechatpay/testing/money.ts';
import { type Sandbox, startSandbox } from '../../sandbox/wechatpay/testing/sandbox.ts';
import { fundFlowReader } from '../../shared/payments/bills/fund-flow-bill.ts';
import type { BillReader } from '../../shared/payments/bills/movement.ts';
import { tradeBillReader } from '../../shared/payments/bills/trade-bill.ts';

const official = {
  ALL: {
    columns:
      '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注',
    summary: '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额',
  },
  SUCCESS: {
    columns:
      '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,商品名称,商户数据包,手续费,费率,订单金额,费率备注',
    summary: '总交易单数,应结订单总金额,手续费总金额,订单总金额',
  },
  REFUND: {
    columns:
      '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,退款申请时间,退款成功时间,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注',
    summary: '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额',
  },
  FUNDFLOW: {
    columns:
      '记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号',
    summary: '资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额',
  },
} as const;
type BillName = keyof typeof official;

let sandbox: Sandbox;
let day: string;
const bills = new Map<BillName, Buffer>();
beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'columns' });
  day = await startAtNoon(sandbox);
  const { advance, paidOrder } = moneyTools(() => sandbox);
  const outTradeNo = await paidOrder(1_000);
  await paidOrder(500);
  await advance(minuteMs);
  const refund = await sandbox.direct.post('/v3/refund/domestic/refunds', {
    out_trade_no: outTradeNo,
    out_refund_no: 'R1',
    amount: { refund: 300, total: 1_000, currency: 'CNY' },
  });
  expect(refund.status).toBe(200);
  await advance(22 * hourMs);
  for (const name of Object.keys(official) as BillName[]) {
    const path = name === 'FUNDFLOW' ? '/v3/bill/fundflowbill?' : `/v3/bill/tradebill?bill_type=${name}&`;
    bills.set(name, (await fetchBill(sandbox, sandbox.direct, `${path}bill_date=${day}`)).bytes);
  }
});
afterAll(() => sandbox.close());

const linesOf = (name: BillName) => bills.get(name)!.toString('utf8').trimEnd().split('\r\n');
const readerOf = (name: BillName): BillReader => (name === 'FUNDFLOW' ? fundFlowReader() : tradeBillReader());

describe.each(Object.keys(official) as BillName[])('the bill %s', (name) => {
  it('is written with the official columns and summary', () => {
    const lines = linesOf(name);
    expect(lines[0]).toBe(official[name].columns);
    expect(lines.at(-2)).toBe(official[name].summary);
  });

  it('is read as a general CSV reader reads it', () => {
    const reader = readerOf(name);
    const movements = linesOf(name).flatMap((line) => reader.take(line));
    const sums = reader.end();
    // Each value starts with a backtick, so the separator is a comma and a backtick.
    const rows = parse(bills.get(name)!, {
      delimiter: ',`',
      quote: null,
      relax_column_count: true,
      from_line: 2,
    }) as string[][];
    const columns = official[name].columns.split(',');
    expect(rows.slice(0, -2).every(({ length }) => length === columns.length)).toBe(true);
    expect(sums.rows).toBe(rows.length - 2);
    const total = (column: string) => {
      const index = columns.indexOf(column);
      const yuan = rows.slice(0, -2).map((row) => (index < 0 ? '0' : row[index]!.replace('`', '')));
      return yuan.reduce((sum, each) => sum + Math.round(Number(each) * 100), 0);
    };
    expect({
      paid: sums.paidFen ?? 0,
      refunded: sums.refundedFen ?? 0,
      moved: (sums.incomeFen ?? 0) + (sums.expenseFen ?? 0),
    }).toEqual({
      paid: total('订单金额'),
      refunded: total('申请退款金额'),
      moved: total('收支金额(元)'),
    });
    expect(movements.length).toBeGreaterThanOrEqual(sums.rows);
    expect([...reader.unknownTypes]).toEqual([]);
  });

  it.each(official[name].columns.split(','))('without %s is refused, or does not need it', (column) => {
    const [header, ...rest] = linesOf(name);
    const reader = readerOf(name);
    const without = header!.replace(new RegExp(`(^|,)${column.replace(/[()]/g, '\\$&')}(?=,|$)`), '$1另一列');
    const read = () => {
      for (const line of [without, ...rest]) reader.take(line);
      return reader.end();
    };
    const needed = {
      FUNDFLOW: ['记账时间', '微信支付业务单号', '业务类型', '收支类型', '收支金额(元)', '业务凭证号'],
    };
    const trade = ['交易时间', '微信订单号', '商户订单号', '交易状态', '手续费'];
    const required = name === 'FUNDFLOW' ? needed.FUNDFLOW : trade;
    const refuses = required.includes(column);
    expect(refuses ? codeOf(read) : read().rows).toEqual(refuses ? 'BILL_COLUMN' : expect.any(Number));
  });
});

function codeOf(run: () => unknown): string {
  try {
    run();
    return 'none';
  } catch (error) {
    return (error as { code: string }).code;
  }
}
