/** Runs the checks against a backend, one after the other. */
import { Backend, CommandFailed, type Commands, type Means } from './backend.ts';
import { callbackChecks } from './callback-checks.ts';
import { finalChecks, orderChecks } from './order-checks.ts';
import { type AccountName, OwnOrders } from './own-orders.ts';
import { SandboxClient } from './sandbox-client.ts';
import { type Check, notRun, type Result, type Stage, type Verdict } from './types.ts';

export const checks: readonly Check[] = [...orderChecks, ...callbackChecks, ...finalChecks];

export interface AcceptOptions {
  /** Where the sandbox runs, without trailing slash. */
  readonly sandboxUrl: string;
  readonly commands: Commands;
  /** Where the backend receives callbacks: checks that need no order of its own run without `place`. */
  readonly notifyUrl?: string;
  /** Whose orders are called back to `notifyUrl`; default `direct`. */
  readonly account?: AccountName;
  readonly waitMs: number;
  /** Ids of the checks to run; all when absent. */
  readonly only?: readonly string[];
  readonly onResult?: (result: Result) => void;
}

/**
 * What this sandbox does not allow is reported first, as not run. A check that needs a command which the backend does not provide is reported as not run; a command that fails is broken.
 * Faults are taken back, and callbacks released, after each check.
 * @throws SandboxUnavailable when the sandbox does not answer
 */
export async function accept(options: AcceptOptions): Promise<Result[]> {
  const sandbox = new SandboxClient(options.sandboxUrl);
  const { notifyUrl, account = 'direct' } = options;
  const stage: Stage = {
    sandbox,
    backend: new Backend(options.commands),
    ...(notifyUrl !== undefined && { ownOrders: new OwnOrders(sandbox, notifyUrl, account) }),
    waitMs: options.waitMs,
  };
  // Before anything is reported: without a sandbox no result means anything.
  await sandbox.account(account);
  const results: Result[] = [];
  const report = (check: Check, verdict: Verdict, startedAtMs: number) => {
    const { id, title, why, fix } = check;
    const result = { id, title, why, fix, verdict, tookMs: Math.round(performance.now() - startedAtMs) };
    results.push(result);
    options.onResult?.(result);
  };
  const possible: Check[] = [];
  for (const check of checks.filter(({ id }) => options.only?.includes(id) ?? true)) {
    const obstacle = await check.obstacle?.(sandbox);
    if (obstacle) report(check, notRun(obstacle.en, obstacle.zh), performance.now());
    else possible.push(check);
  }
  for (const check of possible) {
    const startedAtMs = performance.now();
    report(check, await verdictOf(check, stage), startedAtMs);
  }
  return results;
}

async function verdictOf(check: Check, stage: Stage): Promise<Verdict> {
  const isGiven = (means: Means) =>
    stage.backend.gives(means) || (means === 'place' && check.takesOwnOrders && stage.ownOrders);
  const missing = check.needs.filter((means) => !isGiven(means));
  if (missing.length > 0) {
    const flags = missing.map((means) => `--${means}`);
    return notRun(`give ${flags.join(', ')}`, `需要 ${flags.join('、')}`);
  }
  try {
    return await check.run(stage);
  } catch (error) {
    if (error instanceof CommandFailed) {
      const { observed, printed } = error;
      return { kind: 'broken', observed, printed };
    }
    throw error;
  }
}
