/** Builds the ports for transfers to individuals from an app. */
import { readTransferScenes } from '../cloudbase/accounts.ts';
import { readConfig } from '../cloudbase/config.ts';
import { defaultPolicy } from '../core/policy.ts';
import type { TransferPorts } from '../payments/transfers/ports.ts';
import { callbackUrl } from './accounts.ts';
import type { App } from './container.ts';
import { wechatpayAccounts } from './wechatpay-accounts.ts';

export function transferPorts(app: App): TransferPorts {
  const { clock, documents, log } = app;
  return {
    clock,
    documents,
    log,
    policy: defaultPolicy,
    accounts: wechatpayAccounts(app, ['direct']),
    scenes: () => app.once(scenes),
    notifyUrl: () => callbackUrl(app, 'direct'),
  };
}

function scenes(app: App): readonly string[] {
  return readConfig(app.env, readTransferScenes);
}
