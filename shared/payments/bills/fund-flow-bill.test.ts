import { describe, expect, it } from 'vitest';
import { fundFlowReader } from './fund-flow-bill.ts';

const header =
  '记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号';
const summaryHeader = '资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额';

interface Line {
  readonly type: string;
  readonly direction: '收入' | '支出';
  readonly yuan: string;
  readonly note?: string;
  readonly no?: string;
}
const row = ({ type, direction, yuan, note = '', no = 'T1' }: Line) =>
  `\`2026-03-21 10:00:00,\`4200001,\`77,\`交易,\`${type},\`${direction},\`${yuan},\`9.00,\`system,\`${note},\`${no}`;

function read(lines: readonly string[]) {
  const reader = fundFlowReader();
  const movements = lines.flatMap((line) => reader.take(line));
  return { movements, sums: reader.end(), unknown: [...reader.unknownTypes] };
}
const only = (line: Line) => {
  const income = line.direction === '收入';
  const summary = income ? `\`1,\`1,\`${line.yuan},\`0,\`0.00` : `\`1,\`0,\`0.00,\`1,\`${line.yuan}`;
  return read([header, row(line), summaryHeader, summary]);
};

describe('a line of a fund flow bill', () => {
  it.each([
    [{ type: '交易', direction: '收入', yuan: '10.00' }, [['PAYMENT', '4200001', 'T1', 1000]]],
    [{ type: '扣除交易手续费', direction: '支出', yuan: '0.06' }, [['FEE', '4200001', 'T1', -6]]],
    [
      { type: '退款', direction: '支出', yuan: '0.02', note: '缺货', no: 'R1' },
      [['REFUND', 'R1', undefined, -2]],
    ],
    [
      { type: '退款', direction: '支出', yuan: '9.94', note: '退款总金额10.00元;含手续费0.06元', no: 'R1' },
      [
        ['REFUND', 'R1', undefined, -1000],
        ['FEE_RETURN', 'R1', undefined, 6],
      ],
    ],
    [
      { type: '退款', direction: '支出', yuan: '9.94', note: '退款总金额99.00元;含手续费0.06元', no: 'R1' },
      [['REFUND', 'R1', undefined, -994]],
    ],
    [
      { type: '退还交易手续费', direction: '收入', yuan: '0.06', no: 'R1' },
      [['FEE_RETURN', 'R1', undefined, 6]],
    ],
    [
      {
        type: '退款',
        direction: '支出',
        yuan: '1988.00',
        note: '退款总金额2000.00元;含手续费12.00元',
        no: 'R1',
      },
      [
        ['REFUND', 'R1', undefined, -200000],
        ['FEE_RETURN', 'R1', undefined, 1200],
      ],
    ],
    // No page says what the voucher of a subsidy is, so it says nothing about the order.
    [{ type: '补差', direction: '收入', yuan: '0.82', no: 'B1' }, [['SUBSIDY', '4200001', undefined, 82]]],
    [
      { type: '补差回退', direction: '支出', yuan: '0.41', no: 'X1' },
      [['SUBSIDY_RETURN', 'X1', undefined, -41]],
    ],
    [
      {
        type: '退款关闭',
        direction: '收入',
        yuan: '9.94',
        note: '退款总金额10.00元;含手续费0.06元',
        no: 'R1',
      },
      [
        ['REFUND_CLOSED', 'R1', undefined, 1000],
        ['FEE', 'R1', undefined, -6],
      ],
    ],
  ] as const)('%o', (line, expected) => {
    const { movements } = only(line);
    expect(
      movements.map(({ kind, reference, outTradeNo, amountFen }) => [kind, reference, outTradeNo, amountFen]),
    ).toEqual(expected);
    expect(movements.every(({ atMs }) => atMs === Date.parse('2026-03-21T10:00:00+08:00'))).toBe(true);
  });

  it('of the merchant’s own dealings is counted, and of a type that no page lists is named', () => {
    expect(only({ type: '充值', direction: '收入', yuan: '5.00' })).toMatchObject({
      movements: [],
      sums: { outside: { 充值: { rows: 1, fen: 500 } } },
      unknown: [],
    });
    expect(only({ type: '退款', direction: '收入', yuan: '5.00' }).unknown).toEqual([
      ['退款', { rows: 1, fen: 500 }],
    ]);
  });

  it('of one type is counted with the others of its type, what went out less', () => {
    const lines = [
      row({ type: '分账', direction: '收入', yuan: '2.00' }),
      row({ type: '分账', direction: '收入', yuan: '3.00' }),
      row({ type: '补差', direction: '支出', yuan: '1.00' }),
      row({ type: '没有人见过', direction: '支出', yuan: '0.07' }),
      row({ type: '没有人见过', direction: '支出', yuan: '0.01' }),
    ];
    const { sums, unknown } = read([header, ...lines, summaryHeader, '`5,`2,`5.00,`3,`1.08']);
    expect(sums).toEqual({
      ...{ rows: 5, incomeFen: 500, expenseFen: 108 },
      outside: { 分账: { rows: 2, fen: 500 }, 补差: { rows: 1, fen: -100 } },
    });
    expect(unknown).toEqual([['没有人见过', { rows: 2, fen: -8 }]]);
  });

  it('of nothing else leaves nothing outside', () => {
    expect(only({ type: '交易', direction: '收入', yuan: '1.00' }).sums).toStrictEqual({
      ...{ rows: 1, incomeFen: 100, expenseFen: 0 },
    });
  });

  it.each([
    ['退款总金额10.00元;含手续费0.06元。', 994],
    ['备注：退款总金额10.00元;含手续费0.06元', 994],
    ['退款总金额9.94元;含手续费0.00元', 994],
    ['缺货,`退款总金额10.00元;含手续费0.06元', 994],
  ])('of a refund with the note “%s” is of its own amount', (note, fen) => {
    const { movements } = only({ type: '退款', direction: '支出', yuan: '9.94', note, no: 'R1' });
    expect(movements).toMatchObject([{ kind: 'REFUND', amountFen: -fen }]);
  });

  it('of another type than a refund says nothing in its note', () => {
    const note = '退款总金额10.00元;含手续费0.06元';
    const { movements } = only({ type: '提现', direction: '支出', yuan: '9.94', note, no: 'W1' });
    expect(movements).toMatchObject([{ kind: 'WITHDRAWAL', amountFen: -994 }]);
  });

  it.each([
    ['分账', '支出', [['SHARE', 'T1#100', -100]]],
    ['分账回退', '收入', [['SHARE_RETURN', 'T1', 100]]],
    ['商家转账', '支出', [['TRANSFER', 'T1', -100]]],
    ['商家转账退回', '收入', [['TRANSFER_FAILED', 'T1', 100]]],
    ['提现', '支出', [['WITHDRAWAL', 'T1', -100]]],
    ['提现退回', '收入', [['WITHDRAWAL_RETURN', 'T1', 100]]],
    ...['充值', '分账', '补差回退', '售后服务分账', '垫付退款回补'].map((type) => [type, '收入', []]),
    ...['分账回退', '补差', '售后服务分账', '垫付退款回补'].map((type) => [type, '支出', []]),
  ] as [string, Line['direction'], unknown[]][])(
    '%s as %s is %j, and never unknown',
    (type, direction, expected) => {
      const { movements, unknown } = only({ type, direction, yuan: '1.00' });
      expect(movements.map(({ kind, reference, amountFen }) => [kind, reference, amountFen])).toEqual(
        expected,
      );
      expect(unknown).toEqual([]);
    },
  );

  it('accepts a note that contains the separator', () => {
    const { movements } = only({ type: '交易', direction: '收入', yuan: '1.00', note: 'a,`b,c', no: 'T9' });
    expect(movements).toMatchObject([{ outTradeNo: 'T9' }]);
  });
});

describe('a fund flow bill', () => {
  const paid = row({ type: '交易', direction: '收入', yuan: '1.00' });
  it.each([
    ['whose sum of income is another', [header, paid, summaryHeader, '`1,`1,`1.01,`0,`0.00'], 'BILL_SUMMARY'],
    [
      'whose count of expense is another',
      [header, paid, summaryHeader, '`1,`1,`1.00,`1,`0.00'],
      'BILL_SUMMARY',
    ],
    [
      'whose count of income is another',
      [header, paid, summaryHeader, '`1,`2,`1.00,`0,`0.00'],
      'BILL_SUMMARY',
    ],
    [
      'whose sum of expense is another',
      [header, paid, summaryHeader, '`1,`1,`1.00,`0,`0.01'],
      'BILL_SUMMARY',
    ],
    ['whose count is another', [header, paid, summaryHeader, '`2,`1,`1.00,`0,`0.00'], 'BILL_SUMMARY'],
    ['that lacks a column', [header.replace('业务类型,', ''), paid], 'BILL_COLUMN'],
    ['with a line that is neither in nor out', [header, paid.replace('收入', '不计')], 'BILL_ROW'],
    ['that ends early', [header, paid], 'BILL_SUMMARY'],
  ])('%s is refused', (_, lines, code) => {
    expect(() => read(lines)).toThrow(expect.objectContaining({ name: 'BillError', code }));
  });

  it('may lack the counts and sums of its summary, and its notes', () => {
    expect(read([header, paid, '资金流水总笔数', '`1']).sums).toMatchObject({ rows: 1, incomeFen: 100 });
    const bare = '记账时间,微信支付业务单号,业务类型,收支类型,收支金额（元）,业务凭证号';
    const line = '`2026-03-21 10:00:00,`42,`退款,`支出,`1.00,`R1';
    expect(read([bare, line, '资金流水总笔数', '`1']).movements).toMatchObject([{ reference: 'R1' }]);
  });

  it('counts as `20.0` too, as the page’s own example has it', () => {
    expect(read([header, paid, summaryHeader, '`1.0,`1.0,`1.00,`0.0,`0.00']).sums.rows).toBe(1);
  });
});
