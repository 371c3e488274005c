/**
 * Platform certificates shared by all instances: one document per account, with the items as WeChat Pay sent them,
 * still encrypted with the API v3 key. Decrypting proves their origin, so the database need not be trusted.
 */

import type { CertificateStore } from '../wechatpay/crypto/certificate-cache.ts';
import type { CertificateItem } from '../wechatpay/crypto/certificate-items.ts';
import { WechatpayError } from '../wechatpay/errors.ts';
import type { Account, AccountKind } from './account.ts';
import { defaultPolicy } from './policy.ts';
import type { Clock, Document, Documents } from './ports.ts';

interface Ports {
  readonly clock: Clock;
  readonly documents: Documents;
}

const collection = 'platform_certificates';

/** `_id` is the merchant number the certificates were fetched with. */
export interface CertificatesRecord extends Document {
  readonly kind: AccountKind;
  readonly items: readonly CertificateItem[];
  /** When WeChat Pay last sent them, or said that there are none; 0 until then. */
  readonly savedAtMs: number;
  /** When someone last took the turn to download because a key was missing or old; 0 for never. */
  readonly triedAtMs: number;
}

export function certificateStore(
  { documents, clock }: Ports,
  kind: AccountKind,
  mchid: string,
): CertificateStore {
  return {
    load: async () => [...((await load(documents, mchid))?.items ?? [])],
    save: async (items) => {
      const savedAtMs = clock.nowMs();
      const stored = JSON.parse(JSON.stringify(items)) as CertificateItem[];
      if (await documents.update(collection, mchid, {}, { items: stored, savedAtMs })) return;
      const record = { _id: mchid, kind, items: stored, savedAtMs, triedAtMs: 0 };
      await documents.insertIfAbsent<CertificatesRecord>(collection, record);
    },
  };
}

function load(documents: Documents, mchid: string): Promise<CertificatesRecord | undefined> {
  return documents.get<CertificatesRecord>(collection, mchid);
}

/**
 * Takes the turn to download an account's certificates: at most one in `coolDownMs`, regardless of the caller, so that
 * forged callbacks with invented serials cannot make this shop flood WeChat Pay.
 */
export async function claimDownload(
  { clock, documents }: Ports,
  kind: AccountKind,
  mchid: string,
  coolDownMs: number,
): Promise<boolean> {
  const nowMs = clock.nowMs();
  const known = await load(documents, mchid);
  if (!known) {
    const first = { _id: mchid, kind, items: [], savedAtMs: 0, triedAtMs: nowMs };
    return (await documents.insertIfAbsent<CertificatesRecord>(collection, first)) === undefined;
  }
  if (nowMs - known.triedAtMs < coolDownMs) return false;
  return documents.update(collection, mchid, { triedAtMs: known.triedAtMs }, { triedAtMs: nowMs });
}

/**
 * For the timer: downloads the certificates when they are old or missing, even if a public key is configured. During
 * the switch WeChat Pay signs callbacks with either, and callbacks do not trigger a download. A new certificate used in
 * that time is picked up here, while WeChat Pay repeats the callback.
 * @returns how many are valid now; false when there was nothing to do
 */
export async function keepCertificates(ports: Ports, account: Account): Promise<number | false> {
  const { platformKeys } = account.client;
  const known = await load(ports.documents, account.mchid);
  if (known && !isDue(ports, known)) return false;
  const { certificateCoolDownMs } = defaultPolicy;
  if (!(await claimDownload(ports, account.kind, account.mchid, certificateCoolDownMs))) return false;
  try {
    return await platformKeys.refresh();
  } catch (error) {
    const absent = error instanceof WechatpayError && error.code === 'CERTIFICATES_NOT_AVAILABLE';
    if (!platformKeys.publicKey || !absent) throw error;
    await ports.documents.update(collection, account.mchid, {}, { savedAtMs: ports.clock.nowMs() });
    return 0;
  }
}

/** Whether the provider's are old. A function without the provider's key does not know its merchant number. */
export async function providerCertificatesAreOld(ports: Ports): Promise<boolean> {
  const [known] = await ports.documents.find<CertificatesRecord>(collection, {
    where: { kind: { in: ['partner', 'ecommerce'] } },
    limit: 1,
  });
  return known !== undefined && isDue(ports, known);
}

function isDue({ clock }: Ports, known: CertificatesRecord): boolean {
  const nowMs = clock.nowMs();
  const old = nowMs - known.savedAtMs >= defaultPolicy.certificateAgeMs;
  return old && nowMs - known.triedAtMs >= defaultPolicy.certificateRetryMs;
}
