/** The end of a deployment: what is true now, what is remembered of it, and what to do next. */
import type { CloudAccess, Project, Terminal } from '../cloud/command.ts';
import { describeOutcome } from './describe.ts';
import type { FunctionPlan } from './plan.ts';
import type { Outcome } from './read-back.ts';
import { addRelease, keepCode, type ReleasedFunction, readReleases } from './releases.ts';

export interface Finish {
  readonly terminal: Terminal;
  readonly project: Project;
  readonly access: CloudAccess;
  readonly plans: readonly FunctionPlan[];
  readonly outcomes: readonly Outcome[];
  readonly smoke: boolean;
}

/** @returns the exit code */
export async function finish({ terminal, project, access, plans, outcomes }: Finish): Promise<number> {
  const { envId } = access.manager;
  for (const { zh, en } of outcomes.flatMap(describeOutcome)) terminal.say(`${zh}  ${en}`);
  const complete = outcomes.every(({ ok }) => ok);
  const number = remember(project.root, envId, plans, outcomes);
  const done = outcomes.filter(({ ok }) => ok).length;
  if (complete) terminal.say({ zh: `✓ ${done} 个函数已就绪。`, en: `All ${done} functions are as wanted.` });
  else {
    terminal.say({
      zh: `✗ ${done} 个就绪，${outcomes.length - done} 个没有。`,
      en: `${done} as wanted, ${outcomes.length - done} not.`,
    });
    terminal.say({
      zh: '  → 解决上述原因后再执行一次 npm run deploy，只会处理未就绪的部分。',
      en: 'Fix the reasons and run it again: it deals with what is left.',
    });
  }
  terminal.result({ ok: complete, release: number, functions: outcomes.map(resultOf) });
  return complete ? 0 : 1;
}

/** Notes what runs now; of a function that is not as wanted, what was known before. @returns the number of the release */
function remember(
  root: string,
  envId: string,
  plans: readonly FunctionPlan[],
  outcomes: readonly Outcome[],
): number {
  const earlier = readReleases(root, envId).at(-1);
  const functions: Record<string, ReleasedFunction> = { ...earlier?.functions };
  for (const { wanted, variables } of plans) {
    if (!outcomes.some(({ name, ok }) => name === wanted.name && ok)) continue;
    keepCode(root, wanted.name, wanted.fingerprint, wanted.folder);
    functions[wanted.name] = { fingerprint: wanted.fingerprint, variables: Object.keys(variables).sort() };
  }
  const complete = outcomes.every(({ ok }) => ok);
  if (
    earlier &&
    earlier.complete === complete &&
    JSON.stringify(earlier.functions) === JSON.stringify(functions)
  ) {
    return earlier.number;
  }
  return addRelease(root, { envId, deployedAtMs: Date.now(), complete, functions }).number;
}

function resultOf({ name, ok, heldBack, deployed, differences, problems }: Outcome): object {
  return {
    name,
    ok,
    heldBack,
    status: deployed?.status ?? null,
    ...differences,
    problems: problems.map(({ id, what, fix }) => ({ id, what, fix })),
  };
}
