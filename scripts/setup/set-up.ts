/** The whole of `npm run setup`, without the process around it. */
import { variableOf } from '../../shared/cloudbase/accounts.ts';
import type { AccountKind } from '../../shared/core/account.ts';
import { type Finding, hasErrors, renderFindings } from '../doctor/finding.ts';
import { checkSettings } from '../doctor/offline.ts';
import { CommandFailure } from '../env/failure.ts';
import { accountsOf } from '../env/functions.ts';
import { parseFlags, type SetupFlags, usage } from './flags.ts';
import { gatherFile, gatherInputs, withSerial } from './gather.ts';
import { applyPlan, isEmpty, makePlan, type Plan, readExisting, renderPlan, type Wanted } from './plan.ts';
import type { Terminal } from './questions.ts';

export interface SetupContext {
  readonly root: string;
  readonly args: readonly string[];
  readonly output: { write: (text: string) => void; error: (text: string) => void };
  readonly nowMs: number;
  /** Absent where nobody can be asked. */
  readonly terminal?: Terminal;
}

/** @returns the exit code. @throws CommandFailure with nothing written */
export async function setUp(context: SetupContext): Promise<number> {
  const { root, args, output, nowMs } = context;
  const flags = parseFlags(args);
  if (flags.help) {
    output.write(usage());
    return 0;
  }
  const existing = readExisting(root).values;
  const fromFile = flags.from === undefined ? { values: {}, problems: [] } : gatherFile(flags.from);
  const known = { ...existing, ...fromFile.values };
  const terminal = flags.yes ? undefined : context.terminal;
  const kind = await chooseKind(flags, known, terminal);
  const gathered = gatherInputs(kind, flags.inputs);
  stopAt([...fromFile.problems, ...gathered.problems], output);
  const asked = terminal ? await ask(terminal, kind, flags, known) : {};
  const wanted = {
    ...defaults(known),
    ...fromFile.values,
    ...asked,
    ...gathered.values,
  };
  const removed = Object.fromEntries(flags.unset.map((name) => [name, undefined]));
  const values = { ...withSerial(kind, known, wanted), ...removed };
  const all = { ...known, ...values };
  stopAt(findingsFor(kind, checkSettings(all, nowMs)), output);
  return write(context, flags, values, terminal);
}

async function chooseKind(
  { kind }: SetupFlags,
  known: Readonly<Record<string, string>>,
  terminal: Terminal | undefined,
): Promise<AccountKind> {
  if (kind) return kind;
  const accounts = accountsOf(known);
  const only = accounts.length === 1 ? accounts[0] : undefined;
  if (terminal) {
    const { askKind } = await import('./questions.ts');
    return askKind(terminal, only ?? 'direct');
  }
  if (only) return only;
  throw new CommandFailure({
    zh: '请用 --kind direct|partner|ecommerce 指明商户类型（直连商户、普通服务商、电商收付通平台）。',
    en: 'Give the kind of account: --kind direct|partner|ecommerce (direct merchant, service provider, platform).',
  });
}

async function ask(terminal: Terminal, kind: AccountKind, flags: SetupFlags, known: Record<string, string>) {
  const { askValues } = await import('./questions.ts');
  return askValues(terminal, kind, flags.inputs, known);
}

function defaults(known: Readonly<Record<string, string>>): Record<string, string> {
  return known.FULFILMENT_FUNCTION ? {} : { FULFILMENT_FUNCTION: 'fulfilOrder' };
}

/** What is wrong with the other account does not keep this one from being set. */
function findingsFor(kind: AccountKind, findings: readonly Finding[]): Finding[] {
  const other = variableOf(kind === 'direct' ? 'ecommerce' : 'direct', '');
  return findings.filter(({ variable }) => !variable?.startsWith(other));
}

function stopAt(findings: readonly Finding[], output: SetupContext['output']): void {
  const shown = findings.filter(({ level }) => level !== 'info');
  if (shown.length > 0) output.error(`${renderFindings(shown, false)}\n`);
  if (!hasErrors(findings)) return;
  throw new CommandFailure({
    zh: '没有写入任何内容。请按上面的说明处理后再执行一次。',
    en: 'Nothing was written. Fix the problems above, then run it again.',
  });
}

async function write(
  { root, output }: SetupContext,
  flags: SetupFlags,
  values: Wanted,
  terminal: Terminal | undefined,
): Promise<number> {
  const plan = makePlan(root, values, flags.miniProgram !== false);
  if (isEmpty(plan)) {
    output.write('没有需要修改的内容。Nothing to change.');
    return 0;
  }
  output.write(renderPlan(plan));
  if (flags.dryRun) {
    output.write('\n--dry-run：没有写入。Nothing was written.');
    return 0;
  }
  if (!terminal && !flags.yes) throw new CommandFailure(needsYes);
  applyPlan(root, terminal ? await agree(terminal, root, values, plan) : plan);
  output.write(next);
  return 0;
}

const needsYes = {
  zh: '这里没有终端可以询问：加上 --yes 写入以上内容。没有写入任何内容。',
  en: 'There is no terminal to ask on: add --yes to write the above. Nothing was written.',
};

async function agree(terminal: Terminal, root: string, values: Wanted, plan: Plan): Promise<Plan> {
  const { askConfirm } = await import('./questions.ts');
  if (!(await askConfirm(terminal, '写入 .env.local？ Write .env.local?'))) {
    throw new CommandFailure({ zh: '没有写入任何内容。', en: 'Nothing was written.' });
  }
  if (plan.miniProgram.length === 0) return plan;
  const files = plan.miniProgram.map(({ file }) => file).join(', ');
  const yes = await askConfirm(
    terminal,
    `同时写入小程序的 appid 与环境（${files}）？ Set the mini-program's appid and environment too?`,
  );
  return yes ? plan : makePlan(root, values, false);
}

const next = `
已写入。Written.
  npm run doctor              检查配置 · check it
  npm run doctor -- --live    向微信支付验证密钥 · verify the keys with WeChat Pay`;
