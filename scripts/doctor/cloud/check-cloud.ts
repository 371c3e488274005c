/** What is deployed against what this machine would deploy, and what the environment still lacks. */
import { join } from 'node:path';
import { buildFunctions } from '../../build/functions.ts';
import { type CloudAccess, openCloud, type Project, readProject } from '../../cloud/command.ts';
import { inTurns } from '../../cloud/in-turns.ts';
import { asProblem } from '../../cloud/problem.ts';
import { readRoutes } from '../../cloud/routes.ts';
import { desiredFunctions, selectFunctions } from '../../deploy/desired.ts';
import { type FunctionPlan, planFunction } from '../../deploy/plan.ts';
import { readCurrent } from '../../deploy/read-back.ts';
import { readState, wantedOf } from '../../provision/apply.ts';
import { linesOf } from '../../provision/describe.ts';
import { planProvision } from '../../provision/plan.ts';
import type { Finding } from '../finding.ts';
import { explainFunction } from './explain-function.ts';
import { type CallbackWatch, watchCallbacks } from './watch-callbacks.ts';

export interface CloudReport {
  readonly findings: readonly Finding[];
  /** Absent when the cloud could not be asked. */
  readonly watchCallbacks?: CallbackWatch;
}

/** Asks only; changes nothing. */
export async function checkCloud(
  root: string,
  shell: Readonly<Record<string, string | undefined>>,
): Promise<CloudReport> {
  try {
    const project = readProject(root, shell);
    const access = await openCloud(project);
    const environment = await checkEnvironment(access, project);
    const functions = await checkFunctions(access, project);
    return { findings: [...environment, ...functions], watchCallbacks: watchCallbacks(access.data) };
  } catch (error) {
    const { id, what, fix } = asProblem(error);
    return { findings: [{ id: `cloud-${id}`, level: 'error', what, why: couldNotAsk, fix }] };
  }
}

const couldNotAsk = {
  zh: '因此没有与云端比较。',
  en: 'Therefore nothing was compared with the cloud.',
};

/** Collections, indexes, permissions, rules, paths and timers. */
async function checkEnvironment(access: CloudAccess, project: Project): Promise<Finding[]> {
  const wanted = wantedOf(project);
  const { changes, findings } = planProvision(wanted, await readState(access, wanted));
  const missing = linesOf(changes).map(
    ({ text }): Finding => ({
      id: 'cloud-environment-differs',
      level: 'error',
      what: { zh: `环境中缺少或不同：${text.zh}`, en: `Missing or different in the environment: ${text.en}` },
      why: {
        zh: '云函数依赖它；缺少时订单、回调或定时任务会失败，或数据对客户端可写。',
        en: 'The functions rely on it: without it orders, callbacks or the timer fail, or clients may write data.',
      },
      fix: { zh: '执行：npm run provision', en: 'Run: npm run provision' },
    }),
  );
  const notes = findings.map(
    ({ id, level, what, fix }): Finding => ({
      id: `cloud-${id}`,
      level,
      what,
      why: { zh: '来自对环境的检查。', en: 'Found while checking the environment.' },
      fix,
    }),
  );
  return [...missing, ...notes];
}

/** Built anew, so that the code is compared with the working tree. */
async function checkFunctions(access: CloudAccess, project: Project): Promise<Finding[]> {
  const { root } = project;
  await buildFunctions({ root });
  const names = selectFunctions(project, []);
  const wanted = desiredFunctions(project, names, (name) => join(root, 'dist', 'functions', name));
  const routes = await readRoutes(access.manager);
  const none: ReadonlySet<string> = new Set();
  const plans: FunctionPlan[] = await inTurns(wanted, async (each) =>
    planFunction(each, await readCurrent(access.manager, each.name, routes), none),
  );
  return plans.flatMap(explainFunction);
}
