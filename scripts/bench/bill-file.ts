/** A long trade bill, packed, with the columns of the official list. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

export interface BillFacts {
  readonly lines: number;
  /** Of the unpacked bytes. */
  readonly sha1: string;
}

export const billFacts = {
  date: '2026-03-21',
  mchid: '1900000001',
  atMs: Date.parse('2026-03-21T12:00:00+08:00'),
  feeFen: 1,
  fen: (no: number) => 100 + (no % 900),
  transactionId: (no: number) => `42${String(no).padStart(26, '0')}`,
  outTradeNo: (no: number) => `T${no}`,
} as const;

const columns =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注';
const yuan = (fen: number) => (fen / 100).toFixed(2);

/** Writes the packed bill. @returns what is needed to compare it */
export async function writeBill(file: string, lines: number): Promise<BillFacts> {
  const hash = createHash('sha1');
  const text = function* () {
    let [chunk, totalFen] = [`${columns}\r\n`, 0];
    for (let no = 0; no < lines; no++) {
      totalFen += billFacts.fen(no);
      chunk += lineOf(no);
      if (chunk.length < 65_536) continue;
      yield chunk;
      chunk = '';
    }
    yield `${chunk}总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\r\n`;
    const total = yuan(totalFen);
    yield `\`${lines},\`${total},\`0.00,\`0.00,\`${yuan(lines * billFacts.feeFen)}000,\`${total},\`0.00\r\n`;
  };
  const hashed = function* () {
    for (const chunk of text()) {
      hash.update(chunk);
      yield Buffer.from(chunk);
    }
  };
  await pipeline(Readable.from(hashed()), createGzip({ level: 1 }), createWriteStream(file));
  return { lines, sha1: hash.digest('hex') };
}

function lineOf(no: number): string {
  const amount = yuan(billFacts.fen(no));
  const values = [
    '2026-03-21 12:00:00',
    'wxd678efh567hg6787',
    billFacts.mchid,
    '0',
    '',
    billFacts.transactionId(no),
    billFacts.outTradeNo(no),
    'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
    'JSAPI',
    'SUCCESS',
    'OTHERS',
    'CNY',
    amount,
    '0.00',
    '0',
    '0',
    '0.00',
    '0.00',
    '',
    '',
    '明前龙井 50g',
    '',
    `${yuan(billFacts.feeFen)}000`,
    '0.60%',
    amount,
    '0.00',
    '',
  ];
  return `\`${values.join(',`')}\r\n`;
}
