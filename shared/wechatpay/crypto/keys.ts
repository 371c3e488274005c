/**
 * Keys and certificates from configuration. Each text is parsed once and kept: parsing an RSA key costs more than
 * signing with it. Errors say precisely what is wrong, since the wrong file in the right variable is the most frequent
 * mistake.
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

/** Names the source in messages: the environment variable, or the field of a file. */
export interface KeySource {
  readonly name?: string;
}

const rsaBits = 2048;
const cacheLimit = 64;
const cache = new Map<string, KeyObject | X509Certificate>();

/**
 * 商户API私钥, the content of apiclient_key.pem: PEM, PEM with literal `\n`, or one-line base64 of the file or
 * of its PKCS#8 or PKCS#1 DER.
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
 * 微信支付公钥, the content of pub_key.pem: PEM, PEM with literal `\n`, or one-line base64 of the file or of
 * its SPKI or PKCS#1 DER.
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
 * One API v3 key, or several while it is being changed: WeChat Pay uses the new one as soon as it is set, and it is not
 * documented which of them encrypts a callback that is sent again.
 */
export type ApiV3Keys = KeyObject | readonly KeyObject[];

/**
 * APIv3密钥: exactly 32 bytes.
 * @throws WechatpayError API_V3_KEY_INVALID, without the key in its message.
 */
export function parseApiV3Key(text: string, source: KeySource = {}): KeyObject {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.byteLength === 32) return createSecretKey(bytes);
  const padded = text.trim().length === 32;
  const hint = padded
    ? 'It has spaces or a newline around it: remove them.'
    : 'Set it in the merchant platform under 账户中心 → API安全 → 设置APIv3密钥; it is neither the v2 API密钥 nor a key file.';
  const hintZh = padded
    ? '前后有空格或换行，请去掉。'
    : '请在商户平台「账户中心 → API安全 → 设置APIv3密钥」中设置；它不是 v2 的 API 密钥，也不是密钥文件。';
  throw new WechatpayError(
    'fault',
    'API_V3_KEY_INVALID',
    `${describe('The API v3 key', source)} has ${bytes.byteLength} bytes instead of 32. ${hint}`,
    { messageZh: `APIv3 密钥应为 32 字节，当前为 ${bytes.byteLength} 字节。${hintZh}` },
  );
}

function cached<T extends KeyObject | X509Certificate>(kind: string, text: string, parse: () => T): T {
  const id = `${kind}:${createHash('sha256').update(text).digest('base64')}`;
  const known = cache.get(id);
  if (known) return known as T;
  const parsed = parse();
  if (cache.size >= cacheLimit) cache.delete(cache.keys().next().value!);
  cache.set(id, parsed);
  return parsed;
}

function describe(what: string, source: KeySource): string {
  return source.name === undefined ? what : `${what} (${source.name})`;
}

function read(text: string, what: string): { der: Buffer; content: KeyContent } {
  const result = readKeyText(text);
  if (result.ok) return result;
  const { en, zh } = result.problem;
  throw invalid(`Cannot read ${what}. ${en}`, zh);
}

const names: Readonly<Record<KeyContent, readonly [en: string, zh: string]>> = {
  'private-pkcs8': ['a private key', '私钥'],
  'private-pkcs1': ['a private key', '私钥'],
  'private-encrypted': ['a password-protected private key', '带密码的私钥'],
  'private-ec': ['an elliptic-curve private key', '椭圆曲线私钥'],
  'public-spki': ['a public key', '公钥'],
  'public-pkcs1': ['a public key', '公钥'],
  certificate: ['a certificate', '证书'],
  'certificate-request': ['a certificate request', '证书请求（CSR）'],
  pkcs12: ['a PKCS#12 file (apiclient_cert.p12)', 'PKCS#12 文件（apiclient_cert.p12）'],
  unknown: ['neither a key nor a certificate', '既非密钥也非证书的内容'],
};

const wanted = {
  private: [
    'Give the private key: the content of apiclient_key.pem from the merchant certificate tool.',
    '请填写商户私钥：商户证书工具生成的 apiclient_key.pem 的内容。',
  ],
  public: [
    'Give the WeChat Pay public key: the content of pub_key.pem from the merchant platform, next to its id PUB_KEY_ID_….',
    '请填写微信支付公钥：商户平台下载的 pub_key.pem 的内容（与 PUB_KEY_ID_… 配对）。',
  ],
  certificate: [
    'Give a certificate: a file that begins with "-----BEGIN CERTIFICATE-----".',
    '请填写证书：以 -----BEGIN CERTIFICATE----- 开头的文件。',
  ],
} as const;

function wrongContent(what: string, content: KeyContent, want: keyof typeof wanted): WechatpayError {
  const [remark, remarkZh] =
    content === 'private-encrypted'
      ? [` Remove the password first: ${removePassword}`, `请先去除密码：${removePassword}`]
      : want !== 'private' && content.startsWith('private')
        ? [
            ' A private key must not be stored here; if it was sent to anyone, replace it.',
            '此处不得存放私钥；如已外传，请立即更换。',
          ]
        : ['', ''];
  const [name, nameZh] = names[content];
  const [remedy, wantZh] = wanted[want];
  return invalid(
    `Instead of ${what} there is ${name}. ${remedy}${remark}`,
    `这里填的是${nameZh}。${wantZh}${remarkZh}`,
  );
}

const removePassword = 'openssl pkcs8 -topk8 -nocrypt -in FILE -out plain.pem';

function checkRsa(what: string, parse: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = parse();
  } catch (cause) {
    const message = `Cannot read ${what}: valid PEM or base64 around an unreadable key. Copy the file again.`;
    throw invalid(message, '外层格式正确，但密钥内容已损坏，请重新复制文件。', cause);
  }
  const bits = key.asymmetricKeyDetails?.modulusLength;
  if (key.asymmetricKeyType === 'rsa' && bits === rsaBits) return key;
  const found =
    key.asymmetricKeyType === 'rsa' ? `RSA with ${bits} bits` : `of type ${key.asymmetricKeyType}`;
  const foundZh = key.asymmetricKeyType === 'rsa' ? `${bits} 位 RSA` : `${key.asymmetricKeyType} 类型`;
  throw invalid(
    `The key in ${what} is ${found}; WeChat Pay API v3 uses RSA with ${rsaBits} bits. It is probably a key of another system.`,
    `密钥为${foundZh}，而微信支付 APIv3 使用 ${rsaBits} 位 RSA，可能是其他系统的密钥。`,
  );
}

function invalid(message: string, messageZh: string, cause?: unknown): WechatpayError {
  return new WechatpayError('fault', 'KEY_INVALID', message, { cause, messageZh });
}
