import { constants, createHash, type KeyObject, publicDecrypt } from 'node:crypto';

/** The hash inside an RSA PKCS#1 v1.5 signature, if this key made it. */
export interface RecoveredDigest {
  readonly algorithm: 'sha256' | 'sha1' | 'md5' | 'other';
  readonly hex: string;
}

const prefixes: readonly [RecoveredDigest['algorithm'], string][] = [
  ['sha256', '3031300d060960864801650304020105000420'],
  ['sha1', '3021300906052b0e03021a05000414'],
  ['md5', '3020300c06082a864886f70d020505000410'],
];

/** Undefined when the signature was not made by the private key of `key`. */
export function recoverDigest(key: KeyObject, signature: Buffer): RecoveredDigest | undefined {
  let info: string;
  try {
    info = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature).toString('hex');
  } catch {
    return undefined;
  }
  for (const [algorithm, prefix] of prefixes) {
    if (info.startsWith(prefix)) return { algorithm, hex: info.slice(prefix.length) };
  }
  return { algorithm: 'other', hex: info };
}

export function matches(digest: RecoveredDigest, message: string | Buffer): boolean {
  if (digest.algorithm === 'other') return false;
  return createHash(digest.algorithm).update(message).digest('hex') === digest.hex;
}
