/** What the commands that talk to the cloud have in common: options, variables, output, and how a failure is reported. */

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { AccountKind } from '../../shared/core/account.ts';
import type { Documents } from '../../shared/core/ports.ts';
import { accountsOf } from '../env/functions.ts';
import { loadVariables } from '../env/load.ts';
import type { Text } from '../env/text.ts';
import { type Credentials, findCredentials } from './credentials.ts';
import { openData } from './data.ts';
import { connect, type Manager } from './manager.ts';
import { printable } from './printable.ts';
import { asProblem, Problem } from './problem.ts';
import { renewLogin } from './tcb-cli.ts';

type Shell = Readonly<Record<string, string | undefined>>;

export interface Terminal {
  /** One line for people. With --json it goes to stderr, so that stdout holds the one object. */
  say(line: Text | string): void;
  /** Under --json, the result; printed once. */
  result(value: unknown): void;
  readonly json: boolean;
}

export interface Project {
  readonly root: string;
  readonly shell: Shell;
  /** Variables of `.env.local` and the shell. */
  readonly values: Readonly<Record<string, string>>;
  readonly accounts: readonly AccountKind[];
  readonly config: CloudbaseConfig;
}

/** cloudbaserc.json: docs.cloudbase.net/cli-v1/config */
interface CloudbaseConfig {
  readonly functionDefaultConfig?: Partial<FunctionConfig>;
  readonly functions: readonly FunctionConfig[];
}

export interface FunctionConfig {
  readonly name: string;
  readonly runtime?: string;
  readonly handler?: string;
  /** Seconds. */
  readonly timeout?: number;
  /** MB. */
  readonly memorySize?: number;
  readonly path?: string;
  readonly ignore?: readonly string[];
  readonly triggers?: readonly { readonly name: string; readonly type: string; readonly config: string }[];
  readonly envVariables?: Readonly<Record<string, string>>;
}

export interface CommandSpec {
  /** Bilingual; what --help prints. */
  readonly usage: string;
  readonly options?: ParseArgsConfig['options'];
}

export interface Invocation {
  readonly terminal: Terminal;
  readonly project: Project;
  readonly words: readonly string[];
  readonly flags: Readonly<Record<string, string | boolean | string[] | undefined>>;
}

const commonOptions = {
  project: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** Runs a command to its exit code: 0 when all is as it should be, 1 when not, 2 for a wrong command line. */
export async function runCommand(
  spec: CommandSpec,
  main: (invocation: Invocation) => Promise<number>,
): Promise<void> {
  const parsed = parse(spec);
  if (!parsed) return;
  const terminal = terminalFor(parsed.values.json === true);
  try {
    const root = resolve(String(parsed.values.project ?? join(fileURLToPath(import.meta.url), '../../..')));
    const project = readProject(root, process.env);
    process.exitCode = await main({ terminal, project, words: parsed.positionals, flags: parsed.values });
  } catch (error) {
    process.exitCode = 1;
    const { id, what, fix, cause } = asProblem(error);
    tell(terminal, { what, fix });
    if (process.env.DEBUG && cause instanceof Error) terminal.say(cause.stack ?? '');
    terminal.result({ ok: false, problem: { id, what, fix } });
  }
}

function parse(spec: CommandSpec) {
  try {
    const parsed = parseArgs({ allowPositionals: true, options: { ...commonOptions, ...spec.options } });
    if (!parsed.values.help) return parsed as { values: Invocation['flags']; positionals: string[] };
    console.log(spec.usage);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${spec.usage}`);
    process.exitCode = 2;
  }
  return undefined;
}

function terminalFor(json: boolean): Terminal {
  const write = json ? console.error : console.log;
  return {
    json,
    say: (line) => write(printable(typeof line === 'string' ? line : `${line.zh}  ${line.en}`)),
    result: (value) => {
      if (json) console.log(printable(JSON.stringify(value, null, 2)));
    },
  };
}

/** What is wrong, and on the next line how to fix it. */
export function tell(terminal: Terminal, { what, fix }: { what: Text; fix: Text }): void {
  terminal.say(`✗ ${what.zh}  ${what.en}`);
  terminal.say(`  → ${fix.zh}  ${fix.en}`);
}

export function readProject(root: string, shell: Shell): Project {
  const { values } = loadVariables(root, shell);
  const config = JSON.parse(readFileSync(join(root, 'cloudbaserc.json'), 'utf8')) as CloudbaseConfig;
  return { root, shell, values, accounts: accountsOf(values), config };
}

export interface CloudAccess {
  readonly manager: Manager;
  readonly data: Documents;
  readonly credentials: Credentials;
}

/** @throws Problem without an environment id, an account or credentials */
export async function openCloud({ shell, values, accounts }: Project): Promise<CloudAccess> {
  const envId = values.TCB_ENV_ID;
  if (!envId) throw notSetUp('TCB_ENV_ID');
  if (accounts.length === 0) throw notSetUp('WECHATPAY_DIRECT_MCHID, WECHATPAY_PROVIDER_MCHID');
  const credentials = currentCredentials(shell, values);
  const manager = await connect(envId, credentials, shell);
  return { manager, data: openData(envId, credentials, shell), credentials };
}

/** A login that has expired is renewed once. @throws Problem */
function currentCredentials(shell: Shell, values: Project['values']): Credentials {
  try {
    return findCredentials(shell, values, Date.now());
  } catch (error) {
    if (!(error instanceof Problem) || error.id !== 'login-expired') throw error;
    renewLogin(shell);
    return findCredentials(shell, values, Date.now());
  }
}

function notSetUp(variables: string): Problem {
  return new Problem(
    'not-set-up',
    { zh: `尚未设置 ${variables}。`, en: `Not set: ${variables}.` },
    { zh: '请先执行 npm run setup。', en: 'Run npm run setup first.' },
  );
}

/** Asks on a terminal; without one only --yes consents. @throws Problem when nobody can be asked */
export async function confirm(flags: Invocation['flags'], question: Text): Promise<boolean> {
  if (flags.yes === true) return true;
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new Problem(
      'needs-yes',
      {
        zh: '没有终端可供确认，未做任何改动。',
        en: 'There is no terminal to ask on, so nothing was changed.',
      },
      { zh: '确认上面的计划后，请加上 --yes。', en: 'When the plan above is right, add --yes.' },
    );
  }
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await lines.question(`${question.zh} ${question.en} [y/N] `);
    return /^(y|yes|是)$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
