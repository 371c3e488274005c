/** `npm run deploy`: build, check, plan, deploy by the real `tcb`, read back, and try what only the cloud can tell. */
import { join } from 'node:path';
import { buildFunctions } from './build/functions.ts';
import { confirm, type Invocation, openCloud, runCommand } from './cloud/command.ts';
import { readRoutes } from './cloud/routes.ts';
import { describePlan } from './deploy/describe.ts';
import { desiredFunctions, selectFunctions } from './deploy/desired.ts';
import { finish } from './deploy/finish.ts';
import { type FunctionPlan, isNone, planFunction, refusalsOf } from './deploy/plan.ts';
import { readCurrent } from './deploy/read-back.ts';
import { deployInStages } from './deploy/stages.ts';

const usage = `用法 · Usage: npm run deploy -- [函数名 names] [options]
  构建、检查、列出改动、用 tcb 部署，再从云端读回核对；结果以读回为准。
  Builds, checks, shows what changes, deploys by tcb and reads everything back; only that counts.
  --yes           不询问，直接部署 · deploy without asking
  --plan          只显示计划 · only show the plan
  --unset NAME    允许清空云端的这个变量，可重复 · this variable may be emptied in the cloud; may be repeated
  --no-build      使用现有的 dist/functions · use dist/functions as it is
  --no-smoke      不做部署后的试运行 · leave out the trial afterwards
  --json          在标准输出打印一个 JSON 对象 · print one JSON object
  --project DIR   另一个项目目录 · another checkout`;

await runCommand(
  {
    usage,
    options: {
      yes: { type: 'boolean' },
      plan: { type: 'boolean' },
      unset: { type: 'string', multiple: true },
      'no-build': { type: 'boolean' },
      'no-smoke': { type: 'boolean' },
    },
  },
  deploy,
);

async function deploy({ terminal, project, words, flags }: Invocation): Promise<number> {
  const names = selectFunctions(project, words);
  if (flags['no-build'] !== true) {
    terminal.say({ zh: '正在构建云函数 …', en: 'Building the functions …' });
    await buildFunctions({ root: project.root });
  }
  const access = await openCloud(project);
  const { envId } = access.manager;
  const wanted = desiredFunctions(project, names, (name) => join(project.root, 'dist', 'functions', name));
  terminal.say({
    zh: `正在读取环境 ${envId} 中的 ${names.length} 个函数 …`,
    en: 'Reading what is deployed …',
  });
  const unset = new Set(flags.unset as string[] | undefined);
  const routes = await readRoutes(access.manager);
  const plans: FunctionPlan[] = [];
  for (const each of wanted) {
    plans.push(planFunction(each, await readCurrent(access.manager, each.name, routes), unset));
  }
  for (const plan of plans) terminal.say(describePlan(plan));
  const refusals = plans.flatMap((plan) => refusalsOf(plan, unset));
  for (const { functionName, what, fix } of refusals) {
    terminal.say(`✗ ${functionName}  ${what.zh}  ${what.en}`);
    terminal.say(`  → ${fix.zh}  ${fix.en}`);
  }
  const changed = plans.filter(({ differences }) => !isNone(differences)).length;
  if (refusals.length > 0 || flags.plan === true) {
    if (refusals.length > 0) terminal.say({ zh: '没有部署任何内容。', en: 'Nothing was deployed.' });
    terminal.result({ ok: refusals.length === 0, refusals, plan: plans.map(summaryOf) });
    return refusals.length > 0 ? 1 : 0;
  }
  if (changed > 0 && !(await confirm(flags, { zh: `部署以上 ${changed} 个函数？`, en: 'Deploy?' }))) return 1;
  const outcomes = await deployInStages(terminal, access, project.shell, plans);
  return finish({ terminal, project, access, plans, outcomes, smoke: flags['no-smoke'] !== true });
}

function summaryOf({ wanted, isNew, differences }: FunctionPlan): object {
  return { name: wanted.name, fingerprint: wanted.fingerprint, isNew, ...differences };
}
