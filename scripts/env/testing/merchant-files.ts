/** The files that a merchant has: keys and certificates in every form in which people keep them. */
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueCertificate } from '../../../sandbox/wechatpay/keys/x509.ts';

const dayMs = 86_400_000;
const keys = new Map<string, KeyObject>();
const issuer = {
  subject: '/C=CN/O=Tenpay.com/OU=Tenpay.com CA Center/CN=Tenpay.com Root CA',
  privateKey: keyOf('issuer'),
};

/** The private key of this owner, and of no other: made once per process, since that takes most of a second. */
export function keyOf(owner: string, modulusLength = 2048): KeyObject {
  const name = `${owner}/${modulusLength}`;
  const key = keys.get(name) ?? generateKeyPairSync('rsa', { modulusLength }).privateKey;
  keys.set(name, key);
  return key;
}

export interface CertificateOptions {
  readonly key: KeyObject;
  /** CN of the subject. */
  readonly name: string;
  readonly serialNo?: string;
  readonly fromMs?: number;
  readonly untilMs?: number;
}

export function newCertificate({ key, name, serialNo, fromMs, untilMs }: CertificateOptions): string {
  return issueCertificate(
    {
      serialNo: serialNo ?? '5157F09EFDC096DE15EBE81A47057A7232F1B8E1',
      subject: `/C=CN/O=微信商户系统/CN=${name}`,
      publicKey: createPublicKey(key),
      notBeforeMs: fromMs ?? nowMs - 30 * dayMs,
      notAfterMs: untilMs ?? nowMs + 1000 * dayMs,
    },
    issuer,
  );
}

/** What the tests take for now. */
export const nowMs = Date.UTC(2026, 10, 27, 4);

export interface MerchantFiles {
  readonly mchid: string;
  readonly serialNo: string;
  readonly key: KeyObject;
  readonly keyPem: string;
  /** One line of base64 of the PKCS#8 DER. */
  readonly keyDer: string;
  readonly certificatePem: string;
  readonly certificateDer: string;
  readonly apiV3Key: string;
  /** WeChat Pay's. */
  readonly publicKeyPem: string;
  readonly publicKeyDer: string;
  readonly publicKeyId: string;
}

export function newMerchant(mchid = '1900000001'): MerchantFiles {
  const key = keyOf(mchid);
  const serialNo = '5157F09EFDC096DE15EBE81A47057A7232F1B8E1';
  const certificatePem = newCertificate({ key, name: mchid, serialNo });
  const publicKey = createPublicKey(keyOf(`WeChat Pay, for ${mchid}`));
  return {
    mchid,
    serialNo,
    key,
    keyPem: pemOf(key),
    keyDer: derOf(key),
    certificatePem,
    certificateDer: bodyOf(certificatePem),
    apiV3Key: 'abcdefghijklmnopqrstuvwxyz012345',
    publicKeyPem: pemOf(publicKey),
    publicKeyDer: derOf(publicKey),
    publicKeyId: 'PUB_KEY_ID_0119000000012025010100000000000001',
  };
}

export function pemOf(key: KeyObject): string {
  return String(key.export({ format: 'pem', type: key.type === 'private' ? 'pkcs8' : 'spki' })).trim();
}

function derOf(key: KeyObject): string {
  return bodyOf(pemOf(key));
}

/** One line of base64, the form that is deployed. */
function bodyOf(pem: string): string {
  return pem.replace(/-----[^-]+-----/g, '').replace(/\s/g, '');
}

export interface Folder {
  readonly path: string;
  /** @returns the path of the file */
  write(name: string, content: string | Uint8Array): string;
  remove(): void;
}

export function newFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'shop-'));
  return {
    path,
    write(name, content) {
      const file = join(path, name);
      writeFileSync(file, content);
      return file;
    },
    remove: () => rmSync(path, { recursive: true }),
  };
}
