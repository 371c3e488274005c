/** What a deployment would change, function by function, and the reasons against it. Variables appear by name only. */
import type { DeployedFunction, Timer } from '../cloud/functions.ts';
import type { Route } from '../cloud/routes.ts';
import { environmentLimitBytes } from '../env/functions.ts';
import type { Text } from '../env/text.ts';
import type { DesiredFunction } from './desired.ts';

/** What the cloud has of a function now. */
export interface Current {
  readonly deployed: DeployedFunction | undefined;
  /** Of the running code; undefined when nothing runs, or when it could not be read. */
  readonly fingerprint: string | undefined;
  /** HTTP paths of the environment. */
  readonly routes: readonly Route[];
}

export interface FunctionPlan {
  readonly wanted: DesiredFunction;
  /** The variables it will be given: the wanted ones, and others that somebody set in the cloud. */
  readonly variables: Readonly<Record<string, string>>;
  readonly isNew: boolean;
  readonly differences: Differences;
}

export interface Differences {
  readonly code: boolean;
  /** e.g. `timeout 3 → 20`. */
  readonly settings: readonly string[];
  readonly addedVariables: readonly string[];
  readonly changedVariables: readonly string[];
  readonly removedVariables: readonly string[];
  readonly missingTimers: readonly Timer[];
  readonly staleTimers: readonly Timer[];
  /** HTTP paths that lead to no function, to another one, or ask for a login. */
  readonly wrongPaths: readonly string[];
}

/** Why a deployment is refused before anything is sent. */
export interface Refusal {
  readonly id: 'missing' | 'would-empty' | 'too-large' | 'characters' | 'reserved';
  readonly functionName: string;
  readonly variables: readonly string[];
  readonly what: Text;
  readonly fix: Text;
}

/** @param unset names that may be emptied or removed in the cloud */
export function planFunction(
  wanted: DesiredFunction,
  current: Current,
  unset: ReadonlySet<string>,
): FunctionPlan {
  const { deployed } = current;
  const foreign = Object.entries(deployed?.variables ?? {}).filter(
    ([name, value]) => value !== '' && !wanted.knownVariables.includes(name) && !unset.has(name),
  );
  const variables = { ...Object.fromEntries(foreign), ...wanted.variables };
  const differences = compare(wanted, variables, current);
  return { wanted, variables, isNew: deployed === undefined, differences };
}

/** How a function differs from what is wanted; also used to compare a read-back. */
export function compare(
  wanted: DesiredFunction,
  variables: Readonly<Record<string, string>>,
  { deployed, fingerprint, routes }: Current,
): Differences {
  const has = deployed?.variables ?? {};
  const names = Object.keys(variables).sort();
  const sameTimer = (a: Timer, b: Timer) => a.name === b.name && a.cron === b.cron;
  const timers = deployed?.timers ?? [];
  return {
    code: fingerprint !== wanted.fingerprint,
    settings: deployed ? settingsOf(wanted, deployed) : [],
    addedVariables: names.filter((name) => !has[name]),
    changedVariables: names.filter((name) => has[name] && has[name] !== variables[name]),
    removedVariables: Object.keys(has)
      .filter((name) => has[name] && !variables[name])
      .sort(),
    missingTimers: wanted.timers.filter((timer) => !timers.some((each) => sameTimer(each, timer))),
    staleTimers: timers.filter((timer) => !wanted.timers.some(({ name }) => name === timer.name)),
    wrongPaths: wanted.paths.filter((path) => !leadsTo(routes, path, wanted.name)),
  };
}

function leadsTo(routes: readonly Route[], path: string, functionName: string): boolean {
  return routes.some(
    (route) => route.path === path && route.functionName === functionName && !route.needsLogin,
  );
}

function settingsOf(wanted: DesiredFunction, deployed: DeployedFunction): string[] {
  const pairs: [string, unknown, unknown][] = [
    ['runtime', deployed.runtime, wanted.runtime],
    ['handler', deployed.handler, wanted.handler],
    ['timeout', deployed.timeoutSeconds, wanted.timeoutSeconds],
    ['memory', deployed.memoryMb, wanted.memoryMb],
  ];
  return pairs
    .filter(([, is, should]) => is !== should)
    .map(([name, is, should]) => `${name} ${is} → ${should}`);
}

/** Whether nothing is to be done. */
export function isNone(d: Differences): boolean {
  const lists = [d.settings, d.missingTimers, d.staleTimers, d.wrongPaths];
  return !needsUpload(d) && lists.every((list) => list.length === 0);
}

/** Whether the function itself is to be deployed; timers and paths can be put right without. */
export function needsUpload(d: Differences): boolean {
  const variables = [d.addedVariables, d.changedVariables, d.removedVariables].some(
    (names) => names.length > 0,
  );
  return d.code || variables || d.settings.some((setting) => !setting.startsWith('runtime '));
}

/** All reasons against a plan, at once. */
export function refusalsOf(
  { wanted, variables, differences }: FunctionPlan,
  unset: ReadonlySet<string>,
): Refusal[] {
  const emptied = differences.removedVariables.filter((name) => !unset.has(name));
  const entries = Object.entries(variables);
  const spoiled = entries.filter(([, value]) => isSpoiledByTheCli(value)).map(([name]) => name);
  const reserved = Object.keys(variables).filter((name) => /^(SCF_|QCLOUD_|TENCENTCLOUD_)/.test(name));
  const sizeBytes = entries.reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value) + 2, 0);
  const base = { functionName: wanted.name };
  return [
    ...(wanted.missingVariables.length > 0
      ? [
          {
            ...base,
            id: 'missing' as const,
            variables: wanted.missingVariables,
            ...missing(wanted.missingVariables),
          },
        ]
      : []),
    ...(emptied.length > 0
      ? [{ ...base, id: 'would-empty' as const, variables: emptied, ...wouldEmpty(emptied) }]
      : []),
    ...(spoiled.length > 0
      ? [{ ...base, id: 'characters' as const, variables: spoiled, ...characters(spoiled) }]
      : []),
    ...(reserved.length > 0
      ? [{ ...base, id: 'reserved' as const, variables: reserved, ...reservedName(reserved) }]
      : []),
    ...(sizeBytes > environmentLimitBytes
      ? [
          {
            ...base,
            id: 'too-large' as const,
            variables: largest(entries),
            ...tooLarge(sizeBytes, largest(entries)),
          },
        ]
      : []),
  ];
}

/**
 * `tcb` puts a value into the text of a JSON file, and then reads a value that looks like JSON as JSON: quotes, backslashes,
 * line ends, objects and `null` do not arrive as they were.
 */
function isSpoiledByTheCli(value: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  return /["\\\u0000-\u001f]/.test(value) || /^\s*([[{]|null\s*$)/.test(value);
}

function largest(entries: readonly (readonly [string, string])[]): string[] {
  return [...entries]
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, 3)
    .map(([name]) => name);
}

function missing(names: readonly string[]): { what: Text; fix: Text } {
  return {
    what: { zh: `未设置 ${names.join('、')}。`, en: `Not set: ${names.join(', ')}.` },
    fix: {
      zh: '请执行 npm run setup；WECHATPAY_NOTIFY_URL 由 npm run provision 填写。',
      en: 'Run npm run setup; WECHATPAY_NOTIFY_URL is filled in by npm run provision.',
    },
  };
}

function wouldEmpty(names: readonly string[]): { what: Text; fix: Text } {
  return {
    what: {
      zh: `云端已有 ${names.join('、')}，而本机未设置，部署会将其清空。`,
      en: `Set in the cloud but not here, so a deployment would empty: ${names.join(', ')}.`,
    },
    fix: {
      zh: `请在 .env.local 中设置；确实要清空时加上 --unset ${names[0]}。`,
      en: `Set them in .env.local; to empty one on purpose, add --unset ${names[0]}.`,
    },
  };
}

function characters(names: readonly string[]): { what: Text; fix: Text } {
  return {
    what: {
      zh: `${names.join('、')} 含有引号、反斜杠、换行，或形如 JSON，部署工具会改变它。`,
      en: `The deployment tool would change a value with quotes, backslashes, line ends or the form of JSON: ${names.join(', ')}.`,
    },
    fix: {
      zh: '密钥请用一行 base64（npm run setup 会转换）；其他值请去掉这些字符。',
      en: 'Keys are one line of base64, as npm run setup writes them; remove such characters from other values.',
    },
  };
}

function reservedName(names: readonly string[]): { what: Text; fix: Text } {
  return {
    what: {
      zh: `变量名 ${names.join('、')} 由平台保留。`,
      en: `These variable names are reserved by the platform: ${names.join(', ')}.`,
    },
    fix: { zh: '请换用其他名称。', en: 'Choose other names.' },
  };
}

function tooLarge(sizeBytes: number, names: readonly string[]): { what: Text; fix: Text } {
  return {
    what: {
      zh: `环境变量共 ${sizeBytes} 字节，超过 ${environmentLimitBytes} 字节的上限；最大的是 ${names.join('、')}。`,
      en: `The variables take ${sizeBytes} bytes, more than the limit of ${environmentLimitBytes}; the largest are ${names.join(', ')}.`,
    },
    fix: {
      zh: '请删去本函数不需要的变量；公钥与私钥应写成一行 base64（DER）。',
      en: 'Remove variables that this function does not need; write keys as one line of base64 of the DER.',
    },
  };
}
