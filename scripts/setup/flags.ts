/** What was asked for on the command line. */

import { parseArgs } from 'node:util';
import { type AccountKind, providerKinds } from '../../shared/core/account.ts';
import { CommandFailure } from '../env/failure.ts';
import { variables } from '../env/variables.ts';

const kinds: readonly AccountKind[] = ['direct', ...providerKinds];

export interface SetupFlags {
  readonly kind?: AccountKind;
  /** By flag: `mchid`, `key`, … */
  readonly inputs: Readonly<Record<string, string>>;
  /** A file of NAME=VALUE lines. */
  readonly from?: string;
  /** Variables to remove. */
  readonly unset: readonly string[];
  readonly yes: boolean;
  readonly dryRun: boolean;
  /** Undefined: ask, or yes with --yes. */
  readonly miniProgram?: boolean;
  readonly help: boolean;
}

/** Flags that take a value, with what they take. `kind` is handled by itself. */
const inputFlags = new Map(
  variables.filter(({ flag }) => flag !== 'kind').map(({ flag, input }) => [flag, input]),
);

/** @throws CommandFailure for a flag that does not exist, has no value, or a kind that does not exist */
export function parseFlags(args: readonly string[]): SetupFlags {
  const {
    kind,
    from,
    yes,
    'dry-run': dryRun,
    'no-mini-program': without,
    help,
    unset,
    ...rest
  } = parse(args);
  if (kind !== undefined && !kinds.includes(kind as AccountKind)) {
    throw new CommandFailure({
      zh: `--kind ${kind} 不存在，只能是 ${kinds.join('、')}。`,
      en: `There is no --kind ${kind}: it is one of ${kinds.join(', ')}.`,
    });
  }
  const inputs = Object.entries(rest).filter((each): each is [string, string] => typeof each[1] === 'string');
  return {
    ...(kind !== undefined && { kind: kind as AccountKind }),
    inputs: Object.fromEntries(inputs),
    ...(from !== undefined && { from }),
    unset: unset ?? [],
    yes: yes ?? false,
    dryRun: dryRun ?? false,
    ...(without && { miniProgram: false }),
    help: help ?? false,
  };
}

interface Parsed {
  readonly kind?: string;
  readonly from?: string;
  readonly unset?: string[];
  readonly yes?: boolean;
  readonly 'dry-run'?: boolean;
  readonly 'no-mini-program'?: boolean;
  readonly help?: boolean;
  readonly [flag: string]: unknown;
}

function parse(args: readonly string[]): Parsed {
  const options = {
    kind: { type: 'string' },
    from: { type: 'string' },
    unset: { type: 'string', multiple: true },
    yes: { type: 'boolean' },
    'dry-run': { type: 'boolean' },
    'no-mini-program': { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  const more = Object.fromEntries([...inputFlags.keys()].map((flag) => [flag, { type: 'string' } as const]));
  try {
    const { values } = parseArgs({ args: [...args], options: { ...more, ...options } });
    return values as Parsed;
  } catch (error) {
    // Only the name of the flag, since its value may be a key.
    const flag = /'(-[^'\s=<]*)/.exec((error as Error).message)?.[1] ?? '';
    const lacksValue = (error as { code?: string }).code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE';
    throw new CommandFailure(
      lacksValue
        ? { zh: `${flag} 后面缺少值。`, en: `${flag} needs a value.` }
        : {
            zh: `无法识别的参数 ${flag}。执行 npm run setup -- --help 查看全部参数。`,
            en: `Unknown argument ${flag}. npm run setup -- --help lists all.`,
          },
    );
  }
}

export function usage(): string {
  const lines = [...new Map(variables.map((each) => [each.flag, each])).values()].map(
    ({ flag, input, about }) =>
      `  --${`${flag} ${input === 'file' ? 'FILE' : 'VALUE'}`.padEnd(24)} ${about.zh}\n${' '.repeat(29)}${about.en}`,
  );
  return `用法 · Usage: npm run setup [-- options]

在终端里直接执行，会逐项询问；给出参数则只问缺少的。FILE 可以是 - 表示标准输入。
On a terminal it asks; what is given is not asked for. FILE may be - for standard input.

  --kind KIND              direct 直连商户 · partner 普通服务商 · ecommerce 电商收付通平台
                           direct merchant · service provider · e-commerce platform
  --yes                    不询问，直接写入 · ask nothing and write
  --dry-run                只显示将要修改的内容 · only show what would change
  --no-mini-program        不修改小程序的 appid 与环境 · leave the mini-program's appid and environment alone
  --unset VARIABLE         删除变量，可重复 · remove a variable; may be repeated
  --from FILE              从 NAME=VALUE 文件读取 · read NAME=VALUE lines from a file

${lines.filter((line) => !line.startsWith('  --kind')).join('\n')}
`;
}
