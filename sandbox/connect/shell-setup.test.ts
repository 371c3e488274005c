import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shellSetup, variablesOf } from './shell-setup.ts';

test('the setup leaves a shell with the variables set and the keys in their files', () => {
  const account = {
    appid: 'wx8f2c0b7e5d413a96',
    mchid: '1900000001',
    name: '沙箱',
    serialNo: '5995',
    privateKeyPem: '-----BEGIN PRIVATE KEY-----\nAA+/\n-----END PRIVATE KEY-----\n',
    apiV3Key: '$HOME`"\\0123456789abcdef01234567',
    publicKeyId: 'PUB_KEY_ID_1',
    publicKeyPem: '-----BEGIN PUBLIC KEY-----\nBB==\n-----END PUBLIC KEY-----',
  };
  const folder = mkdtempSync(join(tmpdir(), 'setup-'));
  const names = Object.keys(variablesOf(account, ''));
  const print = `${names.map((name) => `printf '%s\\n' "$${name}"`).join('\n')}\ncat "$WECHATPAY_PRIVATE_KEY_FILE" "$WECHATPAY_PUBLIC_KEY_FILE"`;
  const script = `${shellSetup(account, 'http://127.0.0.1:8420')}${print}`;
  const printed = execFileSync('sh', ['-c', script], { cwd: folder, encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  expect(printed).toBe(
    `${Object.values(variablesOf(account, 'http://127.0.0.1:8420')).join('\n')}\n${account.privateKeyPem}${account.publicKeyPem}\n`,
  );
});
