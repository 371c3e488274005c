import { describe, expect, it } from 'vitest';
import {
  apiV3KeyText,
  certified,
  harness,
  otherKey,
  provider,
  serialNo,
} from '../payments/notifications/testing/callbacks.ts';
import type { Shop } from '../payments/testing/shop.ts';
import { certificateCoolDownMs } from '../wechatpay/crypto/certificate-timing.ts';
import { certificate, rsaPair } from '../wechatpay/testing/material.ts';

describe('a callback signed with a certificate', () => {
  const items = () => [
    certificate(certified, { serialNo, fromMs: 0, toMs: Date.UTC(2030, 0), key: apiV3KeyText }).item,
  ];
  const store = (shop: Shop, triedAtMs = 0) => {
    const record = { _id: '1900000001', kind: 'direct', items: items(), savedAtMs: 1, triedAtMs };
    shop.documents.put('platform_certificates', record);
  };

  it('is verified with what is stored, beside the public key', async () => {
    const { shop, send, asked } = await harness();
    store(shop);
    expect((await send({ serial: serialNo, pair: certified })).statusCode).toBe(204);
    expect((await send({ id: 'n-2' })).statusCode).toBe(204);
    expect(asked).toEqual([]);
  });

  const withoutPublicKey = { WECHATPAY_DIRECT_PUBLIC_KEY_ID: '', WECHATPAY_DIRECT_PUBLIC_KEY: '' };

  it('with an unknown serial makes reconcile download the certificates, and is then verified', async () => {
    const { shop, send, asked, setOnAsk } = await harness(withoutPublicKey);
    setOnAsk(async () => store(shop, shop.nowMs));
    expect((await send({ serial: serialNo, pair: certified })).statusCode).toBe(204);
    expect(asked).toEqual([{ name: 'reconcile', data: { action: 'refreshCertificates' } }]);
  });

  it('that WeChat Pay started using without notice is verified by an instance that knows the previous one', async () => {
    const { shop, send, asked, setOnAsk } = await harness(withoutPublicKey);
    store(shop);
    expect((await send({ serial: serialNo, pair: certified })).statusCode).toBe(204);
    expect(asked).toEqual([]);
    const next = rsaPair('next certificate');
    const nextSerial = '5E9F0A1B2C3D4E5F60718293A4B5C6D7E8F90A1B';
    const key = apiV3KeyText;
    const added = certificate(next, { serialNo: nextSerial, fromMs: 0, toMs: Date.UTC(2030, 0), key });
    const both = { _id: '1900000001', kind: 'direct', items: [...items(), added.item], savedAtMs: 1 };
    setOnAsk(async () => shop.documents.put('platform_certificates', both));
    shop.nowMs += certificateCoolDownMs;
    expect((await send({ id: 'n-2', serial: nextSerial, pair: next })).statusCode).toBe(204);
    expect((await send({ id: 'n-3', serial: serialNo, pair: certified })).statusCode).toBe(204);
    expect(asked).toEqual([{ name: 'reconcile', data: { action: 'refreshCertificates' } }]);
  });

  it('that follows one with an invented serial is verified when WeChat Pay repeats it', async () => {
    const { shop, send, asked, setOnAsk } = await harness(withoutPublicKey);
    await send({ serial: `${serialNo.slice(0, -1)}0`, pair: certified });
    setOnAsk(async () => store(shop, shop.nowMs));
    expect((await send({ serial: serialNo, pair: certified })).statusCode).toBe(401);
    shop.nowMs += certificateCoolDownMs;
    expect((await send({ serial: serialNo, pair: certified })).statusCode).toBe(204);
    expect(asked).toHaveLength(2);
  });

  it('of the provider makes the function with its key download', async () => {
    const { send, asked } = await harness({ ...withoutPublicKey, ...provider });
    expect((await send({ path: '/ecommerce', serial: serialNo, pair: certified })).statusCode).toBe(401);
    expect(asked).toEqual([{ name: 'partnerOrders', data: { action: 'refreshCertificates' } }]);
  });

  it('with an invented serial causes at most one download a minute, however many instances there are', async () => {
    const first = await harness(withoutPublicKey);
    const invented = { serial: serialNo, pair: certified };
    expect((await first.send(invented)).statusCode).toBe(401);
    expect(first.asked).toHaveLength(1);
    // Another instance has its own memory and the same documents.
    const another = async (afterMs: number) => {
      const instance = await harness(withoutPublicKey);
      instance.shop.documents.put(
        'platform_certificates',
        ...first.shop.documents.all('platform_certificates'),
      );
      instance.shop.nowMs = first.shop.nowMs + afterMs;
      expect((await instance.send(invented)).statusCode).toBe(401);
      return instance.asked.length;
    };
    expect(await another(0)).toBe(0);
    expect(await another(59_999)).toBe(0);
    expect(await another(60_000)).toBe(1);
  });

  it('with an invented serial causes no download where there is a public key', async () => {
    const { send, asked } = await harness();
    expect((await send({ serial: serialNo, pair: certified })).statusCode).toBe(401);
    expect(asked).toEqual([]);
  });

  it('is refused when the stored certificate was not encrypted with our API v3 key', async () => {
    const { shop, send } = await harness();
    const forged = certificate(certified, {
      serialNo,
      fromMs: 0,
      toMs: Date.UTC(2030, 0),
      key: otherKey,
    });
    const record = { _id: '1900000001', kind: 'direct', items: [forged.item], savedAtMs: 1, triedAtMs: 0 };
    shop.documents.put('platform_certificates', record);
    expect((await send({ serial: serialNo, pair: certified })).statusCode).toBe(401);
  });
});
