/**
 * Entry points for the functions' index.ts: the source of the call is checked, the ports are built once per instance,
 * errors become the contract's `Result`, and each invocation leaves one line in the log.
 */
import { readCallerAppids, readOperators } from '../cloudbase/accounts.ts';
import { readConfig } from '../cloudbase/config.ts';
import {
  HttpEventError,
  type HttpRequest,
  isHttpEvent,
  jsonAnswer,
  readHttpEvent,
} from '../cloudbase/http-event.ts';
import { type Caller, identifyCaller } from '../cloudbase/invocation-source.ts';
import { describePlatform } from '../cloudbase/platform-variables.ts';
import type { Result } from '../contract/index.ts';
import { CommerceError } from '../core/errors.ts';
import { type App, appOfProcess } from './container.ts';
import { toApiError } from './error-response.ts';

/** `exports.main` of a cloud function. */
export type Main = (event: unknown, context?: unknown) => Promise<unknown>;

interface UserCall {
  readonly app: App;
  /** Of the calling user, as reported by the platform. */
  readonly openid: string;
  /** What the client sent, without the fields that the platform adds. Untrusted. */
  readonly event: unknown;
}

interface OperatorCall {
  readonly app: App;
  /** The operator; absent when another function of this environment calls. For the audit trail. */
  readonly openid?: string;
  readonly event: unknown;
}

interface TimerCall {
  readonly app: App;
  readonly describeCaller: DescribeCaller;
}

interface ServerCall {
  readonly app: App;
  readonly event: unknown;
  readonly describeCaller: DescribeCaller;
}

/** What the platform reported about this call, without personal data. */
type DescribeCaller = () => Readonly<Record<string, unknown>>;

interface HttpCall {
  readonly app: App;
  /** Anyone can send one, and a user can call with an event that looks like one: verify it. */
  readonly request: HttpRequest;
}

interface HttpResponse {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; absent for an empty body. */
  readonly body?: unknown;
}

/** What a function does, by the source of the call; a call from any other source is refused. */
export interface Handlers {
  /**
   * A mini-program user; one listed in OPERATOR_OPENIDS is handled here only when there is no `operator`. Answers
   * `Result`.
   */
  readonly user?: (call: UserCall) => Promise<unknown>;
  /** A mini-program user on OPERATOR_OPENIDS, or another function of this environment. Answers `Result`. */
  readonly operator?: (call: OperatorCall) => Promise<unknown>;
  /** A timer trigger. */
  readonly timer?: (call: TimerCall) => Promise<unknown>;
  /** Another function of this environment. Answers `Result`. */
  readonly server?: (call: ServerCall) => Promise<unknown>;
  /**
   * WeChat, with an event that the mini-program has pushed to this function (云开发消息推送), or anyone who forges one: which
   * identity accompanies a pushed event is not documented. Treat it as a hint, and verify it with WeChat.
   */
  readonly message?: (call: { readonly app: App; readonly event: unknown }) => Promise<void>;
  /** Anyone, with an HTTP request. */
  readonly http?: (call: HttpCall) => Promise<HttpResponse>;
}

export interface EntryOptions {
  /** How the ports are built; by default process.env and the platform, once per instance. */
  readonly app?: () => App;
}

/** A function that a mini-program user calls. */
export function userFunction(
  name: string,
  handler: NonNullable<Handlers['user']>,
  options: EntryOptions = {},
): Main {
  return cloudFunction(name, { user: handler }, options);
}

/** A function for the shop's operators: users on OPERATOR_OPENIDS, and other functions of this environment. */
export function operatorFunction(
  name: string,
  handler: NonNullable<Handlers['operator']>,
  options: EntryOptions = {},
): Main {
  return cloudFunction(name, { operator: handler }, options);
}

/** A function that only other functions of this environment call. */
export function serverFunction(
  name: string,
  handler: NonNullable<Handlers['server']>,
  options: EntryOptions = {},
): Main {
  return cloudFunction(name, { server: handler }, options);
}

/** A function called over HTTP access. */
export function httpFunction(
  name: string,
  handler: NonNullable<Handlers['http']>,
  options: EntryOptions = {},
): Main {
  return cloudFunction(name, { http: handler }, options);
}

/** A function that WeChat pushes events to. */
export function messageFunction(
  name: string,
  handler: NonNullable<Handlers['message']>,
  options: EntryOptions = {},
): Main {
  return cloudFunction(name, { message: handler }, options);
}

/** A function that serves several sources. */
export function cloudFunction(name: string, handlers: Handlers, options: EntryOptions = {}): Main {
  const makeApp = options.app ?? appOfProcess;
  return async (event, context) => {
    const caller = callerOf(handlers, event, context);
    const describeCaller = () => describePlatform({ context, event }, makeApp().env);
    return logInvocation(name, caller, makeApp, async () => {
      const run = answererOf(handlers, caller);
      const outcome = await run(handlers, { caller, event, describeCaller }, makeApp);
      const refused = outcome.code === 'SOURCE_NOT_ALLOWED' || outcome.code === 'NO_IDENTITY';
      return refused ? { ...outcome, platform: describeCaller() } : outcome;
    });
  };
}

/**
 * Which variables the platform sets for HTTP access is not documented. So a function that serves HTTP accepts every
 * event shaped like a request, whoever sent it; its handler must verify the signature.
 */
function callerOf(handlers: Handlers, event: unknown, context: unknown): Caller {
  return handlers.http && isHttpEvent(event) ? { source: 'http' } : identifyCaller({ context, event });
}

function answererOf(handlers: Handlers, { source }: Caller): typeof answerResult {
  if (source === 'http') return answerHttp;
  return handlers.message && source !== 'timer' ? answerMessage : answerResult;
}

interface Call {
  readonly caller: Caller;
  readonly event: unknown;
  readonly describeCaller: DescribeCaller;
}

async function dispatch(handlers: Handlers, call: Call, makeApp: () => App): Promise<unknown> {
  const { caller, event, describeCaller } = call;
  const { user, operator, timer, server } = handlers;
  if (caller.source === 'user' && (user || operator)) {
    const app = makeApp();
    checkAppid(app, caller.appid);
    const userCall = { app, openid: caller.openid, event: withoutPlatformFields(event) };
    if (operator && isOperator(app, caller.openid)) return operator(userCall);
    if (user) return user(userCall);
    throw new CommerceError('NOT_ALLOWED');
  }
  if (caller.source === 'timer' && timer) return timer({ app: makeApp(), describeCaller });
  const fromServer = server ?? operator;
  if (caller.source === 'server' && fromServer) {
    return fromServer({ app: makeApp(), event: withoutPlatformFields(event), describeCaller });
  }
  const needsUser = user || operator;
  throw new CommerceError(caller.source === 'unknown' && needsUser ? 'NO_IDENTITY' : 'SOURCE_NOT_ALLOWED');
}

/** An openid belongs to one appid: a payment of another mini-program's user would be refused by WeChat Pay. */
function checkAppid(app: App, appid: string | undefined): void {
  const accepted = app.once(callerAppids);
  if (appid === undefined || accepted.length === 0 || accepted.includes(appid)) return;
  const cause = new Error(
    `The call comes from the mini-program ${appid}, but WECHATPAY_APPID (or WECHATPAY_PROVIDER_SUB_APPID) is ${accepted.join(', ')}. Set it to the appid of the mini-program that calls.`,
  );
  throw new CommerceError('CONFIG_INVALID', { cause });
}

function callerAppids(app: App): readonly string[] {
  return readCallerAppids(app.env);
}

function isOperator(app: App, openid: string): boolean {
  return app.once(operators).includes(openid);
}

function operators(app: App): readonly string[] {
  return readConfig(app.env, readOperators);
}

async function answerResult(handlers: Handlers, call: Call, makeApp: () => App): Promise<Outcome> {
  try {
    const data = (await dispatch(handlers, call, makeApp)) ?? null;
    const answer: Result<unknown> = { ok: true, data };
    return { answer, code: 'OK' };
  } catch (error) {
    const apiError = toApiError(error);
    const answer: Result<unknown> = { ok: false, error: apiError };
    return { answer, code: apiError.code, error };
  }
}

/** WeChat accepts `success` and pushes the event again after any other answer. */
async function answerMessage(handlers: Handlers, { event }: Call, makeApp: () => App): Promise<Outcome> {
  try {
    await handlers.message?.({ app: makeApp(), event: withoutPlatformFields(event) });
    return { answer: 'success', code: 'OK' };
  } catch (error) {
    const { code } = toApiError(error);
    return { answer: 'fail', code, error };
  }
}

async function answerHttp(handlers: Handlers, { event }: Call, makeApp: () => App): Promise<Outcome> {
  try {
    if (!handlers.http) {
      return { answer: jsonAnswer(404, { code: 'FAIL', message: 'not found' }), code: 'SOURCE_NOT_ALLOWED' };
    }
    const response = await handlers.http({ app: makeApp(), request: readHttpEvent(event) });
    const { statusCode, body, headers } = response;
    return { answer: jsonAnswer(statusCode, body, headers), code: `HTTP_${statusCode}` };
  } catch (error) {
    const statusCode = error instanceof HttpEventError ? error.statusCode : 500;
    const message = error instanceof HttpEventError ? error.message : 'internal error';
    return { answer: jsonAnswer(statusCode, { code: 'FAIL', message }), code: `HTTP_${statusCode}`, error };
  }
}

/** WeChat adds these to the event of a mini-program call; they are not user input, and they are not trusted. */
const platformFields: ReadonlySet<string> = new Set(['userInfo', 'tcbContext']);

function withoutPlatformFields(event: unknown): unknown {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return event;
  return Object.fromEntries(Object.entries(event).filter(([name]) => !platformFields.has(name)));
}

/** Outcome of one invocation: the answer, and what the log says about it. */
interface Outcome {
  readonly answer: unknown;
  readonly code: string;
  readonly error?: unknown;
  /** What the platform reported about a call that was refused because of its source. */
  readonly platform?: Readonly<Record<string, unknown>>;
}

/** Runs one invocation and logs one line about it: function, source, outcome and duration, no payload. */
async function logInvocation(
  name: string,
  caller: Caller,
  makeApp: () => App,
  run: () => Promise<Outcome>,
): Promise<unknown> {
  const startedAtMs = performance.now();
  const { answer, code, error, platform } = await run();
  const fields = {
    function: name,
    source: caller.source,
    code,
    durationMs: Math.round(performance.now() - startedAtMs),
    ...(error !== undefined && { error }),
    ...(platform && { platform }),
  };
  makeApp().log[levelOf(code, platform)]('invocation', fields);
  return answer;
}

function levelOf(code: string, platform: Outcome['platform']): 'info' | 'warn' | 'error' {
  if (code === 'INTERNAL' || code === 'CONFIG_INVALID' || code.startsWith('HTTP_5')) return 'error';
  return platform ? 'warn' : 'info';
}
