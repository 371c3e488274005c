import { type ParseArgsConfig, parseArgs } from 'node:util';
import { closest } from '../closest.ts';
import { SandboxProblem } from '../problem.ts';

/**
 * `parseArgs`, reporting a mistake as a problem in both languages.
 * @param call the command as it is called, whose `--help` lists the options
 * @param files how many files may be named
 */
export function readFlags<T extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: T,
  call: string,
  files = 0,
) {
  const see = { en: `See ${call} --help.`, zh: `见 ${call} --help。` };
  try {
    const read = parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
    const unexpected = read.positionals[files];
    if (unexpected === undefined) return read;
    throw new SandboxProblem(`Unexpected "${unexpected}". ${see.en}`, `多余的参数 ${unexpected}，${see.zh}`);
  } catch (error) {
    if (error instanceof SandboxProblem) throw error;
    const { en, zh } = mistake(error as NodeJS.ErrnoException, Object.keys(options));
    throw new SandboxProblem(`${en} ${see.en}`, `${zh}，${see.zh}`, { cause: error });
  }
}

function mistake({ code, message }: NodeJS.ErrnoException, names: readonly string[]) {
  const [, quoted = ''] = /'(.+?)'/.exec(message) ?? [];
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const meant = closest(quoted.replace(/^-+/, ''), names);
    return meant === undefined
      ? { en: `Unknown option '${quoted}'.`, zh: `没有选项 ${quoted}` }
      : {
          en: `Unknown option '${quoted}': did you mean --${meant}?`,
          zh: `没有选项 ${quoted}，是不是 --${meant}`,
        };
  }
  // What follows the first sentence is advice on arguments that begin with "-".
  const [first = ''] = message.split(/\n|\. /);
  const en = `${first}.`;
  return { en, zh: `选项 ${quoted} 缺少值，或写法有误` };
}

/** Where the running sandbox is: `--url`, which `accept` and `compare` once called `--sandbox`. */
export const urlFlags = { url: { type: 'string' }, sandbox: { type: 'string' } } as const;

/** @returns it without trailing slash; undefined when none was given @throws SandboxProblem */
export function readSandboxUrl({ url, sandbox }: { url?: string; sandbox?: string }): string | undefined {
  const given = url ?? sandbox;
  if (given === undefined) return undefined;
  if (isHttpUrl(given)) return given.replace(/\/+$/, '');
  throw new SandboxProblem(
    `--url must be an address such as ${usualUrl}, not "${given}".`,
    `--url 须为完整地址，例如 ${usualUrl}，不能是 ${given}。`,
  );
}

/** Where `wechatpay-sandbox` listens when it is not told a port. */
export const usualUrl = 'http://127.0.0.1:8700';

export function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** @throws SandboxProblem */
export function readPort(flag: string, text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new SandboxProblem(
    `${flag} must be a number from 0 to 65535 (0: any free port), not "${text}".`,
    `${flag} 须为 0 到 65535 的整数（0 为任意空闲端口），不能是 ${text}。`,
  );
}

/** @throws SandboxProblem */
export function oneOf<T extends string>(flag: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === text);
  if (found !== undefined) return found;
  throw new SandboxProblem(
    `${flag} must be ${allowed.join(', ')}, not "${text}".`,
    `${flag} 只能是 ${allowed.join('、')}，不能是 ${text}。`,
  );
}

/** A running sandbox did not answer. */
export function noSandboxAt(url: string, cause: unknown): SandboxProblem {
  return new SandboxProblem(
    `No sandbox answers at ${url}: start one, or give its address with --url.`,
    `${url} 没有沙箱在运行：请先启动，或用 --url 指明地址。`,
    { cause },
  );
}
