import { sign } from 'node:crypto';
import { scheme } from '../auth/authorization.ts';
import type { PlatformKey } from '../keys/platform.ts';

/** A deliberate defect in a signature. */
export type SignatureDefect =
  | 'unsigned'
  | 'signtest'
  | 'stale-timestamp'
  | 'wrong-serial'
  | 'wrong-key'
  | 'signature';

export interface SigningOptions {
  readonly key: PlatformKey;
  readonly nonce: string;
  readonly nowMs: number;
  readonly defect?: SignatureDefect | undefined;
  /** For `wrong-key`: signs while claiming to be `key`. */
  readonly impostor?: PlatformKey | undefined;
}

/** Signature headers of an answer or a callback: doc/v3/merchant/4013053420. */
export function signatureHeaders(body: string, options: SigningOptions): Record<string, string> {
  if (options.defect === 'unsigned') return {};
  // A minute more than is allowed: a receiver that allows more is found out.
  const ageMs = options.defect === 'stale-timestamp' ? 6 * 60_000 : 0;
  const timestamp = String(Math.floor((options.nowMs - ageMs) / 1000));
  const signer = options.defect === 'wrong-key' ? (options.impostor ?? options.key) : options.key;
  const signature = sign(
    'sha256',
    Buffer.from(`${timestamp}\n${options.nonce}\n${body}\n`),
    signer.privateKey,
  ).toString('base64');
  return {
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Nonce': options.nonce,
    'Wechatpay-Serial': options.defect === 'wrong-serial' ? unknownSerial(options.key.id) : options.key.id,
    'Wechatpay-Signature': withDefect(signature, options.defect),
    'Wechatpay-Signature-Type': scheme,
  };
}

function withDefect(signature: string, defect: SignatureDefect | undefined): string {
  // The official probe: a signature that must not pass, doc/v3/merchant/4013053249.
  if (defect === 'signtest') return `WECHATPAY/SIGNTEST/${signature.slice(19)}`;
  if (defect === 'signature') return (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1);
  return signature;
}

function unknownSerial(serial: string): string {
  const last = serial.at(-1) === '0' ? '1' : '0';
  return serial.slice(0, -1) + last;
}
