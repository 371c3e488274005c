import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { BillFile } from './download.ts';
import { hashOfFiles, readBill } from './read-bill.ts';
import { fundFlowText, type TradeLine, tradeBillText } from './testing/bill-shop.ts';

const file = (text: string): BillFile => ({
  parts: [{ packed: gzipSync(text), sha1: createHash('sha1').update(text).digest('hex') }],
});
const line = (no: number): TradeLine => ({
  ...{ transactionId: `42${no}`, outTradeNo: `T${no}`, fen: 100, feeFen: 1, subMchid: String(no % 2) },
});

it('adds up the files of a bill, and says which movements and merchants they have', async () => {
  const files = [
    [line(1), line(2)],
    [line(2), line(3)],
  ].map((lines) => file(tradeBillText(lines)));
  const bill = await readBill('trade', files);
  expect(bill).toMatchObject({
    sums: { rows: 4, paidFen: 400, refundedFen: 0, feeFen: 4 },
    unknownTypes: [],
  });
  expect(bill.subMchids).toEqual(['1']);
  expect(['PAYMENT:421', 'PAYMENT:423', 'PAYMENT:424'].map((key) => bill.billed.has(key))).toEqual([
    ...[true, true, false],
  ]);
});

it('names a line that occurs twice once, and no share, of which several receivers get the same', async () => {
  const share = { businessNo: '1', voucherNo: 'S1', type: '分账', fen: -30 };
  const payment = { businessNo: '2', voucherNo: 'T1', type: '交易', fen: 100 };
  const twice = await readBill('fundflow', [file(fundFlowText([share, share, payment, payment]))]);
  expect(twice.repeated).toHaveLength(1);
  const lines = await readBill('trade', [file(tradeBillText([line(1), line(1), line(2)]))]);
  expect(lines.repeated).toHaveLength(1);
});

it('names a thousand lines that occur twice, and no more', async () => {
  const lines = Array.from({ length: 1_001 }, (_, no) => line(no));
  const { repeated } = await readBill('trade', [file(tradeBillText([...lines, ...lines]))]);
  expect(repeated).toHaveLength(1_000);
});

it('knows files by their hashes, in either case', () => {
  const parts = (...hashes: string[]): BillFile => ({
    parts: hashes.map((sha1) => ({ packed: Buffer.of(), sha1 })),
  });
  expect(hashOfFiles([parts('AB', 'cd')])).toBe(hashOfFiles([parts('ab'), parts('CD')]));
  expect(hashOfFiles([parts('ab', 'ce')])).not.toBe(hashOfFiles([parts('ab', 'cd')]));
});
