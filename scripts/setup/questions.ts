/** The questions on a terminal. Whatever is given already is not asked for. */

import type { Readable, Writable } from 'node:stream';
import { type CANCEL_SYMBOL, confirm, isCancel, password, select, text } from '@clack/prompts';
import { variableOf } from '../../shared/cloudbase/accounts.ts';
import type { AccountKind } from '../../shared/core/account.ts';
import { CommandFailure } from '../env/failure.ts';
import { checkValue, type VariableDefinition } from '../env/variables.ts';
import { certificateBesideKey, variablesFor } from './gather.ts';
import { readInput } from './read-input.ts';

export interface Terminal {
  readonly input?: Readable;
  readonly output?: Writable;
}

export async function askKind(terminal: Terminal, initialValue: AccountKind): Promise<AccountKind> {
  return answer(
    await select<AccountKind>({
      ...terminal,
      message: '用哪种商户号收款？ Which kind of merchant number takes the money?',
      initialValue,
      options: [
        { value: 'direct', label: '直连商户 · direct merchant', hint: '自己收款 · its own money' },
        {
          value: 'partner',
          label: '普通服务商 · service provider',
          hint: '为特约商户收款 · for sub-merchants',
        },
        {
          value: 'ecommerce',
          label: '电商收付通平台 · e-commerce platform',
          hint: '为二级商户收款 · for sub-merchants of a platform',
        },
      ],
    }),
  );
}

export async function askConfirm(terminal: Terminal, message: string): Promise<boolean> {
  return answer(await confirm({ ...terminal, message }));
}

/** Flags that only machines need, or few shops. */
const notAsked: ReadonlySet<string> = new Set([
  'kind',
  'api-bases',
  'serial',
  'notify-url',
  'other-api-v3-key-file',
  'wechat-api-access',
  'app-secret-file',
  'wechat-api-base',
]);

/**
 * @param given inputs of the command line, by flag
 * @param existing what `.env.local` holds: an empty answer keeps it
 * @returns values by variable, in the form in which they are stored
 */
export async function askValues(
  terminal: Terminal,
  kind: AccountKind,
  given: Readonly<Record<string, string>>,
  existing: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  const inputs: Record<string, string> = { ...given };
  const publicKey = variableOf(kind, 'PUBLIC_KEY');
  for (const definition of ordered(variablesFor(kind))) {
    const { flag, name } = definition;
    if (notAsked.has(flag) || given[flag] !== undefined) continue;
    const hasPublicKey = Boolean(given['public-key'] ?? values[publicKey] ?? existing[publicKey]);
    if (flag === 'public-key-id' && !hasPublicKey) continue;
    const known = existing[name] ?? '';
    // With flags on the command line, only they change; prompt only for what is missing.
    const canDoWithout = definition.use === 'optional' || definition.use === 'local';
    if (Object.keys(given).length > 0 && (known !== '' || canDoWithout)) continue;
    const reply = unquoted(await askOne(terminal, definition, known, suggest(definition, inputs, known)));
    const read = reply === '' ? undefined : readReply(definition, reply);
    if (!read || 'problem' in read) continue;
    inputs[flag] = reply;
    values[name] = definition.normalize(read.text).trim();
  }
  return values;
}

/** The key before its certificate, the public key before its id, the rest as `.env.example` has it. */
function ordered(definitions: readonly VariableDefinition[]): VariableDefinition[] {
  const rank = ({ flag }: VariableDefinition) => {
    const at = ['mchid', 'key', 'cert', 'api-v3-key-file', 'public-key', 'public-key-id'].indexOf(flag);
    return at < 0 ? 0 : at + 1;
  };
  return [...definitions].sort((a, b) => rank(a) - rank(b));
}

function suggest(
  { flag, name }: VariableDefinition,
  inputs: Readonly<Record<string, string>>,
  known: string,
): string {
  if (flag === 'cert') return certificateBesideKey(inputs).cert ?? '';
  if (name === 'FULFILMENT_FUNCTION' && known === '') return 'fulfilOrder';
  return '';
}

async function askOne(
  terminal: Terminal,
  definition: VariableDefinition,
  known: string,
  suggestion: string,
): Promise<string> {
  const { about, input, secret, use, example } = definition;
  const optional = use === 'optional' || use === 'local';
  const hint = known !== '' ? '（回车保留 · Enter keeps it）' : optional ? '（可留空 · may be empty）' : '';
  const what =
    input === 'file' && definition.flag !== 'api-v3-key-file' ? ' · 文件路径 path of the file' : '';
  const message = `${about.zh}\n${about.en}${what} ${hint}`;
  const validate = (reply: string | undefined) => check(definition, reply ?? '', optional || known !== '');
  if (definition.flag === 'api-v3-key-file') {
    return answer(await password({ ...terminal, message, mask: '•', validate }));
  }
  const initialValue = suggestion || (secret || input === 'file' ? '' : known);
  const placeholder = example ?? '';
  return answer(
    await text({ ...terminal, message, validate, ...(initialValue ? { initialValue } : { placeholder }) }),
  );
}

function check(definition: VariableDefinition, reply: string, mayBeEmpty: boolean): string | undefined {
  const given = unquoted(reply);
  if (given === '') return mayBeEmpty ? undefined : '必填 · Required.';
  const read = readReply(definition, given);
  if ('problem' in read) return `${read.problem.zh} ${read.problem.en}`;
  const problem = checkValue(definition, definition.normalize(read.text).trim());
  return problem && `${problem.messageZh} ${problem.message}`;
}

/** The API v3 key is typed; keys and certificates are files. */
function readReply({ flag, input }: VariableDefinition, reply: string): ReturnType<typeof readInput> {
  return input === 'file' && flag !== 'api-v3-key-file' ? readInput(reply) : { text: reply };
}

/** A file that is dragged onto a terminal comes in quotes. */
function unquoted(reply: string): string {
  return reply.trim().replace(/^(["'])(.*)\1$/, '$2');
}

function answer<T>(value: T | typeof CANCEL_SYMBOL): T {
  if (!isCancel(value)) return value;
  throw new CommandFailure({ zh: '已取消，没有写入任何内容。', en: 'Cancelled; nothing was written.' }, 130);
}
