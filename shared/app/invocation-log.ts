import type { Caller } from '../cloudbase/invocation-source.ts';
import type { App } from './container.ts';
import type { Outcome } from './entry.ts';

/** Runs one invocation and writes the one line about it: function, door, outcome and duration, no payload. */
export async function logInvocation(
  name: string,
  caller: Caller,
  makeApp: () => App,
  run: () => Promise<Outcome>,
): Promise<unknown> {
  const startedAtMs = performance.now();
  const outcome = await run();
  const fields = {
    function: name,
    door: caller.door,
    code: outcome.code,
    durationMs: Math.round(performance.now() - startedAtMs),
    ...(outcome.error !== undefined && { error: outcome.error }),
  };
  makeApp().log[isOurs(outcome.code) ? 'error' : 'info']('invocation', fields);
  return outcome.answer;
}

/** Codes that mean that something is wrong on this side. */
function isOurs(code: string): boolean {
  return code === 'INTERNAL' || code === 'CONFIG_INVALID' || /^HTTP_5/.test(code);
}
