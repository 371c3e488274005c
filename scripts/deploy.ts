/** `npm run deploy`: build, check, plan, deploy by the real `tcb`, read back, and try what only the cloud can tell. */
import { join } from 'node:path';
import { buildFunctions } from './build/functions.ts';
import { type Invocation, openCloud, runCommand } from './cloud/command.ts';
import { desiredFunctions, selectFunctions } from './deploy/desired.ts';
import { runDeployment } from './deploy/run.ts';

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

async function deploy(invocation: Invocation): Promise<number> {
  const { terminal, project, words, flags } = invocation;
  const { root } = project;
  const names = selectFunctions(project, words);
  if (flags['no-build'] !== true) {
    terminal.say({ zh: '正在构建云函数 …', en: 'Building the functions …' });
    await buildFunctions({ root });
  }
  const access = await openCloud(project);
  const unset = new Set(flags.unset as string[] | undefined);
  const wanted = desiredFunctions(project, names, (name) => join(root, 'dist', 'functions', name));
  return runDeployment(invocation, access, { wanted, unset: () => unset });
}
