/** The whole of `npm run doctor`, without the process around it. */
import { parseArgs } from 'node:util';
import { CommandFailure } from '../env/failure.ts';
import { readFunctionList } from '../env/functions.ts';
import { loadVariables } from '../env/load.ts';
import type { CloudReport } from './cloud/check-cloud.ts';
import { type Finding, hasErrors, renderFindings, reportOf } from './finding.ts';
import { basesOf } from './live/bases.ts';
import { checkOffline } from './offline.ts';

export interface DoctorContext {
  readonly root: string;
  readonly args: readonly string[];
  readonly shell: Readonly<Record<string, string | undefined>>;
  readonly output: { write: (text: string) => void };
  readonly nowMs: () => number;
  readonly colour: boolean;
}

/** @returns the exit code: 1 when something is an error. @throws CommandFailure for wrong arguments */
export async function runDoctor(context: DoctorContext): Promise<number> {
  const flags = parse(context.args);
  if (flags.help) {
    context.output.write(usage);
    return 0;
  }
  const findings = await examine(context, flags);
  context.output.write(
    flags.json
      ? JSON.stringify(reportOf(findings))
      : `${renderFindings(findings, context.colour)}\n\n${summary(findings)}`,
  );
  return hasErrors(findings) ? 1 : 0;
}

type Flags = ReturnType<typeof parse>;

async function examine({ root, shell, nowMs }: DoctorContext, flags: Flags): Promise<Finding[]> {
  const loaded = loadVariables(root, shell);
  const findings = checkOffline({ root, loaded, list: readFunctionList(root), nowMs: nowMs() });
  if (!flags.live && !flags.cloud) return findings;
  if (hasErrors(findings)) return [...findings, notAsked];
  const cloud: CloudReport = flags.cloud
    ? await (await import('./cloud/check-cloud.ts')).checkCloud(root, shell)
    : { findings: [] };
  if (!flags.live) return [...findings, ...cloud.findings];
  // The client takes a moment to load, and most runs are offline.
  const { checkLive } = await import('./live/check-live.ts');
  const live = await checkLive(loaded.values, {
    apiBase: flags['api-base'],
    callback: flags.callback,
    watchCallbacks: cloud.watchCallbacks,
    nowMs,
  });
  return [...findings, ...cloud.findings, ...live];
}

const notAsked: Finding = {
  id: 'live-skipped',
  level: 'info',
  what: {
    zh: '本机检查有错误，因此没有联网检查。',
    en: 'The online checks were skipped, because the local checks found errors.',
  },
  why: { zh: '请求必然失败。', en: 'It would fail in any case.' },
  fix: { zh: '先处理上面的错误。', en: 'Fix the errors above first.' },
};

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean', default: false },
        live: { type: 'boolean', default: false },
        cloud: { type: 'boolean', default: false },
        callback: { type: 'boolean', default: false },
        'api-base': { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const base = values['api-base'];
    if (base !== undefined) basesOf(base);
    return { ...values, live: values.live || values.callback };
  } catch (error) {
    const { message, messageZh = message } = error as Error & { messageZh?: string };
    throw new CommandFailure({
      zh: `参数有误：${messageZh}`,
      en: `Wrong arguments: ${message}\n\n${usage}`,
    });
  }
}

function summary(findings: readonly Finding[]): string {
  const count = (level: string) => findings.filter((each) => each.level === level).length;
  const errors = count('error');
  const warnings = count('warning');
  if (errors > 0) {
    return `${errors} 个错误，${warnings} 个警告。${errors} errors, ${warnings} warnings.`;
  }
  return warnings > 0
    ? `没有错误，${warnings} 个警告。No errors, ${warnings} warnings.`
    : '一切正常。Everything is OK.';
}

const usage = `用法 · Usage: npm run doctor [-- options]

检查密钥、证书与配置；默认只在本机检查，不联网。
Checks keys, certificates and settings; by default on this machine only, without the network.

  --live           向微信支付验证密钥（不涉及资金） · verify the keys with WeChat Pay; no money moves
  --callback       同时检查回调地址 · check the callback address too
  --cloud          与已部署的环境比较 · compare with what is deployed
  --api-base URL   向另一个地址请求，例如沙箱 · send requests to another host, for example the sandbox
  --json           输出一个 JSON 对象 · print one JSON object
`;
