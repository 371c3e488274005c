import { type ParseArgsConfig, parseArgs } from 'node:util';
import { SandboxProblem } from '../problem.ts';

/**
 * `parseArgs`, reporting a mistake as a problem in both languages.
 * @param takesFiles whether anything may be given without a flag
 */
export function readFlags<T extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: T,
  program: string,
  takesFiles = false,
) {
  try {
    const read = parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
    const [unexpected] = takesFiles ? [] : read.positionals;
    if (unexpected === undefined) return read;
    throw new Error(`Unexpected "${unexpected}"`);
  } catch (error) {
    // What follows the first sentence is advice on arguments that begin with "-".
    const [first] = (error as Error).message.split(/\n|\. /);
    throw new SandboxProblem(`${first}. See ${program} --help.`, `参数有误，见 ${program} --help。`, {
      cause: error,
    });
  }
}

/** @throws SandboxProblem */
export function readPort(flag: string, text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new SandboxProblem(
    `${flag} must be a number from 0 to 65535 (0: any free port), not "${text}".`,
    `${flag} 须为 0 到 65535 的整数。`,
  );
}

/** @throws SandboxProblem */
export function oneOf<T extends string>(flag: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === text);
  if (found !== undefined) return found;
  throw new SandboxProblem(
    `${flag} must be ${allowed.join(', ')}, not "${text}".`,
    `${flag} 只能是 ${allowed.join('、')}。`,
  );
}
