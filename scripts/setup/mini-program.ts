/** The places of the mini-program that name its appid, its cloud environment and its message template. */
import { join } from 'node:path';
import { readIfThere } from '../env/write-private.ts';

const projectFile = 'project.config.json';
const configFile = 'miniprogram/config/index.ts';
const appidPattern = /("appid"\s*:\s*")([^"]*)(")/;
const environmentPattern = /(cloudEnvId:\s*')([^']*)(')/;
const templatePattern = /(shippedTemplateId:\s*')([^']*)(')/;

interface MiniProgram {
  /** Undefined where the file or the setting is not found. */
  readonly appid: string | undefined;
  readonly cloudEnvId: string | undefined;
}

interface FileChange {
  readonly file: string;
  readonly setting: string;
  readonly from: string;
  readonly to: string;
  /** The whole file with this change and those before it. */
  readonly content: string;
}

export function readMiniProgram(root: string): MiniProgram {
  return {
    appid: appidPattern.exec(read(root, projectFile))?.[2],
    cloudEnvId: environmentPattern.exec(read(root, configFile))?.[2],
  };
}

/** What would have to be written so that the mini-program has these settings. The rest of each file stays as it is. */
export function planMiniProgram(
  root: string,
  wanted: {
    readonly appid: string | undefined;
    readonly cloudEnvId: string | undefined;
    readonly shippedTemplateId: string | undefined;
  },
): FileChange[] {
  const settings = [
    { file: projectFile, setting: 'appid', pattern: appidPattern },
    { file: configFile, setting: 'cloudEnvId', pattern: environmentPattern },
    { file: configFile, setting: 'shippedTemplateId', pattern: templatePattern },
  ] as const;
  const texts = new Map<string, string>();
  const changes: FileChange[] = [];
  for (const { file, setting, pattern } of settings) {
    const text = texts.get(file) ?? read(root, file);
    const [to, from] = [wanted[setting], pattern.exec(text)?.[2]];
    if (!to || from === undefined || from === to) continue;
    const content = text.replace(pattern, (_, before, _old, after) => `${before}${to}${after}`);
    texts.set(file, content);
    changes.push({ file, setting, from, to, content });
  }
  return changes;
}

function read(root: string, file: string): string {
  return readIfThere(join(root, file)) ?? '';
}
