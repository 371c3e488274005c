import { createHash } from 'node:crypto';
import type { OnboardingPorts, ProviderAccount } from '../merchants/ports.ts';
import { providerKind } from './accounts.ts';
import type { App } from './container.ts';
import { wechatpayClient } from './wechatpay-accounts.ts';

/** The ports of applications, for the provider account of this function. @throws ConfigError */
export function onboardingPorts(app: App): OnboardingPorts {
  return {
    clock: app.clock,
    documents: app.documents,
    account: app.once(providerAccount),
    log: app.log,
    sha256Hex: (text) => createHash('sha256').update(text).digest('hex'),
  };
}

function providerAccount(app: App): ProviderAccount {
  const kind = providerKind(app);
  return { kind, client: wechatpayClient(app, kind) };
}
