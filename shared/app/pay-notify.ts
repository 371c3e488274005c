/**
 * What payNotify does: WeChat Pay's callbacks, verified, decrypted, recorded, acknowledged. It holds no private key.
 * https://pay.weixin.qq.com/doc/v3/merchant/4012791902
 */
import { hasAccount } from '../cloudbase/accounts.ts';
import { type HttpAnswer, type HttpRequest, jsonAnswer } from '../cloudbase/http-event.ts';
import type { AccountKind } from '../core/account.ts';
import { receiveNotification } from '../payments/notifications/receive.ts';
import { WechatpayError } from '../wechatpay/errors.ts';
import { parseNotification } from '../wechatpay/notifications/notifications.ts';
import { providerKind, receivingAccount } from './accounts.ts';
import type { App } from './container.ts';
import { receivingKeys } from './receiving-keys.ts';

/** A combined payment of 50 orders is far below this. */
const maxBodyBytes = 100 * 1024;

/** Verified, but not understood: something is wrong on this side, so WeChat Pay shall try again. */
const oursCodes: ReadonlySet<string> = new Set(['NOT_JSON', 'NOTIFICATION_MALFORMED', 'DECRYPT_FAILED']);

/**
 * @returns 204 once the callback is recorded; 4xx for what is not from WeChat Pay, and nothing is recorded; 5xx when
 * recording failed, so that WeChat Pay repeats it
 */
export async function answerNotification(app: App, request: HttpRequest): Promise<HttpAnswer> {
  const account = accountOf(app, request.path);
  if (account === undefined) {
    app.log.warn('notification.unknown_path', { path: request.path.slice(0, 100) });
    return fail(404, 'no such account');
  }
  if (request.method !== 'POST') return { ...fail(405, 'POST only'), headers: { allow: 'POST' } };
  if (request.body.length > maxBodyBytes) return fail(413, 'too large');
  const { platformKeys, apiV3Key } = receivingKeys(app, account);
  try {
    const notification = await parseNotification(
      { headers: request.headers, rawBody: request.body },
      { platformKeys, apiV3Key, nowMs: () => app.clock.nowMs() },
    );
    const isNew = await receiveNotification(app, notification, account);
    app.log.info('notification', { id: notification.id, eventType: notification.eventType, account, isNew });
    return jsonAnswer(204);
  } catch (error) {
    if (!(error instanceof WechatpayError)) throw error;
    app.log.warn('notification.refused', { account, code: error.code, reason: error.message });
    if (oursCodes.has(error.code)) return fail(500, 'not understood');
    return error.code === 'BODY_TOO_LARGE' ? fail(413, 'too large') : fail(401, 'not verified');
  }
}

/**
 * The account that a callback is for. With one account configured every path is its path: whether HTTP access also
 * serves what lies below an access path, and which path the event then names, is not confirmed against the real cloud.
 * With two, the last part of the path names it: it is never found out by trying keys.
 * @throws ConfigError when none is configured, or the account at fault is the one that is asked for
 */
function accountOf(app: App, path: string): AccountKind | undefined {
  // The variables of the two kinds of provider are the same, so `partner` stands for both here.
  const provider = hasAccount(app.env, 'partner');
  if (!provider) return receivingAccount(app, 'direct').kind;
  if (!hasAccount(app.env, 'direct')) return providerKind(app);
  const name = path.replace(/\/+$/, '').split('/').at(-1);
  if (name === 'direct') return 'direct';
  if (name !== 'partner' && name !== 'ecommerce') return undefined;
  return providerKind(app) === name ? name : undefined;
}

function fail(statusCode: number, message: string): HttpAnswer {
  return jsonAnswer(statusCode, { code: 'FAIL', message });
}
