/** The command `wechatpay-sandbox`: a table of commands, of which `start` is the default. */
import { closest } from '../closest.ts';
import { SandboxProblem } from '../problem.ts';
import { accept } from './accept.ts';
import type { Command, CommandContext } from './command.ts';
import { compare, redact } from './compare.ts';
import { env } from './env.ts';
import { mcp } from './mcp.ts';
import { exportScenario, importScenario } from './scenario-file.ts';
import { start } from './start.ts';

const commands: readonly Command[] = [
  start,
  env,
  accept,
  compare,
  redact,
  mcp,
  exportScenario,
  importScenario,
];

/** @returns the exit code: 0, or 2 for a problem that the caller can fix, or 1. */
export async function runCommand(args: readonly string[], context: CommandContext): Promise<number> {
  const [first, ...rest] = args;
  const named = commands.find(({ name }) => name === first);
  const command = named ?? start;
  const own = named ? rest : args;
  try {
    if (args.includes('--version')) context.print(context.version);
    else if (own.includes('--help') || own.includes('-h') || first === 'help') {
      context.print(helpOf(named, context.program));
    } else if (named === undefined && first !== undefined && !first.startsWith('-')) {
      throw noCommand(first, context.program);
    } else return await command.run(own, context);
    return 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    context.report(
      error instanceof SandboxProblem ? error.message : `${error.message} 内部错误，原因见英文信息。`,
    );
    return error instanceof SandboxProblem ? 2 : 1;
  }
}

function noCommand(given: string, program: string): SandboxProblem {
  const names = commands.map(({ name }) => name);
  const meant = closest(given, names);
  return new SandboxProblem(
    `There is no command "${given}": ${meant === undefined ? names.join(', ') : `did you mean ${meant}?`} See ${program} --help.`,
    `没有命令 ${given}${meant === undefined ? '' : `，是不是 ${meant}`}，见 ${program} --help。`,
  );
}

function helpOf(command: Command | undefined, program: string): string {
  if (command && command !== start)
    return `${program} ${command.name} ${command.takes ?? '[options]'}\n${command.usage}`;
  const list = commands.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary.en}  ${summary.zh}`);
  return [
    'WeChat Pay v3 sandbox · 微信支付 APIv3 沙箱',
    '',
    `${program} [command] [options]`,
    '',
    ...list,
    start.usage,
    'GET /_sandbox/credentials gives merchant numbers and keys; GET /_sandbox lists all control calls.',
  ].join('\n');
}

/** The command line of this process. */
export function processContext(given: Pick<CommandContext, 'pages' | 'version' | 'program'>): CommandContext {
  return {
    ...given,
    stdin: process.stdin,
    print: (text) => void process.stdout.write(`${text}\n`),
    report: (text) => void process.stderr.write(`${text}\n`),
    interrupted: () =>
      new Promise((resolve) => {
        process.once('SIGINT', () => resolve());
        process.once('SIGTERM', () => resolve());
      }),
  };
}
