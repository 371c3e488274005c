/**
 * A bill's file: asked for, downloaded, unpacked as a stream, and proven by its hash. The download's answer is not signed.
 * https://pay.weixin.qq.com/docs/merchant/apis/jsapi-payment/get-trade-bill.html (申请交易账单)
 * https://pay.weixin.qq.com/doc/v3/merchant/4012084430 (下载账单: the hash is of the unpacked bytes)
 */
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Account } from '../../core/account.ts';
import { BillError } from './bill-error.ts';

/** A bill of 1,000,000 rows is about 40 MB packed. */
const maxPackedBytes = 200 * 1024 * 1024;
const downloadTimeoutMs = 60_000;

/**
 * @param date `2026-03-21`, a day in China
 * @throws WechatpayError refused with STATEMENT_CREATING (not ready yet) or NO_STATEMENT_EXIST (an empty day)
 */
export async function downloadTradeBill({ client }: Account, date: string): Promise<AsyncIterable<string>> {
  const bill = await client.request('GET /v3/bill/tradebill', {
    bill_date: date,
    bill_type: 'ALL',
    tar_type: 'GZIP',
  });
  const { searchParams } = new URL(bill.download_url);
  const [token, tartype] = ['token', 'tartype'].map((name) => searchParams.get(name) ?? '');
  const limits = {
    maxAnswerBytes: maxPackedBytes,
    answerTimeoutMs: downloadTimeoutMs,
    totalTimeoutMs: downloadTimeoutMs,
  };
  const packed = await client.request(
    'GET /v3/billdownload/file',
    { token: token!, ...(tartype && { tartype }) },
    limits,
  );
  return provenLines(packed, bill.hash_value);
}

/**
 * The lines of a packed file.
 * @throws BillError BILL_HASH unless it is the file that was announced: before the first line, so that nothing is
 *   compared with a broken file
 */
async function provenLines(packed: Uint8Array, sha1: string): Promise<AsyncIterable<string>> {
  const hash = createHash('sha1');
  try {
    for await (const chunk of unpack(packed)) hash.update(chunk as Buffer);
  } catch (cause) {
    throw new BillError('BILL_HASH', `the file cannot be unpacked: ${(cause as Error).message}`);
  }
  const found = hash.digest('hex');
  if (found.toLowerCase() !== sha1.toLowerCase()) {
    throw new BillError(
      'BILL_HASH',
      `the file is not the one that was announced: SHA1 ${found}, announced ${sha1}`,
    );
  }
  return createInterface({ input: unpack(packed), crlfDelay: Number.POSITIVE_INFINITY });
}

function unpack(packed: Uint8Array): Readable {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  return Readable.from([bytes]).pipe(createGunzip());
}
