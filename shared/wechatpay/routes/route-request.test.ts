import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decryptOaep, encryptOaep } from '../crypto/ciphers.ts';
import { createPlatformKeys } from '../crypto/platform-keys.ts';
import { createClient } from '../http/client.ts';
import type { HttpRequest } from '../http/client-types.ts';
import { TransportError } from '../http/transport-error.ts';
import { apiV3Key, rejection, rsaPair, signatureHeaders } from '../testing/material.ts';
import { routeRequest } from './route-request.ts';

const [merchant, platform] = [rsaPair('merchant'), rsaPair('platform')];
const nowMs = () => 1_750_000_000_000;
const serial = 'PUB_KEY_ID_0119000000012024';

/** A client whose every request is kept, and answered with this. */
function setup(
  body: unknown = {},
  options: { status?: number; signed?: boolean; certificate?: boolean } = {},
) {
  const { status = 200, signed = true } = options;
  const platformKeys = createPlatformKeys({ publicKey: { id: serial, key: platform.publicKey }, nowMs });
  const bytes = body instanceof Uint8Array ? Buffer.from(body) : Buffer.from(JSON.stringify(body));
  const headers = signatureHeaders(bytes.toString(), {
    privatePem: platform.privatePem,
    serial,
    nowMs: nowMs(),
  });
  const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  const sent: HttpRequest[] = [];
  const client = createClient({
    account: { mchid: '1900000001', serialNo: '5157F09EFDC096DE', privateKey: merchant.privateKey, apiV3Key },
    // With a certificate there is a key to encrypt with, and no public key that every request names.
    platformKeys: options.certificate ? { ...platformKeys, publicKey: undefined } : platformKeys,
    bases: ['https://pay.example'],
    nowMs,
    nonce: () => 'nonce',
    random: () => 0,
    transport: async (request) => {
      sent.push(request);
      if (status === 0) throw new TransportError('lost', 'the connection broke');
      return { status, headers: signed ? Object.fromEntries(lowerCase) : {}, body: bytes };
    },
  });
  const lines = () => sent.map(({ method, url }) => `${method} ${url.replace('https://pay.example', '')}`);
  const json = () => JSON.parse(String(sent[0]!.body));
  return { client, sent, lines, json };
}

describe('the parameters of a route', () => {
  it('go into its path and its query when it reads', async () => {
    const { client, sent, lines } = setup();
    await client.request('GET /v3/pay/transactions/out-trade-no/{out_trade_no}', {
      out_trade_no: 'a|b*c',
      mchid: '19',
    });
    await client.request('GET /v3/capital/capitallhh/banks/personal-banking', { offset: 20, limit: 200 });
    expect(lines()).toEqual([
      'GET /v3/pay/transactions/out-trade-no/a%7Cb%2Ac?mchid=19',
      'GET /v3/capital/capitallhh/banks/personal-banking?offset=20&limit=200',
    ]);
    expect(sent.every(({ body }) => body === undefined)).toBe(true);
  });

  it('go into its path and its body when it writes', async () => {
    const { client, lines, json } = setup();
    await client.request('POST /v3/pay/transactions/out-trade-no/{out_trade_no}/close', {
      out_trade_no: 'T1',
      mchid: '19',
    });
    expect(lines()).toEqual(['POST /v3/pay/transactions/out-trade-no/T1/close']);
    expect(json()).toEqual({ mchid: '19' });
  });

  it('may be none at all', async () => {
    const { client, sent, lines } = setup();
    await client.request('GET /v3/capital/capitallhh/areas/provinces');
    await client.request('DELETE /v3/merchant-service/complaint-notifications');
    expect(lines()).toEqual([
      'GET /v3/capital/capitallhh/areas/provinces',
      'DELETE /v3/merchant-service/complaint-notifications',
    ]);
    expect(sent.every(({ body }) => body === undefined)).toBe(true);
  });

  it('are refused when one that belongs into the path is missing, or one into the URL is no scalar', async () => {
    const { client, sent } = setup();
    const lacking = { mchid: '19' } as { mchid: string; out_trade_no: string };
    const odd = { out_trade_no: 'T1', mchid: [] as unknown as string };
    for (const parameters of [lacking, odd]) {
      const call = client.request('GET /v3/pay/transactions/out-trade-no/{out_trade_no}', parameters);
      expect(await rejection(call)).toMatchObject({ kind: 'fault', code: 'REQUEST_INVALID' });
    }
    expect(sent).toEqual([]);
  });
});

describe('fields that the table says are encrypted', () => {
  it('leave encrypted, nested and in each element of a list, with the serial of the key', async () => {
    const { client, sent, json } = setup();
    const form = {
      business_code: '1',
      contact_info: { contact_name: '张三', mobile_phone: '13900000000', contact_type: 'LEGAL' },
      subject_info: { ubo_info_list: [{ ubo_id_doc_name: '李四' }, { ubo_id_doc_name: '王五' }] },
      bank_account_info: { account_name: '', account_number: '6222' },
    };
    await client.request('POST /v3/applyment4sub/applyment/', form as never);
    const body = json();
    const clear = (text: string) => decryptOaep(text, platform.privateKey);
    expect(clear(body.contact_info.contact_name)).toBe('张三');
    expect(clear(body.contact_info.mobile_phone)).toBe('13900000000');
    expect(
      body.subject_info.ubo_info_list.map((each: { ubo_id_doc_name: string }) => clear(each.ubo_id_doc_name)),
    ).toEqual(['李四', '王五']);
    expect(clear(body.bank_account_info.account_number)).toBe('6222');
    expect(body.bank_account_info.account_name).toBe('');
    expect(body.contact_info.contact_type).toBe('LEGAL');
    expect(sent[0]!.headers['Wechatpay-Serial']).toBe(serial);
    expect(form.contact_info.contact_name).toBe('张三');
  });

  it('leave encrypted in a query, too', async () => {
    const { client, sent } = setup();
    await client.request('GET /v3/capital/capitallhh/banks/search-banks-by-bank-account', {
      account_number: '6222',
    });
    const query = new URL(sent[0]!.url).searchParams;
    expect(decryptOaep(query.get('account_number')!, platform.privateKey)).toBe('6222');
  });

  it('or the lack of them: the key is named where the page asks for it in any case', async () => {
    for (const options of [{ certificate: true }, {}]) {
      const { client, sent } = setup({ echo_message: 'hello' }, options);
      await client.request('POST /v3/security/echo', { echo_message: 'hello' });
      expect(sent[0]!.headers['Wechatpay-Serial']).toBe(serial);
    }
    const { client, sent } = setup({ prepay_id: 'wx1' }, { certificate: true });
    await client.request('GET /v3/certificates');
    expect(sent[0]!.headers).not.toHaveProperty('Wechatpay-Serial');
  });

  it('are refused when they are no text, before anything is sent', async () => {
    const { client, sent } = setup();
    const form = { bank_account_info: { account_number: 6222 } } as never;
    expect(await rejection(client.request('POST /v3/applyment4sub/applyment/', form))).toMatchObject({
      kind: 'fault',
      code: 'REQUEST_INVALID',
      message: expect.stringContaining('bank_account_info.account_number'),
    });
    expect(sent).toEqual([]);
  });

  it('are given in clear in the answer', async () => {
    const payer_phone = encryptOaep('13900000000', merchant.publicKey);
    // None of these is 256 bytes in base64, whatever it contains.
    const others = ['139****0000', `x${payer_phone}`, `${payer_phone}x`];
    const masked = others.map((phone, index) => ({ complaint_id: `${3 + index}`, payer_phone: phone }));
    const { client } = setup({
      data: [{ complaint_id: '1', payer_phone }, { complaint_id: '2' }, ...masked],
    });
    const answer = await client.request('GET /v3/merchant-service/complaints-v2', {
      begin_date: '2026-01-01',
      end_date: '2026-01-02',
    });
    expect(answer.data).toEqual([
      { complaint_id: '1', payer_phone: '13900000000' },
      { complaint_id: '2' },
      ...masked,
    ]);
  });

  it('that cannot be decrypted make the outcome of a write unknown, and a read a fault', async () => {
    const foreign = encryptOaep('x', platform.publicKey);
    const { client } = setup({ payer_phone: foreign, encrypted_echo_message: foreign });
    const write = client.request('POST /v3/security/echo', { echo_message: 'hello' });
    expect(await rejection(write)).toMatchObject({
      kind: 'unknown',
      code: 'DECRYPT_FAILED',
      cause: { kind: 'fault', code: 'DECRYPT_FAILED' },
    });
    const read = client.request('GET /v3/merchant-service/complaints-v2/{complaint_id}', {
      complaint_id: '1',
    });
    expect(await rejection(read)).toMatchObject({ kind: 'fault', code: 'DECRYPT_FAILED' });
  });
});

describe('a write', () => {
  it('is repeated when WeChat Pay takes it for the same one, and sent once when not', async () => {
    const order = { status: 0 };
    const repeated = setup({}, order);
    const close = { out_trade_no: 'T1', mchid: '19' };
    await rejection(
      repeated.client.request('POST /v3/pay/transactions/out-trade-no/{out_trade_no}/close', close),
    );
    expect(repeated.sent).toHaveLength(3);
    const once = setup({}, order);
    const modify = { sub_mchid: '16', account_number: '6222' } as never;
    await rejection(
      once.client.request('POST /v3/apply4sub/sub_merchants/{sub_mchid}/modify-settlement', modify),
    );
    expect(once.sent).toHaveLength(1);
  });
});

describe('files', () => {
  const file = { filename: 'front.jpg', bytes: Buffer.from([0xff, 0xd8, 0xff]) };

  it('are uploaded as the form that the route names, with a longer timeout', async () => {
    const { client, sent } = setup({ media_id: 'M1' });
    const { media_id } = await client.request('POST /v3/merchant/media/upload', { file });
    expect(media_id).toBe('M1');
    const body = Buffer.from(sent[0]!.body as Uint8Array).toString('latin1');
    const sha256 = createHash('sha256').update(file.bytes).digest('hex');
    expect(body).toContain(`{"filename":"front.jpg","sha256":"${sha256}"}`);
    expect(body).toContain('name="file"; filename="front.jpg"');
    expect(sent[0]!.responseTimeoutMs).toBe(20_000);
  });

  it('are downloaded as bytes, without a signature', async () => {
    const bytes = Buffer.from('`交易时间,`公众账号ID');
    const { client } = setup(bytes, { signed: false });
    const answer = await client.request('GET /v3/billdownload/file', { token: 't' });
    expect(Buffer.from(answer).equals(bytes)).toBe(true);
  });

  it('give an error when the download is refused', async () => {
    const { client } = setup({ code: 'NO_STATEMENT_EXIST', message: '账单文件不存在' }, { status: 400 });
    const error = await rejection(client.request('GET /v3/billdownload/file', { token: 't' }));
    expect(error).toMatchObject({ kind: 'refused', code: 'NO_STATEMENT_EXIST' });
  });
});

describe('the request of a route', () => {
  const keys = createPlatformKeys({ publicKey: { id: serial, key: platform.publicKey }, nowMs });

  it('has nothing that the route does not ask for', async () => {
    expect(await routeRequest('POST /v3/a/{id}', { id: '1', b: 2, c: undefined }, {}, keys)).toStrictEqual({
      method: 'POST',
      path: '/v3/a/1',
      body: { b: 2 },
    });
  });

  it('deletes with a query, or with a body where the facts say so', async () => {
    const parameters = { id: '1', brand_id: '2' };
    expect(await routeRequest('DELETE /v3/a/{id}', parameters, {}, keys)).toStrictEqual({
      method: 'DELETE',
      path: '/v3/a/1?brand_id=2',
    });
    expect(await routeRequest('DELETE /v3/a/{id}', parameters, { body: true }, keys)).toStrictEqual({
      method: 'DELETE',
      path: '/v3/a/1',
      body: { brand_id: '2' },
    });
  });

  it('has texts, numbers and truth in its URL', async () => {
    const parameters = { a: 'x y', b: 7, c: false };
    const { path } = await routeRequest('GET /v3/a', parameters, {}, keys);
    expect(path).toBe('/v3/a?a=x%20y&b=7&c=false');
  });

  it('names the key that the route asks for, though nothing of it is encrypted', async () => {
    expect(await routeRequest('POST /v3/a', { b: 2 }, { serial: true }, keys)).toStrictEqual({
      method: 'POST',
      path: '/v3/a',
      body: { b: 2 },
      encryptedWithSerial: serial,
    });
  });

  it('has a file in the part of that name, and the other parameters in its meta part', async () => {
    const parameters = { file: { filename: 'a.jpg', bytes: Buffer.from('x') }, sub_mchid: '16' };
    const { upload, body } = await routeRequest(
      'POST /v3/a',
      parameters,
      { upload: 'due_diligence_file' },
      keys,
    );
    const text = Buffer.from(upload!.bytes).toString('latin1');
    expect(text).toContain('name="due_diligence_file"; filename="a.jpg"');
    expect(JSON.parse(upload!.signedText)).toMatchObject({ filename: 'a.jpg', sub_mchid: '16' });
    expect(body).toBeUndefined();
  });

  it('for a bill takes as many bytes as a big shop’s day has', async () => {
    const request = await routeRequest('GET /v3/a', {}, { bytes: true }, keys);
    expect(request.maxResponseBytes).toBeGreaterThan(50e6);
  });
});

it('sends nothing over a route that its table does not have', async () => {
  const { client, sent } = setup();
  for (const route of ['POST /v3/papay/contracts', 'constructor', '']) {
    const error = await rejection(client.request(route as never, {} as never));
    expect(error).toMatchObject({ kind: 'fault', code: 'REQUEST_INVALID' });
  }
  expect(sent).toEqual([]);
});

it('types parameters and answers: what is wrong does not compile', () => {
  const { client } = setup();
  const never = () => {
    const orders = 'POST /v3/pay/transactions/jsapi' as const;
    const order = {
      appid: 'wx',
      mchid: '19',
      description: 'tea',
      out_trade_no: 'T1',
      notify_url: 'https://x',
    };
    client.request(orders, { ...order, amount: { total: 1 }, payer: { openid: 'o' } });
    // @ts-expect-error no such route
    client.request('POST /v3/pay/transactions/jsapii', order);
    // @ts-expect-error the amount is missing
    client.request(orders, { ...order, payer: { openid: 'o' } });
    // @ts-expect-error a field that does not exist
    client.request(orders, { ...order, amount: { total: 1 }, payer: { openid: 'o' }, total: 1 });
    // @ts-expect-error nor deeper down
    client.request(orders, { ...order, amount: { total: 1, sum: 1 }, payer: { openid: 'o' } });
    // @ts-expect-error fen are a number
    client.request(orders, { ...order, amount: { total: '1' }, payer: { openid: 'o' } });
    // @ts-expect-error parameters are missing
    client.request(orders);
  };
  expect(never).toBeTypeOf('function');
});
