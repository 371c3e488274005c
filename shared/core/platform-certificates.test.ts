import { describe, expect, it } from 'vitest';
import type { CertificateItem } from '../wechatpay/crypto/certificate-items.ts';
import { WechatpayError } from '../wechatpay/errors.ts';
import type { Account } from './account.ts';
import {
  type CertificatesRecord,
  certificateStore,
  claimDownload,
  keepCertificates,
  providerCertificatesAreOld,
} from './platform-certificates.ts';
import { defaultPolicy } from './policy.ts';
import { memoryDocuments } from './testing/documents.ts';

const mchid = '1900000001';
const coolDownMs = 60_000;

/** Two instances over the same documents; each reads before the other writes. */
function twoInstances() {
  const documents = memoryDocuments();
  let nowMs = 1_000_000;
  let reading = 0;
  let release = () => {};
  const bothHaveRead = new Promise<void>((resolve) => {
    release = resolve;
  });
  documents.interrupt = async (when, operation) => {
    if (when !== 'after' || !operation.startsWith('get ')) return;
    reading += 1;
    if (reading === 2) release();
    await bothHaveRead;
  };
  const ports = { documents, clock: { nowMs: () => nowMs } };
  const claim = () => claimDownload(ports, 'direct', mchid, coolDownMs);
  const passMs = (ms: number) => {
    nowMs += ms;
  };
  return { documents, claim, passMs };
}

describe('the claim to download certificates', () => {
  it('goes to one of two that find no document', async () => {
    const { claim } = twoInstances();
    expect((await Promise.all([claim(), claim()])).sort()).toEqual([false, true]);
  });

  it('goes to one of two that find the same old document', async () => {
    const { documents, claim, passMs } = twoInstances();
    documents.put('platform_certificates', {
      _id: mchid,
      ...{ kind: 'direct', items: [], savedAtMs: 0, triedAtMs: 1_000_000 },
    });
    passMs(coolDownMs);
    expect((await Promise.all([claim(), claim()])).sort()).toEqual([false, true]);
  });

  it('comes once in each cool-down', async () => {
    const { documents, claim, passMs } = twoInstances();
    documents.interrupt = async () => {};
    expect(await claim()).toBe(true);
    passMs(coolDownMs - 1);
    expect(await claim()).toBe(false);
    passMs(1);
    expect(await claim()).toBe(true);
    expect(await claim()).toBe(false);
  });
});

const certificate = { serial_no: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1' } as unknown as CertificateItem;
const nowMs = 1_800_000_000_000;
const { certificateAgeMs, certificateRetryMs } = defaultPolicy;

/** One instance, what it has stored, and how often it downloads. */
function oneInstance(stored?: Partial<CertificatesRecord>, publicKey?: object) {
  const documents = memoryDocuments();
  if (stored) {
    const record = {
      _id: mchid,
      kind: 'direct',
      items: [certificate],
      savedAtMs: 0,
      triedAtMs: 0,
      ...stored,
    };
    documents.put('platform_certificates', record as CertificatesRecord);
  }
  const ports = { documents, clock: { nowMs: () => nowMs } };
  let downloads = 0;
  let outcome = async () => 2;
  const refresh = () => {
    downloads += 1;
    return outcome();
  };
  const client = { platformKeys: { publicKey, refresh } };
  const keep = () => keepCertificates(ports, { kind: 'direct', mchid, client } as unknown as Account);
  const failWith = (error: Error) => {
    outcome = () => Promise.reject(error);
  };
  const peek = () => documents.peek<CertificatesRecord>('platform_certificates', mchid);
  return { documents, ports, keep, failWith, peek, downloads: () => downloads };
}

describe('the stored certificates', () => {
  it('are none before the first download, and those of the last one after it', async () => {
    const { ports, peek } = oneInstance();
    const store = certificateStore(ports, 'ecommerce', mchid);
    expect(await store.load()).toEqual([]);
    await store.save([certificate]);
    expect(await store.load()).toEqual([certificate]);
    expect(peek()).toEqual({
      _id: mchid,
      kind: 'ecommerce',
      items: [certificate],
      savedAtMs: nowMs,
      triedAtMs: 0,
    });
  });

  it('replace the former ones, and keep who downloaded last', async () => {
    const { ports, peek } = oneInstance({ triedAtMs: 7, items: [] });
    await certificateStore(ports, 'direct', mchid).save([certificate]);
    expect(peek()).toMatchObject({ items: [certificate], savedAtMs: nowMs, triedAtMs: 7 });
  });

  it('are none after a claim without a download', async () => {
    const { ports } = oneInstance();
    await claimDownload(ports, 'direct', mchid, coolDownMs);
    expect(await certificateStore(ports, 'direct', mchid).load()).toEqual([]);
  });
});

describe('the timer', () => {
  const old = nowMs - certificateAgeMs;
  const tried = nowMs - certificateRetryMs;
  const key = {};

  it.each<[string, Partial<CertificatesRecord> | undefined, object | undefined, boolean]>([
    ['where there are none', undefined, undefined, true],
    ['where there is a public key, and nobody has asked for certificates', undefined, key, true],
    ['that are old', { savedAtMs: old, triedAtMs: tried }, undefined, true],
    ['that are old, beside a public key', { savedAtMs: old, triedAtMs: tried }, key, true],
    ['where the first try failed', { items: [], triedAtMs: tried }, undefined, true],
    ['where a public key is alone, and the first try failed', { items: [], triedAtMs: tried }, key, true],
    ['that did not exist twelve hours ago', { items: [], savedAtMs: old, triedAtMs: old }, key, true],
    ['that did not exist since', { items: [], savedAtMs: old + 1, triedAtMs: old + 1 }, key, false],
    ['that are not old', { savedAtMs: old + 1, triedAtMs: tried }, undefined, false],
    ['that are old, but were tried a moment ago', { savedAtMs: old, triedAtMs: tried + 1 }, undefined, false],
  ])('downloads certificates %s', async (_, stored, publicKey, expected) => {
    const { keep, downloads, peek } = oneInstance(stored, publicKey);
    expect(await keep()).toBe(expected ? 2 : false);
    expect(downloads()).toBe(expected ? 1 : 0);
    expect(peek()?.triedAtMs === nowMs).toBe(expected);
  });

  it('leaves it to another instance that began meanwhile', async () => {
    const { documents, keep, downloads, peek } = oneInstance({ triedAtMs: tried });
    documents.interrupt = async (when, operation) => {
      if (when === 'before' && operation.startsWith('update'))
        documents.put('platform_certificates', { ...peek()!, triedAtMs: nowMs - 1 } as CertificatesRecord);
    };
    expect([await keep(), downloads()]).toEqual([false, 0]);
  });

  const absent = new WechatpayError('fault', 'CERTIFICATES_NOT_AVAILABLE', 'm');

  it('takes it that a merchant with a public key has no certificates', async () => {
    const { keep, failWith, peek } = oneInstance(undefined, key);
    failWith(absent);
    expect(await keep()).toBe(0);
    expect(peek()?.savedAtMs).toBe(nowMs);
  });

  it.each<[string, Error, object | undefined]>([
    ['a merchant without a public key has none', absent, undefined],
    ['the download fails', new WechatpayError('unknown', 'RESPONSE_TIMEOUT', 'm'), key],
    ['something else fails', Object.assign(new Error('m'), { code: 'CERTIFICATES_NOT_AVAILABLE' }), key],
  ])('fails when %s', async (_, error, publicKey) => {
    const { keep, failWith, peek } = oneInstance(undefined, publicKey);
    failWith(error);
    await expect(keep()).rejects.toBe(error);
    expect(peek()?.savedAtMs).toBe(0);
  });
});

it.each<[string, Partial<CertificatesRecord> | undefined, boolean]>([
  ['there are none', undefined, false],
  ['they are old', { kind: 'partner' }, true],
  ["they are an ecommerce provider's and old", { kind: 'ecommerce' }, true],
  ["the old ones are the shop's own", { kind: 'direct' }, false],
  ['none was ever downloaded', { kind: 'partner', items: [] }, true],
  ['there were none', { kind: 'partner', items: [], savedAtMs: nowMs }, false],
  ['they are new', { kind: 'partner', savedAtMs: nowMs }, false],
  ['they were tried a moment ago', { kind: 'partner', triedAtMs: nowMs }, false],
])(
  "knows without the provider's key whether its certificates are old, when %s",
  async (_, stored, expected) => {
    expect(await providerCertificatesAreOld(oneInstance(stored).ports)).toBe(expected);
  },
);
