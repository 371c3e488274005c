/** `npm run deploy`: build, check, plan, deploy by the real `tcb`, read back, and test what only the cloud can show. */
import { join } from 'node:path';
import { buildFunctions } from './build/functions.ts';
import { type Invocation, openCloud, runCommand } from './cloud/command.ts';
import { desiredFunctions, selectFunctions } from './deploy/desired.ts';
import { runDeployment } from './deploy/run.ts';
import { hasErrors, renderFindings, reportOf } from './doctor/finding.ts';
import { checkOffline } from './doctor/offline.ts';
import { readFunctionList } from './env/functions.ts';
import { loadVariables } from './env/load.ts';

const usage = `用法 · Usage: npm run deploy -- [函数名 names] [options]
  构建、检查、列出改动、用 tcb 部署，再从云端读回核对；结果以读回为准。
  Builds, checks, shows what changes, deploys with tcb and reads everything back; the result is what was read back.
  --yes           不询问，直接部署 · deploy without asking
  --plan          只显示计划 · only show the plan
  --unset NAME    允许清空云端的这个变量，可重复 · allow this variable to be emptied in the cloud; repeatable
  --no-build      使用现有的 dist/functions · use dist/functions as it is
  --no-smoke      不做部署后的试运行 · skip the trial run afterwards
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

async function deploy(invocation: Invocation): Promise<number> {
  const { terminal, project, words, flags } = invocation;
  const { root } = project;
  const names = selectFunctions(project, words);
  if (flags['no-build'] !== true) {
    terminal.say({ zh: '正在构建云函数 …', en: 'Building the functions …' });
    await buildFunctions({ root });
  }
  if (!passesDoctor(invocation)) return 1;
  const access = await openCloud(project);
  const unset = new Set(flags.unset as string[] | undefined);
  const wanted = desiredFunctions(project, names, (name) => join(root, 'dist', 'functions', name));
  return runDeployment(invocation, access, { wanted, unset: () => unset });
}

/** What the doctor finds on this machine; an error ends the deployment before anything is asked of the cloud. */
function passesDoctor({ terminal, project: { root, shell } }: Invocation): boolean {
  const loaded = loadVariables(root, shell);
  const found = checkOffline({ root, loaded, list: readFunctionList(root), nowMs: Date.now() });
  const findings = found.filter(({ level }) => level !== 'info');
  if (findings.length > 0) terminal.say(renderFindings(findings, false));
  if (!hasErrors(findings)) return true;
  terminal.say({
    zh: '✗ 请先处理以上错误；没有部署任何内容。',
    en: 'Fix these errors first; nothing was deployed.',
  });
  terminal.result(reportOf(findings));
  return false;
}
