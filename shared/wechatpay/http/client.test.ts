import { verify } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createPlatformKeys } from '../crypto/platform-keys.ts';
import { answer, fakeServer, hangUp, unsigned } from '../testing/fake-wechatpay.ts';
import { apiV3Key, rejection, rsaPair } from '../testing/material.ts';
import { type ClientOptions, createClient } from './client.ts';

const [merchant, platform, stranger] = [rsaPair('merchant'), rsaPair('platform'), rsaPair('stranger')];
const nowMs = () => 1_750_000_000_000;
const serial = 'PUB_KEY_ID_0119000000012024';
const signing = { privatePem: platform.privatePem, serial, nowMs };
const account = {
  mchid: '1900000001',
  serialNo: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1',
  privateKey: merchant.privateKey,
  apiV3Key,
};
const platformKeys = createPlatformKeys({ publicKey: { id: serial, key: platform.publicKey }, nowMs });
const [main, backup] = await Promise.all([fakeServer(), fakeServer()]);
afterAll(() => Promise.all([main.close(), backup.close()]));
beforeEach(() => {
  main.received.length = 0;
  backup.received.length = 0;
  main.react(answer(signing, 200, { prepay_id: 'wx1' }));
  backup.react(answer(signing, 200, { prepay_id: 'wx2' }));
});

let nonces = 0;
function client(options: Partial<ClientOptions> = {}) {
  return createClient({
    account,
    platformKeys,
    bases: [main.base],
    nowMs,
    nonce: () => `nonce${++nonces}`,
    random: () => 0,
    limits: { responseTimeoutMs: 3_000, connectTimeoutMs: 3_000 },
    ...options,
  });
}

const prepay = {
  method: 'POST',
  path: '/v3/pay/transactions/jsapi',
  body: '{ "a": "中文" }',
  idempotent: true,
} as const;
const once = { ...prepay, idempotent: false };
const failure = (kind: string, code: string, more: object = {}) =>
  expect.objectContaining({ name: 'WechatpayError', kind, code, ...more });

function signedMessageIsRight(index: number, body: string): boolean {
  const { method, url, headers } = main.received[index]!;
  const fields = Object.fromEntries(
    [...headers.authorization!.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
  const message = `${method}\n${url}\n${fields.timestamp}\n${fields.nonce_str}\n${body}\n`;
  return verify(
    'RSA-SHA256',
    Buffer.from(message),
    merchant.publicKey,
    Buffer.from(fields.signature!, 'base64'),
  );
}

describe('what goes over the wire', () => {
  it('is the given text byte for byte, signed as sent', async () => {
    await client().send(prepay);
    const [request] = main.received;
    expect(Buffer.from(request!.body, 'latin1').toString('utf8')).toBe('{ "a": "中文" }');
    expect(signedMessageIsRight(0, '{ "a": "中文" }')).toBe(true);
    expect(request!.headers).toMatchObject({
      accept: 'application/json',
      'content-type': 'application/json',
      'user-agent': expect.stringContaining('wechatpay-cloudbase'),
      'wechatpay-serial': serial,
    });
    expect(request!.headers.authorization).toContain(`serial_no="${account.serialNo}"`);
    expect(request!.headers.authorization).toContain('timestamp="1750000000"');
  });

  it('keeps a path as it was encoded and signed', async () => {
    await client().request('GET /v3/pay/transactions/out-trade-no/{out_trade_no}', {
      out_trade_no: "a|b*c_d-e'(1)",
      mchid: account.mchid,
    });
    expect(main.received[0]!.url).toBe(
      '/v3/pay/transactions/out-trade-no/a%7Cb%2Ac_d-e%27%281%29?mchid=1900000001',
    );
    expect(signedMessageIsRight(0, '')).toBe(true);
    expect(main.received[0]!.body).toBe('');
  });

  it('signs only the meta text of an upload', async () => {
    main.react(answer(signing, 200, { media_id: 'M1' }));
    const bytes = Buffer.from([0xff, 0xd8, 0x00, 0x0d, 0x0a, 0xff]);
    expect(
      await client().request('POST /v3/merchant/media/upload', { file: { filename: 'front.jpg', bytes } }),
    ).toEqual({ media_id: 'M1' });
    const { body, headers } = main.received[0]!;
    const meta = /\r\n\r\n(\{.*\})\r\n/.exec(body)![1]!;
    expect(signedMessageIsRight(0, meta)).toBe(true);
    expect(headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(Buffer.from(body, 'latin1').includes(bytes)).toBe(true);
  });

  it.each(['/v3/x y', '/v3/中文', '/v3/../certificates', 'v3/x', '/v3/x#y'])(
    'is nothing when the path would be changed on the way: %s',
    async (path) => {
      const attempt = client().send({ method: 'GET', path });
      await expect(attempt).rejects.toEqual(failure('fault', 'REQUEST_INVALID'));
      expect(main.received).toEqual([]);
    },
  );

  it('goes to WeChat Pay also with a path that looks like another host', async () => {
    const path = '//evil.example/v3';
    await client().send({ method: 'GET', path });
    expect(main.received.map(({ url }) => url)).toEqual([path]);
  });

  it('names the key that fields are encrypted with', async () => {
    await client().send({ ...prepay, encryptedWithSerial: 'ABCDEF0123456789' });
    expect(main.received[0]!.headers['wechatpay-serial']).toBe('ABCDEF0123456789');
  });
});

describe('an answer', () => {
  it.each([
    ['signed', answer(signing, 200, 'a,b\n1,2\n')],
    ['not signed, as files are', unsigned(200, 'a,b\n1,2\n')],
  ])('with a file is its bytes, %s', async (_, reaction) => {
    main.react(reaction);
    const bytes = await client().send<Uint8Array>({ method: 'GET', path: '/v3/bill', response: 'bytes' });
    expect(Buffer.from(bytes).toString()).toBe('a,b\n1,2\n');
  });

  it('without a body is verified and gives undefined', async () => {
    main.react(answer(signing, 204, undefined));
    expect(await client().send(prepay)).toBeUndefined();
  });

  it.each([
    ['200 without a signature', unsigned(200, '{"prepay_id":"wx1"}'), 'SIGNATURE_MISSING'],
    ['204 without a signature', unsigned(204, ''), 'SIGNATURE_MISSING'],
    [
      'signed by somebody else',
      answer({ ...signing, privatePem: stranger.privatePem }, 200, {}),
      'SIGNATURE_WRONG',
    ],
    ['under an unknown serial', answer({ ...signing, serial: 'PUB_KEY_ID_9' }, 200, {}), 'SERIAL_UNKNOWN'],
    [
      'signed ten minutes ago',
      answer({ ...signing, nowMs: () => nowMs() - 600_000 }, 200, {}),
      'TIMESTAMP_STALE',
    ],
    [
      '204 whose signature is of another body',
      answer(signing, 204, undefined, { 'Wechatpay-Nonce': 'x' }),
      'SIGNATURE_WRONG',
    ],
  ])('%s may have taken effect: unknown, and not repeated', async (_, reaction, code) => {
    main.react(reaction);
    await expect(client().send(prepay)).rejects.toEqual(failure('unknown', code));
    expect(main.received).toHaveLength(1);
  });

  it('that is a probe is refused, and the same request is made again if that is safe', async () => {
    const probe = answer(
      signing,
      200,
      { prepay_id: 'forged' },
      { 'Wechatpay-Signature': 'WECHATPAY/SIGNTEST/AAAA' },
    );
    main.react(probe, answer(signing, 200, { prepay_id: 'real' }));
    expect(await client().send(prepay)).toEqual({ prepay_id: 'real' });
    main.react(probe);
    await expect(client().send(prepay)).rejects.toEqual(failure('unknown', 'SIGNATURE_PROBE'));
    main.received.length = 0;
    await expect(client().send(once)).rejects.toEqual(failure('unknown', 'SIGNATURE_PROBE'));
    expect(main.received).toHaveLength(1);
  });

  it('with an error is refused with its code, its internal code and what that means', async () => {
    const body = { code: 'INVALID_REQUEST', message: '请求重入时，参数与首次请求时不一致' };
    main.react(answer(signing, 400, body, { 'Request-Id': '08F78BB5AF0610D302-268498688' }));
    const error = await rejection(client().send(prepay));
    expect(error).toEqual(failure('refused', 'INVALID_REQUEST', { status: 400, internalCode: '268498688' }));
    expect(error.requestId).toBe('08F78BB5AF0610D302-268498688');
    expect(error.explanation?.zh).toContain('参数与首次不一致');
    expect(error.message).toContain('请求重入时');
    expect(main.received).toHaveLength(1);
  });

  it.each([
    [400, 'PARAM_ERROR'],
    [400, 'ORDERPAID'],
    [403, 'NO_AUTH'],
    [404, 'ORDER_NOT_EXIST'],
  ])('with %s %s but no signature proves nothing: unknown, with what it claims', async (status, code) => {
    const body = JSON.stringify({ code, message: '原因' });
    main.react(unsigned(status, body, { 'Request-Id': 'x-268443701' }));
    const error = await rejection(client().send(prepay));
    expect(error).toEqual(failure('unknown', code, { status, internalCode: '268443701' }));
    expect(error.message).toContain('原因');
    expect(main.received).toHaveLength(1);
  });

  it('with 429 but no signature is asked for again only where that is safe', async () => {
    main.react(unsigned(429, '{"code":"FREQUENCY_LIMITED","message":""}'));
    await expect(client().send(once)).rejects.toEqual(failure('unknown', 'FREQUENCY_LIMITED'));
    expect(main.received).toHaveLength(1);
    await expect(client().send(prepay)).rejects.toEqual(failure('unknown', 'FREQUENCY_LIMITED'));
    expect(main.received).toHaveLength(4);
  });

  it('of a gateway does not count as one of WeChat Pay, and no redirect is followed', async () => {
    main.react(unsigned(413, '<html>too large</html>'));
    await expect(client().send(prepay)).rejects.toEqual(failure('unknown', 'GATEWAY_ERROR', { status: 413 }));
    main.react(unsigned(302, '', { Location: `${backup.base}/v3/x` }));
    await expect(client().send(prepay)).rejects.toEqual(failure('unknown', 'GATEWAY_ERROR', { status: 302 }));
    expect(backup.received).toHaveLength(0);
  });

  it('with an error under a wrong signature decides nothing', async () => {
    main.react(
      answer({ ...signing, privatePem: stranger.privatePem }, 400, { code: 'ORDERPAID', message: '' }),
    );
    const error = await rejection(client().send(prepay));
    expect(error).toEqual(failure('unknown', 'SIGNATURE_WRONG'));
    expect(error.message).toContain('ORDERPAID');
  });

  it('that refuses our signature is a configuration fault, signed or not, and compares the lengths', async () => {
    const detail = {
      field: 'signature',
      location: 'authorization',
      detail: { issue: 'sign not match' },
      sign_information: { method: 'POST', url: '/v3', sign_message_length: 7 },
    };
    const body = { code: 'SIGN_ERROR', message: '签名错误', detail };
    for (const reaction of [answer(signing, 401, body), unsigned(401, JSON.stringify(body))]) {
      main.react(reaction);
      const error = await rejection(client().send(prepay));
      expect(error).toEqual(failure('fault', 'SIGN_ERROR', { issue: 'sign not match' }));
      expect(error.message).toMatch(/rebuilt a message of 7 bytes, \d+ were signed/);
    }
  });

  it('to a signature that no key could have made names the three values that disagree', async () => {
    main.react(unsigned(401, '{"code":"SIGN_ERROR","message":"商户证书序列号有误"}'));
    const error = await rejection(client().send(prepay));
    expect(error).toEqual(failure('fault', 'SIGN_ERROR'));
    expect(error.message).toContain(`merchant number ${account.mchid}`);
    expect(error.message).toContain(`serial number ${account.serialNo}`);
    expect(error.message).toContain('and the private key');
  });

  it('with 202 means not yet: repeated with the same body, then unknown', async () => {
    main.react(answer(signing, 202, { code: 'USER_PAYING', message: '用户支付中' }));
    const known = { status: 202, requestId: '08F78BB5AF0610D302-0' };
    await expect(client().send(prepay)).rejects.toEqual(failure('unknown', 'USER_PAYING', known));
    expect(main.received).toHaveLength(3);
  });

  it('that is not JSON, or longer than allowed, is unknown', async () => {
    main.react(answer(signing, 200, 'hello'));
    const known = { status: 200, requestId: '08F78BB5AF0610D302-0' };
    await expect(client().send(prepay)).rejects.toEqual(failure('unknown', 'RESPONSE_NOT_JSON', known));
    main.react(answer(signing, 200, { padding: 'x'.repeat(5000) }));
    const small = client().send({ ...prepay, maxResponseBytes: 1000 });
    await expect(small).rejects.toEqual(failure('unknown', 'RESPONSE_TOO_LARGE'));
    expect(main.received).toHaveLength(2);
  });

  it('is never an error that carries the request, its signature or its body', async () => {
    main.react(hangUp);
    const error = await rejection(client().send(once));
    const { inspect } = await import('node:util');
    const printed = inspect(error, { depth: 10 });
    expect(printed).toContain('CONNECTION_LOST');
    expect(printed).not.toMatch(/WECHATPAY2|中文|PRIVATE/);
  });
});

it("names the merchant's own key in the place of WeChat Pay's", () => {
  const own = createPlatformKeys({ publicKey: { id: serial, key: merchant.publicKey }, nowMs });
  expect(() => client({ platformKeys: own })).toThrow(
    failure('fault', 'CONFIG_INVALID', {
      message: expect.stringContaining("merchant's own"),
      messageZh: expect.stringContaining('商户自己的公钥'),
    }),
  );
});

it('refuses to send over anything but https, except to this machine', () => {
  for (const base of ['http://api.mch.weixin.qq.com', 'https://api.mch.weixin.qq.com/', 'ftp://x', '']) {
    expect(() => client({ bases: [base] })).toThrow(failure('fault', 'CONFIG_INVALID'));
  }
  expect(() => client({ bases: [] })).toThrow(failure('fault', 'CONFIG_INVALID'));
  client({ bases: ['https://api.mch.weixin.qq.com', 'http://localhost:1', 'http://[::1]:1'] });
});
