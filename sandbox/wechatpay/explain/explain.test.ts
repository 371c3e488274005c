import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Mistakes } from '../testing/client.ts';
import { directOrder, type Sandbox, startSandbox } from '../testing/sandbox.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const order = '/v3/pay/transactions/out-trade-no/T123456?mchid=1900000001';

async function explained(mistakes: Mistakes, target = order) {
  const answer = await sandbox.direct.get(target, mistakes);
  expect(answer.status).toBe(401);
  const exchange = await sandbox.lastExchange();
  return exchange.signature;
}

/** Signs one text and sends another. */
async function explainedBody(signed: string, sent: string) {
  const answer = await sandbox.direct.send('POST', '/v3/pay/transactions/jsapi', signed, { sentBody: sent });
  expect(answer.status).toBe(401);
  return (await sandbox.lastExchange()).signature;
}

const changed = (change: (message: string) => string) => ({ message: change });

describe('explains what was signed wrongly', () => {
  test.each<[string, (message: string) => string]>([
    ['missing-trailing-newline', (message) => message.slice(0, -1)],
    ['query-left-out', (message) => message.replace(/\?[^\n]*/, '')],
    ['url-with-host', (message) => message.replace('/v3', 'https://api.mch.weixin.qq.com/v3')],
    ['method-differs', (message) => message.replace('GET', 'get')],
    ['literal-backslash-n', (message) => message.replaceAll('\n', '\\n')],
    ['crlf', (message) => message.replaceAll('\n', '\r\n')],
    ['body-not-sent', (message) => message.replace(/\n$/, '{}\n')],
    ['second-timestamp', (message) => message.replace(/\n(\d{10})\n/, (_, at) => `\n${Number(at) - 1}\n`)],
    ['query-differs', (message) => message.replace('T123456?', 'T123456/?')],
  ])('%s', async (cause, change) => {
    const signature = await explained(changed(change));
    expect(signature.cause).toBe(cause);
    expect(signature.receivedMessage).toBe(change(signature.expectedMessage));
    expect(signature.hint).not.toBe('');
    expect(signature.hintZh).toMatch(/[\u4e00-\u9fff]/);
  });

  test('order-of-lines', async () => {
    const swap = (message: string) => {
      const [method, target, timestamp, nonce] = message.split('\n');
      return `${method}\n${target}\n${nonce}\n${timestamp}\n\n`;
    };
    expect((await explained(changed(swap))).cause).toBe('order-of-lines');
  });

  test('path-decoded', async () => {
    const target = '/v3/pay/transactions/out-trade-no/T%7C123456?mchid=1900000001';
    const signature = await explained(
      changed((message) => message.replace('%7C', '|')),
      target,
    );
    expect(signature.cause).toBe('path-decoded');
  });

  test('the first differing byte is given, and what stands there', async () => {
    const signature = await explained(changed((message) => message.replace(/\?[^\n]*/, '')));
    const { byte, expected, received } = signature.firstDifference;
    expect(signature.expectedMessage.slice(0, byte)).toBe(signature.receivedMessage.slice(0, byte));
    expect(expected).toMatch(/^\?mchid=/);
    expect(received).toMatch(/^\\n\d{10}/);
  });
});

describe('a body that was serialised twice is recognised', () => {
  const value = { description: '沙箱/<b>', amount: { total: 1 }, attach: 'x' };
  const sent = JSON.stringify(value);
  const sorted = JSON.stringify({ amount: { total: 1 }, attach: 'x', description: '沙箱/<b>' });
  test.each([
    ['pretty printed', JSON.stringify(value, null, 2)],
    ['with tabs', JSON.stringify(value, null, '\t')],
    ['as Python writes it', sent.replaceAll('":', '": ').replaceAll(',"', ', "')],
    ['with sorted keys', sorted],
    ['with \\u escapes', sent.replace('沙箱', '\\u6c99\\u7bb1')],
    ['with \\/ as PHP writes it', sent.replaceAll('/', '\\/')],
    ['with \\u003c as Go writes it', sent.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e')],
  ])('%s', async (_name, signed) => {
    const signature = await explainedBody(signed, sent);
    expect(signature.cause).toBe('body-reserialised');
    expect(signature.receivedMessage).toContain(signed);
  });
  test('body-left-out', async () => {
    const answer = await sandbox.direct.send('POST', '/v3/pay/transactions/jsapi', sent, {
      message: (message) => message.replace(sent, ''),
    });
    expect(answer.status).toBe(401);
    expect((await sandbox.lastExchange()).signature.cause).toBe('body-left-out');
  });
  test('another content altogether is said to be unknown, with the message to compare', async () => {
    const signature = await explainedBody('{"other":1}', sent);
    expect(signature).toMatchObject({ cause: 'unknown-message', signedWith: 'merchant 1900000001' });
    expect(signature.expectedMessage).toContain(sent);
  });
});

describe('keys', () => {
  test('the key of another merchant is named', async () => {
    const signature = await explained({ privateKeyPem: sandbox.partner.account.privateKeyPem });
    expect(signature).toMatchObject({ cause: 'other-key', signedWith: 'merchant 1900000101' });
  });
  test('a key from elsewhere is called unknown', async () => {
    const other = await startSandbox({ seed: 'elsewhere' });
    const signature = await explained({ privateKeyPem: other.direct.account.privateKeyPem });
    expect(signature.cause).toBe('unknown-key');
    await other.close();
  });
  test('random bytes are no signature of any key', async () => {
    expect((await explained({ signature: randomBytes(256).toString('base64') })).cause).toBe('unknown-key');
  });
  test('what is not 256 bytes of base64 is no signature', async () => {
    expect((await explained({ signature: 'c2hvcnQ=' })).cause).toBe('not-a-signature');
  });
  test('SHA-1 is recognised', async () => {
    expect((await explained({ signWith: 'sha1' })).cause).toBe('hash-algorithm');
  });
});

describe('serial and clock', () => {
  test('the serial of another merchant is attributed', async () => {
    const signature = await explained({ serialNo: sandbox.partner.account.serialNo });
    expect(signature.cause).toBe('wrong-serial');
    expect(signature.hint).toContain('1900000101');
  });
  test('a platform key in place of the merchant’s serial is recognised', async () => {
    const signature = await explained({ serialNo: sandbox.direct.account.publicKeyId });
    expect(signature.hint).toContain('platform key');
  });
  test('a serial with colons is shown as it should be written', async () => {
    const { serialNo } = sandbox.direct.account;
    const signature = await explained({ serialNo: serialNo.match(/../g)!.join(':') });
    expect(signature.hint).toContain(`must be written as ${serialNo}`);
  });
  test('milliseconds are recognised', async () => {
    const signature = await explained({ timestamp: String(Date.now()) });
    expect(signature.cause).toBe('milliseconds');
    expect(signature.hint).toContain('in milliseconds');
  });
  test('the distance of the clocks is given', async () => {
    const signature = await explained({ timestamp: String(Math.floor(Date.now() / 1000) - 3600) });
    expect(signature.hint).toMatch(/3(600|601) s/);
  });
});

test('a right request has no explanation', async () => {
  expect((await sandbox.direct.post('/v3/pay/transactions/jsapi', directOrder(sandbox))).status).toBe(200);
  const exchange = await sandbox.lastExchange();
  expect(exchange).toMatchObject({ verdict: 'passed' });
  expect(exchange.signature).toBeUndefined();
});
