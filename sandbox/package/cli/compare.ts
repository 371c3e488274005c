import { randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { type Capture, readCapture } from '../../compare/capture.ts';
import { compare as differencesBetween, hasLostSignatures } from '../../compare/differences.ts';
import { CaptureProblem } from '../../compare/problem.ts';
import { redact as redactCapture } from '../../compare/redact.ts';
import { replay } from '../../compare/replay.ts';
import { asJson, asText, lostSignatures } from '../../compare/report.ts';
import { SandboxProblem } from '../problem.ts';
import { serveSandbox } from '../serve.ts';
import type { Command } from './command.ts';
import { noSandboxAt, readFlags, readSandboxUrl, urlFlags } from './flags.ts';

const largestBytes = 80 * 1024 * 1024;

/** @throws SandboxProblem */
function readFile(file: string | undefined, example: string): Capture {
  if (file === undefined)
    throw new SandboxProblem(`Name one file, such as ${example}.`, `请指定一个文件，例如 ${example}。`);
  const { size, text } = contentOf(file);
  if (size > largestBytes) throw new CaptureProblem('TOO_LARGE', '', `${file} has ${size} bytes.`);
  return readCapture(text());
}

function contentOf(file: string): { size: number; text: () => string } {
  try {
    const { size } = statSync(file);
    return { size, text: () => readFileSync(file, 'utf8') };
  } catch (cause) {
    throw new SandboxProblem(`${file} cannot be read: ${(cause as Error).message}.`, `无法读取 ${file}。`, {
      cause,
    });
  }
}

/** Compares real traffic with the sandbox. */
export const compare: Command = {
  name: 'compare',
  summary: { en: 'replay captured traffic and list differences', zh: '重放抓包并列出与沙箱的差异' },
  takes: 'FILE [options]',
  usage: `
  FILE           the capture: HAR, or the format of docs/captures.md        抓包文件
  --url URL      a running sandbox; without it, one of its own              正在运行的沙箱；不指定则自行启动一个
  --json         one JSON document instead of text                          输出 JSON

It is redacted in memory before anything is sent. Exit code: 0 without differences, 1 with some, 2 when the file cannot be used.
发送前先在内存中脱敏。退出码：没有差异为 0，有差异为 1，文件无法使用为 2。
`,
  async run(args, context) {
    const { values, positionals } = readFlags(
      args,
      { ...urlFlags, json: { type: 'boolean', default: false } },
      `${context.program} compare`,
      1,
    );
    const capture = redactCapture(readFile(positionals[0], `${context.program} compare capture.json`));
    const run = randomBytes(4).toString('hex').toUpperCase();
    const replayed = await withSandbox(readSandboxUrl(values), (base) =>
      replay(capture, { send: fetch, base, run }),
    );
    const comparisons = differencesBetween(replayed);
    const notes = hasLostSignatures(capture.exchanges) ? [lostSignatures] : [];
    context.print(values.json ? asJson(comparisons, notes) : asText(comparisons, notes));
    return comparisons.some(({ differences }) => differences.length > 0) ? 1 : 0;
  },
};

async function withSandbox<T>(base: string | undefined, work: (base: string) => Promise<T>): Promise<T> {
  if (base !== undefined) {
    return work(base).catch((cause: unknown) => {
      if (!(cause instanceof TypeError)) throw cause;
      throw noSandboxAt(base, cause);
    });
  }
  const sandbox = await serveSandbox({ port: 0, seed: 'compare' });
  try {
    return await work(sandbox.url);
  } finally {
    await sandbox.close();
  }
}

/** Removes keys and personal data from captured traffic. */
export const redact: Command = {
  name: 'redact',
  summary: { en: 'remove keys and personal data from a capture', zh: '去除抓包中的密钥和个人信息' },
  takes: 'FILE OUTPUT',
  usage: `
  FILE    the capture: HAR, or the format of docs/captures.md       抓包文件
  OUTPUT  where to write the redacted one                           脱敏后写到哪里

Whatever is not known to be harmless is replaced by a placeholder. The original stays as it is.
默认一律替换为占位符，只保留确定无害的值。原文件不变。
`,
  async run(args, context) {
    const { positionals } = readFlags(args, {}, `${context.program} redact`, 2);
    const [file, output] = positionals;
    const example = `${context.program} redact traffic.har capture.json`;
    const redacted = redactCapture(readFile(file, example));
    if (output === undefined)
      throw new SandboxProblem(`Name the output too: ${example}.`, '请指定输出文件。');
    try {
      writeFileSync(output, `${JSON.stringify(redacted, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' });
    } catch (cause) {
      throw new SandboxProblem(
        `Cannot write ${output}: ${(cause as Error).message}.`,
        `无法写入 ${output}。`,
        { cause },
      );
    }
    context.print(output);
    return 0;
  },
};
