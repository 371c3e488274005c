/** What each function should be in the cloud: cloudbaserc.json, the variables of this machine, and the built code. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { notifyFunction, notifyPaths } from '../cloud/blueprint.ts';
import type { FunctionConfig, Project } from '../cloud/command.ts';
import { fingerprintOf } from '../cloud/fingerprint.ts';
import type { Timer } from '../cloud/functions.ts';
import { Problem } from '../cloud/problem.ts';
import { environmentOf, functionsFor } from '../env/functions.ts';

export interface DesiredFunction {
  readonly name: string;
  /** Folder of the built code. */
  readonly folder: string;
  readonly fingerprint: string;
  readonly runtime: string;
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly variables: Readonly<Record<string, string>>;
  /** Names that cloudbaserc.json gives this function, set or not. */
  readonly knownVariables: readonly string[];
  /** Required, but not set. */
  readonly missingVariables: readonly string[];
  readonly timers: readonly Timer[];
  /** HTTP paths, the one of cloudbaserc.json first. */
  readonly paths: readonly string[];
}

/** Names of the functions to deploy: all that these accounts need, or the given ones. @throws Problem */
export function selectFunctions({ config, accounts }: Project, words: readonly string[]): string[] {
  const needed = functionsFor(config, accounts);
  const unknown = words.filter((name) => !needed.includes(name));
  if (unknown.length > 0) throw unknownFunction(unknown, needed);
  return words.length === 0 ? needed : needed.filter((name) => words.includes(name));
}

/** @param folderOf where a function's built code is */
export function desiredFunctions(
  project: Project,
  names: readonly string[],
  folderOf: (name: string) => string,
): DesiredFunction[] {
  return names.map((name) => desiredFunction(project, name, folderOf(name)));
}

function desiredFunction(
  { config, values, accounts }: Project,
  name: string,
  folder: string,
): DesiredFunction {
  const own = config.functions.find((each) => each.name === name);
  if (!own || !existsSync(join(folder, 'index.js'))) throw notBuilt(name);
  const entry: FunctionConfig = { ...config.functionDefaultConfig, ...own };
  const { variables, missing } = environmentOf(entry, values, accounts);
  const [basePath] = entry.path ? [entry.path] : [];
  return {
    name,
    folder,
    fingerprint: fingerprintOf(folder),
    runtime: entry.runtime ?? 'Nodejs18.15',
    handler: entry.handler ?? 'index.main',
    timeoutSeconds: entry.timeout ?? 3,
    memoryMb: entry.memorySize ?? 256,
    variables,
    knownVariables: Object.keys(entry.envVariables ?? {}),
    missingVariables: missing,
    timers: (entry.triggers ?? []).map((trigger) => ({ name: trigger.name, cron: trigger.config })),
    paths: basePath ? [basePath, ...(name === notifyFunction ? notifyPaths(basePath, accounts) : [])] : [],
  };
}

function unknownFunction(unknown: readonly string[], needed: readonly string[]): Problem {
  const names = unknown.join(', ');
  return new Problem(
    'unknown-function',
    { zh: `没有可部署的函数 ${names}。`, en: `No function to deploy of this name: ${names}.` },
    { zh: `可部署的函数：${needed.join('、')}。`, en: `There are: ${needed.join(', ')}.` },
  );
}

function notBuilt(name: string): Problem {
  return new Problem(
    'not-built',
    { zh: `函数 ${name} 没有构建产物。`, en: `The function ${name} is not built.` },
    { zh: '请执行 npm run build。', en: 'Run npm run build.' },
  );
}
