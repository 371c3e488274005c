import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { Authority } from '../keys/authority.ts';
import { createRsaKey, serialOf, toPem } from '../keys/rsa.ts';
import { validFromMs, validUntilMs } from '../keys/validity.ts';
import { SeededRandom } from './random.ts';

/** `direct` 直连商户, `partner` 普通服务商, `ecommerce` 电商收付通平台. */
export const accountKinds = ['direct', 'partner', 'ecommerce'] as const;
export type AccountKind = (typeof accountKinds)[number];
export const accountKindsZh: Readonly<Record<AccountKind, string>> = {
  direct: '直连商户',
  partner: '普通服务商',
  ecommerce: '电商平台',
};
/** Those that collect money for sub-merchants. */
export type ProviderKind = Exclude<AccountKind, 'direct'>;

/** A merchant number that calls the API: it has a certificate and an APIv3 key. */
export interface Merchant {
  readonly mchid: string;
  readonly name: string;
  readonly kind: AccountKind;
  /** Bound to the merchant number; the first is the default. */
  readonly appids: readonly string[];
  readonly serialNo: string;
  readonly privateKeyPem: string;
  readonly certificatePem: string;
  /** 32 bytes of text. */
  readonly apiV3Key: string;
  /** The fee on what it collects, in 1/10000; see {@link feeFenOf}. */
  readonly feeBasisPoints: number;
  /** Parsed once from the certificate. */
  readonly publicKey: KeyObject;
  /** The certificate before, while it is valid beside the new one. */
  readonly olderCertificatePem?: string | undefined;
  readonly older?: Pick<Merchant, 'serialNo' | 'publicKey'> | undefined;
}

/** 特约商户 or 二级商户: money is collected for it by a provider. */
export interface SubMerchant {
  readonly mchid: string;
  readonly name: string;
  /** The mchid of the provider it belongs to. */
  readonly providerMchid: string;
  /** Its own appids (sub_appid), beside the provider's. */
  readonly appids: readonly string[];
  readonly feeBasisPoints: number;
  /** A frozen one may not collect: 403 with the internal code 268448010. */
  frozen: boolean;
}

/** What a merchant is made from: the built-in ones, or those of a config file. */
export interface MerchantPlan {
  readonly kind: AccountKind;
  readonly mchid: string;
  readonly name: string;
  readonly appids: readonly string[];
  readonly apiV3Key?: string;
  readonly privateKeyPem?: string;
  readonly certificatePem?: string;
  readonly feeBasisPoints?: number;
  readonly subMerchants: readonly SubMerchantPlan[];
}

interface SubMerchantPlan extends Pick<SubMerchant, 'mchid' | 'name' | 'appids'> {
  readonly feeBasisPoints?: number;
}

/** 0.6 %, the usual rate. */
export const usualFeeBasisPoints = 60;

/** Fen, rounded half up. */
export function feeFenOf(amountFen: number, feeBasisPoints: number): number {
  return Math.floor((amountFen * feeBasisPoints + 5_000) / 10_000);
}

/** The appid that all built-in merchants are bound to, so that one mini-program can use all of them. */
const sharedAppid = 'wx8f2c0b7e5d413a96';

export const builtInMerchants: readonly MerchantPlan[] = [
  {
    kind: 'direct',
    mchid: '1900000001',
    name: '沙箱直连商户',
    appids: [sharedAppid, 'wx1d2e3f4a5b6c7d80'],
    subMerchants: [],
  },
  {
    kind: 'partner',
    mchid: '1900000101',
    name: '沙箱普通服务商',
    appids: [sharedAppid],
    subMerchants: [
      { mchid: '1900000111', name: '南山面包房', appids: ['wx3c5b7a9e1f2d4860'] },
      { mchid: '1900000112', name: '岭南蜂场', appids: [] },
    ],
  },
  {
    kind: 'ecommerce',
    mchid: '1900000201',
    name: '沙箱电商平台',
    appids: [sharedAppid],
    subMerchants: [
      { mchid: '1900000211', name: '南山面包房', appids: ['wx3c5b7a9e1f2d4860'] },
      { mchid: '1900000212', name: '岭南蜂场', appids: [] },
    ],
  },
];

/** Generates what the plan omits: key, certificate, APIv3 key. */
export async function createMerchant(
  plan: MerchantPlan,
  authority: Authority | Promise<Authority>,
  seed: string,
  keyBits?: number,
): Promise<Merchant> {
  const [privateKey, issuer] = await Promise.all([
    plan.privateKeyPem === undefined
      ? createRsaKey(`merchant/${plan.mchid}`, seed, keyBits)
      : createPrivateKey(plan.privateKeyPem),
    authority,
  ]);
  const certificatePem =
    plan.certificatePem ??
    issuer.issue({
      serialNo: serialOf(`merchant/${plan.mchid}`, seed),
      subject: subjectOf(plan),
      publicKey: createPublicKey(privateKey),
      notBeforeMs: validFromMs,
      notAfterMs: validUntilMs,
    });
  return parsed({
    mchid: plan.mchid,
    name: plan.name,
    kind: plan.kind,
    appids: plan.appids,
    privateKeyPem: toPem(privateKey),
    certificatePem,
    feeBasisPoints: plan.feeBasisPoints ?? usualFeeBasisPoints,
    apiV3Key: plan.apiV3Key ?? new SeededRandom(`${seed}/apiv3/${plan.mchid}`).letters(32),
  });
}

/** Of its certificates. */
export function subjectOf({ name, mchid }: Pick<Merchant, 'name' | 'mchid'>): string {
  return `/C=CN/O=微信商户系统/OU=${name}/CN=${mchid}`;
}

/** The stored form omits what can be read from the certificates. */
export type StoredMerchant = Omit<Merchant, 'publicKey' | 'serialNo' | 'older'>;

export function stored({
  publicKey: _key,
  serialNo: _serial,
  older: _older,
  ...rest
}: Merchant): StoredMerchant {
  return rest;
}

export function parsed(merchant: StoredMerchant): Merchant {
  const { olderCertificatePem: older } = merchant;
  return {
    ...merchant,
    ...readCertificate(merchant.certificatePem),
    ...(older && { older: readCertificate(older) }),
  };
}

export function changed(merchant: Merchant, now: Partial<StoredMerchant>): Merchant {
  return parsed({ ...stored(merchant), ...now });
}

export function readCertificate(pem: string): Pick<Merchant, 'serialNo' | 'publicKey'> {
  const { serialNumber, publicKey } = new X509Certificate(pem);
  return { serialNo: serialNumber, publicKey };
}
