/** Builds the ports of payNotify from an app. */
import { hasAccount } from '../cloudbase/accounts.ts';
import type { AccountKind } from '../core/account.ts';
import { certificateStore, claimDownload } from '../core/platform-certificates.ts';
import { defaultPolicy } from '../core/policy.ts';
import type { EndpointPorts, ReceivingKeys } from '../payments/notifications/endpoint.ts';
import type { CertificateItem } from '../wechatpay/crypto/certificate-items.ts';
import { parseApiV3Key } from '../wechatpay/crypto/keys.ts';
import { createPlatformKeys } from '../wechatpay/crypto/platform-keys.ts';
import { perKind, providerKind, receivingAccount } from './accounts.ts';
import type { App } from './container.ts';
import { providerFunction } from './provider-rpc.ts';

export function endpointPorts(app: App): EndpointPorts {
  const { clock, documents, log } = app;
  return {
    clock,
    documents,
    log,
    accountAt: (path) => accountAt(app, path),
    keysOf: (kind) => app.once(keys[kind]),
  };
}

/**
 * The account that a callback is for. With one account configured, every path belongs to it: whether HTTP access also
 * serves subpaths of an access path, and which path the event then has, is not confirmed against the real cloud. With
 * two, the last path segment names the account; keys are never tried in turn.
 * @throws ConfigError when no account is configured, or the requested one is misconfigured
 */
function accountAt(app: App, path: string): AccountKind | undefined {
  // The variables of the two kinds of provider are the same, so `partner` stands for both here.
  const provider = hasAccount(app.env, 'partner');
  if (!provider) return receivingAccount(app, 'direct').kind;
  if (!hasAccount(app.env, 'direct')) return providerKind(app);
  const name = path.split('/').findLast((part) => part !== '');
  if (name === 'direct') return 'direct';
  if (name !== 'partner' && name !== 'ecommerce') return undefined;
  return providerKind(app) === name ? name : undefined;
}

const keys = perKind(build);

function build(app: App, kind: AccountKind): ReceivingKeys {
  const account = receivingAccount(app, kind);
  const apiV3Key = account.apiV3Keys.map((key) => parseApiV3Key(key.expose()));
  const platformKeys = createPlatformKeys({
    ...(account.publicKey && { publicKey: account.publicKey }),
    certificates: {
      apiV3Key,
      // Certificates are stored by a function that can download them; here they are only read.
      store: { ...certificateStore(app, kind, account.mchid), save: async () => {} },
      download: () => askForDownload(app, kind, account.mchid),
    },
    nowMs: () => app.clock.nowMs(),
    log: app.log,
  });
  return { platformKeys, apiV3Key };
}

/**
 * Downloading certificates needs the private key, so the function that holds it is called, at most once per cool-down.
 */
async function askForDownload(app: App, kind: AccountKind, mchid: string): Promise<CertificateItem[]> {
  const { certificateCoolDownMs, certificateAskMs } = defaultPolicy;
  if (await claimDownload(app, kind, mchid, certificateCoolDownMs)) {
    const holder = kind === 'direct' ? 'reconcile' : providerFunction;
    await app.functionsWithin(certificateAskMs).call(holder, { action: 'refreshCertificates' });
  }
  return certificateStore(app, kind, mchid).load();
}
