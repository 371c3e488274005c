import { constants, createPrivateKey, privateDecrypt, publicEncrypt } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { isSignedBy, openResource } from '../testing/client.ts';
import { type Sandbox, startReceiver, startSandbox } from '../testing/sandbox.ts';

let sandbox: Sandbox;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeAll(async () => {
  sandbox = await startSandbox({ keyMode: 'public-key' });
  receiver = await startReceiver();
});
beforeEach(() => {
  receiver.callbacks.length = 0;
});
afterAll(async () => {
  await sandbox.close();
  await receiver.close();
});

const path = '/v3/security/echo';
const padding = constants.RSA_PKCS1_OAEP_PADDING;
const named = () => ({ headers: { 'wechatpay-serial': sandbox.direct.account.publicKeyId } });

function encrypted(clear: string, key = sandbox.direct.account.publicKeyPem): string {
  return publicEncrypt({ key, padding }, Buffer.from(clear)).toString('base64');
}

test.each(['direct', 'partner', 'ecommerce'] as const)('echoes what a %s merchant sends', async (kind) => {
  const answer = await sandbox[kind].post(path, { echo_message: '你好' }, named());
  expect([answer.status, answer.json]).toEqual([200, { echo_message: '你好' }]);
  expect(isSignedBy(sandbox.direct.account.publicKeyPem, answer.headers, answer.text)).toBe(true);
});

test('decrypts the encrypted message, and encrypts it for the merchant', async () => {
  const body = { echo_message: 'clear', encrypted_echo_message: encrypted('秘密') };
  const { json } = await sandbox.direct.post(path, body, named());
  const key = createPrivateKey(sandbox.direct.account.privateKeyPem);
  const opened = privateDecrypt({ key, padding }, Buffer.from(json.encrypted_echo_message, 'base64'));
  expect(opened.toString('utf8')).toBe('秘密');
  expect(json.encrypted_echo_message).not.toBe(body.encrypted_echo_message);
});

test('calls notify_url back, signed and encrypted', async () => {
  await sandbox.direct.post(path, { echo_message: 'hello', notify_url: receiver.url }, named());
  await expect.poll(() => receiver.callbacks.length).toBe(1);
  const { headers, body } = receiver.callbacks[0]!;
  expect(isSignedBy(sandbox.direct.account.publicKeyPem, headers, body)).toBe(true);
  const notification = JSON.parse(body);
  expect(notification.event_type).toBe('SECURITY_ECHO.SUCCESS');
  const resource = openResource(sandbox.direct.account.apiV3Key, notification.resource);
  expect(JSON.parse(resource)).toEqual({ echo_message: 'hello' });
});

test('makes no callback without notify_url, or of a refused request', async () => {
  const count = async () => (await sandbox.control('GET', '/notifications')).json.notifications.length;
  const before = await count();
  await sandbox.direct.post(path, { echo_message: 'hello' }, named());
  await sandbox.direct.post(path, { notify_url: receiver.url }, named());
  expect(await count()).toBe(before);
});

test.each<[string, Record<string, unknown>, Record<string, string | null>]>([
  ['no echo_message', {}, {}],
  ['an empty echo_message', { echo_message: '' }, {}],
  ['an unknown field', { echo_message: 'a', message: 'b' }, {}],
  ['no Wechatpay-Serial', { echo_message: 'a' }, { 'wechatpay-serial': null }],
  ['an unknown Wechatpay-Serial', { echo_message: 'a' }, { 'wechatpay-serial': 'PUB_KEY_ID_0' }],
  ['a value sent in clear', { echo_message: 'a', encrypted_echo_message: 'clear' }, {}],
])('refuses %s', async (_name, body, headers) => {
  const answer = await sandbox.direct.post(path, body, { headers: { ...named().headers, ...headers } });
  expect([answer.status, answer.json.code]).toEqual([400, 'PARAM_ERROR']);
});

test('explains a value that was encrypted for another key', async () => {
  const body = {
    echo_message: 'a',
    encrypted_echo_message: encrypted('x', sandbox.credentials.direct.certificatePem),
  };
  const answer = await sandbox.direct.post(path, body, named());
  expect([answer.status, answer.json.code]).toEqual([400, 'PARAM_ERROR']);
  expect((await sandbox.lastExchange()).explanation).toContain('no platform key');
});
