import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../package/cli/index.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'compare-headers-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const signature = {
  'Wechatpay-Nonce': 'n',
  'Wechatpay-Serial': 's',
  'Wechatpay-Signature': 'x',
  'Wechatpay-Timestamp': '1',
};
const json = { 'Content-Type': 'application/json', 'Request-ID': 'r' };

/** What comparing exchanges prints, whose answers have these headers: queries of orders that do not exist. */
async function compared(...headers: (object | undefined)[]): Promise<{ code: number; printed: string }> {
  const exchanges = headers.map((each, at) => ({
    request: { method: 'GET', target: `/v3/pay/transactions/out-trade-no/NONE${at}?mchid=1900000001` },
    response: { status: 404, body: { code: 'ORDER_NOT_EXIST' }, ...(each && { headers: each }) },
  }));
  const file = join(folder, 'capture.json');
  writeFileSync(file, JSON.stringify({ format: 'wechatpay-capture/1', exchanges }));
  const printed: string[] = [];
  const code = await runCommand(['compare', file], {
    pages: undefined,
    version: '1',
    program: 'sandbox',
    stdin: new PassThrough(),
    print: (text) => printed.push(text),
    report: (text) => printed.push(text),
    interrupted: () => new Promise(() => {}),
  });
  return { code, printed: printed.join('\n') };
}

test('a capture that was recorded without the headers of signatures says so once, and has no difference', async () => {
  const { code, printed } = await compared(json, json);
  expect(printed.match(/has no Wechatpay-\* headers/g)).toHaveLength(1);
  expect(printed).toContain('抓包中没有任何 Wechatpay-* 应答头');
  expect(printed).not.toContain('wechatpay-');
  expect(code).toBe(0);
});

test('one answer without them among others with them has differences', async () => {
  const { code, printed } = await compared({ ...json, ...signature }, json);
  expect(printed).not.toContain('has no Wechatpay-*');
  expect(printed.match(/应答头 header wechatpay-\w+: captured 抓包 –, sandbox 沙箱 present/g)).toHaveLength(
    4,
  );
  expect(code).toBe(1);
});

test('one of which no headers are known says nothing of them', async () => {
  const { code, printed } = await compared(undefined);
  expect(printed).not.toContain('Wechatpay-*');
  expect(code).toBe(0);
});
