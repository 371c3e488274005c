import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { CertificateStore } from '../crypto/certificate-cache.ts';
import type { CertificateItem } from '../crypto/certificate-items.ts';
import { answer, fakeServer, type Reaction, unsigned } from '../testing/fake-wechatpay.ts';
import { apiV3Key, certificate, rejection, rsaPair } from '../testing/material.ts';
import { downloadCertificates } from './certificates.ts';
import { type ClientOptions, createClient } from './client.ts';

const nowMs = () => Date.UTC(2025, 5, 1);
const span = { fromMs: Date.UTC(2024, 0, 1), toMs: Date.UTC(2029, 0, 1) };
const [merchant, first, second, publicPair] = [
  rsaPair('merchant'),
  rsaPair('first certificate'),
  rsaPair('next certificate'),
  rsaPair('platform'),
];
const one = certificate(first, { serialNo: '5A'.repeat(20), ...span });
const two = certificate(second, { serialNo: '1B'.repeat(20), ...span });
const listed = { data: [one.item, two.item] };
const server = await fakeServer();
afterAll(() => server.close());
beforeEach(() => {
  server.received.length = 0;
});

const signedBy = (pair: typeof first, serial: string) => ({ privatePem: pair.privatePem, serial, nowMs });

/** A client with its own keys, as it is in a function. */
function joined(own: Pick<ClientOptions, 'publicKey' | 'certificateStore' | 'log'> = {}) {
  const client = createClient({
    account: { mchid: '1900000001', serialNo: '7C'.repeat(20), privateKey: merchant.privateKey, apiV3Key },
    bases: [server.base],
    nowMs,
    random: () => 0,
    ...own,
  });
  return { client, platformKeys: client.platformKeys };
}

const certificatesThen =
  (list: Reaction, other: Reaction): Reaction =>
  (received, response, socket) =>
    (received.url === '/v3/certificates' ? list : other)(received, response, socket);

describe('the first certificates', () => {
  it('verify the answer that brings them, and any certificate of the list may', async () => {
    for (const signing of [signedBy(first, one.serialNo), signedBy(second, two.serialNo)]) {
      server.react(answer(signing, 200, listed));
      expect(await downloadCertificates(joined().client)).toEqual(listed.data);
    }
  });

  it('are fetched when the first answer needs them, without waiting for themselves', async () => {
    const signing = signedBy(second, two.serialNo);
    server.react(certificatesThen(answer(signing, 200, listed), answer(signing, 200, { prepay_id: 'wx1' })));
    const { client, platformKeys } = joined();
    expect(await client.send({ method: 'GET', path: '/v3/x' })).toEqual({ prepay_id: 'wx1' });
    expect(server.received.map(({ url }) => url)).toEqual(['/v3/x', '/v3/certificates']);
    expect((await platformKeys.encryptionKey()).serial).toMatch(/^(5A|1B)/);
  });

  it('are accepted under the public key during the gradual switch', async () => {
    const id = 'PUB_KEY_ID_0119000000012024';
    server.react(answer(signedBy(publicPair, id), 200, listed));
    const { client } = joined({ publicKey: { id, key: publicPair.publicKey } });
    expect(await downloadCertificates(client)).toHaveLength(2);
  });

  it.each([
    [
      'signed by nobody of the list',
      answer(signedBy(merchant, '7C'.repeat(20)), 200, listed),
      'SERIAL_UNKNOWN',
    ],
    ['wrongly signed', answer(signedBy(merchant, one.serialNo), 200, listed), 'SIGNATURE_WRONG'],
    ['unsigned', unsigned(200, JSON.stringify(listed)), 'SIGNATURE_MISSING'],
  ])('are refused when the answer is %s', async (_, reaction, code) => {
    server.react(reaction);
    expect(await rejection(downloadCertificates(joined().client))).toMatchObject({ kind: 'unknown', code });
    expect(server.received).toHaveLength(1);
  });

  it('are refused when they are encrypted with another API v3 key', async () => {
    const foreign = certificate(first, {
      serialNo: one.serialNo,
      ...span,
      key: 'another-key-another-key-another-',
    });
    server.react(answer(signedBy(first, one.serialNo), 200, { data: [foreign.item] }));
    const error = await rejection(downloadCertificates(joined().client));
    expect(error.code).toBe('DECRYPT_FAILED');
    expect(error.message).toContain('API v3 key');
  });

  it('are refused when the answer is no list', async () => {
    for (const body of ['hello', 'null', { data: 7 }, { data: [{}] }]) {
      server.react(answer(signedBy(first, one.serialNo), 200, body));
      const error = await rejection(downloadCertificates(joined().client));
      expect(error).toMatchObject({ name: 'WechatpayError', kind: expect.not.stringMatching('refused') });
    }
  });
});

it('certificates are shared with other instances through the store of the client', async () => {
  let kept: CertificateItem[] = [];
  const certificateStore: CertificateStore = {
    load: async () => kept,
    save: async (items) => {
      kept = items;
    },
  };
  server.react(answer(signedBy(first, one.serialNo), 200, listed));
  expect(await joined({ certificateStore }).platformKeys.refresh()).toBe(2);
  expect(kept).toEqual(listed.data);
  server.received.length = 0;
  expect((await joined({ certificateStore }).platformKeys.verificationKey(two.serialNo)).type).toBe('public');
  expect(server.received).toEqual([]);
});

it('a download that fails is in the log of the client', async () => {
  const warned: string[] = [];
  const log = { info: () => {}, warn: (event: string) => void warned.push(event), error: () => {} };
  server.react(unsigned(404, '{}'));
  await rejection(joined({ log }).platformKeys.encryptionKey());
  expect(warned).toContain('platform_certificates_refresh_failed');
});

describe('a merchant that has only the public key', () => {
  const id = 'PUB_KEY_ID_0119000000012024';
  const notFound = { code: 'RESOURCE_NOT_EXISTS', message: '无可用的平台证书' };

  it.each(['null', '{}', '{"data":7}'])('is told so when the list is %s, too', async (body) => {
    server.react(answer(signedBy(publicPair, id), 200, body));
    const error = await rejection(
      downloadCertificates(joined({ publicKey: { id, key: publicPair.publicKey } }).client),
    );
    expect(error).toMatchObject({ kind: 'fault', code: 'CERTIFICATES_NOT_AVAILABLE' });
  });

  it('is told the Request-Id of the refusal, for the support of WeChat Pay', async () => {
    server.react(answer(signedBy(publicPair, id), 404, notFound));
    const error = await rejection(downloadCertificates(joined().client));
    expect(error).toMatchObject({ status: 404, requestId: '08F78BB5AF0610D302-0' });
    expect(error.cause).toMatchObject({ code: 'RESOURCE_NOT_EXISTS' });
  });

  it.each([
    ['404, signed with a key that is not configured', answer(signedBy(publicPair, id), 404, notFound)],
    ['404, unsigned', unsigned(404, JSON.stringify(notFound))],
    ['an empty list', answer(signedBy(publicPair, id), 200, { data: [] })],
  ])('is told so in plain words: %s', async (_, reaction) => {
    server.react(reaction);
    const publicKey = { id, key: publicPair.publicKey };
    const error = await rejection(
      downloadCertificates(joined(_.startsWith('an') ? { publicKey } : {}).client),
    );
    expect(error).toMatchObject({ kind: 'fault', code: 'CERTIFICATES_NOT_AVAILABLE' });
    expect(error.message).toMatch(/PUB_KEY_ID_.*微信支付公钥/s);
  });
});
