/**
 * Keys and certificates from configuration. Each text is parsed once and kept: parsing an RSA key costs more
 * than signing with it. What is wrong with a text is said precisely, since the wrong file in the right variable
 * is the most frequent mistake of all.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type KeyObject,
  X509Certificate,
} from 'node:crypto';
import { WechatpayError } from '../errors.ts';
import { type KeyContent, readKeyText } from './pem.ts';

/** Names the place in messages: the environment variable, or the field of a file. */
export interface KeySource {
  readonly name?: string;
}

const rsaBits = 2048;
const cacheLimit = 64;
const cache = new Map<string, KeyObject | X509Certificate>();

/**
 * 商户API私钥, the content of apiclient_key.pem: PEM, PEM with literal `\n`, or one-line base64 of the PKCS#8 or
 * PKCS#1 DER.
 * @throws WechatpayError KEY_INVALID
 */
export function parsePrivateKey(text: string, source: KeySource = {}): KeyObject {
  return cached('private', text, () => {
    const what = describe('the merchant private key', source);
    const { der, content } = read(text, what);
    if (content !== 'private-pkcs8' && content !== 'private-pkcs1')
      throw wrongContent(what, content, 'private');
    const type = content === 'private-pkcs8' ? 'pkcs8' : 'pkcs1';
    return checkRsa(what, () => createPrivateKey({ key: der, format: 'der', type }));
  });
}

/**
 * 微信支付公钥, the content of pub_key.pem: PEM, PEM with literal `\n`, or one-line base64 of the SPKI or PKCS#1 DER.
 * https://pay.weixin.qq.com/doc/v3/merchant/4012153196
 * @throws WechatpayError KEY_INVALID
 */
export function parsePublicKey(text: string, source: KeySource = {}): KeyObject {
  return cached('public', text, () => {
    const what = describe('the WeChat Pay public key', source);
    const { der, content } = read(text, what);
    if (content !== 'public-spki' && content !== 'public-pkcs1') throw wrongContent(what, content, 'public');
    const type = content === 'public-spki' ? 'spki' : 'pkcs1';
    return checkRsa(what, () => createPublicKey({ key: der, format: 'der', type }));
  });
}

/**
 * A certificate, PEM or base64 DER: 平台证书, or 商户API证书 (apiclient_cert.pem).
 * @throws WechatpayError KEY_INVALID
 */
export function parseCertificate(text: string, source: KeySource = {}): X509Certificate {
  return cached('certificate', text, () => {
    const what = describe('the certificate', source);
    const { der, content } = read(text, what);
    if (content !== 'certificate') throw wrongContent(what, content, 'certificate');
    let certificate: X509Certificate | undefined;
    checkRsa(what, () => {
      certificate = new X509Certificate(der);
      return certificate.publicKey;
    });
    return certificate!;
  });
}

/** 证书序列号, as the protocol writes it: upper-case hex. */
export function serialOf(certificate: X509Certificate): string {
  return certificate.serialNumber.toUpperCase();
}

/**
 * APIv3密钥: exactly 32 bytes.
 * @throws WechatpayError API_V3_KEY_INVALID, without the key in its message.
 */
export function parseApiV3Key(text: string, source: KeySource = {}): KeyObject {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.byteLength !== 32) {
    const hint =
      text.trim().length === 32
        ? ' It has blanks or a newline around it: remove them.'
        : ' Set it in the merchant platform under 账户中心 → API安全 → 设置APIv3密钥; it is neither the v2 API密钥 nor a key file.';
    throw new WechatpayError(
      'fault',
      'API_V3_KEY_INVALID',
      `${describe('The API v3 key', source)} has ${bytes.byteLength} bytes instead of 32.${hint}`,
    );
  }
  return createSecretKey(bytes);
}

function cached<T extends KeyObject | X509Certificate>(kind: string, text: string, parse: () => T): T {
  const id = `${kind}:${createHash('sha256').update(text).digest('base64')}`;
  const known = cache.get(id);
  if (known) return known as T;
  const parsed = parse();
  const oldest = cache.size >= cacheLimit ? cache.keys().next().value : undefined;
  if (oldest !== undefined) cache.delete(oldest);
  cache.set(id, parsed);
  return parsed;
}

function describe(what: string, source: KeySource): string {
  return source.name === undefined ? what : `${what} (${source.name})`;
}

function read(text: string, what: string): { der: Buffer; content: KeyContent } {
  const result = readKeyText(text);
  if (result.ok) return result;
  throw new WechatpayError('fault', 'KEY_INVALID', `Cannot read ${what}. ${result.problem}`);
}

const names: Readonly<Record<KeyContent, string>> = {
  'private-pkcs8': 'a private key',
  'private-pkcs1': 'a private key',
  'private-encrypted': 'a private key under a password',
  'private-ec': 'an elliptic-curve private key',
  'public-spki': 'a public key',
  'public-pkcs1': 'a public key',
  certificate: 'a certificate',
  'certificate-request': 'a certificate request',
  pkcs12: 'a PKCS#12 file (apiclient_cert.p12)',
  unknown: 'neither a key nor a certificate',
};

const wanted = {
  private: 'Give the private key: the content of apiclient_key.pem from the merchant certificate tool.',
  public:
    'Give the WeChat Pay public key: the content of pub_key.pem from the merchant platform, beside its id PUB_KEY_ID_….',
  certificate: 'Give a certificate: a file that begins with "-----BEGIN CERTIFICATE-----".',
} as const;

function wrongContent(what: string, content: KeyContent, want: keyof typeof wanted): WechatpayError {
  const remark =
    content === 'private-encrypted'
      ? ' Remove the password first: openssl pkcs8 -topk8 -nocrypt -in FILE -out plain.pem'
      : want !== 'private' && content.startsWith('private')
        ? ' A private key must not be stored here; if it was sent to anyone, replace it.'
        : '';
  return new WechatpayError(
    'fault',
    'KEY_INVALID',
    `Instead of ${what} there is ${names[content]}. ${wanted[want]}${remark}`,
  );
}

function checkRsa(what: string, parse: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = parse();
  } catch (cause) {
    const message = `Cannot read ${what}: its outside is right, its inside is damaged. Copy the file again.`;
    throw new WechatpayError('fault', 'KEY_INVALID', message, { cause });
  }
  const bits = key.asymmetricKeyDetails?.modulusLength;
  if (key.asymmetricKeyType === 'rsa' && bits === rsaBits) return key;
  const found =
    key.asymmetricKeyType === 'rsa' ? `RSA with ${bits} bits` : `of type ${key.asymmetricKeyType}`;
  throw new WechatpayError(
    'fault',
    'KEY_INVALID',
    `The key in ${what} is ${found}; WeChat Pay API v3 uses RSA with ${rsaBits} bits. It is probably a key of another system.`,
  );
}
