import { createDecipheriv } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { TestClient } from '../testing/client.ts';
import { directOrder, type Sandbox, startSandbox } from '../testing/sandbox.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const path = (mchid: string) => `/merchants/${mchid}/keys`;
const jsapi = '/v3/pay/transactions/jsapi';

/** @returns whether the body of a certificates' answer opens with a key */
function opens(item: Record<string, string>, apiV3Key: string): boolean {
  const bytes = Buffer.from(item.ciphertext!, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', apiV3Key, item.nonce!);
  decipher.setAAD(Buffer.from(item.associated_data!)).setAuthTag(bytes.subarray(-16));
  try {
    decipher.update(bytes.subarray(0, -16));
    decipher.final();
    return true;
  } catch {
    return false;
  }
}

describe('POST /_sandbox/merchants/{mchid}/keys', () => {
  test('sets another API v3 key, and the old one is void', async () => {
    sandbox = await startSandbox();
    const { mchid, apiV3Key: old } = sandbox.direct.account;
    const apiV3Key = 'x'.repeat(32);
    const answer = await sandbox.control('POST', path(mchid), { apiV3Key });
    expect(answer.json).toMatchObject({ apiV3Key, serialNo: sandbox.direct.account.serialNo });
    expect(sandbox.simulator.credentials().direct.apiV3Key).toBe(apiV3Key);
    const { json } = await sandbox.direct.get('/v3/certificates');
    const item = json.data[0].encrypt_certificate;
    expect([opens(item, apiV3Key), opens(item, old)]).toEqual([true, false]);
  });

  test('renews the certificate: both are valid until the older one is revoked', async () => {
    sandbox = await startSandbox();
    const { account } = sandbox.direct;
    const renewed = (await sandbox.control('POST', path(account.mchid), { certificate: 'renew' })).json;
    expect(renewed.serialNo).not.toBe(account.serialNo);
    const client = new TestClient({ ...account, ...renewed }, sandbox.fetch);
    const order = () => directOrder(sandbox);
    expect((await sandbox.direct.post(jsapi, order())).status).toBe(200);
    expect((await client.post(jsapi, order())).status).toBe(200);
    const mixed = new TestClient({ ...account, serialNo: renewed.serialNo }, sandbox.fetch);
    expect((await mixed.post(jsapi, order())).status, 'the key of another certificate').toBe(401);
    expect((await sandbox.control('POST', path(account.mchid), { certificate: 'revoke' })).status).toBe(200);
    expect((await sandbox.direct.post(jsapi, order())).status).toBe(401);
    expect((await client.post(jsapi, order())).status).toBe(200);
  });

  test('keeps both certificates in a snapshot', async () => {
    sandbox = await startSandbox();
    const { account } = sandbox.direct;
    const renewed = (await sandbox.control('POST', path(account.mchid), { certificate: 'renew' })).json;
    await sandbox.simulator.restore(sandbox.simulator.snapshot());
    const client = new TestClient({ ...account, ...renewed }, sandbox.fetch);
    expect((await sandbox.direct.post(jsapi, directOrder(sandbox))).status).toBe(200);
    expect((await client.post(jsapi, directOrder(sandbox))).status).toBe(200);
  });

  test.each([
    [{}, 400],
    [{ apiV3Key: 'short' }, 400],
    [{ apiV3Key: 'x'.repeat(32), certificate: 'renew' }, 400],
    [{ certificate: 'forget' }, 400],
    [{ certificate: 'revoke' }, 409],
  ])('refuses %j', async (body, status) => {
    sandbox = await startSandbox();
    const { mchid } = sandbox.direct.account;
    expect((await sandbox.control('POST', path(mchid), body)).status).toBe(status);
    expect((await sandbox.direct.post(jsapi, directOrder(sandbox))).status).toBe(200);
  });

  test('knows no other merchants', async () => {
    sandbox = await startSandbox();
    expect((await sandbox.control('POST', path('1'), { certificate: 'renew' })).status).toBe(404);
  });
});
