/** From what was given to the variables that it sets. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { variableOf } from '../../shared/cloudbase/accounts.ts';
import type { AccountKind } from '../../shared/core/account.ts';
import { parseCertificate, serialOf } from '../../shared/wechatpay/crypto/keys.ts';
import type { Finding } from '../doctor/finding.ts';
import { parseEnvFile } from '../env/dotenv.ts';
import { CommandFailure } from '../env/failure.ts';
import type { Text } from '../env/text.ts';
import { definitionOf, isUsedBy, type VariableDefinition, variables } from '../env/variables.ts';
import { readInput } from './read-input.ts';

export interface Gathered {
  /** By variable, in the form in which it is stored. */
  readonly values: Readonly<Record<string, string>>;
  /** What could not be read. */
  readonly problems: readonly Finding[];
}

/** The variables that belong to a kind of account and to the shop. */
export function variablesFor(kind: AccountKind): VariableDefinition[] {
  return variables.filter(({ kinds }) => isUsedBy([kind], kinds));
}

/** @param inputs by flag; files are read */
export function gatherInputs(kind: AccountKind, inputs: Readonly<Record<string, string>>): Gathered {
  const values: Record<string, string> = {};
  const problems: Finding[] = [];
  const given = { ...inputs, ...certificateBesideKey(inputs) };
  for (const definition of variablesFor(kind)) {
    const text = given[definition.flag];
    if (text === undefined || definition.flag === 'kind') continue;
    const read = definition.input === 'file' ? readInput(text) : { text };
    if ('problem' in read) problems.push(unreadable(definition, read.problem));
    else values[definition.name] = definition.normalize(read.text).trim();
  }
  if (kind !== 'direct') values.WECHATPAY_PROVIDER_KIND = kind;
  return { values, problems };
}

/** @throws CommandFailure when the file cannot be read or assigns nothing that is known */
export function gatherFile(file: string): Gathered {
  const read = readInput(file);
  if ('problem' in read) throw new CommandFailure(read.problem);
  const { entries, problems } = parseEnvFile(read.text);
  const values = Object.fromEntries(
    [...entries.values()].flatMap(({ name, value }) => {
      const definition = definitionOf(name);
      return definition && value.trim() !== '' ? [[name, definition.normalize(value).trim()]] : [];
    }),
  );
  if (Object.keys(values).length === 0) {
    throw new CommandFailure({
      zh: `${file} 中没有本项目的变量；每行应为 NAME=VALUE，名称见 .env.example。`,
      en: `${file} sets no variable of this project; its lines are NAME=VALUE, with the names of .env.example.`,
    });
  }
  return { values, problems: problems.map((each) => badLine(file, each.line, each)) };
}

/**
 * The serial number is the certificate's: a newly set certificate sets it too, unless another was given, which the
 * checks then compare.
 */
export function withSerial(
  kind: AccountKind,
  existing: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  const serialName = variableOf(kind, 'SERIAL_NO');
  const certificateName = variableOf(kind, 'CERTIFICATE');
  const text = values[certificateName] ?? (existing[serialName] ? undefined : existing[certificateName]);
  if (text === undefined || values[serialName] !== undefined) return { ...values };
  try {
    return { ...values, [serialName]: serialOf(parseCertificate(text)) };
  } catch {
    return { ...values };
  }
}

/** apiclient_cert.pem comes out of the same ZIP file as apiclient_key.pem. */
export function certificateBesideKey(inputs: Readonly<Record<string, string>>): Record<string, string> {
  if (
    inputs.key === undefined ||
    inputs.key === '-' ||
    inputs.cert !== undefined ||
    inputs.serial !== undefined
  ) {
    return {};
  }
  const beside = join(dirname(inputs.key), 'apiclient_cert.pem');
  return existsSync(beside) ? { cert: beside } : {};
}

function unreadable({ name, flag }: VariableDefinition, why: Text): Finding {
  return {
    id: 'input-unreadable',
    level: 'error',
    variable: name,
    what: { zh: `--${flag} 无法读取。`, en: `--${flag} cannot be read.` },
    why,
    fix: { zh: `用 --${flag} 给出正确的文件。`, en: `Give the right file with --${flag}.` },
  };
}

function badLine(file: string, line: number, why: Text): Finding {
  return {
    id: 'input-line',
    level: 'warning',
    what: { zh: `${file} 第 ${line} 行有问题。`, en: `Line ${line} of ${file} needs attention.` },
    why: { zh: why.zh, en: why.en },
    fix: { zh: '修改该行。', en: 'Edit the line.' },
  };
}
