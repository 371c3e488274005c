/** `npm run provision`: makes the environment what the functions expect. Shows a plan, applies it, and reads it back. */
import {
  type CloudAccess,
  confirm,
  type Invocation,
  openCloud,
  type Project,
  readProject,
  runCommand,
  type Terminal,
  tell,
} from './cloud/command.ts';
import { asProblem } from './cloud/problem.ts';
import { applyChange, readState, wantedOf } from './provision/apply.ts';
import { linesOf } from './provision/describe.ts';
import { type Plan, planProvision } from './provision/plan.ts';

const usage = `用法 · Usage: npm run provision -- [options]
  创建集合、索引、权限、安全规则、访问路径、定时器和第一个商品；从不删除数据，可重复执行。
  Creates collections, indexes, permissions, rules, HTTP paths, timers and the first product; deletes no data; may be run again.
  --yes          不询问，直接执行 · apply without asking
  --plan         只显示计划 · only show the plan (exit code 1 when something is missing)
  --json         在标准输出打印一个 JSON 对象 · print one JSON object
  --project DIR  另一个项目目录 · another checkout`;

/** Indexes are built in the background, and permissions are cached: what was accepted may take a moment to be seen. */
const readBackDelaysMs = [0, 1000, 2000, 4000, 8000];

await runCommand(
  { usage, options: { yes: { type: 'boolean' }, plan: { type: 'boolean' } } },
  async ({ terminal, project, flags }) => {
    const access = await openCloud(project);
    terminal.say({ zh: `正在读取环境 ${access.manager.envId} …`, en: 'Reading the environment …' });
    const plan = planProvision(wantedOf(project), await readState(access, wantedOf(project)));
    show(terminal, plan);
    if (flags.plan === true) return report(terminal, plan);
    if (!(await applyAll(terminal, access, project, flags, plan))) return 1;
    return report(terminal, plan.changes.length === 0 ? plan : await readBack(access, project));
  },
);

function show(terminal: Terminal, { changes }: Plan): void {
  if (changes.length === 0) terminal.say({ zh: '没有需要改动的内容。', en: 'Nothing to change.' });
  for (const { mark, text } of linesOf(changes)) terminal.say(`  ${mark} ${text.zh}  ${text.en}`);
}

/** @returns false when the team declined */
async function applyAll(
  terminal: Terminal,
  access: CloudAccess,
  { root }: Project,
  flags: Invocation['flags'],
  { changes }: Plan,
): Promise<boolean> {
  if (changes.length === 0) return true;
  const lines = linesOf(changes);
  if (!(await confirm(flags, { zh: `执行以上 ${lines.length} 项？`, en: 'Apply?' }))) return false;
  for (const line of lines) {
    try {
      for (const change of line.changes) await applyChange(access, root, change);
      terminal.say(`  ✓ ${line.text.zh}  ${line.text.en}`);
    } catch (error) {
      terminal.say(`  ✗ ${line.text.zh}  ${line.text.en}`);
      tell(terminal, asProblem(error));
    }
  }
  return true;
}

/** The plan that is left, by what the cloud says afterwards. */
async function readBack(access: CloudAccess, project: Project): Promise<Plan> {
  let plan: Plan = { changes: [], findings: [] };
  for (const delayMs of readBackDelaysMs) {
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    // `.env.local` may have been written by this run.
    const wanted = wantedOf(readProject(project.root, project.shell));
    plan = planProvision(wanted, await readState(access, wanted));
    if (plan.changes.length === 0) return plan;
  }
  return plan;
}

function report(terminal: Terminal, { changes, findings }: Plan): number {
  for (const { level, what, fix } of findings) {
    const mark = { error: '✗', warning: '⚠', info: '·' }[level];
    terminal.say(`${mark} ${what.zh}  ${what.en}`);
    terminal.say(`  → ${fix.zh}  ${fix.en}`);
  }
  const ok = changes.length === 0 && !findings.some(({ level }) => level === 'error');
  if (ok) terminal.say({ zh: '✓ 环境已就绪（已读回核对）。', en: 'The environment is ready, as read back.' });
  if (changes.length > 0) {
    terminal.say({ zh: '✗ 环境中还缺：', en: 'Still missing in the environment:' });
    for (const { mark, text } of linesOf(changes)) terminal.say(`  ${mark} ${text.zh}  ${text.en}`);
    terminal.say({ zh: '  → 解决上述原因后再执行一次。', en: 'Fix the reason above and run it again.' });
  }
  terminal.result({ ok, missing: changes, findings });
  return ok ? 0 : 1;
}
