import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { feeFenOf, fenOf } from './bill-table.ts';
import { tradeBillReader } from './trade-bill.ts';

/** A day as WeChat's own example has it, with its column names. */
const header =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注';
const summaryHeader =
  '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额';
const paid = (no: number, yuan: string, goods = '龙井') =>
  `\`2026-03-21 13:51:31,\`wxfdc955f7104ad557,\`1800236710,\`176531292,\`,\`42000000${no},\`T${no},\`oPayer,\`JSAPI,\`SUCCESS,\`OTHERS,\`CNY,\`${yuan},\`0.00,\`0,\`0,\`0.00,\`0.00,\`,\`,\`${goods},\`,\`0.06000,\`0.60%,\`${yuan},\`0.00,\``;
const refunded = (no: number, yuan: string) =>
  `\`2026-03-21 14:51:31,\`wxfdc955f7104ad557,\`1800236710,\`0,\`,\`42000000${no},\`T${no},\`oPayer,\`JSAPI,\`REFUND,\`OTHERS,\`CNY,\`0.00,\`0.00,\`5030000${no},\`R${no},\`${yuan},\`0.00,\`ORIGINAL,\`PROCESSING,\`龙井,\`,\`-0.06000,\`0.60%,\`0.00,\`${yuan},\``;
const summary = (rows: number, paidYuan: string, refundYuan: string) =>
  `\`${rows},\`${paidYuan},\`${refundYuan},\`0.00,\`0.00000,\`${paidYuan},\`${refundYuan}`;

function read(...lines: string[]) {
  const reader = tradeBillReader();
  const movements = lines.flatMap((line) => reader.take(line));
  return { movements, sums: reader.end(), subMchids: [...reader.subMchids] };
}

describe('a trade bill', () => {
  it('has payments and refunds, in fen, with their fees and with who received them', () => {
    const { movements, sums, subMchids } = read(
      `\uFEFF${header}\r`,
      `${paid(1, '12.30')}\r`,
      refunded(2, '0.01'),
      summaryHeader,
      summary(2, '12.30', '0.01'),
      '',
    );
    const first = {
      reference: '420000001',
      outTradeNo: 'T1',
      atMs: Date.parse('2026-03-21T13:51:31+08:00'),
    };
    const second = { reference: 'R2', outTradeNo: 'T2', atMs: Date.parse('2026-03-21T14:51:31+08:00') };
    expect(movements).toEqual([
      { ...first, kind: 'PAYMENT', amountFen: 1230 },
      { ...first, kind: 'FEE', amountFen: -6 },
      { ...second, kind: 'REFUND', amountFen: -1 },
      { ...second, kind: 'FEE_RETURN', amountFen: 6 },
    ]);
    expect(sums).toEqual({ rows: 2, paidFen: 1230, refundedFen: 1, feeFen: 0 });
    expect(subMchids).toEqual(['176531292']);
  });

  it('finds its columns by name, wherever they stand', () => {
    const order = ['微信订单号', '商户订单号', '手续费', '交易状态', '订单金额', '特约商户号', '交易时间'];
    const { movements } = read(
      order.join(','),
      '`42,`T1,`0.00000,`SUCCESS,`1.00,`0,`2026-03-21 00:00:00',
      '总交易单数',
      '`1',
    );
    expect(movements).toMatchObject([{ reference: '42', amountFen: 100 }]);
  });

  it('takes goods whose names hold commas, quotes and backticks', () => {
    const goods = 'a,"b",`c` 1,000';
    const { movements } = read(header, paid(1, '1.00', goods), summaryHeader, summary(1, '1.00', '0.00'));
    expect(movements).toMatchObject([{ kind: 'PAYMENT' }, { kind: 'FEE', amountFen: -6 }]);
  });

  const one = paid(1, '1.00');
  it.each([
    ['is cut off before its summary', [header, one], 'BILL_SUMMARY'],
    [
      'has fewer rows than its summary says',
      [header, one, summaryHeader, summary(2, '1.00', '0.00')],
      'BILL_SUMMARY',
    ],
    [
      'has another sum than its summary',
      [header, one, summaryHeader, summary(1, '1.01', '0.00')],
      'BILL_SUMMARY',
    ],
    ['has a time that is none', [header, one.replace('13:51:31', '1:51 pm')], 'BILL_ROW'],
    ['lacks a column', [header.replace('商户订单号,', ''), one], 'BILL_COLUMN'],
    ['has a short row', [header, '`2026,`wx', summaryHeader, summary(1, '1.00', '0.00')], 'BILL_ROW'],
    ['has an amount with three decimals', [header, paid(1, '1.001')], 'BILL_AMOUNT'],
    ['has a state that no page lists', [header, one.replace('SUCCESS', 'LOST')], 'BILL_ROW'],
    ['goes on after its summary', [header, one, summaryHeader, summary(1, '1.00', '0.00'), one], 'BILL_ROW'],
    ['is empty', [], 'BILL_SUMMARY'],
  ])('that %s is refused with its line', (_, lines, code) => {
    expect(() => read(...lines)).toThrow(expect.objectContaining({ name: 'BillError', code }));
  });

  it('turns every amount into fen and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e11, max: 1e11 }), (fen) => {
        const absolute = String(Math.abs(fen)).padStart(3, '0');
        const yuan = `${fen < 0 ? '-' : ''}${absolute.slice(0, -2)}.${absolute.slice(-2)}`;
        expect(fenOf(yuan, 1)).toBe(fen);
        // A fee has three more zeros: 末尾填充3个0.
        expect(feeFenOf(`${yuan}000`, 1)).toBe(fen);
      }),
    );
  });
});
