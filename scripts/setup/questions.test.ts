import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandFailure } from '../env/failure.ts';
import { newMerchant, nowMs } from '../env/testing/merchant-files.ts';
import { setUp } from './set-up.ts';
import { newStage, type Stage } from './testing/stage.ts';

const merchant = newMerchant();
const enter = '\r';
const interrupt = '\u0003';
const clear = '\u0015';

let stage: Stage;
beforeEach(() => {
  stage = newStage(merchant);
});
afterEach(() => stage.remove());

/** Answers each prompt once it is on the screen; an unexpected prompt ends the run. */
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
    // The prompt accepts input once it has been drawn.
    setImmediate(() => input.write(reply));
  });
  const said: string[] = [];
  const say = (text: string) => void said.push(text);
  try {
    const terminal = { input, output };
    const code = await setUp({
      root: stage.shop.path,
      args,
      output: { write: say, error: say },
      nowMs,
      terminal,
    });
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
  [/Scene ids that 商家转账/, enter],
  [/Template id of the subscribe message/, enter],
  [/Merchant number/, `${merchant.mchid}${enter}`],
  [/Merchant private key/, `${stage.file('apiclient_key.pem')}${enter}`],
  [/Merchant API certificate/, enter],
  [/API v3 key, 32 characters/, `${merchant.apiV3Key}${enter}`],
  [/WeChat Pay's public key/, `'${stage.file('pub_key.pem')}'${enter}`],
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
    expect(stage.env()).toEqual({
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
    expect(readFileSync(join(stage.shop.path, 'project.config.json'), 'utf8')).toContain(
      'wx0123456789abcdef',
    );
    expect(shown + said).not.toContain(merchant.apiV3Key);
  });

  it('leave the mini-program alone after a no', async () => {
    await converse([
      ...direct(),
      [/Write \.env\.local\?/, enter],
      [/Set the mini-program's appid/, `n${enter}`],
    ]);
    expect(stage.env().WECHATPAY_APPID).toBe('wx0123456789abcdef');
    expect(readFileSync(join(stage.shop.path, 'project.config.json'), 'utf8')).toContain('touristappid');
  });

  it('write nothing after a no', async () => {
    const { code } = await converse([...direct(), [/Write \.env\.local\?/, `n${enter}`]]);
    expect(code).toBe(1);
    expect(existsSync(join(stage.shop.path, '.env.local'))).toBe(false);
  });

  it.each([0, 3, 5, 9, 11, 13])('write nothing when question %i is interrupted', async (at) => {
    const script = [...direct(), [/Write \.env\.local\?/, enter] as [RegExp, string]];
    script[at] = [script[at]![0], interrupt];
    const { code, said } = await converse(script.slice(0, at + 1));
    expect(code).toBe(130);
    expect(said).toContain('nothing was written');
    expect(existsSync(join(stage.shop.path, '.env.local'))).toBe(false);
  });

  it('say at once what is wrong with an answer, and take a better one', async () => {
    const script = direct();
    script.splice(8, 0, [/Merchant private key/, `${stage.file('apiclient_cert.pem')}${enter}`]);
    script[9] = [/certificate/, `${clear}${stage.file('apiclient_key.pem')}${enter}`];
    const { code, said } = await converse([
      ...script,
      [/Write \.env\.local\?/, enter],
      [/Set the mini-program's appid/, enter],
    ]);
    expect(code, said).toBe(0);
    expect(stage.env().WECHATPAY_DIRECT_PRIVATE_KEY).toBe(merchant.keyDer);
  });

  it('are only about what is missing when something is given on the command line', async () => {
    const flags = ['--kind', 'direct', '--mchid', merchant.mchid, '--key', stage.file('apiclient_key.pem')];
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
    expect(stage.env().WECHATPAY_DIRECT_SERIAL_NO).toBe(merchant.serialNo);
  });

  it('keep what is there with Enter', async () => {
    await converse([...direct(), [/Write \.env\.local\?/, enter], [/Set the mini-program's appid/, enter]]);
    const before = stage.env();
    const { code, said } = await converse(direct().map(([question]) => [question, enter]));
    expect(code, said).toBe(0);
    expect(said).toContain('Nothing to change');
    expect(stage.env()).toEqual(before);
  });
});
