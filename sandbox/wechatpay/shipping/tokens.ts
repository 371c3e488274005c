/**
 * Access tokens of mini-programs.
 * https://developers.weixin.qq.com/miniprogram/dev/server/API/mp-access-token/api_getstableaccesstoken.html
 */
import { createHash } from 'node:crypto';
import type { SimulatorContext } from '../context.ts';
import type { State } from '../state/state.ts';
import { booleanAt, type Json, textAt } from './fields.ts';
import { WeixinProblem } from './problem.ts';

interface AccessToken {
  readonly appid: string;
  readonly expiresAtMs: number;
  /** The one that stable_token answers; older ones stay valid until they expire, unless a refresh was forced. */
  current: boolean;
}

const livesMs = 7_200_000;
/** This long before a token expires, a new one is issued, and both are valid. */
const renewBeforeMs = 300_000;

const tokensOf = (state: State) => state.slot<AccessToken>('access_tokens');

/** The appids that the sandbox's merchants are bound to. */
function isKnownAppid(state: State, appid: string): boolean {
  const merchants = [...state.merchants.values(), ...state.subMerchants.values()];
  return merchants.some(({ appids }) => appids.includes(appid));
}

/** Derived from the seed, so that it need not be stored. */
export function appSecretOf({ seed }: Pick<State, 'seed'>, appid: string): string {
  return createHash('sha256').update(`${seed}/app-secret/${appid}`).digest('hex').slice(0, 32);
}

export function stableToken({ state, clock }: SimulatorContext, body: Json): object {
  if (textAt(body, 'grant_type') !== 'client_credential') throw new WeixinProblem(40002);
  const appid = textAt(body, 'appid');
  if (!isKnownAppid(state, appid)) {
    throw new WeixinProblem(40013, {
      en: `no merchant of this sandbox is bound to ${appid || 'an empty appid'}`,
      zh: `沙箱里没有绑定 ${appid || '空 AppID'} 的商户`,
    });
  }
  if (textAt(body, 'secret') !== appSecretOf(state, appid)) {
    throw new WeixinProblem(40125, {
      en: 'the AppSecret is the appSecret of GET /_sandbox/credentials',
      zh: 'AppSecret 是 GET /_sandbox/credentials 中的 appSecret',
    });
  }
  const nowMs = clock.now();
  const force = booleanAt(body, 'force_refresh') === true;
  const tokens = tokensOf(state);
  for (const [token, known] of [...tokens]) {
    if (known.appid !== appid) continue;
    if (force || known.expiresAtMs <= nowMs) tokens.delete(token);
    else if (known.current && known.expiresAtMs - nowMs > renewBeforeMs) return answer(token, known, nowMs);
    else tokens.set(token, { ...known, current: false });
  }
  const token = `${state.random.digits(2)}_${state.random.hex(134)}`;
  const fresh = { appid, expiresAtMs: nowMs + livesMs, current: true };
  tokens.set(token, fresh);
  return answer(token, fresh, nowMs);
}

function answer(token: string, { expiresAtMs }: AccessToken, nowMs: number): object {
  return { access_token: token, expires_in: Math.floor((expiresAtMs - nowMs) / 1000) };
}

/** @returns the appid whose token it is. @throws WeixinProblem 41001, 40001, 42001 */
export function appidOfToken({ state, clock }: SimulatorContext, token: string | null): string {
  if (!token)
    throw new WeixinProblem(41001, {
      en: 'access_token is a parameter of the URL, not of the body',
      zh: 'access_token 是 URL 参数，不放在请求体中',
    });
  const known = tokensOf(state).get(token);
  if (!known)
    throw new WeixinProblem(40001, {
      en: 'this sandbox gave no such token, or a forced refresh ended it',
      zh: '沙箱没有签发过该 access_token，或强制刷新后它已失效',
    });
  if (known.expiresAtMs <= clock.now()) throw new WeixinProblem(42001);
  return known.appid;
}

/** Ends every token, as a forced refresh by another program would. */
export function endTokens(state: State): void {
  const tokens = tokensOf(state);
  for (const token of [...tokens.keys()]) tokens.delete(token);
}
