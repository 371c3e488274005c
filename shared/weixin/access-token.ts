/**
 * The access token of the mini-program, one for all instances: kept in a document that no client can read, renewed by
 * one instance at a time. It uses the stable token, which does not invalidate other programs' tokens.
 * https://developers.weixin.qq.com/miniprogram/dev/server/API/mp-access-token/api_getstableaccesstoken.html
 */
import type { Clock, Document, Documents } from '../core/ports.ts';
import { WeixinError } from '../core/weixin-api.ts';
import { type HttpOptions, postJson } from './http.ts';

const accessTokensCollection = 'access_tokens';

/** `_id` is the appid. */
interface AccessTokenRecord extends Document {
  readonly token: string | null;
  /** 0 while there is no token. */
  readonly expiresAtMs: number;
  /** Until when another instance's request for a new token is in progress. */
  readonly renewingUntilMs: number;
}

export interface AccessTokenOptions extends HttpOptions {
  readonly documents: Documents;
  readonly clock: Clock;
  readonly appid: string;
  readonly appSecret: string;
}

/** WeChat renews the token 5 minutes before it expires, and accepts the old one until then. */
const renewBeforeMs = 5 * 60_000;
/** Only saves calls: whoever asks too early gets the same stable token. */
const leaseMs = 15_000;

/**
 * Returns a valid token.
 * @param refused a token that WeChat rejected: it is not returned again
 * @throws WeixinError `later` while another instance asks for the first one, or without an answer; fault for a wrong
 *   appid or AppSecret. Not while the token that is to be renewed is still valid.
 */
export async function accessToken(options: AccessTokenOptions, refused?: string): Promise<string> {
  const { documents, clock, appid } = options;
  const nowMs = clock.nowMs();
  const known = await load(options);
  const usable = known.token !== refused && known.expiresAtMs > nowMs;
  if (usable && known.expiresAtMs - nowMs > renewBeforeMs) return known.token!;
  const { token, renewingUntilMs } = known;
  const isFree = renewingUntilMs <= nowMs;
  const claim = { renewingUntilMs: nowMs + leaseMs };
  if (isFree && (await documents.update(accessTokensCollection, appid, { token, renewingUntilMs }, claim))) {
    try {
      return await renew(options);
    } catch (error) {
      if (!usable || !(error instanceof WeixinError)) throw error;
    }
  }
  if (usable) return known.token!;
  throw new WeixinError('later', undefined, 'Another instance is asking for the access token.');
}

async function load({ documents, appid }: AccessTokenOptions): Promise<AccessTokenRecord> {
  const found = await documents.get<AccessTokenRecord>(accessTokensCollection, appid);
  if (found) return found;
  const first: AccessTokenRecord = { _id: appid, token: null, expiresAtMs: 0, renewingUntilMs: 0 };
  return (await documents.insertIfAbsent(accessTokensCollection, first)) ?? first;
}

/** When it fails, the claim is released, so that a corrected configuration works at once. */
async function renew(options: AccessTokenOptions): Promise<string> {
  const { documents, clock, appid } = options;
  try {
    const { token, livesMs } = await requestAccessToken(options);
    const expiresAtMs = clock.nowMs() + livesMs;
    await documents.update(accessTokensCollection, appid, {}, { token, expiresAtMs, renewingUntilMs: 0 });
    return token;
  } catch (error) {
    await documents.update(accessTokensCollection, appid, {}, { renewingUntilMs: 0 });
    throw error;
  }
}

/** Asks WeChat for the token. While it is valid, WeChat returns the same one. @throws WeixinError later or fault */
export async function requestAccessToken(
  options: HttpOptions & Pick<AccessTokenOptions, 'appid' | 'appSecret'>,
): Promise<{ token: string; livesMs: number }> {
  const { appid, appSecret: secret } = options;
  const body = { grant_type: 'client_credential', appid, secret };
  const answer = await postJson(options, '/cgi-bin/stable_token', body).catch(askAgain);
  const { access_token: token, expires_in: seconds, errcode, errmsg = '' } = answer;
  if (typeof token === 'string' && token !== '' && typeof seconds === 'number') {
    return { token, livesMs: seconds * 1000 };
  }
  const busy = errcode === -1 || errcode === 45009 || errcode === 45011;
  throw new WeixinError(busy ? 'later' : 'fault', errcode, `stable_token: ${errcode ?? ''} ${errmsg}`);
}

/** Nobody is harmed by a token that was asked for and not received: whatever needed it has not begun. */
function askAgain({ message }: WeixinError): never {
  throw new WeixinError('later', undefined, message);
}
