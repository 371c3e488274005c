/** Runs the checks against a backend, one after the other. */
import { Backend, CommandFailed, type Commands } from './backend.ts';
import { callbackChecks } from './callback-checks.ts';
import { finalChecks, orderChecks } from './order-checks.ts';
import { SandboxClient } from './sandbox-client.ts';
import { broken, type Check, notRun, type Result, type Stage, type Verdict } from './types.ts';

export const checks: readonly Check[] = [...orderChecks, ...callbackChecks, ...finalChecks];

export interface AcceptOptions {
  /** Where the sandbox runs, without trailing slash. */
  readonly sandboxUrl: string;
  readonly commands: Commands;
  readonly waitMs: number;
  /** Ids of the checks to run; all when absent. */
  readonly only?: readonly string[];
  readonly onResult?: (result: Result) => void;
}

/**
 * A check that needs a command which the backend does not provide is reported as not run; a command that fails is broken.
 * Faults are taken back, and callbacks released, after each check.
 * @throws SandboxUnavailable when the sandbox does not answer
 */
export async function accept(options: AcceptOptions): Promise<Result[]> {
  const stage: Stage = {
    sandbox: new SandboxClient(options.sandboxUrl),
    backend: new Backend(options.commands),
    waitMs: options.waitMs,
  };
  const results: Result[] = [];
  for (const check of checks.filter(({ id }) => options.only?.includes(id) ?? true)) {
    const startedAtMs = performance.now();
    const verdict = await verdictOf(check, stage);
    const { id, title, why, fix } = check;
    const result = { id, title, why, fix, verdict, tookMs: Math.round(performance.now() - startedAtMs) };
    results.push(result);
    options.onResult?.(result);
  }
  return results;
}

async function verdictOf(check: Check, stage: Stage): Promise<Verdict> {
  const missing = check.needs.filter((means) => !stage.backend.gives(means));
  if (missing.length > 0) return notRun(`give ${missing.map((means) => `--${means}`).join(', ')}`);
  try {
    return await check.run(stage);
  } catch (error) {
    if (error instanceof CommandFailed) return broken(error.message);
    throw error;
  }
}
