/** `npm run status`: what is deployed and since when, whether it equals the working tree, and what waits for a person. */
import { join } from 'node:path';
import { buildFunctions } from './build/functions.ts';
import { type CloudAccess, type Invocation, openCloud, type Project, runCommand } from './cloud/command.ts';
import { inTurns } from './cloud/in-turns.ts';
import { readRoutes } from './cloud/routes.ts';
import { desiredFunctions, selectFunctions } from './deploy/desired.ts';
import { isNone, planFunction } from './deploy/plan.ts';
import { readCurrent } from './deploy/read-back.ts';
import { merchantExpiry, platformExpiry } from './operate/expiry.ts';
import { checkHealth, type Fact } from './operate/health.ts';

const usage = `用法 · Usage: npm run status [-- options]
  云端部署了什么、何时部署、是否与本机代码和变量一致；定时器、异常、待发货订单；证书有效期。
  What is deployed, since when, whether it equals this working tree; timer, anomalies, orders that wait; expiry.
  有需要人处理的事时退出码为 1 · exit code 1 when something needs attention
  --no-build     使用现有的 dist/functions · use dist/functions as it is
  --json         在标准输出打印一个 JSON 对象 · print one JSON object`;

await runCommand({ usage, options: { 'no-build': { type: 'boolean' } } }, status);

interface FunctionState {
  readonly name: string;
  readonly state: 'same' | 'differs' | 'missing' | 'not-active';
  readonly modifiedAt: string | null;
  readonly differences: readonly string[];
}

async function status({ terminal, project, flags }: Invocation): Promise<number> {
  if (flags['no-build'] !== true) await buildFunctions({ root: project.root });
  const access = await openCloud(project);
  terminal.say(`${access.manager.envId}`);
  const functions = await compareFunctions(project, access);
  for (const each of functions) terminal.say(describe(each));
  const nowMs = Date.now();
  const facts: Fact[] = [
    ...(await checkHealth(access.data, nowMs)),
    ...merchantExpiry(project.values, project.accounts, nowMs),
    ...(await platformExpiry(access.data, nowMs)),
  ];
  for (const { level, what } of facts) {
    terminal.say(`${{ good: '✓', attention: '⚠', info: '·' }[level]} ${what.zh}  ${what.en}`);
  }
  const ok =
    functions.every(({ state }) => state === 'same' || state === 'differs') &&
    facts.every(({ level }) => level !== 'attention');
  terminal.result({ ok, functions, facts });
  return ok ? 0 : 1;
}

async function compareFunctions(project: Project, { manager }: CloudAccess): Promise<FunctionState[]> {
  const folderOf = (name: string) => join(project.root, 'dist', 'functions', name);
  const routes = await readRoutes(manager);
  const wanted = desiredFunctions(project, selectFunctions(project, []), folderOf);
  return inTurns(wanted, async (each) => {
    const current = await readCurrent(manager, each.name, routes);
    const { differences: d } = planFunction(each, current, new Set());
    const { deployed } = current;
    const names = [
      ...(d.code ? ['代码 code'] : []),
      ...d.settings,
      ...[...d.addedVariables, ...d.changedVariables, ...d.removedVariables],
      ...d.missingTimers.map(({ name }) => name),
      ...d.staleTimers.map(({ name }) => name),
      ...d.wrongPaths,
    ];
    const state = !deployed
      ? 'missing'
      : deployed.status !== 'Active'
        ? 'not-active'
        : isNone(d)
          ? 'same'
          : 'differs';
    return {
      name: each.name,
      state,
      modifiedAt: deployed?.modifiedAt ?? null,
      differences: deployed ? names : [],
    };
  });
}

function describe({ name, state, modifiedAt, differences }: FunctionState): string {
  const since = modifiedAt ? `自 since ${modifiedAt}` : '';
  switch (state) {
    case 'same':
      return `✓ ${name.padEnd(20)} ${since}  与本机一致 equals this working tree`;
    case 'differs':
      return `~ ${name.padEnd(20)} ${since}  与本机不同 differs: ${differences.join(', ')}`;
    case 'missing':
      return `✗ ${name.padEnd(20)} 没有部署 not deployed: npm run deploy`;
    case 'not-active':
      return `✗ ${name.padEnd(20)} ${since}  不能调用 cannot be called`;
  }
}
