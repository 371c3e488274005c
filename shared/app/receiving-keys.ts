import type { AccountKind } from '../core/account.ts';
import { defaultPolicy } from '../core/policy.ts';
import type { CertificateItem } from '../wechatpay/crypto/certificate-items.ts';
import { type ApiV3Keys, parseApiV3Key } from '../wechatpay/crypto/keys.ts';
import { createPlatformKeys, type PlatformKeys } from '../wechatpay/crypto/platform-keys.ts';
import { perKind, receivingAccount } from './accounts.ts';
import { certificateStore, claimDownload } from './certificates.ts';
import type { App } from './container.ts';
import { providerFunction } from './provider-rpc.ts';

export interface ReceivingKeys {
  readonly platformKeys: PlatformKeys;
  readonly apiV3Key: ApiV3Keys;
}

/** The keys that callbacks of an account are verified and opened with. */
export function receivingKeys(app: App, kind: AccountKind): ReceivingKeys {
  return app.once(keys[kind]);
}

const keys = perKind(build);

function build(app: App, kind: AccountKind): ReceivingKeys {
  const account = receivingAccount(app, kind);
  const apiV3Key = account.apiV3Keys.map((key) => parseApiV3Key(key.expose()));
  const platformKeys = createPlatformKeys({
    ...(account.publicKey && { publicKey: account.publicKey }),
    certificates: {
      apiV3Key,
      // What is in the store was put there by a function that can download; here it is only read.
      store: { ...certificateStore(app, kind, account.mchid), save: async () => {} },
      download: () => askForDownload(app, kind, account.mchid),
    },
    nowMs: () => app.clock.nowMs(),
    log: app.log,
  });
  return { platformKeys, apiV3Key };
}

/** WeChat Pay waits 5 s for the answer to its callback. */
const askTimeoutMs = 3000;

/** Certificates can only be downloaded with the private key: the function that holds it is asked, once per cool-down. */
async function askForDownload(app: App, kind: AccountKind, mchid: string): Promise<CertificateItem[]> {
  if (await claimDownload(app, kind, mchid, defaultPolicy.certificateCoolDownMs)) {
    const holder = kind === 'direct' ? 'reconcile' : providerFunction;
    await app.functionsWithin(askTimeoutMs).call(holder, { action: 'refreshCertificates' });
  }
  return certificateStore(app, kind, mchid).load();
}
