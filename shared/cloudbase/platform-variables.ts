/** What the platform reports about one invocation, and a description for the log without personal data. */
import { isHttpEvent } from './http-event.ts';

export type PlatformVariables = Readonly<Record<string, unknown>>;

/**
 * Where the context held them: `environment` (a JSON string), `environ` (`K=V;K=V`, the older form), not at all, or in
 * a way that cannot be read.
 */
type Form = 'environment' | 'environ' | 'none' | 'malformed';

export interface Platform {
  readonly form: Form;
  readonly variables: PlatformVariables | undefined;
}

/** The variables of this invocation, from the handler's second argument and nowhere else. */
export function readPlatform(context: unknown): Platform {
  const { environment, environ } = isRecord(context) ? context : {};
  if (isPresent(environment)) return platform('environment', readJson(environment));
  if (isPresent(environ)) return platform('environ', readPairs(environ));
  return { form: 'none', variables: undefined };
}

function platform(form: Form, variables: PlatformVariables | undefined): Platform {
  return { form: variables ? form : 'malformed', variables };
}

function readJson(environment: unknown): PlatformVariables | undefined {
  if (typeof environment !== 'string') return isRecord(environment) ? environment : undefined;
  try {
    const parsed: unknown = JSON.parse(environment);
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A value that holds `;` is cut in this form, and what follows it could pass for another variable: so if a name appears
 * twice, the whole value is treated as unreadable.
 */
function readPairs(environ: unknown): PlatformVariables | undefined {
  if (typeof environ !== 'string') return isRecord(environ) ? environ : undefined;
  const variables: Record<string, string> = Object.create(null);
  for (const pair of environ.split(';')) {
    const at = pair.indexOf('=');
    if (at < 1) continue;
    const name = pair.slice(0, at).trim();
    if (name in variables) return undefined;
    variables[name] = pair.slice(at + 1);
  }
  return Object.keys(variables).length > 0 ? variables : undefined;
}

const maxNames = 60;
const maxTextLength = 80;

/**
 * What the log of a refused call needs to tell a wrong guess about the platform from an attack: names of variables,
 * SOURCE and TRIGGER_SRC, and the shape of the event. Of process.env, which is never trusted, only the names.
 */
export function describePlatform(
  { context, event }: { readonly context: unknown; readonly event: unknown },
  env: Readonly<Record<string, string | undefined>>,
): Record<string, unknown> {
  const { form, variables } = readPlatform(context);
  return {
    context: form,
    variables: namesOf(variables ?? {}),
    source: printable(variables?.TCB_SOURCE),
    triggerSrc: printable(variables?.TRIGGER_SRC),
    event: isHttpEvent(event) ? 'http' : isTimerEvent(event) ? 'timer' : 'other',
    ...(variables === undefined && {
      contextKeys: namesOf(isRecord(context) ? context : {}),
      processEnv: namesOf(env).filter((name) => /^(WX_|TCB_|TRIGGER_|LOGINTYPE)/.test(name)),
    }),
  };
}

function namesOf(record: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(record)
    .sort()
    .slice(0, maxNames)
    .map((name) => name.slice(0, maxTextLength));
}

function printable(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, maxTextLength) : undefined;
}

function isTimerEvent(event: unknown): boolean {
  return isRecord(event) && 'Type' in event && 'TriggerName' in event;
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
