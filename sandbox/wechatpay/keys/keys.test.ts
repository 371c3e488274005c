import { constants, createPublicKey, publicEncrypt, X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Answer, isSignedBy, openResource } from '../testing/client.ts';
import { directOrder, type Sandbox, startReceiver, startSandbox } from '../testing/sandbox.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());
const start = async (keyMode: 'certificate' | 'public-key' | 'switching') => {
  sandbox = await startSandbox({ keyMode });
};

const jsapi = '/v3/pay/transactions/jsapi';
const change = (body: object) => sandbox.control('POST', '/keys', body);
const signer = (answer: Answer) => answer.headers.get('wechatpay-serial');

/** As a merchant does it: each certificate decrypted with the APIv3 key. */
async function download() {
  const answer = await sandbox.direct.get('/v3/certificates');
  expect(answer.status).toBe(200);
  const { apiV3Key } = sandbox.direct.account;
  return {
    answer,
    certificates: answer.json.data.map((entry: { serial_no: string; encrypt_certificate: never }) => ({
      serialNo: entry.serial_no,
      pem: openResource(apiV3Key, entry.encrypt_certificate),
    })) as { serialNo: string; pem: string }[],
  };
}

describe('certificate mode', () => {
  beforeEach(() => start('certificate'));

  test('the certificates decrypt with the APIv3 key, have the serial they are listed under, and verify their own answer', async () => {
    const { answer, certificates } = await download();
    expect(certificates).toHaveLength(1);
    const [{ serialNo, pem }] = certificates as [{ serialNo: string; pem: string }];
    const certificate = new X509Certificate(pem);
    expect(certificate.serialNumber).toBe(serialNo);
    expect(signer(answer)).toBe(serialNo);
    expect(isSignedBy(pem, answer.headers, answer.text)).toBe(true);
    const authority = new X509Certificate(
      await sandbox.fetch(new Request('http://127.0.0.1/_sandbox/ca.pem')).then((r) => r.text()),
    );
    expect(certificate.verify(authority.publicKey)).toBe(true);
  });

  test('after a rotation the new certificate signs and both are listed; after the next the first is gone', async () => {
    const [first] = (await download()).certificates;
    await change({ rotate: true });
    const second = await download();
    expect(second.certificates.map(({ serialNo }) => serialNo)).toEqual([
      first!.serialNo,
      signer(second.answer),
    ]);
    expect(isSignedBy(second.certificates[1]!.pem, second.answer.headers, second.answer.text)).toBe(true);
    await change({ rotate: true });
    const third = await download();
    expect(third.certificates).toHaveLength(2);
    expect(third.certificates.map(({ serialNo }) => serialNo)).not.toContain(first!.serialNo);
  });
});

describe('a rotation in phases', () => {
  beforeEach(() => start('certificate'));
  const dayMs = 86_400_000;
  const advance = (advanceMs: number) => sandbox.control('POST', '/clock', { advanceMs });
  const listed = async () => (await download()).certificates.map(({ serialNo }) => serialNo);
  const asking = async (serial: string) =>
    signer(await sandbox.direct.get('/v3/certificates', { headers: { 'wechatpay-serial': serial } }));
  /** Which keys sign 20 answers to requests that name none. */
  const unasked = async () => {
    const seen = new Set<string | null>();
    for (let count = 0; count < 20; count++) seen.add(signer(await sandbox.direct.get('/v3/certificates')));
    return seen;
  };

  test('an announced certificate is listed and does not sign, not even the answer that lists it', async () => {
    const [old] = await listed();
    await change({ rotate: 'announce' });
    const { answer, certificates } = await download();
    expect(certificates.map(({ serialNo }) => serialNo)[0]).toBe(old);
    expect(certificates).toHaveLength(2);
    expect(signer(answer)).toBe(old);
    expect(await unasked()).toEqual(new Set([old]));
    expect(await asking(certificates[1]!.serialNo)).toBe(old);
  });

  test('announcing twice changes nothing', async () => {
    await change({ rotate: 'announce' });
    const before = await listed();
    await change({ rotate: 'announce' });
    expect(await listed()).toEqual(before);
  });

  test('after the switch either signs, and an answer is signed by the one that the request names', async () => {
    await change({ rotate: 'announce' });
    const [old, fresh] = await listed();
    await change({ rotate: 'switch' });
    expect(await listed()).toEqual([old, fresh]);
    expect(await asking(old!)).toBe(old);
    expect(await asking(fresh!)).toBe(fresh);
    expect(await unasked()).toEqual(new Set([old, fresh]));
  });

  test('a switch that was not announced announces too', async () => {
    const [old] = await listed();
    await change({ rotate: 'switch' });
    const [first, fresh] = await listed();
    expect(first).toBe(old);
    expect(await unasked()).toEqual(new Set([old, fresh]));
  });

  test('true ends it: the new certificate signs alone, whatever the request names', async () => {
    await change({ rotate: 'announce' });
    const [old, fresh] = await listed();
    await change({ rotate: true });
    expect(await listed()).toEqual([old, fresh]);
    expect(await asking(old!)).toBe(fresh);
  });

  test('the clock goes through the phases: listed for 5 days, both sign for 5, then the old one is gone', async () => {
    await change({ rotate: 'announce' });
    const [old, fresh] = await listed();
    await advance(5 * dayMs - 60_000);
    expect(await unasked()).toEqual(new Set([old]));
    await advance(120_000);
    expect(await unasked()).toEqual(new Set([old, fresh]));
    expect(await asking(old!)).toBe(old);
    await advance(5 * dayMs);
    expect(await listed()).toEqual([fresh]);
    expect(await unasked()).toEqual(new Set([fresh]));
  });

  test('callbacks are signed by the old one only, until the switch', async () => {
    const receiver = await startReceiver();
    const [old] = await listed();
    await change({ rotate: 'announce' });
    const body = directOrder(sandbox, { notify_url: receiver.url });
    await sandbox.direct.post(jsapi, body);
    await sandbox.control('POST', `/orders/${body.out_trade_no}/pay`, {});
    await expect.poll(() => receiver.callbacks.length).toBe(1);
    const [{ id }] = (await sandbox.control('GET', '/notifications')).json.notifications;
    const serials = () => new Set(receiver.callbacks.map(({ headers }) => headers['wechatpay-serial']));
    await sandbox.control('POST', `/notifications/${id}/replay`, { times: 12 });
    expect(serials()).toEqual(new Set([old]));
    await change({ rotate: 'switch' });
    await sandbox.control('POST', `/notifications/${id}/replay`, { times: 12 });
    expect(serials()).toEqual(new Set(await listed()));
    await receiver.close();
  });

  test('a phase that does not exist is refused, and any phase of a public key', async () => {
    expect((await change({ rotate: 'later' })).status).toBe(400);
    expect((await change({ mode: 'public-key', rotate: 'announce' })).status).toBe(400);
    expect((await sandbox.control('GET', '/keys')).json.mode).toBe('certificate');
  });
});

describe('public-key mode', () => {
  beforeEach(() => start('public-key'));

  test('there are no certificates, and the answer that says so is signed with the public key', async () => {
    const answer = await sandbox.direct.get('/v3/certificates');
    expect([answer.status, answer.json.code]).toEqual([404, 'RESOURCE_NOT_EXISTS']);
    expect(signer(answer)).toMatch(/^PUB_KEY_ID_\d+$/);
    expect(isSignedBy(sandbox.direct.account.publicKeyPem, answer.headers, answer.text)).toBe(true);
  });

  test('a rotation changes the public key and its id', async () => {
    const before = sandbox.direct.account.publicKeyId;
    const after = (await change({ rotate: true })).json;
    expect(after.publicKeyId).not.toBe(before);
    const answer = await sandbox.direct.get('/v3/certificates');
    expect(signer(answer)).toBe(after.publicKeyId);
    expect(isSignedBy(after.publicKeyPem, answer.headers, answer.text)).toBe(true);
    expect((await sandbox.control('GET', '/credentials')).json.direct.publicKeyId).toBe(after.publicKeyId);
  });
});

describe('switching', () => {
  beforeEach(() => start('switching'));

  test('the request’s Wechatpay-Serial asks for the key that signs the answer', async () => {
    const plain = await sandbox.direct.get('/v3/certificates');
    expect(signer(plain)).not.toMatch(/^PUB_KEY_ID_/);
    const id = sandbox.direct.account.publicKeyId;
    const asked = await sandbox.direct.get('/v3/certificates', { headers: { 'wechatpay-serial': id } });
    expect(signer(asked)).toBe(id);
    expect(isSignedBy(sandbox.direct.account.publicKeyPem, asked.headers, asked.text)).toBe(true);
  });

  test('callbacks come signed by either', async () => {
    const receiver = await startReceiver();
    const { certificates } = await download();
    const pems = new Map([
      [sandbox.direct.account.publicKeyId, sandbox.direct.account.publicKeyPem],
      [certificates[0]!.serialNo, certificates[0]!.pem],
    ]);
    const body = directOrder(sandbox, { notify_url: receiver.url });
    await sandbox.direct.post(jsapi, body);
    await sandbox.control('POST', `/orders/${body.out_trade_no}/pay`, {});
    await expect.poll(() => receiver.callbacks.length).toBe(1);
    const [{ id }] = (await sandbox.control('GET', '/notifications')).json.notifications;
    await sandbox.control('POST', `/notifications/${id}/replay`, { times: 12 });
    const serials = new Set(receiver.callbacks.map(({ headers }) => String(headers['wechatpay-serial'])));
    expect(serials).toEqual(new Set(pems.keys()));
    for (const { headers, body: text } of receiver.callbacks) {
      expect(isSignedBy(pems.get(String(headers['wechatpay-serial']))!, headers, text)).toBe(true);
    }
    await receiver.close();
  });
});

test('the mode changes at any moment', async () => {
  await start('certificate');
  expect((await sandbox.direct.get('/v3/certificates')).status).toBe(200);
  await change({ mode: 'public-key' });
  expect((await sandbox.direct.get('/v3/certificates')).status).toBe(404);
  expect((await change({ mode: 'nothing' })).status).toBe(400);
});

describe('sensitive fields', () => {
  beforeEach(() => start('switching'));
  const encrypt = (
    pem: string,
    clear: string,
    oaepHash = 'sha1',
    padding = constants.RSA_PKCS1_OAEP_PADDING,
  ) => publicEncrypt({ key: createPublicKey(pem), padding, oaepHash }, Buffer.from(clear)).toString('base64');

  async function place(number: string, serial: string | null) {
    const payer = { openid: 'o', identity: { type: 'IDCARD', number, name: number } };
    const headers = { headers: { 'wechatpay-serial': serial } };
    const answer = await sandbox.direct.post(jsapi, directOrder(sandbox, { payer }), headers);
    return { answer, explanation: (await sandbox.lastExchange()).explanation as string | undefined };
  }

  test('open with the public key and with the certificate', async () => {
    const { publicKeyId, publicKeyPem } = sandbox.direct.account;
    expect((await place(encrypt(publicKeyPem, '110101'), publicKeyId)).answer.status).toBe(200);
    const [certificate] = (await download()).certificates;
    expect((await place(encrypt(certificate!.pem, '110101'), certificate!.serialNo)).answer.status).toBe(200);
  });

  test('the record says what was wrong with one that does not open', async () => {
    const { publicKeyId, publicKeyPem } = sandbox.direct.account;
    const good = encrypt(publicKeyPem, '110101');
    const [certificate] = (await download()).certificates;
    const cases: [string, string | null, string][] = [
      [good, null, 'missing'],
      [good, 'PUB_KEY_ID_0', 'no platform key'],
      [good, certificate!.serialNo, `encrypted for ${publicKeyId}`],
      ['110101199001011234', publicKeyId, 'in clear'],
      [encrypt(publicKeyPem, '110101', 'sha256'), publicKeyId, 'SHA-256'],
      [encrypt(publicKeyPem, '110101', 'sha1', constants.RSA_PKCS1_PADDING), publicKeyId, 'another padding'],
    ];
    for (const [cipher, serial, said] of cases) {
      const { answer, explanation } = await place(cipher, serial);
      expect([answer.status, answer.json.code]).toEqual([400, 'PARAM_ERROR']);
      expect(explanation).toContain(said);
    }
  });

  test('a clear text that breaks a rule is not repeated in the answer', async () => {
    const { publicKeyId, publicKeyPem } = sandbox.direct.account;
    const { answer } = await place(encrypt(publicKeyPem, '9'.repeat(65)), publicKeyId);
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain('999');
  });
});
