/**
 * 支付通知 and other callbacks: verify the raw bytes, then parse, then decrypt.
 * https://pay.weixin.qq.com/wiki/doc/apiv3/wxpay/pay/transactions/chapter3_11.shtml
 */
import { decryptResource, type EncryptedResource } from '../crypto/ciphers.ts';
import type { ApiV3Keys } from '../crypto/keys.ts';
import { type VerificationContext, verifySignature } from '../crypto/verifier.ts';
import { WechatpayError } from '../errors.ts';
import type { HeadersLike } from '../http/headers.ts';
import type { WechatpayNotification } from './types.ts';

/** A callback is 1 to 20 KB; a combined payment of 50 orders stays below this. */
export const maxNotificationBytes = 256 * 1024;

export interface NotificationRequest {
  /** Names in any letter case; a value may be a list. */
  readonly headers: HeadersLike;
  /** Exactly as received: a body that was parsed and serialised again does not verify. */
  readonly rawBody: string | Uint8Array;
}

export interface NotificationContext extends VerificationContext {
  readonly apiV3Key: ApiV3Keys;
}

interface Envelope {
  id: string;
  create_time: string;
  event_type: string;
  summary?: string;
  resource: EncryptedResource;
}

/**
 * @throws WechatpayError with one of the codes BODY_TOO_LARGE, SIGNATURE_MISSING, SIGNATURE_PROBE, TIMESTAMP_STALE,
 * SERIAL_UNKNOWN, SIGNATURE_WRONG (not from WeChat Pay, or not provably: answer 401), NOT_JSON,
 * NOTIFICATION_MALFORMED, DECRYPT_FAILED (verified, but not understood: answer 500, so that it is repeated).
 */
export async function parseNotification(
  request: NotificationRequest,
  context: NotificationContext,
): Promise<WechatpayNotification> {
  const rawBody = bytesOf(request.rawBody);
  await verifySignature({ headers: request.headers, rawBody }, context);
  const envelope = readEnvelope(rawBody.toString('utf8'));
  const resource = parseJson(decryptResource(envelope.resource, context.apiV3Key), 'the decrypted resource');
  return {
    id: envelope.id,
    createTime: envelope.create_time,
    eventType: envelope.event_type,
    ...(envelope.summary === undefined ? {} : { summary: envelope.summary }),
    ...typed(envelope.event_type, resource),
  } as WechatpayNotification;
}

function bytesOf(body: string | Uint8Array): Buffer {
  const sizeBytes = Buffer.byteLength(body);
  if (sizeBytes <= maxNotificationBytes) return Buffer.from(body as Uint8Array);
  throw new WechatpayError(
    'fault',
    'BODY_TOO_LARGE',
    `The callback has ${sizeBytes} bytes; WeChat Pay sends far less than ${maxNotificationBytes}.`,
  );
}

function readEnvelope(text: string): Envelope {
  const value = parseJson(text, 'the callback');
  const envelope = isObject(value) ? value : {};
  const resource = isObject(envelope.resource) ? envelope.resource : {};
  const strings = [envelope.id, envelope.create_time, envelope.event_type];
  const encrypted = [resource.algorithm, resource.ciphertext, resource.nonce, resource.associated_data ?? ''];
  if ([...strings, ...encrypted].every((part) => typeof part === 'string'))
    return envelope as unknown as Envelope;
  throw malformed('The callback lacks id, create_time, event_type or a complete resource.');
}

type Typed = { kind: WechatpayNotification['kind']; resource: unknown };

/** What is understood beside payments and shares, and the members without which it is not. */
const understood: readonly (readonly [RegExp, WechatpayNotification['kind'], readonly string[]])[] = [
  [/^REFUND\.(SUCCESS|ABNORMAL|CLOSED)$/, 'refund', ['out_trade_no', 'out_refund_no', 'refund_status']],
  [/^COMPLAINT\./, 'complaint', ['complaint_id']],
  [/^VIOLATION\.(PUNISH|INTERCEPT|APPEAL)$/, 'violation', ['sub_mchid', 'record_id']],
  [/^MCHWITHDRAW\.CHANGE$/, 'withdrawal', ['out_request_no', 'withdraw_id', 'status']],
  [/^MCHTRANSFER\.BILL\.FINISHED$/, 'transfer', ['mch_id', 'out_bill_no', 'transfer_bill_no', 'state']],
  [
    /^MCHTRANSFER\.AUTHORIZATION\.(CONFIRMED|CLOSED)$/,
    'transfer-authorization',
    ['appid', 'out_authorization_no', 'openid', 'state'],
  ],
];

function typed(eventType: string, resource: unknown): Typed {
  if (!isObject(resource)) throw malformed('The decrypted resource is not a JSON object.');
  if (eventType.startsWith('PROFITSHARING')) return sharing(resource);
  // Shares are reported under the event type of payments: only what is in them tells the two apart.
  if (eventType === 'TRANSACTION.SUCCESS')
    return 'receiver' in resource ? sharing(resource) : payment(resource);
  const found = understood.find(([pattern]) => pattern.test(eventType));
  if (!found) return { kind: 'other', resource };
  const [, kind, members] = found;
  requireStrings(resource, members);
  return { kind, resource };
}

function sharing(resource: Record<string, unknown>): Typed {
  requireStrings(resource, ['transaction_id', 'order_id', 'out_order_no']);
  if (!isObject(resource.receiver)) throw malformed('The share has no receiver.');
  return { kind: 'sharing', resource };
}

function payment(resource: Record<string, unknown>): Typed {
  if ('combine_out_trade_no' in resource) {
    requireStrings(resource, ['combine_appid', 'combine_mchid', 'combine_out_trade_no']);
    if (!Array.isArray(resource.sub_orders)) throw malformed('The combined payment has no sub_orders.');
    for (const order of resource.sub_orders) {
      if (!isObject(order)) throw malformed('A sub order is not a JSON object.');
      requireStrings(order, ['mchid', 'out_trade_no', 'trade_state']);
    }
    return { kind: 'combined-payment', resource };
  }
  if ('sp_mchid' in resource) {
    requireStrings(resource, ['sp_appid', 'sp_mchid', 'sub_mchid', 'out_trade_no', 'trade_state']);
    return { kind: 'partner-payment', resource };
  }
  requireStrings(resource, ['appid', 'mchid', 'out_trade_no', 'trade_state']);
  return { kind: 'direct-payment', resource };
}

function requireStrings(resource: Record<string, unknown>, names: readonly string[]): void {
  const lacking = names.filter((name) => typeof resource[name] !== 'string');
  if (lacking.length > 0) throw malformed(`The decrypted resource lacks ${lacking.join(', ')}.`);
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Without the cause, whose message quotes the text.
    throw new WechatpayError('fault', 'NOT_JSON', `WeChat Pay signed it, but ${what} is not JSON.`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(message: string): WechatpayError {
  return new WechatpayError(
    'fault',
    'NOTIFICATION_MALFORMED',
    `${message} WeChat Pay signed it, so its format may have changed: keep the callback's id and ask support.`,
  );
}
