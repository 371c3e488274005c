/**
 * Determines who called a function, from the platform's context of this invocation; never from the event, which the
 * caller writes, nor from process.env, which on a warm instance may still hold an earlier invocation's values. Field
 * names: developers.weixin.qq.com/miniprogram/dev/wxcloud/reference-sdk-api/utils/Cloud.getWXContext.html
 */
import { isHttpEvent } from './http-event.ts';
import { type PlatformVariables, readPlatform } from './platform-variables.ts';

export type Caller =
  /** A mini-program user called this function. Both values belong to the mini-program that the user has open. */
  | { readonly source: 'user'; readonly openid: string; readonly appid?: string }
  /** A timer trigger of this function. `triggerName` comes from the event, so use it for logs only. */
  | { readonly source: 'timer'; readonly triggerName?: string }
  /** An HTTP request, from anyone on the internet, or an event that only looks like one. */
  | { readonly source: 'http' }
  /** Another cloud function of this environment. `openid` is the user at the start of the chain, where the platform passes it on. */
  | { readonly source: 'server'; readonly openid?: string }
  /** Nothing identifies the caller: refuse. */
  | { readonly source: 'unknown' };

export interface Invocation {
  /** Second argument of `exports.main`. */
  readonly context: unknown;
  /** First argument of `exports.main`. It never grants any rights. */
  readonly event: unknown;
}

/**
 * @returns where this invocation comes from. `unknown` when the platform does not say, or names a caller that no
 * function here serves (a web client, WeChat's HTTP API, an SDK outside of any function).
 *
 * What the HTTP access service says about itself is not documented, so nothing depends on it: an event in the shape of
 * an HTTP request whose caller is not identified is `http`, and its handler must verify what it is sent.
 */
export function identifyCaller({ context, event }: Invocation): Caller {
  const { variables } = readPlatform(context);
  return (variables && identify(variables, event)) ?? { source: isHttpEvent(event) ? 'http' : 'unknown' };
}

function identify(variables: PlatformVariables, event: unknown): Caller | undefined {
  const hops = sourceHops(variables);
  // A function that calls a function: SOURCE grows by one hop, `wx_client` becomes `wx_client,scf`. The last hop is
  // the direct caller, so this comes first: the user's openid may still be there, further up the chain.
  if (hops.at(-1) === 'scf') return serverCall(variables);
  if (text(variables.WX_OPENID) || text(variables.WX_FROM_OPENID)) return userCall(variables);
  if (isTimer(variables, hops)) return timerCall(event);
  return undefined;
}

function sourceHops(variables: PlatformVariables): string[] {
  const source = text(variables.TCB_SOURCE) ?? '';
  return source.split(',').flatMap((hop) => hop.trim() || []);
}

function serverCall(variables: PlatformVariables): Caller | undefined {
  const openid = text(variables.WX_FROM_OPENID) ?? text(variables.WX_OPENID);
  if (openid) return { source: 'server', openid };
  return isCloudbaseEndUser(variables) ? undefined : { source: 'server' };
}

/**
 * In an environment that several accounts share (环境共享), WX_FROM_APPID and WX_FROM_OPENID name the mini-program that
 * the user has open and who the user is there; WX_OPENID is not an openid of that mini-program.
 */
function userCall(variables: PlatformVariables): Caller | undefined {
  const fromOpenid = text(variables.WX_FROM_OPENID);
  const fromAppid = text(variables.WX_FROM_APPID);
  if (fromOpenid || fromAppid) {
    return fromOpenid && fromAppid ? { source: 'user', openid: fromOpenid, appid: fromAppid } : undefined;
  }
  const openid = text(variables.WX_OPENID);
  const appid = text(variables.WX_APPID);
  return openid ? { source: 'user', openid, ...(appid && { appid }) } : undefined;
}

/**
 * Both occur: SOURCE `wx_trigger`, as WeChat documents it, and TRIGGER_SRC `timer` beside an empty SOURCE. Not
 * confirmed against the real cloud: whether any other SOURCE stands beside TRIGGER_SRC. So any SOURCE is accepted
 * except a client's.
 */
function isTimer(variables: PlatformVariables, hops: readonly string[]): boolean {
  if (isCloudbaseEndUser(variables) || hops.some((hop) => clientSources.has(hop))) return false;
  return hops.at(-1) === 'wx_trigger' || variables.TRIGGER_SRC === 'timer';
}

function timerCall(event: unknown): Caller {
  const named = typeof event === 'object' && event !== null && 'TriggerName' in event;
  const triggerName = named ? text(event.TriggerName) : undefined;
  return { source: 'timer', ...(triggerName && { triggerName }) };
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

/** A user of CloudBase's own login (web client, anonymous login): the identity in such a call is not a payer's. */
function isCloudbaseEndUser(variables: PlatformVariables): boolean {
  return (
    text(variables.TCB_UUID) !== undefined ||
    text(variables.TCB_CUSTOM_USER_ID) !== undefined ||
    text(variables.TCB_ISANONYMOUS_USER) === 'true'
  );
}

/** The platform sometimes turns digit-only values into numbers; such an openid must not be lost. */
function text(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
