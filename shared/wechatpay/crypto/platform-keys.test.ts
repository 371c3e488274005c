import { describe, expect, it, vi } from 'vitest';
import { apiV3Key, certificate, rsaPair } from '../testing/material.ts';
import type { CertificateSources } from './certificate-cache.ts';
import type { CertificateItem } from './certificate-items.ts';
import {
  certificateAgeMs,
  certificateCoolDownMs,
  certificateFailureCoolDownMs,
} from './certificate-timing.ts';
import { createPlatformKeys } from './platform-keys.ts';

const day = 24 * 60 * 60 * 1000;
const start = Date.UTC(2025, 5, 1);
const [oldPair, newPair, publicPair] = [
  rsaPair('first certificate'),
  rsaPair('next certificate'),
  rsaPair('platform'),
];
/** Five years long; the new one begins ten days before the old one ends. */
const oldCert = certificate(oldPair, {
  serialNo: '5A'.repeat(20),
  fromMs: start - 5 * day,
  toMs: start + 20 * day,
});
const newCert = certificate(newPair, {
  serialNo: '1B'.repeat(20),
  fromMs: start + 10 * day,
  toMs: start + 999 * day,
});
const publicKey = { id: 'PUB_KEY_ID_0119000000012024', key: publicPair.publicKey };
const unknownSerial = '3C'.repeat(20);

function setup(sources: Omit<CertificateSources, 'apiV3Key'>, withPublicKey = false) {
  const clock = { now: start };
  const keys = createPlatformKeys({
    ...(withPublicKey ? { publicKey } : {}),
    certificates: { apiV3Key, ...sources },
    nowMs: () => clock.now,
  });
  return { keys, clock };
}

function memoryStore(items: CertificateItem[] = []) {
  const store = {
    items,
    load: vi.fn(async () => store.items),
    save: vi.fn(async (next: CertificateItem[]) => {
      store.items = next;
    }),
  };
  return store;
}

const fails = (code: string, message = '') =>
  expect.objectContaining({
    name: 'WechatpayError',
    kind: 'fault',
    code,
    message: expect.stringContaining(message),
  });

describe('with platform certificates', () => {
  it('verifies with the certificate that the serial names, downloaded once', async () => {
    const download = vi.fn(async () => [oldCert.item]);
    const { keys } = setup({ download });
    expect((await keys.verificationKey(oldCert.serialNo)).equals(oldPair.publicKey)).toBe(true);
    await keys.verificationKey(oldCert.serialNo);
    await keys.verificationKey(oldCert.serialNo.toLowerCase());
    expect(download).toHaveBeenCalledTimes(1);
    expect(keys.publicKey).toBeUndefined();
  });

  it('never takes another certificate for an unknown serial', async () => {
    const { keys } = setup({ download: async () => [oldCert.item] });
    await expect(keys.verificationKey(unknownSerial)).rejects.toEqual(
      fails('SERIAL_UNKNOWN', `${unknownSerial} is not the serial of a known`),
    );
  });

  it('asks again for an unknown serial only after the cool-down', async () => {
    const download = vi.fn(async () => [oldCert.item]);
    const { keys, clock } = setup({ download });
    for (let call = 0; call < 20; call++) await keys.verificationKey(unknownSerial).catch(() => undefined);
    expect(download).toHaveBeenCalledTimes(1);
    clock.now += certificateCoolDownMs;
    await keys.verificationKey(unknownSerial).catch(() => undefined);
    expect(download).toHaveBeenCalledTimes(2);
  });

  it('shares one download between concurrent callers', async () => {
    const download = vi.fn(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return [oldCert.item];
    });
    const { keys } = setup({ download });
    await Promise.all(Array.from({ length: 10 }, () => keys.verificationKey(oldCert.serialNo)));
    expect(download).toHaveBeenCalledTimes(1);
  });

  it('finds a certificate that appeared since, and keeps several valid at a time', async () => {
    let items = [oldCert.item];
    const { keys, clock } = setup({ download: async () => items });
    await keys.verificationKey(oldCert.serialNo);
    items = [oldCert.item, newCert.item];
    clock.now = start + 12 * day;
    expect((await keys.verificationKey(newCert.serialNo)).equals(newPair.publicKey)).toBe(true);
    expect((await keys.verificationKey(oldCert.serialNo)).equals(oldPair.publicKey)).toBe(true);
  });

  it('verifies with none that has expired, is not valid yet, or was withdrawn', async () => {
    let items = [oldCert.item, newCert.item];
    const { keys, clock } = setup({ download: async () => items });
    await expect(keys.verificationKey(newCert.serialNo)).rejects.toEqual(fails('SERIAL_UNKNOWN'));
    clock.now = start + 21 * day;
    await expect(keys.verificationKey(oldCert.serialNo)).rejects.toEqual(fails('SERIAL_UNKNOWN'));
    clock.now = start + 15 * day;
    const again = setup({ download: async () => items });
    again.clock.now = start + 15 * day;
    await again.keys.verificationKey(oldCert.serialNo);
    items = [newCert.item];
    again.clock.now += certificateAgeMs;
    await expect(again.keys.verificationKey(oldCert.serialNo)).rejects.toEqual(fails('SERIAL_UNKNOWN'));
  });

  it('refreshes after 12 hours and survives when that fails, without making each call wait', async () => {
    const download = vi.fn(async () => [oldCert.item]);
    const { keys, clock } = setup({ download });
    await keys.verificationKey(oldCert.serialNo);
    clock.now += certificateAgeMs - 1;
    await keys.verificationKey(oldCert.serialNo);
    expect(download).toHaveBeenCalledTimes(1);
    clock.now += 1;
    download.mockRejectedValue(new Error('offline'));
    for (let call = 0; call < 5; call++) {
      expect((await keys.verificationKey(oldCert.serialNo)).equals(oldPair.publicKey)).toBe(true);
      clock.now += certificateFailureCoolDownMs;
    }
    expect(download).toHaveBeenCalledTimes(2);
  });

  it('says why there is no certificate when the download failed, and tries again soon', async () => {
    const download = vi.fn(async () => [oldCert.item]);
    download.mockRejectedValueOnce(new Error('offline'));
    const { keys, clock } = setup({ download });
    const offline = { message: expect.stringContaining('offline'), cause: new Error('offline') };
    await expect(keys.verificationKey(oldCert.serialNo)).rejects.toMatchObject(offline);
    await expect(keys.encryptionKey()).rejects.toMatchObject(offline);
    clock.now += certificateFailureCoolDownMs;
    await keys.verificationKey(oldCert.serialNo);
  });

  it('encrypts with the newest valid certificate', async () => {
    const { keys, clock } = setup({ download: async () => [newCert.item, oldCert.item] });
    expect((await keys.encryptionKey()).serial).toBe(oldCert.serialNo);
    clock.now = start + 11 * day;
    const { serial, key } = await keys.encryptionKey();
    expect(serial).toBe(newCert.serialNo);
    expect(key.equals(newPair.publicKey)).toBe(true);
  });

  it('leaves out a certificate that it cannot open, and fails when it can open none', async () => {
    const foreign = certificate(newPair, {
      serialNo: '2D'.repeat(20),
      fromMs: start,
      toMs: start + day,
      key: 'another-key-another-key-another-',
    });
    const some = setup({ download: async () => [foreign.item, oldCert.item] });
    await some.keys.verificationKey(oldCert.serialNo);
    const none = setup({ download: async () => [foreign.item] });
    await expect(none.keys.encryptionKey()).rejects.toEqual(fails('PLATFORM_KEY_MISSING', 'API v3 key'));
    await expect(none.keys.refresh()).rejects.toEqual(fails('DECRYPT_FAILED'));
  });

  it('does not take a certificate under another serial than its own', async () => {
    const { keys } = setup({ download: async () => [{ ...oldCert.item, serial_no: unknownSerial }] });
    await expect(keys.verificationKey(unknownSerial)).rejects.toEqual(fails('SERIAL_UNKNOWN'));
    await expect(keys.verificationKey(oldCert.serialNo)).rejects.toEqual(fails('SERIAL_UNKNOWN'));
  });
});

describe('with a store that instances share', () => {
  it('starts from the store without a download, and stores what it downloads', async () => {
    const store = memoryStore([oldCert.item]);
    const download = vi.fn(async () => [oldCert.item, newCert.item]);
    const { keys } = setup({ download, store });
    await keys.verificationKey(oldCert.serialNo);
    expect(download).not.toHaveBeenCalled();
    expect(await keys.refresh()).toBe(1);
    expect(store.items).toEqual([oldCert.item, newCert.item]);
  });

  it('works from the store alone, as a function without a private key does', async () => {
    const store = memoryStore();
    const { keys, clock } = setup({ store });
    await expect(keys.verificationKey(oldCert.serialNo)).rejects.toEqual(fails('SERIAL_UNKNOWN'));
    store.items = [oldCert.item];
    clock.now += certificateCoolDownMs;
    await keys.verificationKey(oldCert.serialNo);
    expect(await keys.refresh()).toBe(1);
  });

  it('does not trust certificates that were written into the store by others', async () => {
    const forged = certificate(newPair, {
      serialNo: oldCert.serialNo,
      fromMs: start,
      toMs: start + day,
      key: 'key-of-somebody-who-is-not-wecha',
    });
    const { keys } = setup({ store: memoryStore([forged.item]) });
    await expect(keys.verificationKey(oldCert.serialNo)).rejects.toEqual(fails('SERIAL_UNKNOWN'));
  });

  it('ignores entries that are not certificates', async () => {
    const rubbish = [
      null,
      {},
      { ...oldCert.item, encrypt_certificate: { ciphertext: 7 } },
    ] as CertificateItem[];
    const { keys } = setup({ store: memoryStore([...rubbish, oldCert.item]) });
    expect((await keys.verificationKey(oldCert.serialNo)).equals(oldPair.publicKey)).toBe(true);
  });

  it('works on when the store fails', async () => {
    const broken = {
      load: () => Promise.reject(new Error('database down')),
      save: () => Promise.reject(new Error('database down')),
    };
    const { keys } = setup({ store: broken, download: async () => [oldCert.item] });
    expect((await keys.verificationKey(oldCert.serialNo)).equals(oldPair.publicKey)).toBe(true);
  });

  it('does not let an older store undo a newer download', async () => {
    const store = memoryStore([oldCert.item]);
    store.save.mockRejectedValue(new Error('database down'));
    const download = vi.fn(async () => [oldCert.item, newCert.item]);
    const { keys, clock } = setup({ store, download });
    clock.now = start + 12 * day;
    await keys.verificationKey(newCert.serialNo);
    clock.now += certificateCoolDownMs;
    download.mockRejectedValue(new Error('offline'));
    await keys.verificationKey(unknownSerial).catch(() => undefined);
    expect(store.load).toHaveBeenCalledTimes(2);
    await keys.verificationKey(newCert.serialNo, { mayAsk: false });
  });
});

describe('with the WeChat Pay public key', () => {
  it('verifies and encrypts with it, and downloads nothing', async () => {
    const download = vi.fn(async () => [oldCert.item]);
    const { keys } = setup({ download }, true);
    expect(await keys.verificationKey(publicKey.id)).toBe(publicKey.key);
    expect(await keys.encryptionKey()).toEqual({ serial: publicKey.id, key: publicKey.key });
    expect(keys.publicKey).toEqual(publicKey);
    expect(download).not.toHaveBeenCalled();
  });

  it('verifies with either key during the gradual switch', async () => {
    for (const store of [memoryStore([oldCert.item]), undefined]) {
      const { keys } = setup({ download: async () => [oldCert.item], ...(store && { store }) }, true);
      if (!store) await keys.refresh();
      expect(await keys.verificationKey(publicKey.id)).toBe(publicKey.key);
      expect((await keys.verificationKey(oldCert.serialNo)).equals(oldPair.publicKey)).toBe(true);
    }
  });

  it('finds a certificate that came into the store since it was read', async () => {
    const store = memoryStore();
    const { keys, clock } = setup({ store }, true);
    await expect(keys.verificationKey(oldCert.serialNo)).rejects.toEqual(fails('SERIAL_UNKNOWN'));
    store.items = [newCert.item];
    clock.now = start + 12 * day;
    await keys.verificationKey(newCert.serialNo);
    store.items = [oldCert.item, newCert.item];
    clock.now += certificateCoolDownMs;
    await keys.verificationKey(oldCert.serialNo);
  });

  it('says which public key to configure when another one signed, without asking anyone', async () => {
    const download = vi.fn(async () => [oldCert.item]);
    const other = 'PUB_KEY_ID_0119000000012099';
    const { keys } = setup({ download }, true);
    await expect(keys.verificationKey(other)).rejects.toEqual(fails('SERIAL_UNKNOWN', publicKey.id));
    const without = setup({ download });
    await expect(without.keys.verificationKey(other)).rejects.toEqual(
      fails('SERIAL_UNKNOWN', 'no public key is configured'),
    );
    expect(download).not.toHaveBeenCalled();
  });

  it('downloads no certificates for an unknown serial, however old those in the store are', async () => {
    const download = vi.fn(async () => [oldCert.item]);
    const store = memoryStore([oldCert.item]);
    const { keys, clock } = setup({ download, store }, true);
    for (let hour = 0; hour < 48; hour++) {
      await expect(keys.verificationKey(unknownSerial)).rejects.toEqual(fails('SERIAL_UNKNOWN'));
      clock.now += 60 * 60_000;
    }
    await keys.verificationKey(oldCert.serialNo);
    expect(download).not.toHaveBeenCalled();
  });

  it('needs no certificates at all', async () => {
    const keys = createPlatformKeys({ publicKey, nowMs: () => start });
    expect(await keys.verificationKey(publicKey.id)).toBe(publicKey.key);
    await expect(keys.verificationKey(oldCert.serialNo)).rejects.toEqual(fails('SERIAL_UNKNOWN'));
    expect(await keys.refresh()).toBe(0);
  });
});

it('refuses a configuration with which nothing could be verified', () => {
  const nowMs = () => start;
  expect(() => createPlatformKeys({ nowMs })).toThrow(fails('CONFIG_INVALID'));
  expect(() => createPlatformKeys({ nowMs, certificates: { apiV3Key } })).toThrow(fails('CONFIG_INVALID'));
});

it.each([
  oldCert.serialNo,
  'PUB_KEY_ID_',
  ` ${publicKey.id}`,
  `${publicKey.id}\n`,
  `PUB_KEY_ID_${'0'.repeat(65)}`,
])('refuses %j as the id of the public key', (id) => {
  const options = { nowMs: () => start, publicKey: { ...publicKey, id } };
  expect(() => createPlatformKeys(options)).toThrow(fails('CONFIG_INVALID', 'PUB_KEY_ID_'));
});

it.each(['PUB_KEY_ID_0', `PUB_KEY_ID_${'0'.repeat(64)}`])('takes %s as the id of the public key', (id) => {
  expect(createPlatformKeys({ nowMs: () => start, publicKey: { ...publicKey, id } }).publicKey?.id).toBe(id);
});

it('asks nobody for a serial where it may not', async () => {
  const [store, download] = [memoryStore([oldCert.item]), vi.fn(async () => [oldCert.item])];
  const { keys } = setup({ store, download });
  const options = { mayAsk: false };
  await expect(keys.verificationKey(oldCert.serialNo, options)).rejects.toEqual(fails('SERIAL_UNKNOWN'));
  expect([store.load, download].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
});
