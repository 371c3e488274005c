import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BillError } from './bill-error.ts';
import { atMsOf, feeFenOf, fenOf } from './bill-table.ts';
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
    ['is cut off before its summary', [header, one], 'BILL_SUMMARY', 2],
    [
      'has fewer rows than its summary says',
      [header, one, summaryHeader, summary(2, '1.00', '0.00')],
      'BILL_SUMMARY',
      4,
    ],
    [
      'has another sum of payments than its summary',
      [header, one, summaryHeader, summary(1, '1.01', '0.00')],
      'BILL_SUMMARY',
      4,
    ],
    [
      'has another sum of refunds than its summary',
      [header, one, summaryHeader, summary(1, '1.00', '0.01')],
      'BILL_SUMMARY',
      4,
    ],
    [
      'has another sum than its summary under an older name',
      [header, one, '总交易单数,总交易额', '`1,`1.01'],
      'BILL_SUMMARY',
      4,
    ],
    ['has no count of rows', [header, one, '订单总金额', '`1.00'], 'BILL_SUMMARY', 4],
    ['has a time that is none', [header, one.replace('13:51:31', '1:51 pm')], 'BILL_ROW', 2],
    ['has a time with more behind it', [header, one.replace('13:51:31', '13:51:311')], 'BILL_ROW', 2],
    ['has a time with more before it', [header, one.replace('2026-03', '12026-03')], 'BILL_ROW', 2],
    ['has a time that no day has', [header, one.replace('13:51:31', '25:51:31')], 'BILL_ROW', 2],
    ['lacks a column', [header.replace('商户订单号,', ''), one], 'BILL_COLUMN', 1],
    ['has a short row', [header, one, '`2026,`wx', summaryHeader], 'BILL_ROW', 3],
    ['has a long row', [header.replace('商品名称', '其他'), `${one},\``], 'BILL_ROW', 2],
    ['has a summary that is no row', [header, one, summaryHeader, '1,1.00'], 'BILL_ROW', 4],
    ['has an amount with three decimals', [header, paid(1, '1.001')], 'BILL_AMOUNT', 2],
    ['has an amount with a sign', [header, paid(1, '+1.00')], 'BILL_AMOUNT', 2],
    ['has an amount with a unit', [header, paid(1, '1.00元')], 'BILL_AMOUNT', 2],
    ['has an amount that no order can have', [header, paid(1, '12345678901.00')], 'BILL_AMOUNT', 2],
    ['has a state that no page lists', [header, one.replace('SUCCESS', 'LOST')], 'BILL_ROW', 2],
    [
      'goes on after its summary',
      [header, one, summaryHeader, summary(1, '1.00', '0.00'), one],
      'BILL_ROW',
      5,
    ],
    ['is empty', [], 'BILL_SUMMARY', 0],
  ])('that %s is refused with its line', (_, lines, code, line) => {
    const message = expect.stringMatching(new RegExp(`^Line ${line}: .`));
    expect(() => read(...lines)).toThrow(expect.objectContaining({ name: 'BillError', code, line, message }));
  });

  it('may have empty lines, which are counted and nothing else', () => {
    const lines = ['', header, ' \r', one, '', summaryHeader, summary(1, '1.00', '0.00'), '\r'];
    expect(read(...lines).sums).toMatchObject({ rows: 1, paidFen: 100 });
    expect(() => read('', header, '', one.replace('SUCCESS', 'LOST'))).toThrow('Line 4: ');
  });

  it('has no line for what is wrong with the file', () => {
    expect(new BillError('BILL_HASH', 'another file')).toMatchObject({
      message: 'another file',
      line: undefined,
    });
  });

  it('counts what a revoked payment gave back as a refund', () => {
    const revoked = refunded(2, '0.01').replace('`REFUND', '`REVOKED');
    const { movements } = read(header, revoked, summaryHeader, summary(1, '0.00', '0.01'));
    expect(movements.map(({ kind, reference }) => `${kind} ${reference}`)).toEqual([
      'REFUND R2',
      'FEE_RETURN R2',
    ]);
  });

  it('has no fee of nothing, and no refund of less than nothing', () => {
    const free = refunded(2, '0.00').replace('`-0.06000', '`-0.00000');
    const { movements, sums } = read(header, free, summaryHeader, summary(1, '0.00', '0.00'));
    expect(movements).toMatchObject([{ kind: 'REFUND', amountFen: 0 }]);
    expect(Object.is(movements[0]!.amountFen, 0)).toBe(true);
    expect(sums).toEqual({ rows: 1, paidFen: 0, refundedFen: 0, feeFen: 0 });
  });

  it('may be without what only refunds and providers have', () => {
    const order = ['微信订单号', '商户订单号', '手续费', '交易状态', '总金额', '交易时间'];
    const row = '`42,`T1,`0.00500,`SUCCESS,`1.00,`2026-03-21 00:00:00';
    const { movements, subMchids } = read(order.join(','), row, '总交易单数,总交易额', '`1,`1.00');
    // Half a fen is a whole one.
    expect(movements).toMatchObject([{ amountFen: 100 }, { kind: 'FEE', amountFen: -1 }]);
    expect(subMchids).toEqual([]);
  });

  it('sums up the fees that were taken', () => {
    const { sums } = read(header, one, paid(2, '2.00'), summaryHeader, summary(2, '3.00', '0.00'));
    expect(sums).toMatchObject({ rows: 2, feeFen: 12 });
  });

  it.each([
    ['fewer values than columns', [header, '`2026,`wx']],
    ['more values than columns', [header.replace('商品名称', '其他'), `${one},\``]],
    ['the summary has no count of rows', [header, one, '订单总金额', '`1.00']],
    ['the file has 1 rows, its summary says 2', [header, one, '总交易单数', '`2']],
    ['the state LOSTLOSTLOSTLOST is not known', [header, one.replace('SUCCESS', 'LOST'.repeat(9))]],
  ])('is refused as one whose %s', (message, lines) => {
    expect(() => read(...lines)).toThrow(message);
  });

  it('may begin with the goods', () => {
    const order = ['商品名称', '微信订单号', '手续费', '交易状态', '订单金额', '交易时间', ' 商户订单号 \r'];
    const row = '`a,`b,`42,`0.00000,`SUCCESS,`1.00,`2026-03-21 00:00:00,`T1\r';
    const { movements } = read(order.join(','), row, '总交易单数', '`1');
    expect(movements).toMatchObject([{ reference: '42', outTradeNo: 'T1', amountFen: 100 }]);
  });

  it.each([
    ['12', 1200],
    [' 1.00 ', 100],
    ['1.1', 110],
    ['1.10000', 110],
    ['0.00', 0],
    ['-0.00', 0],
  ])('has %s yuan as %i fen', (yuan, fen) => {
    expect(fenOf(yuan, 1)).toBe(fen);
  });

  it.each([
    ['-0.00000', 0],
    [' -0.06000 ', -6],
    ['0.00499', 0],
  ])('has a fee of %s yuan as %i fen', (yuan, fen) => {
    expect(feeFenOf(yuan, 1)).toBe(fen);
  });

  it('has its times in China, whatever is around them', () => {
    expect(atMsOf(' 2026-03-21 00:00:00\r', 1)).toBe(Date.UTC(2026, 2, 20, 16));
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
