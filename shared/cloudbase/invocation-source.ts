/**
 * Who calls, and through which door. The platform says so; the event never does, since whoever calls writes it.
 * Field names: developers.weixin.qq.com/miniprogram/dev/wxcloud/reference-sdk-api/utils/Cloud.getWXContext.html
 */
import { isHttpEvent } from './http-event.ts';

export type Caller =
  /** A mini-program user called this function itself. */
  | { readonly door: 'user'; readonly openid: string; readonly appid?: string; readonly unionid?: string }
  /** A timer trigger of this function. `triggerName` is told by the event, so use it for logs only. */
  | { readonly door: 'timer'; readonly triggerName?: string }
  /** HTTP access: anyone on the internet. */
  | { readonly door: 'http' }
  /** Another cloud function of this environment. `openid` is the user at the start of the chain, where the platform passes it on. */
  | { readonly door: 'server'; readonly openid?: string }
  /** Nothing identifies the caller: refuse. */
  | { readonly door: 'unknown' };

export interface Invocation {
  /** Second argument of `exports.main`. */
  readonly context: unknown;
  /** First argument of `exports.main`. It can only narrow: an event alone opens no door. */
  readonly event: unknown;
  /** `process.env`, which is asked only when the context carries no environment of its own. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

type PlatformVariables = Readonly<Record<string, unknown>>;

/**
 * @returns the door of this invocation; `unknown` when the platform's account of it is absent, malformed or of a
 * kind that has no business here (a web client, WeChat's HTTP API, an SDK outside of any function).
 */
export function identifyCaller({ context, event, env }: Invocation): Caller {
  const variables = platformVariables(context, env);
  if (!variables) return { door: 'unknown' };
  const hops = sourceHops(variables);
  const openid = text(variables.WX_OPENID);
  // A function that calls a function: SOURCE grows by one hop, `wx_client` becomes `wx_client,scf`. The last hop is
  // the direct caller, so this comes first: the user's openid may still be there, further up the chain.
  if (hops.at(-1) === 'scf') return serverCall(variables, openid);
  if (openid) return userCall(variables, openid);
  if (isTimer(variables, hops)) return timerCall(event);
  if (isHttpAccess(variables, hops) && isHttpEvent(event)) return { door: 'http' };
  return { door: 'unknown' };
}

/**
 * What the platform says about this invocation. `context.environment` is made for each invocation; process.env may
 * be left over from an earlier one on a warm instance. They are never mixed: a context without an openid means that
 * there is no user now, whatever process.env still holds.
 */
function platformVariables(context: unknown, env: PlatformVariables): PlatformVariables | undefined {
  const environment = isRecord(context) ? context.environment : undefined;
  if (environment === undefined || environment === '') return env;
  if (typeof environment !== 'string') return isRecord(environment) ? environment : undefined;
  try {
    const parsed: unknown = JSON.parse(environment);
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function sourceHops(variables: PlatformVariables): string[] {
  const source = text(variables.TCB_SOURCE) ?? '';
  return source.split(',').flatMap((hop) => hop.trim() || []);
}

function serverCall(variables: PlatformVariables, openid: string | undefined): Caller {
  if (openid) return { door: 'server', openid };
  return isCloudbaseEndUser(variables) ? { door: 'unknown' } : { door: 'server' };
}

function userCall(variables: PlatformVariables, openid: string): Caller {
  const appid = text(variables.WX_APPID);
  const unionid = text(variables.WX_UNIONID);
  return { door: 'user', openid, ...(appid && { appid }), ...(unionid && { unionid }) };
}

/**
 * Both names occur: TRIGGER_SRC is what @cloudbase/node-sdk itself reads, `wx_trigger` is WeChat's documented SOURCE.
 * Not confirmed against the real cloud: which SOURCE stands beside TRIGGER_SRC. So any does that is not a client's.
 */
function isTimer(variables: PlatformVariables, hops: readonly string[]): boolean {
  if (isClient(variables, hops)) return false;
  return hops.at(-1) === 'wx_trigger' || variables.TRIGGER_SRC === 'timer';
}

function timerCall(event: unknown): Caller {
  const triggerName = isRecord(event) ? text(event.TriggerName) : undefined;
  return { door: 'timer', ...(triggerName && { triggerName }) };
}

/**
 * Not confirmed against the real cloud: which SOURCE the HTTP access service sets, if any. Any does that is not a
 * client's: this door is open to the whole internet anyway, so nothing is gained by coming through it.
 */
function isHttpAccess(variables: PlatformVariables, hops: readonly string[]): boolean {
  return !isClient(variables, hops) && hops.at(-1) !== 'wx_trigger' && variables.TRIGGER_SRC !== 'timer';
}

/** SOURCE of calls that somebody made with a client SDK or an API of WeChat, as documented; `web_client` is the web SDK's. */
const clientSources: ReadonlySet<string> = new Set([
  'wx_client',
  'wx_devtools',
  'wx_localdebug',
  'wx_http',
  'wx_crawler',
  'wx_paycallback',
  'wx_unknown',
  'web_client',
  'unknown',
]);

function isClient(variables: PlatformVariables, hops: readonly string[]): boolean {
  return isCloudbaseEndUser(variables) || hops.some((hop) => clientSources.has(hop));
}

/** A user of CloudBase's own login (web client, anonymous login): such a call carries an identity that is not a payer's. */
function isCloudbaseEndUser(variables: PlatformVariables): boolean {
  return (
    text(variables.TCB_UUID) !== undefined ||
    text(variables.TCB_CUSTOM_USER_ID) !== undefined ||
    text(variables.TCB_ISANONYMOUS_USER) === 'true'
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The platform turns values of digits only into numbers in places; an openid must not get lost by that. */
function text(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
