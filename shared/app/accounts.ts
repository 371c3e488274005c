import type { KeyObject } from 'node:crypto';
import {
  type AccountSlot,
  type AppSettings,
  foreignBases,
  hasAccount,
  type ReceivingAccount,
  readApp,
  readNotifyUrl,
  readReceivingAccount,
  readSigningAccount,
  type SigningAccount,
} from '../cloudbase/accounts.ts';
import { readConfig } from '../cloudbase/config.ts';
import { appid } from '../cloudbase/env-parsers.ts';
import { parsePrivateKey, parsePublicKey } from '../wechatpay/crypto/keys.ts';
import type { App } from './container.ts';

export type { AccountSlot } from '../cloudbase/accounts.ts';

const parsers = {
  parsePrivateKey: (text: string) => parsePrivateKey(text),
  parsePublicKey: (text: string) => parsePublicKey(text),
};

const builders = {
  signing: {
    direct: (app: App) => readSigning(app, 'direct'),
    provider: (app: App) => readSigning(app, 'provider'),
  },
  placing: {
    direct: (app: App) => readPlacing(app, 'direct'),
    provider: (app: App) => readPlacing(app, 'provider'),
  },
  receiving: {
    direct: (app: App) => readConfig(app.env, (read) => readReceivingAccount(read, 'direct', parsers)),
    provider: (app: App) => readConfig(app.env, (read) => readReceivingAccount(read, 'provider', parsers)),
  },
};

/** All that placing a payment needs, read in one go: one message names everything that is wrong. */
function readPlacing(app: App, slot: AccountSlot): string {
  return readConfig(app.env, (read) => {
    readApp(read);
    readSigningAccount(read, slot, parsers);
    return readNotifyUrl(read);
  });
}

/** Looks at the app's settings too, so that one message names all that is wrong. */
function readSigning(app: App, slot: AccountSlot): SigningAccount<KeyObject, KeyObject> {
  return readConfig(app.env, (read) => {
    readApp(read);
    return readSigningAccount(read, slot, parsers);
  });
}

/** An account that this function signs for. @throws ConfigError that names every variable at fault */
export function signingAccount(app: App, slot: AccountSlot): SigningAccount<KeyObject, KeyObject> {
  return app.once(builders.signing[slot]);
}

/** An account whose callbacks this function reads; no private key is needed. @throws ConfigError */
export function receivingAccount(app: App, slot: AccountSlot): ReceivingAccount<KeyObject> {
  return app.once(builders.receiving[slot]);
}

/**
 * WECHATPAY_NOTIFY_URL, for a function that places payments on that account.
 * @throws ConfigError that names every variable at fault, those of the account included
 */
export function notifyUrl(app: App, slot: AccountSlot): string {
  return app.once(builders.placing[slot]);
}

/** Whether this function has been given the account at all. */
export function isConfigured(app: App, slot: AccountSlot): boolean {
  return hasAccount(app.env, slot);
}

/** WECHATPAY_APPID and WECHATPAY_API_BASES. @throws ConfigError */
export function appSettings(app: App): AppSettings {
  return app.once(readSettings);
}

/** WECHATPAY_PROVIDER_SUB_APPID: set when the mini-program belongs to the sub-merchants. @throws ConfigError */
export function providerSubAppid(app: App): string | undefined {
  return app.once(readSubAppid);
}

/** Once per instance, so what it warns of is in the log at each cold start. */
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
