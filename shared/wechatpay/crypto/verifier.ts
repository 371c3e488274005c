/**
 * Verifies what WeChat Pay signed: responses and callbacks, in the same way.
 * https://pay.weixin.qq.com/docs/partner/development/interface-rules/api-security-concepts.html, https://pay.weixin.qq.com/doc/v3/merchant/4012153196
 */
import { type KeyObject, verify } from 'node:crypto';
import { WechatpayError } from '../errors.ts';
import { type HeadersLike, headerValue, headerValues } from '../http/headers.ts';

/** In either direction: an old message may be a replay, and one from the future is not trusted either. */
const maxClockDifferenceMs = 5 * 60 * 1000;
/** Prefix of the invalid signatures that WeChat Pay sends on purpose, to test whether they are checked. */
const probePrefix = 'WECHATPAY/SIGNTEST/';

export interface SignedMessage {
  readonly headers: HeadersLike;
  /** Exactly as received. */
  readonly rawBody: Uint8Array;
}

export interface VerificationContext {
  /** Returns the key that a serial names, or throws. */
  readonly platformKeys: { verificationKey(serial: string): Promise<KeyObject> };
  readonly nowMs: () => number;
}

const base64 = /^[A-Za-z0-9+/]{16,1024}={0,2}$/;

const headerNames = [
  'wechatpay-signature',
  'wechatpay-serial',
  'wechatpay-timestamp',
  'wechatpay-nonce',
  'wechatpay-signature-type',
] as const;

interface SignatureHeaders {
  readonly serial: string;
  readonly signature: string;
  readonly timestamp: string;
  readonly nonce: string;
}

/** Whether there is a signature at all: a gateway's own error page has none. */
export function isSigned(headers: HeadersLike): boolean {
  return headerValue(headers, 'Wechatpay-Signature') !== undefined;
}

/**
 * Resolves when the message is from WeChat Pay and fresh.
 * @throws WechatpayError SIGNATURE_MISSING, SIGNATURE_PROBE, TIMESTAMP_STALE, SERIAL_UNKNOWN, SIGNATURE_WRONG
 */
export async function verifySignature(message: SignedMessage, context: VerificationContext): Promise<void> {
  const { serial, signature, timestamp, nonce } = signatureHeaders(message.headers);
  checkTimestamp(timestamp, context.nowMs());
  const key = await context.platformKeys.verificationKey(serial);
  const signed = signedBytes(`${timestamp}\n${nonce}\n`, message.rawBody);
  if (verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64'))) return;
  if (!base64.test(signature)) throw missing(absent('Signature', signature));
  throw new WechatpayError(
    'fault',
    'SIGNATURE_WRONG',
    `The signature does not verify with the key that Wechatpay-Serial ${serial} names. Either the message is not from WeChat Pay, or its body was changed on the way: verify the raw bytes as they arrived, never JSON that was parsed and serialised again. If it happens to every message, the key that is configured under this serial is another one.`,
  );
}

/** The head is ASCII, since the headers were validated. One buffer: joining three costs as much as verifying them. */
function signedBytes(head: string, rawBody: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(head.length + rawBody.length + 1);
  bytes.write(head, 0, 'latin1');
  bytes.set(rawBody, head.length);
  bytes[bytes.length - 1] = 0x0a;
  return bytes;
}

function signatureHeaders(headers: HeadersLike): SignatureHeaders {
  const found = headerValues(headers, headerNames);
  const signature = found['wechatpay-signature'];
  const serial = found['wechatpay-serial'];
  const timestamp = found['wechatpay-timestamp'];
  const nonce = found['wechatpay-nonce'];
  if (signature?.startsWith(probePrefix)) {
    throw new WechatpayError(
      'fault',
      'SIGNATURE_PROBE',
      'This is a probe: WeChat Pay sent a wrong signature on purpose (WECHATPAY/SIGNTEST/…) to see whether it is checked. It is refused, as it should be; there is nothing to fix.',
    );
  }
  const type = found['wechatpay-signature-type'] ?? 'WECHATPAY2-SHA256-RSA2048';
  if (type !== 'WECHATPAY2-SHA256-RSA2048') {
    throw missing('Wechatpay-Signature-Type names another algorithm than WECHATPAY2-SHA256-RSA2048.');
  }
  if (!signature || signature.length > 1024) throw missing(absent('Signature', signature));
  if (!serial || !/^[A-Za-z0-9_]{8,80}$/.test(serial)) throw missing(absent('Serial', serial));
  if (!timestamp || !/^\d{1,12}$/.test(timestamp)) throw missing(absent('Timestamp', timestamp));
  if (!nonce || !/^[\x21-\x7e]{1,128}$/.test(nonce)) throw missing(absent('Nonce', nonce));
  return { signature, serial, timestamp, nonce };
}

function absent(name: string, value: string | undefined): string {
  return `The header Wechatpay-${name} is ${value === undefined ? 'missing' : 'malformed'}.`;
}

function missing(message: string): WechatpayError {
  return new WechatpayError(
    'fault',
    'SIGNATURE_MISSING',
    `${message} Without a complete signature nothing proves that this is from WeChat Pay. If it should be, check that the gateway forwards all Wechatpay-* headers.`,
  );
}

function checkTimestamp(timestamp: string, nowMs: number): void {
  const differenceMs = nowMs - Number(timestamp) * 1000;
  if (Math.abs(differenceMs) <= maxClockDifferenceMs) return;
  const seconds = Math.round(Math.abs(differenceMs) / 1000);
  throw new WechatpayError(
    'fault',
    'TIMESTAMP_STALE',
    `The signature was made ${seconds} s ${differenceMs > 0 ? 'ago' : 'ahead of the clock here'}; more than 300 s either way is refused, since it may be a replay. If it happens to all messages, set the clock of this machine.`,
  );
}
