import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeValue } from './describe.ts';
import { loadVariables } from './load.ts';
import { checkValue, definitionOf, variables } from './variables.ts';
import { readIfThere, writePrivateFile } from './write-private.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'env-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

describe('where a variable comes from', () => {
  it('is the shell before .env.local before .env, and an empty one counts as unset', () => {
    write('.env', 'WECHATPAY_APPID=wx1111111111111111\nTCB_ENV_ID=from-env\nFULFILMENT_FUNCTION=a\n');
    write('.env.local', 'TCB_ENV_ID=from-local\nFULFILMENT_FUNCTION=b\nWECHATPAY_APPID=\n');
    const loaded = loadVariables(folder, { FULFILMENT_FUNCTION: 'c', TCB_ENV_ID: ' ', PATH: '/bin' });
    expect(loaded.values).toEqual({
      WECHATPAY_APPID: 'wx1111111111111111',
      TCB_ENV_ID: 'from-local',
      FULFILMENT_FUNCTION: 'c',
    });
    expect(loaded.sources).toEqual({
      WECHATPAY_APPID: '.env',
      TCB_ENV_ID: '.env.local',
      FULFILMENT_FUNCTION: 'shell',
    });
    expect(loaded.overridden).toEqual(['FULFILMENT_FUNCTION']);
  });

  it('may be no file at all', () => {
    expect(loadVariables(folder, {})).toMatchObject({ values: {}, files: [] });
  });

  it('names the file of a problem', () => {
    write('.env.local', 'hello\n');
    expect(loadVariables(folder, {}).problems).toMatchObject([{ file: '.env.local', line: 1 }]);
  });
});

describe('a private key in .env.local', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pkcs8 = String(privateKey.export({ type: 'pkcs8', format: 'pem' })).trim();
  const der = (privateKey.export({ type: 'pkcs8', format: 'der' }) as Buffer).toString('base64');
  const name = 'WECHATPAY_DIRECT_PRIVATE_KEY';

  it.each([
    ['PEM over several lines in quotes', `"${pkcs8}"`],
    ['PEM over several lines without quotes', pkcs8],
    ['PEM with \\n', pkcs8.replaceAll('\n', '\\n')],
    ['PEM with \\n in quotes', `"${pkcs8.replaceAll('\n', '\\n')}"`],
    ['PEM with Windows line ends', pkcs8.replaceAll('\n', '\r\n')],
    ['base64 of the DER', der],
    ['base64 of the DER, wrapped', der.replace(/(.{64})/g, '$1\n')],
    ['base64 of the PEM file', Buffer.from(`${pkcs8}\n`).toString('base64')],
    ['base64 of the PEM file with a byte order mark', Buffer.from(`\uFEFF${pkcs8}\n`).toString('base64')],
  ])('may be %s and is deployed as one line of DER', (_, text) => {
    write('.env.local', `${name}=${text}\nTCB_ENV_ID=shop-1\n`);
    const { values, problems } = loadVariables(folder, {});
    expect(problems).toEqual([]);
    expect(values).toEqual({ [name]: der, TCB_ENV_ID: 'shop-1' });
    expect(checkValue(definitionOf(name)!, values[name]!)).toBeUndefined();
  });

  it('is the same from the shell, with real line ends', () => {
    expect(loadVariables(folder, { [name]: `${pkcs8}\n` }).values).toEqual({ [name]: der });
  });

  it('that is malformed is kept unchanged, and the check says why without quoting it', () => {
    const path = '/home/me/apiclient_key.pem';
    const { values } = loadVariables(folder, { [name]: path });
    const problem = checkValue(definitionOf(name)!, values[name]!);
    expect(problem?.message).toMatch(/file/);
    expect(JSON.stringify(problem)).not.toContain('/home/me');
  });
});

describe('a serial number', () => {
  it.each([
    'serial=5991abcd5991abcd5991abcd5991abcd5991abcd',
    '59:91:AB:CD:59:91:ab:cd:59:91:ab:cd:59:91:ab:cd:59:91:ab:cd',
  ])('may be written %s', (text) => {
    const name = 'WECHATPAY_DIRECT_SERIAL_NO';
    expect(loadVariables(folder, { [name]: text }).values[name]).toBe(
      '5991ABCD5991ABCD5991ABCD5991ABCD5991ABCD',
    );
  });
});

describe('what may be printed', () => {
  it.each(variables.filter(({ secret }) => secret).map(({ name }) => name))('is no part of %s', (name) => {
    const text = describeValue(name, 'abcdefghijklmnopqrstuvwxyz012345');
    expect(text).toEqual({ zh: '已设置（32 个字符）', en: 'set (32 characters)' });
  });

  it('does not mention unknown variables', () => {
    expect(describeValue('SOMETHING', 'value').en).toBe('set (5 characters)');
  });

  it('is the merchant number', () => {
    expect(describeValue('WECHATPAY_DIRECT_MCHID', '1900000001').en).toBe('1900000001');
  });
});

describe('writing', () => {
  /** Windows knows no owner here. */
  const ownerOnly = process.platform === 'win32' ? 0o666 : 0o600;

  it('makes a file that only its owner may read, and leaves nothing else', () => {
    const file = join(folder, '.env.local');
    write('.env.local', 'old');
    writePrivateFile(file, 'new\n');
    expect(readIfThere(file)).toBe('new\n');
    expect(statSync(file).mode & 0o777).toBe(ownerOnly);
  });

  it('keeps the old file when the new one cannot be written', () => {
    const file = join(folder, 'missing', '.env.local');
    expect(() => writePrivateFile(file, 'new\n')).toThrow(/ENOENT/);
    expect(readIfThere(file)).toBeUndefined();
  });
});
