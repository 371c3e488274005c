/**
 * What an index.ts of a function needs: the door is checked, the ports are built once per instance, errors become
 * the contract's `Result`, and each invocation leaves one line in the log.
 */

import {
  type HttpAnswer,
  HttpEventError,
  type HttpRequest,
  jsonAnswer,
  readHttpEvent,
} from '../cloudbase/http-event.ts';
import { type Caller, identifyCaller } from '../cloudbase/invocation-source.ts';
import type { Result } from '../contract/index.ts';
import { CommerceError } from '../core/errors.ts';
import { type App, appOfProcess } from './container.ts';
import { toApiError } from './error-response.ts';
import { logInvocation } from './invocation-log.ts';

/** `exports.main` of a cloud function. */
export type Main = (event: unknown, context?: unknown) => Promise<unknown>;

interface UserCall {
  readonly app: App;
  /** Of the user who calls, as the platform says. */
  readonly openid: string;
  /** What the client sent, without what the platform adds to it. Trust nothing in it. */
  readonly event: unknown;
}

interface TimerCall {
  readonly app: App;
}

interface ServerCall {
  readonly app: App;
  readonly event: unknown;
}

interface HttpCall {
  readonly app: App;
  readonly request: HttpRequest;
}

/** The doors a function opens; a call through any other is refused. */
export interface Doors {
  /** A mini-program user. Answers `Result`. */
  readonly user?: (call: UserCall) => Promise<unknown>;
  /** A timer trigger. */
  readonly timer?: (call: TimerCall) => Promise<unknown>;
  /** Another function of this environment. Answers `Result`. */
  readonly server?: (call: ServerCall) => Promise<unknown>;
  /** Anyone, over HTTP. */
  readonly http?: (call: HttpCall) => Promise<HttpAnswer>;
}

export interface EntryOptions {
  /** Where the ports come from; by default process.env and the platform, once per instance. */
  readonly app?: () => App;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** A function that a mini-program user calls. */
export function userFunction(
  name: string,
  handler: NonNullable<Doors['user']>,
  options: EntryOptions = {},
): Main {
  return cloudFunction(name, { user: handler }, options);
}

/** A function that only other functions of this environment call. */
export function serverFunction(
  name: string,
  handler: NonNullable<Doors['server']>,
  options: EntryOptions = {},
): Main {
  return cloudFunction(name, { server: handler }, options);
}

/** A function that is reached over HTTP access. */
export function httpFunction(
  name: string,
  handler: NonNullable<Doors['http']>,
  options: EntryOptions = {},
): Main {
  return cloudFunction(name, { http: handler }, options);
}

/** A function with several doors. */
export function cloudFunction(name: string, doors: Doors, options: EntryOptions = {}): Main {
  const makeApp = options.app ?? appOfProcess;
  return async (event, context) => {
    const caller = identifyCaller({ context, event, env: options.env ?? process.env });
    return logInvocation(name, caller, makeApp, async () => {
      if (caller.door === 'http') return answerHttp(doors, makeApp, event);
      return answerResult(() => openDoor(doors, caller, makeApp, event));
    });
  };
}

/** Outcome of one invocation: the answer, and what the log says about it. */
export interface Outcome {
  readonly answer: unknown;
  readonly code: string;
  readonly error?: unknown;
}

async function openDoor(doors: Doors, caller: Caller, makeApp: () => App, event: unknown): Promise<unknown> {
  if (caller.door === 'user' && doors.user) {
    return doors.user({ app: makeApp(), openid: caller.openid, event: withoutPlatformFields(event) });
  }
  if (caller.door === 'timer' && doors.timer) return doors.timer({ app: makeApp() });
  if (caller.door === 'server' && doors.server) {
    return doors.server({ app: makeApp(), event: withoutPlatformFields(event) });
  }
  throw new CommerceError(caller.door === 'unknown' && doors.user ? 'NO_IDENTITY' : 'WRONG_DOOR');
}

async function answerResult(run: () => Promise<unknown>): Promise<Outcome> {
  try {
    const answer: Result<unknown> = { ok: true, data: (await run()) ?? null };
    return { answer, code: 'OK' };
  } catch (error) {
    const apiError = toApiError(error);
    const answer: Result<unknown> = { ok: false, error: apiError };
    return { answer, code: apiError.code, error };
  }
}

async function answerHttp(doors: Doors, makeApp: () => App, event: unknown): Promise<Outcome> {
  try {
    if (!doors.http)
      return { answer: jsonAnswer(404, { code: 'FAIL', message: 'not found' }), code: 'WRONG_DOOR' };
    const answer = await doors.http({ app: makeApp(), request: readHttpEvent(event) });
    return { answer, code: `HTTP_${answer.statusCode}` };
  } catch (error) {
    const statusCode = error instanceof HttpEventError ? error.statusCode : 500;
    const message = error instanceof HttpEventError ? error.message : 'internal error';
    return { answer: jsonAnswer(statusCode, { code: 'FAIL', message }), code: `HTTP_${statusCode}`, error };
  }
}

/** WeChat adds these to the event of a call from a mini-program; they are neither the user's nor trusted. */
const platformFields: ReadonlySet<string> = new Set(['userInfo', 'tcbContext']);

function withoutPlatformFields(event: unknown): unknown {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return event;
  return Object.fromEntries(Object.entries(event).filter(([name]) => !platformFields.has(name)));
}
