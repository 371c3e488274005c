import type { Caller } from '../cloudbase/invocation-source.ts';
import type { App } from './container.ts';

/** Outcome of one invocation: the answer, and what the log says about it. */
export interface Outcome {
  readonly answer: unknown;
  readonly code: string;
  readonly error?: unknown;
  /** What the platform said about a call that was refused for where it comes from. */
  readonly platform?: Readonly<Record<string, unknown>>;
}

/** Runs one invocation and writes the one line about it: function, source, outcome and duration, no payload. */
export async function logInvocation(
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
  if (code === 'INTERNAL' || code === 'CONFIG_INVALID' || /^HTTP_5/.test(code)) return 'error';
  return platform ? 'warn' : 'info';
}
