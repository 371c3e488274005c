import type { KeyObject } from 'node:crypto';
import { defaultPolicy } from '../core/policy.ts';
import type { CertificateItem } from '../wechatpay/api/certificates.ts';
import { parseApiV3Key } from '../wechatpay/crypto/keys.ts';
import { createPlatformKeys, type PlatformKeys } from '../wechatpay/crypto/platform-keys.ts';
import { type AccountSlot, receivingAccount } from './accounts.ts';
import { certificateStore, claimDownload } from './certificates.ts';
import type { App } from './container.ts';
import { deskFunction } from './provider-rpc.ts';

export interface ReceivingKeys {
  readonly platformKeys: PlatformKeys;
  readonly apiV3Key: KeyObject;
}

const builders = {
  direct: (app: App) => build(app, 'direct'),
  provider: (app: App) => build(app, 'provider'),
};

/** The keys that callbacks of an account are verified and opened with. */
export function receivingKeys(app: App, slot: AccountSlot): ReceivingKeys {
  return app.once(builders[slot]);
}

function build(app: App, slot: AccountSlot): ReceivingKeys {
  const account = receivingAccount(app, slot);
  const apiV3Key = parseApiV3Key(account.apiV3Key.expose());
  const platformKeys = createPlatformKeys({
    ...(account.publicKey && { publicKey: account.publicKey }),
    certificates: {
      apiV3Key,
      // What is in the store was put there by a function that can download; here it is only read.
      store: { ...certificateStore(app, slot, account.mchid), save: async () => {} },
      download: () => askForDownload(app, slot, account.mchid),
    },
    nowMs: () => app.clock.nowMs(),
    log: app.log,
  });
  return { platformKeys, apiV3Key };
}

/** WeChat Pay waits 5 s for the answer to its callback. */
const askTimeoutMs = 3000;
const holders = { direct: 'reconcile', provider: deskFunction } as const;

/** Certificates can only be downloaded with the private key: the function that holds it is asked, once per cool-down. */
async function askForDownload(app: App, slot: AccountSlot, mchid: string): Promise<CertificateItem[]> {
  if (await claimDownload(app, slot, mchid, defaultPolicy.certificateCoolDownMs)) {
    await app.functionsWithin(askTimeoutMs).call(holders[slot], { action: 'refreshCertificates' });
  }
  return certificateStore(app, slot, mchid).load();
}
