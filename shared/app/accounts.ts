import type { KeyObject } from 'node:crypto';
import {
  type AppSettings,
  foreignBases,
  hasAccount,
  type ReceivingAccount,
  readApp,
  readNotifyUrl,
  readProviderKind,
  readReceivingAccount,
  readSigningAccount,
  type SigningAccount,
} from '../cloudbase/accounts.ts';
import { readConfig } from '../cloudbase/config.ts';
import { appid } from '../cloudbase/env-parsers.ts';
import type { AccountKind, ProviderKind } from '../core/account.ts';
import { parsePrivateKey, parsePublicKey } from '../wechatpay/crypto/keys.ts';
import type { App } from './container.ts';

const parsers = { parsePrivateKey: once(parsePrivateKey), parsePublicKey: once(parsePublicKey) };

/** A function that places payments reads its account twice; parsing a key is the expensive part of that. */
function once(parse: (text: string) => KeyObject): (text: string) => KeyObject {
  const parsed = new Map<string, KeyObject>();
  return (text) => {
    const key = parsed.get(text) ?? parse(text);
    parsed.set(text, key);
    return key;
  };
}

/** Values built once per account kind and instance. */
export function perKind<T>(
  build: (app: App, kind: AccountKind) => T,
): Readonly<Record<AccountKind, (app: App) => T>> {
  return {
    direct: (app) => build(app, 'direct'),
    partner: (app) => build(app, 'partner'),
    ecommerce: (app) => build(app, 'ecommerce'),
  };
}

/** Also checks the app's settings, so that one error lists every problem. */
const signing = perKind((app, kind) =>
  readConfig(app.env, (read) => {
    readApp(read);
    return readSigningAccount(read, kind, parsers);
  }),
);

const receiving = perKind((app, kind) =>
  readConfig(app.env, (read) => readReceivingAccount(read, kind, parsers)),
);

/** Everything needed to place a payment, read together so that one error lists every problem. */
const placing = perKind((app, kind) =>
  readConfig(app.env, (read) => {
    readApp(read);
    readSigningAccount(read, kind, parsers);
    return readNotifyUrl(read);
  }),
);

/** An account on whose behalf this function signs. @throws ConfigError that names every variable at fault */
export function signingAccount(app: App, kind: AccountKind): SigningAccount<KeyObject, KeyObject> {
  return app.once(signing[kind]);
}

/** An account whose callbacks this function reads; no private key is needed. @throws ConfigError */
export function receivingAccount(app: App, kind: AccountKind): ReceivingAccount<KeyObject> {
  return app.once(receiving[kind]);
}

/**
 * WECHATPAY_NOTIFY_URL, for a function that places payments on that account.
 * @throws ConfigError that names every variable at fault, those of the account included
 */
export function notifyUrl(app: App, kind: AccountKind): string {
  return app.once(placing[kind]);
}

/**
 * Callback URL for refunds, transfers and withdrawals; payNotify determines the account from the last path segment.
 * @returns undefined without WECHATPAY_NOTIFY_URL; the outcome is then found by polling
 */
export function callbackUrl(app: App, kind: AccountKind): string | undefined {
  return app.env.WECHATPAY_NOTIFY_URL?.trim() ? `${notifyUrl(app, kind)}/${kind}` : undefined;
}

/**
 * The provider accounts share their variables; WECHATPAY_PROVIDER_KIND says which kind they configure.
 * @throws ConfigError
 */
export function providerKind(app: App): ProviderKind {
  return app.once(readKind);
}

function readKind(app: App): ProviderKind {
  return readConfig(app.env, readProviderKind);
}

/** Whether the account is configured for this function. @throws ConfigError when the kind of a provider is malformed */
export function isConfigured(app: App, kind: AccountKind): boolean {
  return hasAccount(app.env, kind) && (kind === 'direct' || providerKind(app) === kind);
}

/** WECHATPAY_APPID and WECHATPAY_API_BASES. @throws ConfigError */
export function appSettings(app: App): AppSettings {
  return app.once(readSettings);
}

/** WECHATPAY_PROVIDER_SUB_APPID: set when the mini-program belongs to the sub-merchants. @throws ConfigError */
export function providerSubAppid(app: App): string | undefined {
  return app.once(readSubAppid);
}

/** Called once per instance, so its warnings are logged at each cold start. */
function readSettings(app: App): AppSettings {
  const settings = readConfig(app.env, readApp);
  const foreign = foreignBases(settings.apiBases);
  if (foreign.length > 0) {
    const advice = 'Requests go there instead of WeChat Pay. Leave WECHATPAY_API_BASES empty in production.';
    app.log.warn('config.api_bases_not_wechatpay', { apiBases: foreign, advice });
  }
  return settings;
}

function readSubAppid(app: App): string | undefined {
  return readConfig(app.env, (read) => read.optional('WECHATPAY_PROVIDER_SUB_APPID', appid));
}
