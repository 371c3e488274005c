import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageWechatpay } from '../scripts/package-wechatpay/package-wechatpay.ts';

const root = join(fileURLToPath(import.meta.url), '../..');
const project = mkdtempSync(join(tmpdir(), 'wechatpay-package-'));
const installed = join(project, 'node_modules/@wechatpay-cloudbase/wechatpay');

/** Someone else's project, which has the package and its dependencies installed. */
beforeAll(() => {
  mkdirSync(join(project, 'node_modules/@types'), { recursive: true });
  packageWechatpay(installed);
  for (const name of ['axios', 'zod', '@types/node', 'undici-types']) {
    symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name), 'dir');
  }
  writeFileSync(join(project, 'package.json'), '{"type":"module"}');
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

const example = `
import { generateKeyPairSync } from 'node:crypto';
import { createClient, parseApiV3Key, WechatpayError } from '@wechatpay-cloudbase/wechatpay';
import { allRoutes } from '@wechatpay-cloudbase/wechatpay/routes/all';
import { checkForm } from '@wechatpay-cloudbase/wechatpay/applyment/check';

const merchant = generateKeyPairSync('rsa', { modulusLength: 2048 });
const platform = generateKeyPairSync('rsa', { modulusLength: 2048 });
const client = createClient({
  account: {
    mchid: '1900000001',
    serialNo: '5157F09EFDC096DE',
    privateKey: merchant.privateKey,
    apiV3Key: parseApiV3Key('0123456789abcdef0123456789abcdef'),
  },
  publicKey: { id: 'PUB_KEY_ID_0119000000012026', key: platform.publicKey },
  nowMs: Date.now,
  routes: allRoutes,
  transport: async ({ method, url }) => {
    console.log(method, url);
    return { status: 200, headers: {}, body: Buffer.from('{}') };
  },
});
try {
  await client.request('GET /v3/bill/tradebill', { bill_date: '2026-11-26' });
} catch (error) {
  console.log(error instanceof WechatpayError && error.code);
}
console.log(checkForm('partner', {}, Date.now()).length > 0);
`;

describe('the package', () => {
  it('runs in plain Node, by itself', () => {
    writeFileSync(join(project, 'example.mjs'), example);
    const output = execFileSync(process.execPath, ['example.mjs'], { cwd: project, encoding: 'utf8' });
    expect(output.split('\n')).toEqual([
      'GET https://api.mch.weixin.qq.com/v3/bill/tradebill?bill_date=2026-11-26',
      'SIGNATURE_MISSING',
      'true',
      '',
    ]);
  });

  it('types its routes for others, too', () => {
    writeFileSync(join(project, 'right.ts'), example);
    writeFileSync(join(project, 'wrong.ts'), example.replace('bill_date', 'billDate'));
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const options = ['--module', 'nodenext', '--target', 'es2022', '--strict', '--noEmit', '--types', 'node'];
    const { stdout } = spawnSync(process.execPath, [tsc, ...options, 'right.ts', 'wrong.ts'], {
      cwd: project,
      encoding: 'utf8',
    });
    expect(stdout.match(/error TS/g)).toHaveLength(1);
    expect(stdout).toMatch(/^wrong\.ts.*'billDate' does not exist/);
  });
});
