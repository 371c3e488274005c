/** WeChat's server API with an access token: works wherever the function runs. */
import { requireSuccess, type WeixinAnswer, type WeixinApi, type WeixinApiName } from '../core/weixin-api.ts';
import { type AccessTokenOptions, accessToken } from './access-token.ts';
import { apiPaths } from './apis.ts';
import { postJson } from './http.ts';

/** The token is invalid or expired. */
const tokenCodes: ReadonlySet<number> = new Set([40001, 40014, 42001]);

export function tokenApi(options: AccessTokenOptions): WeixinApi {
  const post = (api: WeixinApiName, body: Readonly<Record<string, unknown>>, token: string) =>
    postJson(options, `${apiPaths[api]}?access_token=${encodeURIComponent(token)}`, body);
  const inFlight = new Map<string | undefined, Promise<string>>();
  /** Concurrent calls of one instance share one request. */
  const tokenBut = (refused?: string): Promise<string> => {
    const asked =
      inFlight.get(refused) ?? accessToken(options, refused).finally(() => inFlight.delete(refused));
    inFlight.set(refused, asked);
    return asked;
  };
  return {
    async call(api, body): Promise<WeixinAnswer> {
      const token = await tokenBut();
      const answer = await post(api, body, token);
      if (!tokenCodes.has(answer.errcode ?? 0)) return requireSuccess(api, answer);
      // Refused because of the token, so it had no effect: repeat it with a new one.
      return requireSuccess(api, await post(api, body, await tokenBut(token)));
    },
  };
}
