/** Exports a sandbox's whole state to one file, and imports it again. */
import { createWriteStream, readFileSync, renameSync, rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import type { Text } from '../../text.ts';
import { SandboxProblem } from '../problem.ts';
import type { Command } from './command.ts';
import { noSandboxAt, readFlags, readSandboxUrl, urlFlags, usualUrl } from './flags.ts';

const usage = `
  FILE       the file 文件
  --url URL  the running sandbox (default http://127.0.0.1:8700)   正在运行的沙箱
`;

/** @throws SandboxProblem without exactly one file */
function readArguments(args: readonly string[], call: string): { file: string; url: string } {
  const { values, positionals } = readFlags(args, urlFlags, call, 1);
  const [file] = positionals;
  if (file !== undefined) return { file, url: readSandboxUrl(values) ?? usualUrl };
  throw new SandboxProblem(
    `Name one file: ${call} scenario.json.`,
    `请指定一个文件，例如 ${call} scenario.json。`,
  );
}

/** @throws SandboxProblem when no sandbox answers, or with the sandbox's refusal. */
async function call(url: string, path: string, body: string): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/_sandbox/${path}`, { method: 'POST', headers, body }).catch(
    (cause) => {
      throw noSandboxAt(url, cause);
    },
  );
  if (response.ok) return response;
  const { status } = response;
  const { en = `HTTP ${status}.`, zh = `HTTP ${status}。` } = (await response
    .json()
    .catch(() => ({}))) as Partial<Text>;
  throw new SandboxProblem(`The sandbox refused it: ${en}`, `沙箱拒绝：${zh}`);
}

export const exportScenario: Command = {
  name: 'export',
  summary: {
    en: 'write everything that a running sandbox knows to a file',
    zh: '把运行中沙箱的全部状态写入文件',
  },
  takes: 'FILE [options]',
  usage,
  async run(args, context) {
    const { file, url } = readArguments(args, `${context.program} export`);
    const { body } = await call(url, 'snapshot', '{}');
    // Written beside and renamed, so that a file is never half of one.
    const beside = `${file}.new`;
    try {
      // It contains private keys, although of made-up merchants only.
      await pipeline(
        Readable.fromWeb(body as NodeReadableStream),
        createWriteStream(beside, { mode: 0o600 }),
      );
      renameSync(beside, file);
    } catch (cause) {
      rmSync(beside, { force: true });
      throw new SandboxProblem(`Cannot write ${file}: ${(cause as Error).message}.`, `无法写入 ${file}。`, {
        cause,
      });
    }
    context.print(file);
    return 0;
  },
};

export const importScenario: Command = {
  name: 'import',
  summary: { en: 'restore a running sandbox from a file', zh: '让运行中的沙箱恢复到文件中的状态' },
  takes: 'FILE [options]',
  usage,
  async run(args, context) {
    const { file, url } = readArguments(args, `${context.program} import`);
    await call(url, 'restore', readJson(file));
    context.print(url);
    return 0;
  },
};

function readJson(file: string): string {
  try {
    const text = readFileSync(file, 'utf8');
    JSON.parse(text);
    return text;
  } catch (cause) {
    throw new SandboxProblem(`${file} cannot be read: ${(cause as Error).message}.`, `无法读取 ${file}。`, {
      cause,
    });
  }
}
