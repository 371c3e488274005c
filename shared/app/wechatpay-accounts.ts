import { randomBytes } from 'node:crypto';
import type { Account, AccountKind, Accounts } from '../core/account.ts';
import { certificateStore } from '../core/platform-certificates.ts';
import { parseApiV3Key } from '../wechatpay/crypto/keys.ts';
import { createClient } from '../wechatpay/http/client.ts';
import type { WechatpayClient } from '../wechatpay/http/client-types.ts';
import { appSettings, isConfigured, perKind, providerSubAppid, signingAccount } from './accounts.ts';
import type { App } from './container.ts';

/** The accounts whose private keys this function was given. A key is read at the first use of its account. */
export function wechatpayAccounts(app: App, kinds: readonly AccountKind[]): Accounts {
  return {
    find: (kind) => (kinds.includes(kind) && isConfigured(app, kind) ? app.once(accounts[kind]) : undefined),
  };
}

/** @throws ConfigError that names what is missing, also when nothing is configured */
export function wechatpayAccount(app: App, kind: AccountKind): Account {
  return app.once(accounts[kind]);
}

const accounts = perKind(buildAccount);

function buildAccount(app: App, kind: AccountKind): Account {
  const client = wechatpayClient(app, kind);
  const { appid } = appSettings(app);
  const subAppid = kind === 'direct' ? undefined : providerSubAppid(app);
  return { kind, appid, mchid: client.account.mchid, ...(subAppid !== undefined && { subAppid }), client };
}

/** The client of an account that this function signs for: one per instance, so its connections are reused. @throws ConfigError */
export function wechatpayClient(app: App, kind: AccountKind): WechatpayClient {
  return app.once(clients[kind]);
}

const clients = perKind(buildClient);

/** 32 hexadecimal digits. */
export function nonce(): string {
  return randomBytes(16).toString('hex');
}

function buildClient(app: App, kind: AccountKind): WechatpayClient {
  const account = signingAccount(app, kind);
  return createClient({
    account: {
      mchid: account.mchid,
      serialNo: account.serialNo,
      privateKey: account.privateKey,
      apiV3Key: account.apiV3Keys.map((key) => parseApiV3Key(key.expose())),
    },
    ...(account.publicKey && { publicKey: account.publicKey }),
    certificateStore: certificateStore(app, kind, account.mchid),
    bases: appSettings(app).apiBases,
    ...(app.transport && { transport: app.transport }),
    nowMs: () => app.clock.nowMs(),
    log: app.log,
  });
}
