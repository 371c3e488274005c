/**
 * The caller, as the platform reports it to a function: in its context and in process.env, for one invocation. The
 * source determines every value; nothing is taken from the event, so that an event cannot fake its source.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { CloudCaller, InvocationIdentity, PlatformShape } from '../types.ts';

export interface InvocationContext {
  /** Variables set in process.env for this invocation only. */
  env: Record<string, string>;
  /** The handler's second argument. */
  context: Record<string, unknown>;
  /** This function as the caller of other functions. */
  asCaller: CloudCaller;
  /** The secret that the SDK repeats with each request of this invocation. */
  token: string;
}

export function invocationContext(options: {
  identity: InvocationIdentity;
  requestId: string;
  envId: string;
  appid: string;
  functionName: string;
  memorySizeMb: number;
  timeoutMs: number;
}): InvocationContext {
  const { identity, envId, functionName } = options;
  const source = sourceOf(identity);
  const token = randomBytes(24).toString('base64url');
  const openid = identity.source === 'user' || identity.source === 'function' ? identity.openid : undefined;
  const variables: Record<string, string> = {
    TCB_CONTEXT_KEYS: 'TCB_ENV,TCB_SEQID,TCB_SOURCE',
    TCB_ENV: envId,
    TCB_SEQID: randomUUID(),
    WX_CONTEXT_KEYS: openid === undefined ? 'WX_API_TOKEN' : 'WX_CLIENTIP,WX_OPENID,WX_APPID,WX_API_TOKEN',
    WX_API_TOKEN: token,
  };
  if (source !== '') variables.TCB_SOURCE = source;
  if (openid !== undefined)
    Object.assign(variables, { WX_OPENID: openid, WX_APPID: options.appid, WX_CLIENTIP: '127.0.0.1' });
  if (identity.source === 'timer')
    Object.assign(variables, { TRIGGER_SRC: 'timer', WX_TRIGGER_API_TOKEN_V0: token });
  const shape = identity.platform ?? { context: 'both' };
  const played = playedVariables(variables, shape);
  return {
    env: { ...shape.stale, ...(shape.context === 'none' ? { WX_API_TOKEN: token } : played) },
    token,
    asCaller: { functionName, openid, source },
    context: {
      callbackWaitsForEmptyEventLoop: false,
      memory_limit_in_mb: options.memorySizeMb,
      time_limit_in_ms: options.timeoutMs,
      request_id: options.requestId,
      function_version: '$LATEST',
      function_name: functionName,
      namespace: envId,
      ...contextForms(played, shape),
      tencentcloud_region: 'ap-shanghai',
      tencentcloud_appid: '1300000000',
      tencentcloud_uin: '100000000000',
    },
  };
}

function playedVariables(variables: Record<string, string>, shape: PlatformShape): Record<string, string> {
  const all = Object.entries({ ...variables, ...shape.variables });
  return Object.fromEntries(all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

function contextForms(variables: Record<string, string>, { context }: PlatformShape): Record<string, string> {
  const environ = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return {
    ...((context === 'environ' || context === 'both') && { environ: environ.join(';') }),
    ...((context === 'environment' || context === 'both') && { environment: JSON.stringify(variables) }),
  };
}

/**
 * SOURCE as developers.weixin.qq.com/miniprogram/dev/wxcloud/reference-sdk-api/utils/Cloud.getWXContext.html lists it.
 * HTTP access has none there ("其他: 非微信端触发").
 */
function sourceOf(identity: InvocationIdentity): string {
  switch (identity.source) {
    case 'user':
      return 'wx_client';
    case 'timer':
      return 'wx_trigger';
    case 'function':
      return identity.chain ? `${identity.chain},scf` : 'scf';
    case 'http':
    case 'server':
      return '';
  }
}
