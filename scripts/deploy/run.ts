/** From plans to the end of a deployment; a rollback does the same. */
import { type CloudAccess, confirm, type Invocation } from '../cloud/command.ts';
import { inTurns } from '../cloud/in-turns.ts';
import { readRoutes } from '../cloud/routes.ts';
import { describePlan } from './describe.ts';
import type { DesiredFunction } from './desired.ts';
import { finish } from './finish.ts';
import { type FunctionPlan, isNone, planFunction, refusalsOf } from './plan.ts';
import { readCurrent } from './read-back.ts';
import { deployInStages } from './stages.ts';

export interface RunOptions {
  readonly wanted: readonly DesiredFunction[];
  /** Names that may be emptied or removed in the cloud, by function. */
  readonly unset: (functionName: string) => ReadonlySet<string>;
}

/** Shows what changes, refuses what would do harm, asks, deploys, reads back. @returns the exit code */
export async function runDeployment(
  { terminal, project, flags }: Invocation,
  access: CloudAccess,
  { wanted, unset }: RunOptions,
): Promise<number> {
  const { manager } = access;
  terminal.say({
    zh: `正在读取环境 ${manager.envId} 中的 ${wanted.length} 个函数 …`,
    en: 'Reading what is deployed …',
  });
  const routes = await readRoutes(manager);
  const plans = await inTurns(wanted, async (each) =>
    planFunction(each, await readCurrent(manager, each.name, routes), unset(each.name)),
  );
  for (const plan of plans) terminal.say(describePlan(plan));
  const refusals = plans.flatMap((plan) => refusalsOf(plan, unset(plan.wanted.name)));
  for (const { functionName, what, fix } of refusals) {
    terminal.say(`✗ ${functionName}  ${what.zh}  ${what.en}`);
    terminal.say(`  → ${fix.zh}  ${fix.en}`);
  }
  if (refusals.length > 0 || flags.plan === true) {
    if (refusals.length > 0) terminal.say({ zh: '没有部署任何内容。', en: 'Nothing was deployed.' });
    terminal.result({ ok: refusals.length === 0, refusals, plan: plans.map(summaryOf) });
    return refusals.length > 0 ? 1 : 0;
  }
  const changed = plans.filter(({ differences }) => !isNone(differences)).length;
  if (changed > 0 && !(await confirm(flags, { zh: `部署以上 ${changed} 个函数？`, en: 'Deploy?' }))) return 1;
  const outcomes = await deployInStages(terminal, access, project.shell, plans);
  return finish({ terminal, project, access, plans, outcomes, smoke: flags['no-smoke'] !== true });
}

function summaryOf({ wanted, isNew, differences }: FunctionPlan): object {
  return { name: wanted.name, fingerprint: wanted.fingerprint, isNew, ...differences };
}
