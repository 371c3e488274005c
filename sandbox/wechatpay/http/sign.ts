import { sign } from 'node:crypto';
import { scheme } from '../auth/authorization.ts';
import type { PlatformKey } from '../keys/platform.ts';

/** How a signature may be spoilt on purpose. */
export type Spoiling =
  | 'unsigned'
  | 'signtest'
  | 'stale-timestamp'
  | 'wrong-serial'
  | 'wrong-key'
  | 'signature';

export interface Seal {
  readonly key: PlatformKey;
  readonly nonce: string;
  readonly nowMs: number;
  readonly spoil?: Spoiling | undefined;
  /** For `wrong-key`: signs in the name of `key`. */
  readonly impostor?: PlatformKey | undefined;
}

/** Signature headers of an answer or a callback: doc/v3/merchant/4013053420. */
export function signatureHeaders(body: string, seal: Seal): Record<string, string> {
  if (seal.spoil === 'unsigned') return {};
  const ageMs = seal.spoil === 'stale-timestamp' ? 10 * 60_000 : 0;
  const timestamp = String(Math.floor((seal.nowMs - ageMs) / 1000));
  const signer = seal.spoil === 'wrong-key' ? (seal.impostor ?? seal.key) : seal.key;
  const signature = sign(
    'sha256',
    Buffer.from(`${timestamp}\n${seal.nonce}\n${body}\n`),
    signer.privateKey,
  ).toString('base64');
  return {
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Nonce': seal.nonce,
    'Wechatpay-Serial': seal.spoil === 'wrong-serial' ? unknownSerial(seal.key.id) : seal.key.id,
    'Wechatpay-Signature': spoilt(signature, seal.spoil),
    'Wechatpay-Signature-Type': scheme,
  };
}

function spoilt(signature: string, spoil: Spoiling | undefined): string {
  // The official probe: a signature that must not pass, doc/v3/merchant/4013053249.
  if (spoil === 'signtest') return `WECHATPAY/SIGNTEST/${signature.slice(19)}`;
  if (spoil === 'signature') return (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1);
  return signature;
}

function unknownSerial(serial: string): string {
  const last = serial.at(-1) === '0' ? '1' : '0';
  return serial.slice(0, -1) + last;
}
