/** The whole of `npm run doctor`, without the process around it. */
import { parseArgs } from 'node:util';
import { CommandFailure } from '../env/failure.ts';
import { readFunctionList } from '../env/functions.ts';
import { loadVariables } from '../env/load.ts';
import { type Finding, hasErrors, renderFindings, reportOf } from './finding.ts';
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
  const findings = examine(context);
  context.output.write(
    flags.json
      ? JSON.stringify(reportOf(findings))
      : `${renderFindings(findings, context.colour)}\n\n${summary(findings)}`,
  );
  return hasErrors(findings) ? 1 : 0;
}

function examine({ root, shell, nowMs }: DoctorContext): Finding[] {
  const loaded = loadVariables(root, shell);
  return checkOffline({ root, loaded, list: readFunctionList(root), nowMs: nowMs() });
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (error) {
    const message = (error as Error).message;
    throw new CommandFailure({
      zh: `参数有误：${message}`,
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
    : '一切正常。All is well.';
}

const usage = `用法 · Usage: npm run doctor [-- options]

检查密钥、证书与配置；只在本机检查，不联网。
Checks keys, certificates and settings, on this machine only.

  --json           输出一个 JSON 对象 · print one JSON object
`;
