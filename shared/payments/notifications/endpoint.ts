/**
 * The endpoint that WeChat Pay calls back: verified, decrypted, recorded, acknowledged. No private key is needed.
 * https://pay.weixin.qq.com/doc/v3/merchant/4012791902
 */
import type { AccountKind } from '../../core/account.ts';
import { withinTime } from '../../core/deadline.ts';
import { defaultPolicy } from '../../core/policy.ts';
import type { ApiV3Keys } from '../../wechatpay/crypto/keys.ts';
import type { PlatformKeys } from '../../wechatpay/crypto/platform-keys.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import { parseNotification } from '../../wechatpay/notifications/notifications.ts';
import type { AnomalyPorts } from '../orders/anomalies.ts';
import { receiveNotification } from './receive.ts';

export interface EndpointPorts extends AnomalyPorts {
  /** The account whose callbacks come to that path; undefined when the path names none. */
  accountAt(path: string): AccountKind | undefined;
  /** The keys that an account's callbacks are verified and decrypted with. */
  keysOf(account: AccountKind): ReceivingKeys;
}

export interface ReceivingKeys {
  readonly platformKeys: PlatformKeys;
  readonly apiV3Key: ApiV3Keys;
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes as they were sent: they are what is signed. Far more than a callback has is refused before (http-event.ts). */
  readonly body: Buffer;
}

interface Response {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly code: 'FAIL'; readonly message: string };
}

/** Verified, but not understood: something is wrong on this side, so WeChat Pay should try again. */
const oursCodes: ReadonlySet<string> = new Set(['NOT_JSON', 'NOTIFICATION_MALFORMED', 'DECRYPT_FAILED']);

/**
 * @returns 204 once the callback is recorded; 4xx for what is not from WeChat Pay, and nothing is recorded; 5xx when
 * recording failed or takes too long, so that WeChat Pay repeats it
 */
export async function answerNotification(ports: EndpointPorts, request: Request): Promise<Response> {
  const { log } = ports;
  const account = ports.accountAt(request.path);
  if (account === undefined) {
    log.warn('notification.unknown_path', { path: request.path.slice(0, 100) });
    return fail(404, 'no such account');
  }
  if (request.method !== 'POST') return { ...fail(405, 'POST only'), headers: { allow: 'POST' } };
  const { callbackAnswerMs } = defaultPolicy;
  return withinTime(
    callbackAnswerMs,
    () => verifyAndRecord(ports, request, account),
    () => {
      log.error('notification.late', { account, afterMs: callbackAnswerMs });
      return fail(503, 'not recorded in time');
    },
  );
}

/** Each write is a compare-and-set and safe to repeat, so a callback left unfinished does no harm later. */
async function verifyAndRecord(
  ports: EndpointPorts,
  request: Request,
  account: AccountKind,
): Promise<Response> {
  const { clock, log } = ports;
  const { platformKeys, apiV3Key } = ports.keysOf(account);
  try {
    const notification = await parseNotification(
      { headers: request.headers, rawBody: request.body },
      { platformKeys, apiV3Key, nowMs: () => clock.nowMs() },
    );
    const isNew = await receiveNotification(ports, notification, account);
    log.info('notification', { id: notification.id, eventType: notification.eventType, account, isNew });
    return { statusCode: 204 };
  } catch (error) {
    if (!(error instanceof WechatpayError)) throw error;
    log.warn('notification.refused', { account, code: error.code, reason: error.message });
    return oursCodes.has(error.code) ? fail(500, 'not understood') : fail(401, 'not verified');
  }
}

function fail(statusCode: number, message: string): Response {
  return { statusCode, body: { code: 'FAIL', message } };
}
