import { constants, createCipheriv, createHash, publicEncrypt } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Account } from '../../core/account.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import { rsaPair } from '../../wechatpay/testing/material.ts';
import {
  type BillFile,
  downloadEcommerceFundFlow,
  downloadFailedWithdrawals,
  downloadFundFlow,
  downloadSubFundFlow,
  downloadTradeBill,
  linesOf,
  verifyFile,
} from './download.ts';

const fileOf = (...texts: readonly (string | Buffer)[]): BillFile => ({
  parts: texts.map((text) => ({
    packed: gzipSync(text),
    sha1: createHash('sha1').update(text).digest('hex'),
  })),
});
const read = async (...given: Parameters<typeof linesOf>) => {
  const chunks = [];
  for await (const chunk of linesOf(...given)) chunks.push(chunk);
  return chunks;
};

describe('the lines of a file', () => {
  it('are the same when reading resumes at any chunk after the header', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.stringMatching(/^[`0-9龙井,]{0,40}$/), { minLength: 1_500, maxLength: 3_000 }),
        fc.boolean(),
        async (lines, ends) => {
          const text = `表头\n${lines.join('\n')}${ends ? '\n' : ''}`;
          const half = text.length >> 1;
          const file = fileOf(text.slice(0, half), text.slice(half));
          const all = await read(file);
          expect(all.flatMap((chunk) => chunk.lines).join('\n')).toBe(text.replace(/\n$/, ''));
          expect(all.length).toBeGreaterThan(1);
          for (const [index, { fromByte }] of all.entries()) {
            if (index === 0) continue;
            const [header, ...rest] = await read(file, fromByte);
            expect(header?.lines[0]).toBe('表头');
            expect(rest.flatMap((chunk) => chunk.lines)).toEqual(
              all.slice(index).flatMap((chunk) => chunk.lines),
            );
            expect(rest[0]?.fromByte).toBe(fromByte);
          }
        },
      ),
      { numRuns: 5 },
    );
  });

  it('of a file with another hash are refused, wherever reading begins', async () => {
    const { parts } = fileOf('a\nb\n');
    const wrong = { parts: [{ ...parts[0]!, sha1: '0'.repeat(40) }] };
    const refused = { code: 'BILL_HASH' };
    await expect(read(wrong)).rejects.toMatchObject(refused);
    await expect(read(wrong, 2)).rejects.toMatchObject(refused);
    await expect(verifyFile(wrong)).rejects.toMatchObject(refused);
    await verifyFile({ parts });
  });
});

describe('a bill that is a decompression bomb', () => {
  it('is refused while it is unpacked, when it is one endless line', async () => {
    const bomb = fileOf(Buffer.alloc(64 * 1024 * 1024, 'a'));
    expect(bomb.parts[0]!.packed.length).toBeLessThan(100_000);
    await expect(read(bomb)).rejects.toMatchObject({ code: 'BILL_SIZE' });
    await expect(read(bomb, 1)).rejects.toMatchObject({ code: 'BILL_SIZE' });
  });

  it('is refused while it is unpacked, when it has endless lines', async () => {
    const bomb = fileOf(Buffer.alloc(4 * 1024 * 1024, '\n'));
    const limits = { totalBytes: 1024 * 1024, lineBytes: 1024 };
    await expect(read(bomb, 0, limits)).rejects.toMatchObject({ code: 'BILL_SIZE' });
  });

  it('is read when it is as long as a long day', async () => {
    const day = Buffer.from(`${'`2026-03-21 13:51:31,`'.padEnd(400, '0')}\n`.repeat(10_000));
    const chunks = await read(fileOf(day));
    expect(chunks.flatMap(({ lines }) => lines)).toHaveLength(10_000);
  });
});

const merchant = rsaPair('merchant');
const key = Buffer.alloc(32, 7);
const nonce = '123456789012';

/** As WeChat Pay encrypts the parts of the bills of sub-merchants. */
function encrypted(text: string): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, Buffer.from(nonce));
  return Buffer.concat([cipher.update(gzipSync(text)), cipher.final(), cipher.getAuthTag()]);
}
const padding = { key: merchant.publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
const encryptKey = publicEncrypt(padding, key).toString('base64');
const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');
const link = (token: string) => `https://api.mch.weixin.qq.com/v3/billdownload/file?token=${token}`;
const part = (token: string, text: string, bill_sequence: number) => ({
  ...{ bill_sequence, download_url: link(token), encrypt_key: encryptKey, nonce },
  ...{ hash_type: 'SHA1', hash_value: sha1(text) },
});

/** An account whose WeChat Pay answers by route, and gives files by their token. */
function accountWith(
  answer: (parameters: Record<string, string>) => unknown,
  files: Record<string, Uint8Array> = {},
) {
  const asked: unknown[] = [];
  const request = async (route: string, parameters: Record<string, string>, limits?: object) => {
    asked.push({ route, ...parameters, ...(limits && { limits }) });
    const given = route === 'GET /v3/billdownload/file' ? files[parameters.token!] : answer(parameters);
    if (given instanceof Error) throw given;
    return given;
  };
  const client = { request, account: { privateKey: merchant.privateKey } };
  return { asked, account: { client } as unknown as Account };
}
const textOf = async (file: BillFile) => (await read(file)).flatMap(({ lines }) => lines).join('\n');
const none = new WechatpayError('refused', 'NO_STATEMENT_EXIST', '');
const date = '2026-03-21';

describe('a bill of a day', () => {
  it('of trade is asked for as a whole and packed, and downloaded by its link within a minute', async () => {
    const announced = { download_url: `${link('a')}&tartype=gzip`, hash_value: sha1('x') };
    const { account, asked } = accountWith(() => announced, { a: gzipSync('x') });
    expect(await textOf(await downloadTradeBill(account, date))).toBe('x');
    const limits = { maxResponseBytes: 100 * 1024 * 1024, responseTimeoutMs: 60_000, totalTimeoutMs: 60_000 };
    expect(asked).toEqual([
      { route: 'GET /v3/bill/tradebill', bill_date: date, bill_type: 'ALL', tar_type: 'GZIP' },
      { route: 'GET /v3/billdownload/file', token: 'a', tartype: 'gzip', limits },
    ]);
  });

  it('without a kind of packing in its link is downloaded without', async () => {
    const { account, asked } = accountWith(() => ({ download_url: link('a'), hash_value: sha1('x') }), {
      a: gzipSync('x'),
    });
    await downloadTradeBill(account, date);
    expect(asked[1]).not.toHaveProperty('tartype');
  });

  it('of failed withdrawals is not packed', async () => {
    const announced = { download_url: link('a'), hash_value: sha1('x').toUpperCase() };
    const { account, asked } = accountWith(() => announced, { a: Buffer.from('x') });
    expect(await textOf(await downloadFailedWithdrawals(account, date))).toBe('x');
    const route = 'GET /v3/merchant/fund/withdraw/bill-type/{bill_type}';
    expect(asked[0]).toEqual({ route, bill_type: 'NO_SUCC', bill_date: date });
  });

  it('of the own money is one file for each account that something moved on', async () => {
    const announced = (of: string) => ({ download_url: link(of), hash_value: sha1(of) });
    const answer = ({ account_type }: Record<string, string>) =>
      account_type === 'OPERATION' ? none : announced(account_type!);
    const files = { BASIC: gzipSync('BASIC'), FEES: gzipSync('FEES') };
    const { account, asked } = accountWith(answer, files);
    const found = await downloadFundFlow(account, date);
    expect(await Promise.all(found.map(textOf))).toEqual(['BASIC', 'FEES']);
    expect(asked[0]).toEqual({
      ...{ route: 'GET /v3/bill/fundflowbill', bill_date: date, account_type: 'BASIC', tar_type: 'GZIP' },
    });
  });

  it('is none when no account has one; another refusal is none of that', async () => {
    const nowhere = { kind: 'refused', code: 'NO_STATEMENT_EXIST' };
    await expect(downloadFundFlow(accountWith(() => none).account, date)).rejects.toMatchObject(nowhere);
    const creating = new WechatpayError('refused', 'STATEMENT_CREATING', '');
    await expect(downloadFundFlow(accountWith(() => creating).account, date)).rejects.toBe(creating);
    const ours = Object.assign(new Error('ours'), { code: 'NO_STATEMENT_EXIST' });
    await expect(downloadFundFlow(accountWith(() => ours).account, date)).rejects.toBe(ours);
  });

  it('of sub-merchants is decrypted, its parts in their order', async () => {
    const parts = { download_bill_list: [part('b', 'second', 2), part('a', 'first\n', 1)] };
    const files = { a: encrypted('first\n'), b: encrypted('second') };
    const one = accountWith(({ account_type }) => (account_type === 'FEES' ? parts : none), files);
    const [file] = await downloadSubFundFlow(one.account, date, '19');
    expect(await textOf(file!)).toBe('first\nsecond');
    const common = { bill_date: date, algorithm: 'AEAD_AES_256_GCM', tar_type: 'GZIP' };
    expect(one.asked[0]).toEqual({
      ...{ route: 'GET /v3/bill/sub-merchant-fundflowbill', sub_mchid: '19', account_type: 'BASIC' },
      ...common,
    });
    const all = accountWith(() => parts, files);
    expect(await textOf(await downloadEcommerceFundFlow(all.account, date))).toBe('first\nsecond');
    expect(all.asked[0]).toEqual({
      route: 'GET /v3/ecommerce/bill/fundflowbill',
      account_type: 'ALL',
      ...common,
    });
  });

  it('of sub-merchants without a file is empty', async () => {
    expect(await downloadEcommerceFundFlow(accountWith(() => ({})).account, date)).toEqual({ parts: [] });
    expect(await downloadSubFundFlow(accountWith(() => ({})).account, date, '19')).toEqual([
      { parts: [] },
      { parts: [] },
      { parts: [] },
    ]);
  });

  it('that was changed on its way is not decrypted', async () => {
    const changed = encrypted('x');
    changed[0]! ^= 1;
    const { account } = accountWith(() => ({ download_bill_list: [part('a', 'x', 1)] }), { a: changed });
    const message = expect.stringContaining('cannot be decrypted');
    await expect(downloadEcommerceFundFlow(account, date)).rejects.toMatchObject({
      code: 'BILL_DECRYPT',
      message,
    });
  });
});

it('a part of sub-merchants’ bills with a shorter proof is not decrypted: a few bytes can be guessed', async () => {
  const cipher = createCipheriv('aes-256-gcm', key, Buffer.from(nonce));
  cipher.final();
  const files = { a: cipher.getAuthTag().subarray(0, 4) };
  const { account } = accountWith(() => ({ download_bill_list: [part('a', '', 1)] }), files);
  await expect(downloadEcommerceFundFlow(account, date)).rejects.toMatchObject({ code: 'BILL_DECRYPT' });
});

describe('a file', () => {
  it('that is not packed, or is cut off, is none', async () => {
    const refused = { code: 'BILL_HASH', message: expect.stringContaining('cannot be unpacked') };
    const text = Buffer.from('x'.repeat(100));
    for (const packed of [text, gzipSync(text).subarray(0, -9)])
      await expect(read({ parts: [{ packed, sha1: sha1('x') }] })).rejects.toMatchObject(refused);
  });

  it('with another hash says both', async () => {
    const message = `the file is not the one that was announced: SHA1 ${sha1('x')}, announced 00`;
    await expect(read({ parts: [{ packed: gzipSync('x'), sha1: '00' }] })).rejects.toMatchObject({ message });
  });

  it('may be as long as its limits, and no longer', async () => {
    const limits = { totalBytes: 10, lineBytes: 5 };
    expect(await read(fileOf('12345\n1234'), 0, limits)).toHaveLength(2);
    await expect(read(fileOf('12345\n12345'), 0, limits)).rejects.toMatchObject({ code: 'BILL_SIZE' });
    const long = { totalBytes: 100, lineBytes: 5 };
    expect(await read(fileOf('12345', '\n'), 0, long)).toHaveLength(1);
    await expect(read(fileOf('123456', '\n'), 0, long)).rejects.toMatchObject({
      ...{ code: 'BILL_SIZE', message: 'it unpacks to more than a bill can be' },
    });
  });
});
