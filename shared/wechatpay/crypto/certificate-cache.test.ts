/** What the cache keeps, when it asks whom, and what it says. What it is for: platform-keys.test.ts. */
import { expect, it, vi } from 'vitest';
import { WechatpayError } from '../errors.ts';
import { apiV3Key, certificate, rsaPair } from '../testing/material.ts';
import { CertificateCache, type CertificateSources } from './certificate-cache.ts';
import type { CertificateItem } from './certificate-items.ts';
import {
  certificateAgeMs,
  certificateCoolDownMs,
  certificateFailureCoolDownMs,
} from './certificate-timing.ts';

const day = 24 * 60 * 60 * 1000;
const start = Date.UTC(2025, 5, 1);
const old = certificate(rsaPair('first certificate'), {
  serialNo: '5A'.repeat(20),
  fromMs: start - 5 * day,
  toMs: start + 20 * day,
});
const next = certificate(rsaPair('next certificate'), {
  serialNo: '1B'.repeat(20),
  fromMs: start + 10 * day,
  toMs: start + 999 * day,
});
const foreign = certificate(rsaPair('next certificate'), {
  serialNo: '2D'.repeat(20),
  fromMs: start,
  toMs: start + day,
  key: 'another-key-another-key-another-',
});
const unknown = '3C'.repeat(20);

function setup(sources: Omit<CertificateSources, 'apiV3Key'>) {
  const clock = { now: start };
  const lines: [level: string, event: string, fields: unknown][] = [];
  const write = (level: string) => (event: string, fields?: unknown) =>
    void lines.push([level, event, fields]);
  const log = { info: write('info'), warn: write('warn'), error: write('error') };
  const cache = new CertificateCache({ apiV3Key, ...sources }, () => clock.now, log);
  return { cache, clock, lines };
}

const storeOf = (...items: CertificateItem[]) => ({
  load: vi.fn(async () => items),
  save: vi.fn(async () => {}),
});
const offline = () => Promise.reject(new Error('offline'));
const isKnown = (cache: CertificateCache, serial: string) => cache.known(serial) !== undefined;

it('takes a certificate as valid from its first moment to the one before its last', async () => {
  const { cache, clock } = setup({ download: async () => [old.item, next.item] });
  await cache.refresh();
  const validAt = (atMs: number, serial: string) => {
    clock.now = atMs;
    return isKnown(cache, serial);
  };
  expect([start + 10 * day - 1, start + 10 * day].map((at) => validAt(at, next.serialNo))).toEqual([
    false,
    true,
  ]);
  expect([start + 20 * day - 1, start + 20 * day].map((at) => validAt(at, old.serialNo))).toEqual([
    true,
    false,
  ]);
});

it.each([
  ['the older first', [old.item, next.item]],
  ['the newer first', [next.item, old.item]],
])('has the newest of the valid ones, in whatever order they come: %s', async (_, items) => {
  const { cache, clock } = setup({ download: async () => items });
  expect((await cache.newest())?.serialNo).toBe(old.serialNo);
  clock.now = start + 11 * day;
  expect((await cache.newest())?.serialNo).toBe(next.serialNo);
});

it('keeps what it has when a download holds nothing that it can open', async () => {
  let items = [old.item];
  const { cache } = setup({ download: async () => items });
  expect(await cache.refresh()).toBe(1);
  items = [];
  expect(await cache.refresh()).toBe(1);
  expect(isKnown(cache, old.serialNo)).toBe(true);
});

it('asks WeChat Pay, and not the store, when it is 12 hours old', async () => {
  const store = storeOf(old.item);
  const download = vi.fn(async () => [old.item]);
  const { cache, clock } = setup({ store, download });
  await cache.find(old.serialNo);
  clock.now += certificateAgeMs;
  await cache.find(old.serialNo);
  expect([store.load, download].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
});

it('reads the store again when it is 12 hours old and there is nothing else to ask', async () => {
  const store = storeOf(old.item);
  const { cache, clock } = setup({ store });
  await cache.find(old.serialNo);
  await cache.find(old.serialNo);
  expect(store.load).toHaveBeenCalledTimes(1);
  clock.now += certificateAgeMs;
  await cache.find(old.serialNo);
  expect(store.load).toHaveBeenCalledTimes(2);
});

it('asks at once when the certificates that it has run out before they are 12 hours old', async () => {
  let items = [old.item];
  const { cache, clock } = setup({ download: async () => items });
  clock.now = start + 20 * day - 1;
  expect((await cache.newest())?.serialNo).toBe(old.serialNo);
  items = [next.item];
  clock.now += certificateCoolDownMs;
  expect((await cache.newest())?.serialNo).toBe(next.serialNo);
});

it('forgets what is no longer in the store, when all came from there', async () => {
  let items = [old.item, next.item];
  const { cache, clock } = setup({ store: { load: async () => items, save: async () => {} } });
  clock.now = start + 12 * day;
  await cache.find(next.serialNo);
  items = [next.item];
  clock.now += certificateAgeMs;
  await cache.find(next.serialNo);
  expect([old, next].map(({ serialNo }) => isKnown(cache, serialNo))).toEqual([false, true]);
});

it('stores what it downloads, and nothing that it found in the store', async () => {
  const store = storeOf(old.item);
  const { cache } = setup({ store, download: async () => [old.item, next.item] });
  await cache.find(old.serialNo);
  expect(store.save).not.toHaveBeenCalled();
  await cache.refresh();
  expect(store.save.mock.calls).toEqual([[[old.item, next.item]]]);
});

it('uses what it downloaded although it cannot be stored, without a log too', async () => {
  const store = { load: async () => [], save: offline };
  const sources = { apiV3Key, store, download: async () => [old.item] };
  const cache = new CertificateCache(sources, () => start);
  expect(await cache.refresh()).toBe(1);
  expect(isKnown(cache, old.serialNo)).toBe(true);
  expect(cache.lastFailure).toBeUndefined();
});

it('adds to a download what the store holds, however often it is read', async () => {
  const store = storeOf(old.item);
  const { cache, clock } = setup({ store, download: async () => [next.item] });
  clock.now = start + 12 * day;
  await cache.refresh();
  for (let read = 0; read < 2; read++) {
    await cache.find(unknown, ['store']);
    expect([old, next].map(({ serialNo }) => isKnown(cache, serialNo))).toEqual([true, true]);
    clock.now += certificateCoolDownMs;
  }
  expect(store.load).toHaveBeenCalledTimes(2);
});

it.each([
  ['once in 12 hours when there are none to be had', 'CERTIFICATES_NOT_AVAILABLE', certificateAgeMs],
  ['soon after another refusal', 'SIGN_ERROR', certificateFailureCoolDownMs],
])('asks again %s', async (_, code, afterMs) => {
  const download = vi.fn(() => Promise.reject(new WechatpayError('refused', code, 'refused')));
  const { cache, clock } = setup({ download });
  await cache.find(unknown);
  clock.now += afterMs - 1;
  await cache.find(unknown);
  expect(download).toHaveBeenCalledTimes(1);
  clock.now += 1;
  await cache.find(unknown);
  expect(download).toHaveBeenCalledTimes(2);
});

it('knows why it has none, of the download or else of the store, until one has worked', async () => {
  const download = vi.fn(offline);
  const load = vi.fn(() => Promise.reject(new Error('database down')));
  const only = setup({ store: { load, save: async () => {} } });
  await only.cache.find(unknown);
  expect(only.cache.lastFailure).toEqual(new Error('database down'));
  const { cache, clock } = setup({ store: { load, save: async () => {} }, download });
  await cache.find(unknown);
  expect(cache.lastFailure).toEqual(new Error('offline'));
  download.mockResolvedValue([old.item] as never);
  load.mockResolvedValue([old.item] as never);
  clock.now += certificateFailureCoolDownMs;
  await cache.find(old.serialNo);
  await cache.refresh();
  await cache.find(unknown);
  expect(cache.lastFailure).toBeUndefined();
});

it('logs what was loaded, and what failed with its code', async () => {
  const refused = new WechatpayError('refused', 'SIGN_ERROR', 'wrong signature');
  const download = vi.fn(async () => [old.item, foreign.item]);
  const store = { load: offline, save: offline };
  const { cache, clock, lines } = setup({ store, download });
  await cache.find(old.serialNo);
  expect(lines).toEqual([
    ['warn', 'platform_certificates_refresh_failed', { source: 'store', error: 'Error: offline' }],
    ['warn', 'platform_certificate_skipped', { error: expect.stringMatching(/^DECRYPT_FAILED: ./) }],
    ['info', 'platform_certificates_loaded', { source: 'download', serials: [old.serialNo] }],
    ['warn', 'platform_certificates_not_stored', { error: 'Error: offline' }],
  ]);
  lines.length = 0;
  download.mockRejectedValue(refused);
  clock.now += certificateAgeMs;
  await cache.find(old.serialNo);
  expect(lines).toEqual([
    [
      'warn',
      'platform_certificates_refresh_failed',
      { source: 'download', error: 'SIGN_ERROR: wrong signature' },
    ],
  ]);
});

it('works without a log, with a store that neither reads nor writes, and without any source', async () => {
  const store = { load: offline, save: offline };
  const download = async () => [old.item, foreign.item];
  const cache = new CertificateCache({ apiV3Key, store, download }, () => start);
  const key = await cache.find(old.serialNo);
  expect(key?.equals(rsaPair('first certificate').publicKey)).toBe(true);
  const { cache: empty, lines } = setup({});
  expect(await empty.find(old.serialNo)).toBeUndefined();
  expect(await empty.refresh()).toBe(0);
  expect(lines).toEqual([]);
});
