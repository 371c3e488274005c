/** Keys, certificates and signed messages for tests: the other side of the wire. */
import { createCipheriv, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { hextob64, KEYUTIL, KJUR, type RSAKey } from 'jsrsasign';
import type { CertificateItem } from '../crypto/certificate-items.ts';
import { parseApiV3Key } from '../crypto/keys.ts';
import { WechatpayError } from '../errors.ts';

const apiV3KeyText = '0123456789abcdef0123456789abcdef';
export const apiV3Key = parseApiV3Key(apiV3KeyText);

export interface RsaPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly privatePem: string;
  readonly publicPem: string;
}

const pairs = new Map<string, RsaPair>();

/** The keys of this owner, and of no other: made once per process, since that takes most of a second. */
export function rsaPair(owner: string, bits = 2048): RsaPair {
  const name = `${owner}/${bits}`;
  const pair = pairs.get(name) ?? newRsaPair(bits);
  pairs.set(name, pair);
  return pair;
}

function newRsaPair(modulusLength: number): RsaPair {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength });
  return {
    privateKey,
    publicKey,
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** SHA256withRSA by jsrsasign, base64. */
export function oracleSign(message: string, privatePem: string): string {
  const signature = new KJUR.crypto.Signature({ alg: 'SHA256withRSA' });
  signature.init(KEYUTIL.getKey(privatePem) as RSAKey);
  signature.updateString(message);
  return hextob64(signature.sign());
}

export interface TestCertificate {
  readonly serialNo: string;
  readonly pem: string;
  readonly item: CertificateItem;
}

/** A self-signed certificate, and the same as /v3/certificates lists it. */
export function certificate(
  pair: RsaPair,
  options: { serialNo: string; fromMs: number; toMs: number; key?: string },
): TestCertificate {
  const { serialNo, fromMs, toMs, key = apiV3KeyText } = options;
  const fields = {
    version: 3,
    serial: { hex: serialNo },
    issuer: { str: '/C=CN/O=Test/CN=Test CA' },
    subject: { str: '/C=CN/O=Test/CN=Test platform' },
    notbefore: asn1Time(fromMs),
    notafter: asn1Time(toMs),
    sbjpubkey: pair.publicPem,
    sigalg: 'SHA256withRSA',
    cakey: pair.privatePem,
  };
  // The published types ask for fields that the library does not need.
  type Fields = ConstructorParameters<typeof KJUR.asn1.x509.Certificate>[0];
  const built = new KJUR.asn1.x509.Certificate(fields as unknown as Fields);
  const pem = built.getPEM();
  const item = {
    serial_no: serialNo,
    effective_time: new Date(fromMs).toISOString(),
    expire_time: new Date(toMs).toISOString(),
    encrypt_certificate: encryptResource(pem, key, 'certificate'),
  };
  return { serialNo, pem, item };
}

/** 证书请求 (CSR), which the merchant platform asks for, as PEM. */
export function certificateRequest(pair: RsaPair): string {
  return KJUR.asn1.csr.CSRUtil.newCSRPEM({
    subject: { str: '/C=CN/O=Test/CN=1900000001' },
    sbjpubkey: pair.publicPem,
    sigalg: 'SHA256withRSA',
    sbjprvkey: pair.privatePem,
  });
}

export function encryptResource(plaintext: string, key = apiV3KeyText, associatedData = 'transaction') {
  const nonce = 'abcdefghijkl';
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key), Buffer.from(nonce));
  cipher.setAAD(Buffer.from(associatedData));
  const encrypted = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return {
    algorithm: 'AEAD_AES_256_GCM',
    nonce,
    associated_data: associatedData,
    ciphertext: encrypted.toString('base64'),
  };
}

/**
 * The Wechatpay-* headers of an answer or a callback. Signed by OpenSSL: PKCS#1 v1.5 leaves one signature for a message,
 * and jsrsasign, which a test compares it with, takes a hundred times as long.
 */
export function signatureHeaders(
  body: string,
  options: { privatePem: string; serial: string; nowMs: number; nonce?: string },
): Record<string, string> {
  const timestamp = String(Math.floor(options.nowMs / 1000));
  const nonce = options.nonce ?? 'fEMKMIaDbpSzWFzFRxnNVfoXvKzZBpKC';
  return {
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Nonce': nonce,
    'Wechatpay-Serial': options.serial,
    'Wechatpay-Signature': sign(
      'sha256',
      Buffer.from(`${timestamp}\n${nonce}\n${body}\n`),
      options.privatePem,
    ).toString('base64'),
    'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
  };
}

function asn1Time(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replace(/[-:T]/g, '')
    .replace(/^\d\d(\d{12}).*$/, '$1Z');
}

/** The error a promise was rejected with; fails when it was not rejected, or not with this package's error. */
export async function rejection(promise: Promise<unknown>): Promise<WechatpayError> {
  const outcome = await promise.then(
    () => new Error('It was not rejected.'),
    (error: unknown) => error,
  );
  if (outcome instanceof WechatpayError) return outcome;
  throw outcome;
}
