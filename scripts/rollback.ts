/** `npm run rollback`: puts an earlier release back, the same way as a deployment: plan, real `tcb`, read back. */
import { existsSync } from 'node:fs';
import { type Invocation, openCloud, type Project, runCommand, type Terminal } from './cloud/command.ts';
import { Problem } from './cloud/problem.ts';
import { type DesiredFunction, desiredFunctions } from './deploy/desired.ts';
import { codeFolder, type Release, readReleases } from './deploy/releases.ts';
import { runDeployment } from './deploy/run.ts';
import { moment } from './operate/text.ts';

const usage = `用法 · Usage: npm run rollback -- [options]
  恢复上一次完整部署的代码，以及当时每个函数的变量名；变量的值取自 .env.local，本机从不保存。
  Restores the code of the last complete deployment before this one, and the names of each function's variables; the
  values come from .env.local, no copy of them is kept.
  --list          列出本机部署过的版本 · list the releases that were deployed from this machine
  --to N          恢复第 N 个版本 · restore release N
  --yes           不询问，直接执行 · roll back without asking
  --plan          只显示计划 · only show the plan
  --no-smoke      不做部署后的试运行 · skip the trial run afterwards
  --json          在标准输出打印一个 JSON 对象 · print one JSON object
  --project DIR   另一个项目目录 · another checkout`;

await runCommand(
  {
    usage,
    options: {
      list: { type: 'boolean' },
      to: { type: 'string' },
      yes: { type: 'boolean' },
      plan: { type: 'boolean' },
      'no-smoke': { type: 'boolean' },
    },
  },
  rollback,
);

async function rollback(invocation: Invocation): Promise<number> {
  const { terminal, project, flags } = invocation;
  const releases = readReleases(project.root, project.values.TCB_ENV_ID ?? '');
  if (flags.list === true) return list(terminal, releases);
  const target = choose(releases, flags.to);
  terminal.say({
    zh: `恢复第 ${target.number} 个版本，部署于 ${timeOf(target)}。`,
    en: 'Restoring this release.',
  });
  const access = await openCloud(project);
  const wanted = wantedOf(project, target);
  const unset = new Map(
    wanted.map(({ name, knownVariables }) => {
      const then = target.functions[name]?.variables ?? [];
      return [name, new Set(knownVariables.filter((variable) => !then.includes(variable)))] as const;
    }),
  );
  return runDeployment(invocation, access, { wanted, unset: (name) => unset.get(name) ?? new Set() });
}

function list(terminal: Terminal, releases: readonly Release[]): number {
  if (releases.length === 0)
    terminal.say({ zh: '本机还没有部署过。', en: 'Nothing was deployed from this machine.' });
  for (const release of releases) {
    const count = Object.keys(release.functions).length;
    const state = release.complete ? '完整 complete' : '不完整 partial';
    terminal.say(`  ${release.number}  ${timeOf(release)}  ${count} 个函数 functions  ${state}`);
  }
  terminal.result({ ok: true, releases });
  return 0;
}

/** @throws Problem */
function choose(releases: readonly Release[], to: unknown): Release {
  const current = releases.at(-1);
  const found =
    to === undefined
      ? releases.findLast((release) => release.complete && differs(release, current))
      : releases.find(({ number }) => String(number) === to);
  if (found) return found;
  throw new Problem(
    'no-release',
    { zh: '没有可恢复的版本。', en: 'There is no such release to restore.' },
    {
      zh: '本机部署过的版本见 npm run rollback -- --list；更早的版本请检出旧代码后执行 npm run deploy。',
      en: 'See npm run rollback -- --list for what was deployed from this machine; for older ones check out the old code and run npm run deploy.',
    },
  );
}

function differs(release: Release, current: Release | undefined): boolean {
  return JSON.stringify(release.functions) !== JSON.stringify(current?.functions);
}

/** The code and the variable names of that release; timers, paths and limits of cloudbaserc.json as it is now. */
function wantedOf(project: Project, { functions }: Release): DesiredFunction[] {
  const { root, config } = project;
  const names = config.functions.map(({ name }) => name).filter((name) => functions[name]);
  const folderOf = (name: string) => codeFolder(root, name, functions[name]?.fingerprint ?? '');
  const missing = names.filter((name) => !existsSync(folderOf(name)));
  if (missing.length > 0) throw codeGone(missing);
  return desiredFunctions(project, names, folderOf).map((each) => {
    const then = functions[each.name]?.variables ?? [];
    return {
      ...each,
      variables: Object.fromEntries(Object.entries(each.variables).filter(([name]) => then.includes(name))),
      missingVariables: then.filter((name) => each.knownVariables.includes(name) && !each.variables[name]),
    };
  });
}

function codeGone(names: readonly string[]): Problem {
  return new Problem(
    'code-gone',
    {
      zh: `.releases 中没有 ${names.join('、')} 当时的代码。`,
      en: `.releases does not have the code of that release for ${names.join(', ')}.`,
    },
    { zh: '请检出旧代码后执行 npm run deploy。', en: 'Check out the old code and run npm run deploy.' },
  );
}

function timeOf({ deployedAtMs }: Release): string {
  return moment(deployedAtMs);
}
