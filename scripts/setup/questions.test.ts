import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseEnvFile } from '../env/dotenv.ts';
import { CommandFailure } from '../env/failure.ts';
import { type Folder, newFolder, newMerchant, nowMs } from '../env/testing/merchant-files.ts';
import { setUp } from './set-up.ts';

const checkout = join(fileURLToPath(import.meta.url), '../../..');
const merchant = newMerchant();
const enter = '\r';
const interrupt = '\u0003';
const clear = '\u0015';

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
});
afterEach(() => {
  shop.remove();
  files.remove();
});

const file = (name: string) => join(files.path, name);
const env = () => {
  const { entries } = parseEnvFile(readFileSync(join(shop.path, '.env.local'), 'utf8'));
  return Object.fromEntries([...entries.values()].map(({ name, value }) => [name, value]));
};

/** Each question is answered once it is on the screen; a question that nobody expected ends the run. */
async function converse(script: readonly [question: RegExp, reply: string][], args: string[] = []) {
  const input = new PassThrough();
  const output = new PassThrough();
  let shown = '';
  let seen = 0;
  let next = 0;
  output.on('data', (chunk) => {
    shown += chunk;
    const [question, reply] = script[next] ?? [];
    if (!question || !reply || !question.test(shown.slice(seen))) return;
    next += 1;
    seen = shown.length;
    // The question listens once it has been drawn.
    setImmediate(() => input.write(reply));
  });
  const said: string[] = [];
  const say = (text: string) => void said.push(text);
  try {
    const terminal = { input, output };
    const code = await setUp({ root: shop.path, args, output: { write: say, error: say }, nowMs, terminal });
    return { code, said: said.join('\n'), shown, answered: next };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return { code: error.exitCode, said: [...said, error.message].join('\n'), shown, answered: next };
  }
}

const direct = (): [RegExp, string][] => [
  [/Which kind of merchant/, enter],
  [/Id of the CloudBase environment/, `shop-1a2b3c${enter}`],
  [/appid of the mini-program/, `wx0123456789abcdef${enter}`],
  [/Cloud function that delivers/, enter],
  [/openids of the operators/, enter],
  [/Merchant number/, `${merchant.mchid}${enter}`],
  [/Merchant private key/, `${file('apiclient_key.pem')}${enter}`],
  [/Merchant API certificate/, enter],
  [/API v3 key, 32 characters/, `${merchant.apiV3Key}${enter}`],
  [/WeChat Pay's public key/, `'${file('pub_key.pem')}'${enter}`],
  [/Id of the WeChat Pay public key/, `${merchant.publicKeyId}${enter}`],
];

describe('the questions', () => {
  it('are those of a direct merchant, and the answers are written after a yes', async () => {
    const { code, said, shown } = await converse([
      ...direct(),
      [/Write \.env\.local\?/, enter],
      [/Set the mini-program's appid/, enter],
    ]);
    expect(code, said).toBe(0);
    expect(env()).toEqual({
      FULFILMENT_FUNCTION: 'fulfilOrder',
      TCB_ENV_ID: 'shop-1a2b3c',
      WECHATPAY_APPID: 'wx0123456789abcdef',
      WECHATPAY_DIRECT_MCHID: merchant.mchid,
      WECHATPAY_DIRECT_SERIAL_NO: merchant.serialNo,
      WECHATPAY_DIRECT_PRIVATE_KEY: merchant.keyDer,
      WECHATPAY_DIRECT_API_V3_KEY: merchant.apiV3Key,
      WECHATPAY_DIRECT_PUBLIC_KEY_ID: merchant.publicKeyId,
      WECHATPAY_DIRECT_PUBLIC_KEY: merchant.publicKeyDer,
      WECHATPAY_DIRECT_CERTIFICATE: merchant.certificateDer,
    });
    expect(readFileSync(join(shop.path, 'project.config.json'), 'utf8')).toContain('wx0123456789abcdef');
    expect(shown + said).not.toContain(merchant.apiV3Key);
  });

  it('leave the mini-program alone after a no', async () => {
    await converse([
      ...direct(),
      [/Write \.env\.local\?/, enter],
      [/Set the mini-program's appid/, `n${enter}`],
    ]);
    expect(env().WECHATPAY_APPID).toBe('wx0123456789abcdef');
    expect(readFileSync(join(shop.path, 'project.config.json'), 'utf8')).toContain('touristappid');
  });

  it('write nothing after a no', async () => {
    const { code } = await converse([...direct(), [/Write \.env\.local\?/, `n${enter}`]]);
    expect(code).toBe(1);
    expect(existsSync(join(shop.path, '.env.local'))).toBe(false);
  });

  it.each([0, 3, 7, 9, 11])('write nothing when question %i is interrupted', async (at) => {
    const script = [...direct(), [/Write \.env\.local\?/, enter] as [RegExp, string]];
    script[at] = [script[at]![0], interrupt];
    const { code, said } = await converse(script.slice(0, at + 1));
    expect(code).toBe(130);
    expect(said).toContain('nothing was written');
    expect(existsSync(join(shop.path, '.env.local'))).toBe(false);
  });

  it('say at once what is wrong with an answer, and take a better one', async () => {
    const script = direct();
    script.splice(6, 0, [/Merchant private key/, `${file('apiclient_cert.pem')}${enter}`]);
    script[7] = [/certificate/, `${clear}${file('apiclient_key.pem')}${enter}`];
    const { code, said } = await converse([
      ...script,
      [/Write \.env\.local\?/, enter],
      [/Set the mini-program's appid/, enter],
    ]);
    expect(code, said).toBe(0);
    expect(env().WECHATPAY_DIRECT_PRIVATE_KEY).toBe(merchant.keyDer);
  });

  it('are only about what is missing when something is given on the command line', async () => {
    const flags = ['--kind', 'direct', '--mchid', merchant.mchid, '--key', file('apiclient_key.pem')];
    const { code, said } = await converse(
      [
        [/Id of the CloudBase environment/, `shop-1a2b3c${enter}`],
        [/appid of the mini-program/, `wx0123456789abcdef${enter}`],
        [/Cloud function that delivers/, enter],
        [/API v3 key, 32 characters/, `${merchant.apiV3Key}${enter}`],
        [/Write \.env\.local\?/, enter],
        [/Set the mini-program's appid/, enter],
      ],
      flags,
    );
    expect(code, said).toBe(0);
    expect(env().WECHATPAY_DIRECT_SERIAL_NO).toBe(merchant.serialNo);
  });

  it('keep what is there with Enter', async () => {
    await converse([...direct(), [/Write \.env\.local\?/, enter], [/Set the mini-program's appid/, enter]]);
    const before = env();
    const { code, said } = await converse(direct().map(([question]) => [question, enter]));
    expect(code, said).toBe(0);
    expect(said).toContain('Nothing to change');
    expect(env()).toEqual(before);
  });
});
