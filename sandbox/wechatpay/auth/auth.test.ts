import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Mistakes } from '../testing/client.ts';
import { directOrder, type Sandbox, startSandbox } from '../testing/sandbox.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const certificates = '/v3/certificates';
const stale = () => String(Math.floor(Date.now() / 1000) - 301);

async function refusal(mistakes: Mistakes, target = certificates) {
  const answer = await sandbox.direct.get(target, mistakes);
  const exchange = await sandbox.lastExchange();
  return {
    status: answer.status,
    code: answer.json?.code,
    message: answer.json?.message,
    check: exchange.check,
    explanation: exchange.explanation,
    explanationZh: exchange.explanationZh,
  };
}

test('a path that does not exist answers 404 with an empty body, unsigned like the gateway', async () => {
  const answer = await sandbox.direct.get('/v3/nothing-here');
  expect([answer.status, answer.text]).toEqual([404, '']);
  expect(answer.headers.get('wechatpay-signature')).toBeNull();
  expect(await sandbox.lastExchange()).toMatchObject({
    check: 'route',
    explanation: expect.stringMatching(/^the sandbox does not simulate GET \/v3\/nothing-here: [ -~]*$/),
    explanationZh: expect.stringContaining('沙箱没有模拟 GET /v3/nothing-here'),
  });
});

test('another method than documented answers 405 with an empty body', async () => {
  const answer = await sandbox.direct.send('DELETE', certificates, '');
  expect([answer.status, answer.text]).toEqual([405, '']);
  expect(await sandbox.lastExchange()).toMatchObject({
    explanation: expect.stringContaining('not with DELETE'),
    explanationZh: expect.stringContaining('不支持 DELETE 方法'),
  });
});

test.each(['accept', 'user-agent'])('a request without %s is refused before anything else', async (name) => {
  expect(await refusal({ headers: { [name]: null }, authorization: null })).toMatchObject({
    status: 400,
    code: 'INVALID_REQUEST',
    message: 'Http头缺少Accept或User-Agent',
    check: 'headers',
    explanation: expect.stringContaining(name),
    explanationZh: expect.stringMatching(`^缺少请求头：.*${name}`),
  });
});

test('an Accept that excludes JSON is refused', async () => {
  expect(await refusal({ headers: { accept: 'text/html' } })).toMatchObject({
    status: 406,
    check: 'headers',
    explanation: expect.stringContaining('Accept is "text/html"'),
    explanationZh: expect.stringContaining('Accept 为“text/html”'),
  });
});

test('a POST without Content-Type application/json is refused', async () => {
  const body = directOrder(sandbox);
  const answer = await sandbox.direct.post('/v3/pay/transactions/jsapi', body, {
    headers: { 'content-type': 'text/plain' },
  });
  expect(answer.status).toBe(415);
});

describe('Authorization', () => {
  const malformed = 'Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》';
  test('missing', async () => {
    expect(await refusal({ authorization: null })).toMatchObject({
      status: 401,
      code: 'SIGN_ERROR',
      message: malformed,
      explanation: 'the Authorization header is missing',
      explanationZh: '缺少 Authorization 请求头',
    });
  });
  test('of another type', async () => {
    const seen = await refusal({ authorization: 'WECHATPAY2-SM2-WITH-SM3 mchid="1"' });
    expect(seen.message).toBe('Http头Authorization认证类型不正确');
  });
  test.each(['mchid', 'nonce_str', 'signature', 'timestamp', 'serial_no'])('without %s', async (name) => {
    const whole = sandbox.direct.authorize('GET', certificates, '');
    const without = whole.replace(new RegExp(`${name}="[^"]*",?`), '');
    expect(await refusal({ authorization: without })).toMatchObject({
      message: malformed,
      check: 'authorization',
    });
  });
  test('with values that are not quoted', async () => {
    const whole = sandbox.direct.authorize('GET', certificates, '').replaceAll('"', '');
    expect(await refusal({ authorization: whole })).toMatchObject({ message: malformed });
  });
  test('is read in any order, with spaces after the commas', async () => {
    const [scheme, rest] = sandbox.direct.authorize('GET', certificates, '').split(' ') as [string, string];
    const reordered = `${scheme} ${rest.split(',').reverse().join(', ')}`;
    expect((await sandbox.direct.get(certificates, { authorization: reordered })).status).toBe(200);
  });
});

test('an unknown merchant is refused before its timestamp is looked at', async () => {
  expect(await refusal({ mchid: '1999999999', timestamp: stale() })).toMatchObject({
    status: 401,
    check: 'merchant',
  });
});

test('a serial that is not the merchant’s is refused before its timestamp is looked at', async () => {
  const seen = await refusal({ serialNo: sandbox.partner.account.serialNo, timestamp: stale() });
  expect(seen).toMatchObject({
    check: 'merchant',
    message: '商户证书序列号有误。请使用签名私钥匹配的证书序列号',
  });
});

describe('on a clock that stands still', () => {
  const nowMs = 1_800_000_000_000;
  let still: Sandbox;
  beforeAll(async () => {
    still = await startSandbox({ transportTime: 'virtual' }, () => nowMs);
  });
  afterAll(() => still.close());

  test.each([-301, 301])(
    'a timestamp %i seconds away is refused, before the nonce and the signature',
    async (away) => {
      const timestamp = String(nowMs / 1000 + away);
      const answer = await still.direct.get(certificates, { timestamp, signature: 'x' });
      expect(answer.status).toBe(401);
      expect(await still.lastExchange()).toMatchObject({ check: 'timestamp' });
    },
  );

  test.each([-300, 300])('a timestamp %i seconds away is accepted', async (away) => {
    const timestamp = String(nowMs / 1000 + away);
    expect((await still.direct.get(certificates, { timestamp })).status).toBe(200);
  });
});

test('a timestamp that follows the sandbox’s clock is accepted as well', async () => {
  const other = await startSandbox();
  await other.clock.advance(86_400_000);
  const timestamp = String(Math.floor(other.clock.now() / 1000));
  expect((await other.direct.get(certificates, { timestamp })).status).toBe(200);
  expect((await other.direct.get(certificates)).status).toBe(200);
  await other.close();
});

test('a nonce that was used before is refused, before the signature', async () => {
  const nonce = 'used-twice';
  expect((await sandbox.direct.get(certificates, { nonce })).status).toBe(200);
  expect(await refusal({ nonce, signature: 'x' })).toMatchObject({
    status: 401,
    check: 'nonce',
    explanation: expect.stringContaining(`The nonce ${nonce} was used before`),
    explanationZh: expect.stringContaining(`随机串 ${nonce} 已用过`),
  });
});

test('a wrong signature is refused with the official sign_information, before the body is parsed', async () => {
  const target = '/v3/pay/transactions/jsapi';
  const answer = await sandbox.direct.send('POST', target, '{"not json', { message: (text) => `${text}x` });
  expect(answer.status).toBe(401);
  expect(answer.json).toMatchObject({
    code: 'SIGN_ERROR',
    message: '错误的签名，验签失败',
    detail: {
      detail: { issue: 'sign not match' },
      field: 'signature',
      location: 'authorization',
      sign_information: { method: 'POST', url: target },
    },
  });
  const { truncated_sign_message, sign_message_length } = answer.json.detail.sign_information;
  expect(truncated_sign_message).toMatch(/^POST\n\/v3\/pay\/transactions\/jsapi\n\d+\n\w+\n\{"not js\n$/);
  expect(sign_message_length).toBe(truncated_sign_message.length + '{"not json'.length - 8);
  expect(answer.headers.get('request-id')).toMatch(/-268443699$/);
});

describe('answers are signed only once the signature of the request was accepted', () => {
  const isSigned = (headers: Headers) => headers.get('wechatpay-signature') !== null;
  test.each<[string, Mistakes]>([
    ['Accept is missing', { headers: { accept: null } }],
    ['Authorization is missing', { authorization: null }],
    ['the merchant is unknown', { mchid: '1999999999' }],
    ['the serial is wrong', { serialNo: '0'.repeat(40) }],
    ['the timestamp is old', { timestamp: stale() }],
    ['the signature is wrong', { message: (text) => `${text}x` }],
  ])('not when %s', async (_name, mistakes) => {
    const answer = await sandbox.direct.get(certificates, mistakes);
    expect([Math.floor(answer.status / 100), isSigned(answer.headers)]).toEqual([4, false]);
    expect(answer.headers.get('request-id')).not.toBeNull();
  });

  test('but when the body is not JSON, a field is wrong, or a permission is missing', async () => {
    const jsapi = '/v3/pay/transactions/jsapi';
    const answers = [
      await sandbox.direct.send('POST', jsapi, '{"a":'),
      await sandbox.direct.post(jsapi, {}),
      await sandbox.partner.post(jsapi, {}),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 403]);
    expect(answers.every(({ headers }) => isSigned(headers))).toBe(true);
  });
});

test('a serial in lower case is the same serial', async () => {
  const serialNo = sandbox.direct.account.serialNo.toLowerCase();
  expect(serialNo).not.toBe(sandbox.direct.account.serialNo);
  expect((await sandbox.direct.get(certificates, { serialNo })).status).toBe(200);
});

test('a body that is not JSON is refused before its fields', async () => {
  for (const body of ['{"a":', '[]', '"text"', 'null']) {
    const answer = await sandbox.direct.send('POST', '/v3/pay/transactions/jsapi', body);
    expect([answer.status, answer.json.code]).toEqual([400, 'PARAM_ERROR']);
  }
});

test('a service provider may not call the API of direct merchants', async () => {
  const answer = await sandbox.partner.post('/v3/pay/transactions/jsapi', {});
  expect([answer.status, answer.json.code]).toEqual([403, 'NO_AUTH']);
  expect((await sandbox.lastExchange()).explanationZh).toMatch(
    /普通服务商（partner）；此接口供直连商户（direct）使用/,
  );
});
