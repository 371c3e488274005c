/**
 * Platform certificates between instances: one document per account, with the items as WeChat Pay sent them, still
 * encrypted with the API v3 key. What decrypts is proven, so nothing in the database is trusted.
 */
import type { AccountKind } from '../core/account.ts';
import type { Document, Documents } from '../core/ports.ts';
import type { CertificateItem } from '../wechatpay/crypto/certificate-items.ts';
import type { CertificateStore } from '../wechatpay/crypto/platform-keys.ts';
import type { App } from './container.ts';

const collection = 'platform_certificates';

/** `_id` is the merchant number the certificates were fetched with. */
export interface CertificatesRecord extends Document {
  readonly kind: AccountKind;
  readonly items: readonly CertificateItem[];
  /** 0 until there was a download that succeeded. */
  readonly savedAtMs: number;
  /** When someone last took the turn to download because a key was missing or old; 0 for never. */
  readonly triedAtMs: number;
}

export function certificateStore(app: App, kind: AccountKind, mchid: string): CertificateStore {
  const { documents, clock } = app;
  return {
    load: async () => [...((await loadCertificates(documents, mchid))?.items ?? [])],
    save: async (items) => {
      const savedAtMs = clock.nowMs();
      const stored = JSON.parse(JSON.stringify(items)) as CertificateItem[];
      if (await documents.update(collection, mchid, {}, { items: stored, savedAtMs })) return;
      const record = { _id: mchid, kind, items: stored, savedAtMs, triedAtMs: 0 };
      await documents.insertIfAbsent<CertificatesRecord>(collection, record);
    },
  };
}

export function loadCertificates(
  documents: Documents,
  mchid: string,
): Promise<CertificatesRecord | undefined> {
  return documents.get<CertificatesRecord>(collection, mchid);
}

/** The provider's, whose merchant number a function without its key does not know. */
export async function loadProviderCertificates(
  documents: Documents,
): Promise<CertificatesRecord | undefined> {
  const [found] = await documents.find<CertificatesRecord>(collection, {
    where: { kind: { in: ['partner', 'ecommerce'] } },
    limit: 1,
  });
  return found;
}

/**
 * Takes the turn to download an account's certificates: at most one in `coolDownMs`, whoever asks, so that forged
 * callbacks with invented serials cannot make this shop flood WeChat Pay.
 */
export async function claimDownload(
  app: App,
  kind: AccountKind,
  mchid: string,
  coolDownMs: number,
): Promise<boolean> {
  const nowMs = app.clock.nowMs();
  const known = await loadCertificates(app.documents, mchid);
  if (!known) {
    const first = { _id: mchid, kind, items: [], savedAtMs: 0, triedAtMs: nowMs };
    return (await app.documents.insertIfAbsent<CertificatesRecord>(collection, first)) === undefined;
  }
  if (nowMs - known.triedAtMs < coolDownMs) return false;
  return app.documents.update(collection, mchid, { triedAtMs: known.triedAtMs }, { triedAtMs: nowMs });
}
