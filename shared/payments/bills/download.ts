/**
 * Bills at WeChat Pay: asked for, downloaded, decrypted, unpacked as a stream, and verified by their hash, since the
 * download response is not signed.
 * https://pay.weixin.qq.com/doc/v3/merchant/4012084430 (下载账单: the hash is of the unpacked bytes, the link is valid for
 * minutes)
 * https://pay.weixin.qq.com/docs/partner/apis/combine-payment-identity/bill-download/get-sub-mch-fund-flow-bill.html
 * (sub-merchants: files in parts, each encrypted; all links are used at once)
 */
import { createDecipheriv, createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Account } from '../../core/account.ts';
import { decryptOaepBytes } from '../../wechatpay/crypto/ciphers.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import { BillError } from './bill-error.ts';

/** Limit for all files of a table together. A bill of 1,000,000 rows is about 40 MB packed. */
const maxPackedBytes = 100 * 1024 * 1024;
/**
 * The hash is known only at the end, so what is unpacked is limited on the way: 1,000,000 rows are about 500 MB, and
 * gzip can make a thousand bytes of one.
 */
const unpackLimits = { totalBytes: 4 * 1024 ** 3, lineBytes: 1024 * 1024 };
const downloadTimeoutMs = 60_000;
const tagBytes = 16;

/** One table; WeChat Pay splits what is longer than 16 GB into several files. */
export interface BillFile {
  readonly parts: readonly {
    readonly packed: Uint8Array;
    readonly sha1: string;
    /** Not packed at all. */
    readonly plain?: boolean;
  }[];
}

interface Announced {
  readonly download_url: string;
  readonly hash_value: string;
}

/** A day on which nothing happened has no bill. */
export const noStatementCodes: ReadonlySet<string> = new Set(['NO_STATEMENT_EXIST']);

/** @throws WechatpayError refused with STATEMENT_CREATING (not ready yet) or NO_STATEMENT_EXIST (an empty day) */
export async function downloadTradeBill(account: Account, date: string): Promise<BillFile> {
  const announced = await account.client.request('GET /v3/bill/tradebill', {
    bill_date: date,
    bill_type: 'ALL',
    tar_type: 'GZIP',
  });
  return { parts: [await download(account, announced)] };
}

/**
 * 提现异常账单: withdrawals of a provider and its sub-merchants that failed or came back on a day. Its page calls the hash
 * that of the downloaded file, so the file is not asked for packed.
 * https://pay.weixin.qq.com/doc/v3/partner/4012720060
 * @throws WechatpayError
 */
export async function downloadFailedWithdrawals(account: Account, date: string): Promise<BillFile> {
  const announced = await account.client.request('GET /v3/merchant/fund/withdraw/bill-type/{bill_type}', {
    bill_type: 'NO_SUCC',
    bill_date: date,
  });
  return { parts: [{ ...(await download(account, announced)), plain: true }] };
}

const ownAccounts = ['BASIC', 'OPERATION', 'FEES'] as const;

/** Of the account's own money: one table for each kind of account that something moved on. @throws WechatpayError */
export function downloadFundFlow(account: Account, date: string): Promise<BillFile[]> {
  return eachThatExists(ownAccounts, async (account_type) => {
    const announced = await account.client.request('GET /v3/bill/fundflowbill', {
      bill_date: date,
      account_type,
      tar_type: 'GZIP',
    });
    return { parts: [await download(account, announced)] };
  });
}

/** Of one sub-merchant of an ordinary partner, which must have asked for the product. @throws WechatpayError */
export function downloadSubFundFlow(account: Account, date: string, subMchid: string): Promise<BillFile[]> {
  return eachThatExists(ownAccounts, async (account_type) => {
    const { download_bill_list: parts = [] } = await account.client.request(
      'GET /v3/bill/sub-merchant-fundflowbill',
      {
        sub_mchid: subMchid,
        bill_date: date,
        account_type,
        algorithm: 'AEAD_AES_256_GCM',
        tar_type: 'GZIP',
      },
    );
    return downloadEncrypted(account, parts);
  });
}

/** Of all sub-merchants of an e-commerce platform. @throws WechatpayError */
export async function downloadEcommerceFundFlow(account: Account, date: string): Promise<BillFile> {
  const { download_bill_list: parts = [] } = await account.client.request(
    'GET /v3/ecommerce/bill/fundflowbill',
    { bill_date: date, account_type: 'ALL', algorithm: 'AEAD_AES_256_GCM', tar_type: 'GZIP' },
  );
  return downloadEncrypted(account, parts);
}

async function eachThatExists<T>(
  wanted: readonly T[],
  fetch: (one: T) => Promise<BillFile>,
): Promise<BillFile[]> {
  const files: BillFile[] = [];
  for (const one of wanted) {
    try {
      files.push(await fetch(one));
    } catch (error) {
      if (!(error instanceof WechatpayError) || error.code !== 'NO_STATEMENT_EXIST') throw error;
    }
  }
  if (files.length > 0) return files;
  throw new WechatpayError('refused', 'NO_STATEMENT_EXIST', 'None of the accounts has a bill of this day.');
}

interface EncryptedPart extends Announced {
  readonly bill_sequence: number;
  readonly encrypt_key: string;
  readonly nonce: string;
}

async function downloadEncrypted(account: Account, list: readonly EncryptedPart[]): Promise<BillFile> {
  const inOrder = [...list].sort((a, b) => a.bill_sequence - b.bill_sequence);
  const parts = inOrder.map(async (part) => {
    const { packed, sha1 } = await download(account, part);
    return { packed: decrypt(account, packed, part), sha1 };
  });
  return { parts: await Promise.all(parts) };
}

function decrypt({ client }: Account, bytes: Uint8Array, { encrypt_key, nonce }: EncryptedPart): Uint8Array {
  try {
    const key = decryptOaepBytes(encrypt_key, client.account.privateKey);
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce), { authTagLength: tagBytes });
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    return Buffer.concat([decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()]);
  } catch (cause) {
    throw new BillError('BILL_DECRYPT', `the file cannot be decrypted: ${(cause as Error).message}`);
  }
}

async function download({ client }: Account, { download_url, hash_value }: Announced) {
  const { searchParams } = new URL(download_url);
  const [token, tartype] = ['token', 'tartype'].map((name) => searchParams.get(name) ?? '');
  const limits = {
    maxResponseBytes: maxPackedBytes,
    responseTimeoutMs: downloadTimeoutMs,
    totalTimeoutMs: downloadTimeoutMs,
  };
  const parameters = { token: token!, ...(tartype && { tartype }) };
  const packed = await client.request('GET /v3/billdownload/file', parameters, limits);
  return { packed, sha1: hash_value };
}

/** Some lines of a file. */
export interface BillChunk {
  readonly lines: readonly string[];
  /** Where the first of them begins in the unpacked file. */
  readonly fromByte: number;
}

/**
 * The lines of a file, some at a time.
 * @param fromByte the `fromByte` of an earlier chunk: of the lines before it, only the header is given
 * @throws BillError BILL_HASH after the last line, unless it is the file that was announced; BILL_SIZE as soon as a line
 * or the whole is longer than any bill
 */
export async function* linesOf(
  file: BillFile,
  fromByte = 0,
  limits = unpackLimits,
): AsyncGenerator<BillChunk> {
  let rest: Buffer = Buffer.alloc(0);
  /** Where `rest` begins. */
  let at = 0;
  let hasHeader = fromByte === 0;
  for await (const chunk of unpackAll(file, limits)) {
    if (rest.length > limits.lineBytes) throw tooLong();
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (!hasHeader && bytes.includes(10)) {
      yield { lines: [bytes.toString('utf8', 0, bytes.indexOf(10))], fromByte: 0 };
      hasHeader = true;
    }
    const skipped = Math.min(Math.max(0, fromByte - at), hasHeader ? bytes.length : 0);
    bytes = bytes.subarray(skipped);
    at += skipped;
    const end = hasHeader ? bytes.lastIndexOf(10) + 1 : 0;
    if (end > 0) yield { lines: bytes.toString('utf8', 0, end - 1).split('\n'), fromByte: at };
    rest = bytes.subarray(end);
    at += end;
  }
  if (rest.length > 0) yield { lines: [rest.toString('utf8')], fromByte: at };
}

/** Reads a file to its end. @throws BillError BILL_HASH unless it is the file that was announced */
export async function verifyFile(file: BillFile): Promise<void> {
  for await (const _ of unpackAll(file));
}

/** @throws BillError BILL_HASH after the last byte of a part that is not the announced one */
async function* unpackAll({ parts }: BillFile, limits = unpackLimits): AsyncGenerator<Buffer> {
  let unpackedBytes = 0;
  for (const { packed, sha1, plain } of parts) {
    const hash = createHash('sha1');
    for await (const chunk of plain ? [Buffer.from(packed)] : unpack(packed)) {
      unpackedBytes += chunk.length;
      if (unpackedBytes > limits.totalBytes) throw tooLong();
      hash.update(chunk);
      yield chunk;
    }
    const found = hash.digest('hex');
    if (found.toLowerCase() !== sha1.toLowerCase()) {
      throw new BillError(
        'BILL_HASH',
        `the file is not the one that was announced: SHA1 ${found}, announced ${sha1}`,
      );
    }
  }
}

function tooLong(): BillError {
  return new BillError('BILL_SIZE', 'it unpacks to more than a bill can be');
}

async function* unpack(packed: Uint8Array): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  try {
    for await (const chunk of Readable.from([bytes]).pipe(createGunzip())) yield chunk as Buffer;
  } catch (cause) {
    throw new BillError('BILL_HASH', `the file cannot be unpacked: ${(cause as Error).message}`);
  }
}
