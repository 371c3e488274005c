/** Checks what a program passes to `startSandbox`, which TypeScript only checks in TypeScript. */
import { closest } from './closest.ts';
import { SandboxProblem } from './problem.ts';

interface Rule {
  readonly takes: (value: unknown) => boolean;
  readonly en: string;
  readonly zh: string;
  /** A value that works. */
  readonly example: unknown;
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const port: Rule = {
  takes: (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535,
  en: 'a whole number from 0 to 65535 (0: any free port)',
  zh: '0 到 65535 的整数（0 为任意空闲端口）',
  example: 8700,
};
const keyModes = ['certificate', 'public-key', 'switching'];

const isMoment = (value: unknown): boolean =>
  (value instanceof Date || typeof value === 'number' || typeof value === 'string') &&
  !Number.isNaN(new Date(value).getTime());

/** A moment, or a moment at which the clock stands still. */
function isClock(value: unknown): boolean {
  if (isMoment(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  const { at, frozen } = value as { at?: unknown; frozen?: unknown };
  return isMoment(at) && typeof frozen === 'boolean';
}

const rules: Readonly<Record<string, Rule>> = {
  port,
  tlsPort: port,
  proxyPort: port,
  seed: { takes: isText, en: 'a text', zh: '字符串', example: 'my tests' },
  clock: {
    takes: isClock,
    en: 'a Date, epoch ms or ISO 8601 text, or {at, frozen}',
    zh: 'Date、毫秒时间戳、ISO 8601 字符串，或 {at, frozen}',
    example: '2026-01-01T08:00:00+08:00',
  },
  keys: {
    takes: (value) => keyModes.includes(value as string),
    en: `one of ${keyModes.join(', ')}`,
    zh: `${keyModes.join('、')} 之一`,
    example: 'switching',
  },
  state: { takes: isText, en: 'the path of a file', zh: '文件路径', example: './sandbox.json' },
  config: { takes: isText, en: 'the path of a JSON file', zh: 'JSON 文件路径', example: './merchants.json' },
};

/** @throws SandboxProblem that names the option, quotes what was given and shows what works */
export function checkOptions(given: unknown): void {
  if (typeof given !== 'object' || given === null) {
    const shown = shownOf(given);
    throw new SandboxProblem(
      `startSandbox takes an object of options, not ${shown}, e.g. startSandbox({ port: 8700 }).`,
      `startSandbox 的参数是选项对象，不能是 ${shown}，例如 startSandbox({ port: 8700 })。`,
    );
  }
  for (const [name, value] of Object.entries(given)) checkOption(name, value);
}

function checkOption(name: string, value: unknown): void {
  const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
  if (!rule) throw unknownOption(name, value);
  if (value === undefined || rule.takes(value)) return;
  const example = exampleOf(name, rule);
  throw new SandboxProblem(
    `"${name}" must be ${rule.en}, not ${shownOf(value)}, e.g. ${example}.`,
    `选项 ${name} 须为${rule.zh}，不能是 ${shownOf(value)}，例如 ${example}。`,
  );
}

function unknownOption(name: string, value: unknown): SandboxProblem {
  const names = Object.keys(rules);
  const meant = closest(name, names);
  const given = `${name}: ${shownOf(value)}`;
  if (meant !== undefined) {
    const example = exampleOf(meant, rules[meant]!);
    return new SandboxProblem(
      `There is no option "${name}" (given: ${given}). Did you mean "${meant}"? E.g. ${example}.`,
      `没有选项 ${name}（传入 ${given}）。是不是 ${meant}？例如 ${example}。`,
    );
  }
  return new SandboxProblem(
    `There is no option "${name}" (given: ${given}). There are ${names.join(', ')}, e.g. ${exampleOf('port', port)}.`,
    `没有选项 ${name}（传入 ${given}）。可用的有 ${names.join('、')}，例如 ${exampleOf('port', port)}。`,
  );
}

function exampleOf(name: string, { example }: Rule): string {
  const shown = typeof example === 'string' ? `'${example}'` : String(example);
  return `startSandbox({ ${name}: ${shown} })`;
}

function shownOf(value: unknown): string {
  if (value instanceof Date) return String(value);
  const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : undefined;
  return (text ?? (typeof value === 'string' ? `'${value}'` : String(value))).slice(0, 80);
}
