/** The variables of the shop and of its WeChat Pay accounts. A function reads only the parts that it needs. */
import type { AccountKind, ProviderKind } from '../core/account.ts';
import type { Environment, Parse, VariableReader } from './config.ts';
import * as values from './env-parsers.ts';
import type { Secret } from './secret.ts';

export interface AppSettings {
  readonly appid: string;
  /** Origins, the first one preferred. */
  readonly apiBases: readonly string[];
}

/** What is needed to read and verify callbacks: no private key. `K` is the return type of `parsePublicKey`. */
export interface ReceivingAccount<K> {
  readonly kind: AccountKind;
  readonly mchid: string;
  /** More than one during a key change. */
  readonly apiV3Keys: readonly Secret<string>[];
  /** WeChat Pay's public key; absent for merchants that use platform certificates. */
  readonly publicKey?: { readonly id: string; readonly key: K };
}

/** What is needed to send requests as well. `P` is the return type of `parsePrivateKey`. */
export interface SigningAccount<K, P> extends ReceivingAccount<K> {
  readonly serialNo: string;
  readonly privateKey: P;
}

export interface KeyParsers<K, P> {
  /** PEM, or one line of base64 of the PKCS#8 DER. */
  readonly parsePrivateKey: Parse<P>;
  /** PEM, or one line of base64 of the SPKI DER. */
  readonly parsePublicKey: Parse<K>;
}

const officialBases = ['https://api.mch.weixin.qq.com', 'https://api2.mch.weixin.qq.com'] as const;
const accountVariables = ['MCHID', 'SERIAL_NO', 'PRIVATE_KEY', 'API_V3_KEY', 'PUBLIC_KEY_ID', 'PUBLIC_KEY'];

/**
 * Whether any variable of that account is set for this function; WECHATPAY_PROVIDER_KIND alone does not count.
 * `partner` and `ecommerce` share their variables, so both give the same result.
 */
export function hasAccount(env: Environment, kind: AccountKind): boolean {
  return accountVariables.some((name) => Boolean(env[variableOf(kind, name)]?.trim()));
}

/** WECHATPAY_PROVIDER_KIND: which of the two kinds the WECHATPAY_PROVIDER_* variables configure. */
export function readProviderKind(read: VariableReader): ProviderKind {
  return read.required('WECHATPAY_PROVIDER_KIND', values.oneOf('partner', 'ecommerce'));
}

/** WECHATPAY_APPID, WECHATPAY_API_BASES. */
export function readApp(read: VariableReader): AppSettings {
  return {
    appid: read.required('WECHATPAY_APPID', values.appid),
    apiBases: read.optional('WECHATPAY_API_BASES', values.apiBases) ?? officialBases,
  };
}

/**
 * API bases that are neither WeChat Pay's nor this machine. Such a host can read orders and personal data, so a
 * deployment that configures one logs a warning.
 */
export function foreignBases(apiBases: readonly string[]): readonly string[] {
  return apiBases.filter((base) => {
    const { hostname, protocol } = new URL(base);
    return (
      !(protocol === 'https:' && hostname.endsWith('.mch.weixin.qq.com')) && !values.isLoopback(hostname)
    );
  });
}

/** How WeChat's server API of the mini-program is reached. */
export interface WeixinSettings {
  /** With an access token, or through the cloud call, which needs a permission that only WeChat DevTools can grant. */
  readonly access: 'token' | 'cloud';
  /** With an access token only. */
  readonly appSecret?: Secret<string>;
  /** Origin. */
  readonly base: string;
}

/** Whether the shop tells WeChat about its shipments: WECHAT_API_ACCESS is set. */
export function usesWeixinApi(env: Environment): boolean {
  return Boolean(env.WECHAT_API_ACCESS?.trim());
}

/** WECHAT_API_ACCESS, WECHAT_APP_SECRET, WECHAT_API_BASE. */
export function readWeixin(read: VariableReader): WeixinSettings {
  const access = read.required('WECHAT_API_ACCESS', values.oneOf('token', 'cloud'));
  const base = read.optional('WECHAT_API_BASE', values.apiBase) ?? 'https://api.weixin.qq.com';
  if (access !== 'token') return { access, base };
  return { access, base, appSecret: read.required('WECHAT_APP_SECRET', values.appSecret) };
}

/** Neither WeChat's host (or one of its regions) nor this machine: such a host receives the access tokens. */
export function isForeignWeixinBase(base: string): boolean {
  const { hostname, protocol } = new URL(base);
  const official = protocol === 'https:' && /^([a-z]+\.)?api2?\.weixin\.qq\.com$/.test(hostname);
  return !official && !values.isLoopback(hostname);
}

/** SHIPPED_TEMPLATE_ID. */
export function readShippedTemplate(read: VariableReader): string | undefined {
  return read.optional('SHIPPED_TEMPLATE_ID', values.templateId);
}

/** WECHATPAY_NOTIFY_URL, without a trailing slash. */
export function readNotifyUrl(read: VariableReader): string {
  return read.required('WECHATPAY_NOTIFY_URL', values.notifyUrl);
}

/** FULFILMENT_FUNCTION: the merchant's own function that delivers paid orders. */
export function readFulfilmentFunction(read: VariableReader): string {
  return read.required('FULFILMENT_FUNCTION', values.functionName);
}

/** OPERATOR_OPENIDS; empty when it is unset. */
export function readOperators(read: VariableReader): readonly string[] {
  return read.optional('OPERATOR_OPENIDS', values.openids) ?? [];
}

/** WECHATPAY_TRANSFER_SCENES; empty when it is unset. */
export function readTransferScenes(read: VariableReader): readonly string[] {
  return read.optional('WECHATPAY_TRANSFER_SCENES', values.transferScenes) ?? [];
}

/**
 * The mini-programs whose users may call: WECHATPAY_APPID and, where the mini-program is the sub-merchants',
 * WECHATPAY_PROVIDER_SUB_APPID. A malformed value is left out; the code that needs it reports it.
 */
export function readCallerAppids(env: Environment): readonly string[] {
  const values = [env.WECHATPAY_APPID, env.WECHATPAY_PROVIDER_SUB_APPID].map((each) => each?.trim() ?? '');
  return values.filter((value) => /^wx[0-9a-zA-Z]{16}$/.test(value));
}

/** MCHID, API_V3_KEY, API_V3_KEY_OTHER, PUBLIC_KEY_ID, PUBLIC_KEY; for a provider also KIND, which selects the kind. */
export function readReceivingAccount<K>(
  read: VariableReader,
  kind: AccountKind,
  parsers: Pick<KeyParsers<K, unknown>, 'parsePublicKey'>,
): ReceivingAccount<K> {
  const publicKey = readPublicKey(read, kind, parsers.parsePublicKey);
  return {
    kind: kind === 'direct' ? 'direct' : readProviderKind(read),
    mchid: read.required(variableOf(kind, 'MCHID'), values.mchid),
    apiV3Keys: readApiV3Keys(read, kind),
    ...(publicKey && { publicKey }),
  };
}

/** API_V3_KEY and, while it is being changed, the other one: API_V3_KEY_OTHER. */
function readApiV3Keys(read: VariableReader, kind: AccountKind): Secret<string>[] {
  const key = read.required(variableOf(kind, 'API_V3_KEY'), values.apiV3Key);
  const other = read.optional(variableOf(kind, 'API_V3_KEY_OTHER'), values.apiV3Key);
  return other ? [key, other] : [key];
}

/** The same, and SERIAL_NO and PRIVATE_KEY. */
export function readSigningAccount<K, P>(
  read: VariableReader,
  kind: AccountKind,
  parsers: KeyParsers<K, P>,
): SigningAccount<K, P> {
  return {
    ...readReceivingAccount(read, kind, parsers),
    serialNo: read.required(variableOf(kind, 'SERIAL_NO'), values.serialNo),
    privateKey: read.required(variableOf(kind, 'PRIVATE_KEY'), parsers.parsePrivateKey),
  };
}

/** Both or none: an id without its key, or a key without its id, is useless. */
function readPublicKey<K>(
  read: VariableReader,
  kind: AccountKind,
  parse: Parse<K>,
): { readonly id: string; readonly key: K } | undefined {
  const idVariable = variableOf(kind, 'PUBLIC_KEY_ID');
  const keyVariable = variableOf(kind, 'PUBLIC_KEY');
  if (!read.isSet(idVariable) && !read.isSet(keyVariable)) return undefined;
  return { id: read.required(idVariable, values.publicKeyId), key: read.required(keyVariable, parse) };
}

/** Full variable name, e.g. WECHATPAY_DIRECT_MCHID. The two kinds of provider share their variables. */
export function variableOf(kind: AccountKind, name: string): string {
  return `WECHATPAY_${kind === 'direct' ? 'DIRECT' : 'PROVIDER'}_${name}`;
}
