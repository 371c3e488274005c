import type { Account, AccountKind, Accounts } from '../core/account.ts';
import { appSettings, isConfigured, perKind, providerSubAppid } from './accounts.ts';
import { wechatpayClient } from './clients.ts';
import type { App } from './container.ts';

/** The accounts whose private keys this function was given. A key is read at the first use of its account. */
export function wechatpayAccounts(app: App, kinds: readonly AccountKind[]): Accounts {
  return {
    find: (kind) => (kinds.includes(kind) && isConfigured(app, kind) ? app.once(builders[kind]) : undefined),
  };
}

const builders = perKind(buildAccount);

function buildAccount(app: App, kind: AccountKind): Account {
  const client = wechatpayClient(app, kind);
  const { appid } = appSettings(app);
  const subAppid = kind === 'direct' ? undefined : providerSubAppid(app);
  return { kind, appid, mchid: client.account.mchid, ...(subAppid !== undefined && { subAppid }), client };
}
