/** What the cloud has after a deployment, against what was wanted: the only basis of a deployment's result. */
import {
  createTimers,
  type DeployedFunction,
  deleteTimer,
  readFingerprint,
  readFunction,
} from '../cloud/functions.ts';
import type { Manager } from '../cloud/manager.ts';
import { asProblem, type Problem } from '../cloud/problem.ts';
import { createRoute, type Route, readRoutes } from '../cloud/routes.ts';
import { type Current, compare, type Differences, type FunctionPlan, isNone } from './plan.ts';

export interface Outcome {
  readonly name: string;
  readonly deployed: DeployedFunction | undefined;
  readonly differences: Differences;
  /** What failed while reading back or correcting. */
  readonly problems: readonly Problem[];
  /** Not deployed, because something that must be deployed before it is missing. */
  readonly heldBack: boolean;
  /** All is as it was wanted, and the function can be called. */
  readonly ok: boolean;
}

/** @throws Problem */
export async function readCurrent(
  manager: Manager,
  name: string,
  routes: readonly Route[],
): Promise<Current> {
  const deployed = await readFunction(manager, name);
  return { deployed, fingerprint: deployed ? await readFingerprint(manager, name) : undefined, routes };
}

const settledDelaysMs = [1000, 2000, 4000, 8000, 15_000];

/** Waits until the function is neither being created nor updated; for half a minute at most. */
async function readSettled(manager: Manager, name: string): Promise<DeployedFunction | undefined> {
  for (const delayMs of settledDelaysMs) {
    const found = await readFunction(manager, name);
    if (!found || !/ing$/i.test(found.status)) return found;
    await new Promise((resolve) => setTimeout(resolve, delayMs));
  }
  return readFunction(manager, name);
}

/**
 * Puts timers and paths right, which `tcb` skips after a failure, and reads everything back.
 * @param heldBack only read: nothing was deployed here
 */
export async function verify(manager: Manager, plan: FunctionPlan, heldBack = false): Promise<Outcome> {
  const { name } = plan.wanted;
  const problems: Problem[] = [];
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      problems.push(asProblem(error));
      return undefined;
    }
  };
  const settled = await attempt(() => readSettled(manager, name));
  if (settled && !heldBack) {
    await attempt(() => putTimersRight(manager, plan, settled));
    await attempt(() => putPathsRight(manager, plan));
  }
  const routes = (await attempt(() => readRoutes(manager))) ?? [];
  const deployed = settled && (await attempt(() => readFunction(manager, name)));
  const fingerprint = deployed && (await attempt(() => readFingerprint(manager, name)));
  const differences = compare(plan.wanted, plan.variables, { deployed, fingerprint, routes });
  const ok = deployed?.status === 'Active' && isNone(differences) && problems.length === 0;
  return { name, deployed, differences, problems, heldBack, ok };
}

async function putTimersRight(
  manager: Manager,
  plan: FunctionPlan,
  deployed: DeployedFunction,
): Promise<void> {
  const known = { deployed, fingerprint: undefined, routes: [] };
  const { missingTimers, staleTimers } = compare(plan.wanted, plan.variables, known);
  for (const { name } of staleTimers) await deleteTimer(manager, plan.wanted.name, name);
  if (missingTimers.length > 0) await createTimers(manager, plan.wanted.name, missingTimers);
}

async function putPathsRight(manager: Manager, { wanted }: FunctionPlan): Promise<void> {
  if (wanted.paths.length === 0) return;
  const routes = await readRoutes(manager);
  for (const path of wanted.paths) {
    if (!routes.some((route) => route.path === path)) await createRoute(manager, path, wanted.name);
  }
}
