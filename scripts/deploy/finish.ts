/** The end of a deployment: reports the current state, records the release, and says what to do next. */
import { notifyPaths } from '../cloud/blueprint.ts';
import { type CloudAccess, type Project, type Terminal, tell } from '../cloud/command.ts';
import { describeOutcome } from './describe.ts';
import type { FunctionPlan } from './plan.ts';
import type { Outcome } from './read-back.ts';
import { addRelease, keepCode, type ReleasedFunction, readReleases } from './releases.ts';
import { type Trial, tryCallback, tryTimer } from './smoke.ts';

export interface Finish {
  readonly terminal: Terminal;
  readonly project: Project;
  readonly access: CloudAccess;
  readonly plans: readonly FunctionPlan[];
  readonly outcomes: readonly Outcome[];
  readonly smoke: boolean;
}

/** A timer that runs every minute is seen within two minutes. */
const patienceMs = 150_000;

/** @returns the exit code */
export async function finish(options: Finish): Promise<number> {
  const { terminal, project, access, plans, outcomes } = options;
  const { envId } = access.manager;
  for (const { zh, en } of outcomes.flatMap(describeOutcome)) terminal.say(`${zh}  ${en}`);
  const complete = outcomes.every(({ ok }) => ok);
  const number = remember(project.root, envId, plans, outcomes);
  const done = outcomes.filter(({ ok }) => ok).length;
  if (complete) terminal.say({ zh: `✓ ${done} 个函数已就绪。`, en: `All ${done} functions are ready.` });
  else {
    terminal.say({
      zh: `✗ ${done} 个就绪，${outcomes.length - done} 个没有。`,
      en: `${done} ready, ${outcomes.length - done} not.`,
    });
    terminal.say({
      zh: '  → 解决上述原因后再执行一次 npm run deploy，只会处理未就绪的部分。',
      en: 'Fix the causes above and run npm run deploy again: it handles only what is not ready.',
    });
  }
  const trials = complete && options.smoke ? await tryOut(options) : [];
  const ok = complete && trials.every((trial) => trial.ok);
  if (ok) sayNext(terminal);
  terminal.result({ ok, release: number, functions: outcomes.map(resultOf), trials });
  return ok ? 0 : 1;
}

async function tryOut({ terminal, project, access }: Finish): Promise<Trial[]> {
  terminal.say({
    zh: '正在试运行：回调地址、定时器、云函数互调 …',
    en: 'Trying callbacks, timer and calls, up to 2 minutes …',
  });
  const { WECHATPAY_NOTIFY_URL: base = '' } = project.values;
  const trials: Trial[] = [];
  for (const path of notifyPaths('', project.accounts)) trials.push(await tryCallback(`${base}${path}`));
  const onWait = (seconds: number) =>
    terminal.say({ zh: `  已等待 ${seconds} 秒 …`, en: 'waiting for the timer …' });
  trials.push(...(await tryTimer(access.data, patienceMs, onWait)));
  for (const { ok, what, fix, caller } of trials) {
    if (fix) tell(terminal, { what, fix });
    else terminal.say(`${ok ? '✓' : '✗'} ${what.zh}  ${what.en}`);
    if (caller) terminal.say(`  平台给出的来源 source reported by the platform: ${JSON.stringify(caller)}`);
  }
  return trials;
}

function sayNext(terminal: Terminal): void {
  terminal.say({
    zh: '接下来：在小程序里付一分钱买「一分钱贴纸」，然后执行 npm run status。',
    en: 'Next: pay one fen for the sticker in the mini-program, then run npm run status.',
  });
}

/**
 * Records what runs now; for a function that is not as wanted, what was recorded before. @returns the number of the
 * release
 */
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
