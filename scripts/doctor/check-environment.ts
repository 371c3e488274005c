/** The files and the shell that the variables come from, and what each function would be given. */

import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountKind } from '../../shared/core/account.ts';
import { environmentLimitBytes, environmentOf, type FunctionList, functionsFor } from '../env/functions.ts';
import type { LoadedVariables } from '../env/load.ts';
import { definitionOf } from '../env/variables.ts';
import type { Finding } from './finding.ts';

export function checkSources(root: string, loaded: LoadedVariables): Finding[] {
  return [
    ...loaded.problems.map(
      ({ file, line, variable, zh, en }): Finding => ({
        id: 'env-file-line',
        level: 'warning',
        ...(variable !== undefined && { variable }),
        what: { zh: `${file} 第 ${line} 行有问题。`, en: `Line ${line} of ${file} needs attention.` },
        why: { zh, en },
        fix: {
          zh: '修改该行，或执行 npm run setup 重新写入。',
          en: 'Edit the line, or run npm run setup to write it again.',
        },
      }),
    ),
    ...loaded.overridden.map(overridden),
    ...loaded.files.flatMap((file) => [...checkMode(root, file), ...checkTracked(root, file)]),
  ];
}

/** How much of 4 KB each function takes, and characters that do not survive a deployment. */
export function checkFunctions(
  list: FunctionList,
  values: LoadedVariables['values'],
  accounts: readonly AccountKind[],
): Finding[] {
  if (accounts.length === 0) return [];
  const names = functionsFor(list, accounts);
  const environments = list.functions
    .filter(({ name }) => names.includes(name))
    .map((entry) => environmentOf(entry, values, accounts));
  const [largest] = [...environments].sort((a, b) => b.sizeBytes - a.sizeBytes);
  return [
    ...environments.filter(({ sizeBytes }) => sizeBytes > environmentLimitBytes).map(tooLarge),
    ...(largest ? [largestOf(largest.name, largest.sizeBytes, environments.length)] : []),
    ...Object.entries(values).flatMap(([name, value]) => checkCharacters(name, value)),
  ];
}

function overridden(variable: string): Finding {
  return {
    id: 'shell-overrides',
    level: 'warning',
    variable,
    what: {
      zh: '终端里的同名变量覆盖了 .env.local 中的值。',
      en: 'A variable of the shell overrides the value in .env.local.',
    },
    why: {
      zh: '检查和部署都会使用终端里的值，而不是文件里的值。',
      en: 'Checks and deployments take the value of the shell, not the one in the file.',
    },
    fix: {
      zh: `若非有意，在终端中取消该变量（macOS/Linux：unset ${variable}；PowerShell：Remove-Item Env:${variable}）。`,
      en: `Unless that is intended, remove it from the shell (macOS, Linux: unset ${variable}; PowerShell: Remove-Item Env:${variable}).`,
    },
  };
}

function checkMode(root: string, file: string): Finding[] {
  if (process.platform === 'win32') return [];
  const mode = statSync(join(root, file)).mode & 0o777;
  if ((mode & 0o077) === 0) return [];
  return [
    {
      id: 'env-file-readable',
      level: 'warning',
      what: {
        zh: `${file} 可被本机其他用户读取（权限 ${mode.toString(8)}）。`,
        en: `${file} can be read by other users of this machine (mode ${mode.toString(8)}).`,
      },
      why: { zh: '其中有商户私钥和 APIv3 密钥。', en: 'It holds the private key and the API v3 key.' },
      fix: { zh: `执行：chmod 600 ${file}`, en: `Run: chmod 600 ${file}` },
    },
  ];
}

/** Without git, or outside of a clone, nothing is tracked. */
function checkTracked(root: string, file: string): Finding[] {
  const { status } = spawnSync('git', ['ls-files', '--error-unmatch', file], { cwd: root, stdio: 'ignore' });
  if (status !== 0) return [];
  return [
    {
      id: 'env-file-tracked',
      level: 'error',
      what: { zh: `${file} 已被 git 跟踪。`, en: `${file} is tracked by git.` },
      why: {
        zh: '其中的商户私钥和 APIv3 密钥会随提交泄露给所有能看到仓库的人。',
        en: 'Its private key and API v3 key are exposed to everybody who can see the repository.',
      },
      fix: {
        zh: `执行：git rm --cached ${file}；若已推送，请视为泄露：更换 API 证书与 APIv3 密钥（docs/guides）。`,
        en: `Run: git rm --cached ${file}; if it was pushed, treat the keys as leaked: change the API certificate and the API v3 key (docs/guides).`,
      },
    },
  ];
}

function tooLarge({ name, sizeBytes }: { name: string; sizeBytes: number }): Finding {
  return {
    id: 'environment-too-large',
    level: 'error',
    what: {
      zh: `云函数 ${name} 的环境变量共 ${sizeBytes} 字节，超过 ${environmentLimitBytes}。`,
      en: `The environment variables of ${name} take ${sizeBytes} bytes, more than ${environmentLimitBytes}.`,
    },
    why: {
      zh: '云函数的环境变量总大小上限为 4 KB，超出时部署会被拒绝。',
      en: 'A cloud function may have 4 KB of environment variables; the deployment is refused beyond that.',
    },
    fix: {
      zh: '把密钥存为一行 base64（DER）而不是 PEM（npm run setup 会这样做），并缩短 OPERATOR_OPENIDS。',
      en: 'Store keys as one line of base64 of the DER instead of PEM (npm run setup does), and shorten OPERATOR_OPENIDS.',
    },
  };
}

function largestOf(name: string, sizeBytes: number, count: number): Finding {
  return {
    id: 'environment-size',
    level: 'info',
    what: {
      zh: `将部署 ${count} 个云函数；环境变量最多的是 ${name}，${sizeBytes} / ${environmentLimitBytes} 字节。`,
      en: `${count} functions are to be deployed; ${name} has the most environment variables, ${sizeBytes} of ${environmentLimitBytes} bytes.`,
    },
    why: { zh: '上限为每个云函数 4 KB。', en: 'The limit is 4 KB per function.' },
    fix: { zh: '无需处理。', en: 'Nothing to do.' },
  };
}

/** The CLI puts values into JSON text as they are. */
function checkCharacters(variable: string, value: string): Finding[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (!definitionOf(variable) || !/["\\\x00-\x1f\x7f]/.test(value)) return [];
  return [
    {
      id: 'value-with-forbidden-characters',
      level: 'error',
      variable,
      what: {
        zh: '值中有引号、反斜杠或换行。',
        en: 'The value has a quote, a backslash or a line break in it.',
      },
      why: {
        zh: '部署工具会把值原样放进 JSON，这些字符会破坏部署。',
        en: 'The deployment tool puts values into JSON text as they are, which these characters break.',
      },
      fix: {
        zh: '去掉这些字符；密钥请写成一行 base64。',
        en: 'Remove them; write keys as one line of base64.',
      },
    },
  ];
}
