import { execFileSync, spawn } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseEnvFile } from '../env/dotenv.ts';
import { CommandFailure } from '../env/failure.ts';
import {
  type Folder,
  newCertificate,
  newFolder,
  newKey,
  newMerchant,
  nowMs,
  pemOf,
} from '../env/testing/merchant-files.ts';
import { setUp } from './set-up.ts';

const checkout = join(fileURLToPath(import.meta.url), '../../..');
const merchant = newMerchant();

let shop: Folder;
let files: Folder;
beforeEach(() => {
  shop = newFolder();
  files = newFolder();
  cpSync(join(checkout, 'project.config.json'), join(shop.path, 'project.config.json'));
  mkdirSync(join(shop.path, 'miniprogram/config'), { recursive: true });
  cpSync(join(checkout, 'miniprogram/config/index.ts'), join(shop.path, 'miniprogram/config/index.ts'));
  files.write('apiclient_key.pem', `${merchant.keyPem}\n`);
  files.write('apiclient_cert.pem', `${merchant.certificatePem}\n`);
  files.write('pub_key.pem', `${merchant.publicKeyPem}\n`);
  files.write('api-v3-key.txt', `${merchant.apiV3Key}\n`);
});
afterEach(() => {
  shop.remove();
  files.remove();
});

const file = (name: string) => join(files.path, name);
const full = (changes: Record<string, string | undefined> = {}) =>
  Object.entries({
    kind: 'direct',
    mchid: merchant.mchid,
    key: file('apiclient_key.pem'),
    cert: file('apiclient_cert.pem'),
    'api-v3-key-file': file('api-v3-key.txt'),
    'public-key': file('pub_key.pem'),
    'public-key-id': merchant.publicKeyId,
    appid: 'wx0123456789abcdef',
    env: 'shop-1a2b3c',
    'notify-url': 'https://pay.example.com/pay-notify',
    ...changes,
  }).flatMap(([flag, value]) => (value === undefined ? [] : [`--${flag}`, value]));

async function run(...args: string[]) {
  const said: string[] = [];
  const output = {
    write: (text: string) => void said.push(text),
    error: (text: string) => void said.push(text),
  };
  try {
    const code = await setUp({ root: shop.path, args, output, nowMs });
    return { code, said: said.join('\n') };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return { code: error.exitCode, said: [...said, error.message].join('\n') };
  }
}

const envText = () => readFileSync(join(shop.path, '.env.local'), 'utf8');
const env = () =>
  Object.fromEntries([...parseEnvFile(envText()).entries.values()].map(({ name, value }) => [name, value]));

const expected = () => ({
  TCB_ENV_ID: 'shop-1a2b3c',
  WECHATPAY_APPID: 'wx0123456789abcdef',
  WECHATPAY_NOTIFY_URL: 'https://pay.example.com/pay-notify',
  FULFILMENT_FUNCTION: 'fulfilOrder',
  WECHATPAY_DIRECT_MCHID: merchant.mchid,
  WECHATPAY_DIRECT_SERIAL_NO: merchant.serialNo,
  WECHATPAY_DIRECT_PRIVATE_KEY: merchant.keyDer,
  WECHATPAY_DIRECT_API_V3_KEY: merchant.apiV3Key,
  WECHATPAY_DIRECT_PUBLIC_KEY_ID: merchant.publicKeyId,
  WECHATPAY_DIRECT_PUBLIC_KEY: merchant.publicKeyDer,
  WECHATPAY_DIRECT_CERTIFICATE: merchant.certificateDer,
});

describe('a first setup by flags', () => {
  it('writes one line per variable, readable by its owner only, without a comment', async () => {
    const { code, said } = await run('--yes', ...full());
    expect(code, said).toBe(0);
    expect(env()).toEqual(expected());
    expect(envText()).not.toContain('#');
    if (process.platform !== 'win32')
      expect(statSync(join(shop.path, '.env.local')).mode & 0o777).toBe(0o600);
    expect(readdirSync(shop.path).filter((name) => name.startsWith('.env'))).toEqual(['.env.local']);
  });

  it('sets appid and environment of the mini-program, and touches nothing else there', async () => {
    await run('--yes', ...full());
    const before = readFileSync(join(checkout, 'project.config.json'), 'utf8');
    const after = readFileSync(join(shop.path, 'project.config.json'), 'utf8');
    expect(after).toBe(before.replace(/"appid": "[^"]*"/, '"appid": "wx0123456789abcdef"'));
    expect(readFileSync(join(shop.path, 'miniprogram/config/index.ts'), 'utf8')).toContain(
      "cloudEnvId: 'shop-1a2b3c'",
    );
  });

  it('leaves the mini-program alone where the team does not agree', async () => {
    await run('--yes', '--no-mini-program', ...full());
    expect(readFileSync(join(shop.path, 'project.config.json'), 'utf8')).toBe(
      readFileSync(join(checkout, 'project.config.json'), 'utf8'),
    );
  });

  it('takes the certificate that lies beside the key', async () => {
    await run('--yes', ...full({ cert: undefined }));
    expect(env()).toEqual(expected());
  });

  it('does without a certificate when the serial number is given', async () => {
    files.write('alone.pem', merchant.keyPem);
    const key = files.write('alone.pem', merchant.keyPem);
    await run(
      '--yes',
      ...full({ key, cert: undefined, serial: `serial=${merchant.serialNo.toLowerCase()}` }),
    );
    const { WECHATPAY_DIRECT_CERTIFICATE: _, ...rest } = expected();
    expect(env()).toEqual(rest);
  });

  it.each(['partner', 'ecommerce'])('of a %s sets the provider and its kind', async (kind) => {
    const { code, said } = await run('--yes', ...full({ kind }));
    expect(code, said).toBe(0);
    expect(env()).toMatchObject({
      WECHATPAY_PROVIDER_KIND: kind,
      WECHATPAY_PROVIDER_MCHID: merchant.mchid,
      WECHATPAY_PROVIDER_PRIVATE_KEY: merchant.keyDer,
      WECHATPAY_PROVIDER_SERIAL_NO: merchant.serialNo,
    });
    expect(Object.keys(env()).filter((name) => name.includes('DIRECT'))).toEqual([]);
  });

  it('reads the values from a file of another machine', async () => {
    const text = Object.entries(expected())
      .map(([name, value]) => `${name}=${value}`)
      .join('\n');
    const { code, said } = await run('--yes', '--from', files.write('ci.env', `${text}\nUNRELATED=1\n`));
    expect(code, said).toBe(0);
    expect(env()).toEqual(expected());
  });
});

describe('a key in any form', () => {
  const pkcs1 = String(merchant.key.export({ type: 'pkcs1', format: 'pem' })).trim();
  const forms: [string, string | Uint8Array][] = [
    ['PEM', merchant.keyPem],
    ['PEM with \\n', merchant.keyPem.replaceAll('\n', '\\n')],
    ['PEM in quotes', `"${merchant.keyPem.replaceAll('\n', '\\n')}"`],
    ['PEM with Windows line ends', merchant.keyPem.replaceAll('\n', '\r\n')],
    ['PEM with a byte order mark', `\uFEFF${merchant.keyPem}`],
    ['PEM in UTF-16', Buffer.from(`\uFEFF${merchant.keyPem}`, 'utf16le')],
    ['base64 of the DER', merchant.keyDer],
    ['base64 of the DER over several lines', merchant.keyDer.replace(/(.{76})/g, '$1\n')],
    ['base64 of the PEM file', Buffer.from(merchant.keyPem).toString('base64')],
    ['the DER itself', Buffer.from(merchant.keyDer, 'base64')],
  ];

  it.each(forms)('%s is stored as one line of DER', async (_, content) => {
    const key = files.write('key', content);
    const { code, said } = await run('--yes', ...full({ key }));
    expect(code, said).toBe(0);
    expect(env()).toEqual(expected());
  });

  it('PKCS#1 is stored as it is, in one line', async () => {
    const { code, said } = await run('--yes', ...full({ key: files.write('key', pkcs1) }));
    expect(code, said).toBe(0);
    expect(env().WECHATPAY_DIRECT_PRIVATE_KEY).toBe(pkcs1.replace(/-----[^-]+-----|\s/g, ''));
  });
});

describe('a setup of what is there already', () => {
  beforeEach(() => run('--yes', ...full()));

  it('keeps everything that is not given, in its place', async () => {
    const before = `# ours\nMY_OWN=1\n${envText()}LAST="kept # as it is"\n`;
    shop.write('.env.local', before);
    await run('--yes', '--operators', 'oAbcdefghijklmnopqrstuvwxyz1');
    expect(envText()).toBe(`${before}OPERATOR_OPENIDS=oAbcdefghijklmnopqrstuvwxyz1\n`);
  });

  it('changes nothing the second time, and says so', async () => {
    const before = envText();
    const { code, said } = await run('--yes', ...full());
    expect(code).toBe(0);
    expect(said).toContain('Nothing to change');
    expect(envText()).toBe(before);
  });

  it('brings the serial number along with a new certificate', async () => {
    const key = newKey();
    const serialNo = '7DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C';
    files.write('apiclient_cert.pem', newCertificate({ key, name: merchant.mchid, serialNo }));
    files.write('apiclient_key.pem', pemOf(key));
    const { code, said } = await run('--yes', '--key', file('apiclient_key.pem'));
    expect(code, said).toBe(0);
    expect(env().WECHATPAY_DIRECT_SERIAL_NO).toBe(serialNo);
    expect(said).toContain(`${merchant.serialNo} → ${serialNo}`);
  });

  it('adds a provider beside the direct merchant', async () => {
    const provider = newMerchant('1900000002');
    const { code, said } = await run(
      '--yes',
      '--kind',
      'ecommerce',
      '--mchid',
      provider.mchid,
      '--key',
      files.write('p.pem', provider.keyPem),
      '--cert',
      files.write('c.pem', provider.certificatePem),
      '--api-v3-key-file',
      file('api-v3-key.txt'),
    );
    expect(code, said).toBe(0);
    expect(env()).toMatchObject({ ...expected(), WECHATPAY_PROVIDER_MCHID: provider.mchid });
  });

  it('rewrites a key that is stored over several lines', async () => {
    shop.write('.env.local', envText().replace(merchant.keyDer, `"${merchant.keyPem}"`));
    const { said } = await run('--yes');
    expect(env()).toEqual(expected());
    expect(said).toContain('rewritten as one line of base64');
  });

  it('shows what would change and writes nothing with --dry-run', async () => {
    const before = envText();
    const { code, said } = await run('--yes', '--dry-run', '--appid', 'wxffffffffffffffff');
    expect(code).toBe(0);
    expect(said).toContain('wx0123456789abcdef → wxffffffffffffffff');
    expect(envText()).toBe(before);
  });

  it('writes nothing where nobody can be asked and --yes is missing', async () => {
    const before = envText();
    const { code, said } = await run('--appid', 'wxffffffffffffffff');
    expect(code).toBe(1);
    expect(said).toContain('--yes');
    expect(envText()).toBe(before);
  });
});

describe('what is printed', () => {
  it('has no part of a secret', async () => {
    const { said } = await run('--yes', ...full());
    for (const secret of [merchant.keyDer, merchant.apiV3Key]) {
      for (let at = 0; at + 12 <= secret.length; at += 6)
        expect(said).not.toContain(secret.slice(at, at + 12));
    }
  });
});

describe('wrong input writes nothing and says what to do', () => {
  const other = newMerchant('1900000009');
  const cases: [string, () => string[], RegExp][] = [
    ['an unknown flag', () => ['--yes', ...full(), '--mchId', '1'], /--mchId/],
    ['a flag without a value', () => ['--yes', '--mchid'], /--mchid/],
    ['an unknown kind', () => ['--yes', ...full({ kind: 'shop' })], /direct.*partner.*ecommerce/],
    ['no kind', () => ['--yes', ...full({ kind: undefined })], /--kind/],
    ['a file that is not there', () => ['--yes', ...full({ key: file('nothing.pem') })], /nothing\.pem/],
    ['a folder', () => ['--yes', ...full({ key: files.path })], /folder/],
    ['an empty file', () => ['--yes', ...full({ key: files.write('e', '') })], /empty/],
    ['a ZIP file', () => ['--yes', ...full({ key: files.write('z', 'PK\u0003\u0004....') })], /ZIP/],
    ['a file of 100 KB', () => ['--yes', ...full({ key: files.write('b', 'x'.repeat(1e5)) })], /64 KB/],
    [
      'the certificate as the key',
      () => ['--yes', ...full({ key: file('apiclient_cert.pem') })],
      /certificate/,
    ],
    [
      'the key as the certificate',
      () => ['--yes', ...full({ cert: file('apiclient_key.pem') })],
      /private key/,
    ],
    [
      'a PKCS#12 file',
      () => [
        '--yes',
        ...full({ key: files.write('p12', Buffer.from('3082000a0201033003020101300003', 'hex')) }),
      ],
      /PRIVATE_KEY/,
    ],
    [
      'a truncated key',
      () => ['--yes', ...full({ key: files.write('t', merchant.keyPem.slice(0, 900)) })],
      /END PRIVATE KEY/,
    ],
    [
      'a key of 1024 bits',
      () => [
        '--yes',
        ...full({ key: files.write('s', pemOf(newKey(1024))), cert: undefined, serial: merchant.serialNo }),
      ],
      /1024/,
    ],
    [
      'the certificate of another key',
      () => [
        '--yes',
        ...full({ cert: files.write('c', newCertificate({ key: other.key, name: merchant.mchid })) }),
      ],
      /no pair/,
    ],
    [
      'the files of another merchant',
      () => [
        '--yes',
        ...full({ key: files.write('k', other.keyPem), cert: files.write('c', other.certificatePem) }),
      ],
      /1900000009/,
    ],
    [
      'another serial number',
      () => ['--yes', ...full({ serial: '7DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C' })],
      new RegExp(merchant.serialNo),
    ],
    [
      "the merchant's own public key",
      () => ['--yes', ...full({ 'public-key': files.write('own', pemOf(createPublicKey(merchant.key))) })],
      /own public key/,
    ],
    [
      'a public key without its id',
      () => ['--yes', ...full({ 'public-key-id': undefined })],
      /PUBLIC_KEY_ID/,
    ],
    [
      'an API v3 key of 31 bytes',
      () => ['--yes', ...full({ 'api-v3-key-file': files.write('v', 'x'.repeat(31)) })],
      /31/,
    ],
    ['an appid that is none', () => ['--yes', ...full({ appid: 'touristappid' })], /WECHATPAY_APPID/],
    [
      'a missing merchant number',
      () => ['--yes', ...full({ mchid: undefined })],
      /WECHATPAY_DIRECT_MCHID|No WeChat Pay account/,
    ],
    [
      'an address with a query',
      () => ['--yes', ...full({ 'notify-url': 'https://pay.example.com/a?b=1' })],
      /query/,
    ],
    [
      'an address on this machine',
      () => ['--yes', ...full({ 'notify-url': 'https://192.168.1.2/pay-notify' })],
      /internet/,
    ],
    [
      'an expired certificate',
      () => [
        '--yes',
        ...full({
          cert: files.write(
            'x',
            newCertificate({
              key: merchant.key,
              name: merchant.mchid,
              fromMs: nowMs - 2e10,
              untilMs: nowMs - 864e5,
            }),
          ),
        }),
      ],
      /expired/,
    ],
    ['a file without variables', () => ['--yes', '--from', files.write('f', 'hello\n')], /\.env\.example/],
  ];

  it.each(cases)('%s', async (_, args, message) => {
    const { code, said } = await run(...args());
    expect(code).not.toBe(0);
    expect(said).toMatch(message);
    expect(said).toMatch(/[\u4e00-\u9fff]/);
    expect(said).not.toMatch(/\n\s+at /);
    expect(existsSync(join(shop.path, '.env.local'))).toBe(false);
  });

  it('does not repeat a key that was given instead of its file', async () => {
    const { code, said } = await run('--yes', ...full({ 'api-v3-key-file': merchant.apiV3Key }));
    expect(code).toBe(1);
    expect(said).not.toContain(merchant.apiV3Key);
  });
});

describe('as a process', () => {
  const start = (args: string[]) =>
    spawn(process.execPath, ['--import', 'tsx', join(checkout, 'scripts/setup.ts'), ...args], {
      cwd: checkout,
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  it('ends with 1, one message and no stack trace', async () => {
    const child = start(['--yes', '--kind', 'shop']);
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(1);
    expect(said.trim().split('\n')).toHaveLength(2);
  });

  it('is told by git to leave keys out of the repository', () => {
    const names = [
      '.env',
      '.env.local',
      '.env.production',
      '.env.local.1.draft',
      'project.private.config.json',
    ];
    const ignored = execFileSync('git', ['check-ignore', ...names], { cwd: checkout, encoding: 'utf8' });
    expect(ignored.trim().split('\n')).toEqual(names);
  });
});
