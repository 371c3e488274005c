import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyOf, newCertificate, newMerchant, pemOf } from '../env/testing/merchant-files.ts';
import { checkout, newStage, type Stage } from './testing/stage.ts';

const merchant = newMerchant();

let stage: Stage;
beforeEach(() => {
  stage = newStage(merchant);
});
afterEach(() => stage.remove());

/** Windows knows no owner here. */
const ownerOnly = process.platform === 'win32' ? 0o666 : 0o600;

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
    const { code, said } = await stage.run('--yes', ...stage.flags());
    expect(code, said).toBe(0);
    expect(stage.env()).toEqual(expected());
    expect(stage.envText()).not.toContain('#');
    expect(statSync(join(stage.shop.path, '.env.local')).mode & 0o777).toBe(ownerOnly);
    expect(readdirSync(stage.shop.path).filter((name) => name.startsWith('.env'))).toEqual(['.env.local']);
  });

  it('sets appid and environment of the mini-program, and touches nothing else there', async () => {
    await stage.run('--yes', ...stage.flags());
    const before = readFileSync(join(checkout, 'project.config.json'), 'utf8');
    const after = readFileSync(join(stage.shop.path, 'project.config.json'), 'utf8');
    expect(after).toBe(before.replace(/"appid": "[^"]*"/, '"appid": "wx0123456789abcdef"'));
    expect(readFileSync(join(stage.shop.path, 'miniprogram/config/index.ts'), 'utf8')).toContain(
      "cloudEnvId: 'shop-1a2b3c'",
    );
  });

  it('leaves the mini-program alone where the team does not agree', async () => {
    await stage.run('--yes', '--no-mini-program', ...stage.flags());
    expect(readFileSync(join(stage.shop.path, 'project.config.json'), 'utf8')).toBe(
      readFileSync(join(checkout, 'project.config.json'), 'utf8'),
    );
  });

  it('takes the certificate that lies beside the key', async () => {
    await stage.run('--yes', ...stage.flags({ cert: undefined }));
    expect(stage.env()).toEqual(expected());
  });

  it('does without a certificate when the serial number is given', async () => {
    stage.files.write('alone.pem', merchant.keyPem);
    const key = stage.files.write('alone.pem', merchant.keyPem);
    await stage.run(
      '--yes',
      ...stage.flags({ key, cert: undefined, serial: `serial=${merchant.serialNo.toLowerCase()}` }),
    );
    const { WECHATPAY_DIRECT_CERTIFICATE: _, ...rest } = expected();
    expect(stage.env()).toEqual(rest);
  });

  it.each(['partner', 'ecommerce'])('of a %s sets the provider and its kind', async (kind) => {
    const { code, said } = await stage.run('--yes', ...stage.flags({ kind }));
    expect(code, said).toBe(0);
    expect(stage.env()).toMatchObject({
      WECHATPAY_PROVIDER_KIND: kind,
      WECHATPAY_PROVIDER_MCHID: merchant.mchid,
      WECHATPAY_PROVIDER_PRIVATE_KEY: merchant.keyDer,
      WECHATPAY_PROVIDER_SERIAL_NO: merchant.serialNo,
    });
    expect(Object.keys(stage.env()).filter((name) => name.includes('DIRECT'))).toEqual([]);
  });

  it('reads the values from a file of another machine', async () => {
    const text = Object.entries(expected())
      .map(([name, value]) => `${name}=${value}`)
      .join('\n');
    const { code, said } = await stage.run(
      '--yes',
      '--from',
      stage.files.write('ci.env', `${text}\nUNRELATED=1\n`),
    );
    expect(code, said).toBe(0);
    expect(stage.env()).toEqual(expected());
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
    const key = stage.files.write('key', content);
    const { code, said } = await stage.run('--yes', ...stage.flags({ key }));
    expect(code, said).toBe(0);
    expect(stage.env()).toEqual(expected());
  });

  it('PKCS#1 is stored as it is, in one line', async () => {
    const { code, said } = await stage.run('--yes', ...stage.flags({ key: stage.files.write('key', pkcs1) }));
    expect(code, said).toBe(0);
    expect(stage.env().WECHATPAY_DIRECT_PRIVATE_KEY).toBe(pkcs1.replace(/-----[^-]+-----|\s/g, ''));
  });
});

describe('a setup of what is there already', () => {
  beforeEach(() => stage.run('--yes', ...stage.flags()));

  it('keeps everything that is not given, in its place', async () => {
    const before = `# ours\nMY_OWN=1\n${stage.envText()}LAST="kept # as it is"\n`;
    stage.shop.write('.env.local', before);
    await stage.run('--yes', '--operators', 'oAbcdefghijklmnopqrstuvwxyz1');
    expect(stage.envText()).toBe(`${before}OPERATOR_OPENIDS=oAbcdefghijklmnopqrstuvwxyz1\n`);
  });

  it('changes nothing the second time, and says so', async () => {
    const before = stage.envText();
    const { code, said } = await stage.run('--yes', ...stage.flags());
    expect(code).toBe(0);
    expect(said).toContain('Nothing to change');
    expect(stage.envText()).toBe(before);
  });

  it('brings the serial number along with a new certificate', async () => {
    const key = keyOf('renewed');
    const serialNo = '7DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C';
    stage.files.write('apiclient_cert.pem', newCertificate({ key, name: merchant.mchid, serialNo }));
    stage.files.write('apiclient_key.pem', pemOf(key));
    const { code, said } = await stage.run('--yes', '--key', stage.file('apiclient_key.pem'));
    expect(code, said).toBe(0);
    expect(stage.env().WECHATPAY_DIRECT_SERIAL_NO).toBe(serialNo);
    expect(said).toContain(`${merchant.serialNo} → ${serialNo}`);
  });

  it('adds a provider beside the direct merchant', async () => {
    const provider = newMerchant('1900000002');
    const { code, said } = await stage.run(
      '--yes',
      '--kind',
      'ecommerce',
      '--mchid',
      provider.mchid,
      '--key',
      stage.files.write('p.pem', provider.keyPem),
      '--cert',
      stage.files.write('c.pem', provider.certificatePem),
      '--api-v3-key-file',
      stage.file('api-v3-key.txt'),
    );
    expect(code, said).toBe(0);
    expect(stage.env()).toMatchObject({ ...expected(), WECHATPAY_PROVIDER_MCHID: provider.mchid });
  });

  it('rewrites a key that is stored over several lines', async () => {
    stage.shop.write('.env.local', stage.envText().replace(merchant.keyDer, `"${merchant.keyPem}"`));
    const { said } = await stage.run('--yes');
    expect(stage.env()).toEqual(expected());
    expect(said).toContain('rewritten as one line of base64');
  });

  it('removes a variable on request, but never a required one', async () => {
    await stage.run('--yes', '--other-api-v3-key-file', stage.files.write('v', 'z'.repeat(32)));
    expect(stage.env().WECHATPAY_DIRECT_API_V3_KEY_OTHER).toBe('z'.repeat(32));
    const { said } = await stage.run('--yes', '--unset', 'WECHATPAY_DIRECT_API_V3_KEY_OTHER');
    expect(said).toContain('- WECHATPAY_DIRECT_API_V3_KEY_OTHER');
    expect(stage.env()).toEqual(expected());
    expect((await stage.run('--yes', '--unset', 'WECHATPAY_APPID')).code).toBe(1);
    expect(stage.env()).toEqual(expected());
  });

  it('shows what would change and writes nothing with --dry-run', async () => {
    const before = stage.envText();
    const { code, said } = await stage.run('--yes', '--dry-run', '--appid', 'wxffffffffffffffff');
    expect(code).toBe(0);
    expect(said).toContain('wx0123456789abcdef → wxffffffffffffffff');
    expect(stage.envText()).toBe(before);
  });

  it('writes nothing where nobody can be asked and --yes is missing', async () => {
    const before = stage.envText();
    const { code, said } = await stage.run('--appid', 'wxffffffffffffffff');
    expect(code).toBe(1);
    expect(said).toContain('--yes');
    expect(stage.envText()).toBe(before);
  });
});

describe('what is printed', () => {
  it('has no part of a secret', async () => {
    const { said } = await stage.run('--yes', ...stage.flags());
    for (const secret of [merchant.keyDer, merchant.apiV3Key]) {
      for (let at = 0; at + 12 <= secret.length; at += 6)
        expect(said).not.toContain(secret.slice(at, at + 12));
    }
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

  it('is listed in .gitignore, so that keys stay out of the repository', () => {
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
