/** The two places of the mini-program that name its appid and its cloud environment. */
import { join } from 'node:path';
import { readIfThere } from '../env/write-private.ts';

const projectFile = 'project.config.json';
const configFile = 'miniprogram/config/index.ts';
const appidPattern = /("appid"\s*:\s*")([^"]*)(")/;
const environmentPattern = /(cloudEnvId:\s*')([^']*)(')/;

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
  /** The whole file with the change. */
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
  wanted: { appid: string | undefined; cloudEnvId: string | undefined },
): FileChange[] {
  return [
    ...change(root, projectFile, 'appid', appidPattern, wanted.appid),
    ...change(root, configFile, 'cloudEnvId', environmentPattern, wanted.cloudEnvId),
  ];
}

function change(
  root: string,
  file: string,
  setting: string,
  pattern: RegExp,
  to: string | undefined,
): FileChange[] {
  const text = read(root, file);
  const from = pattern.exec(text)?.[2];
  if (!to || from === undefined || from === to) return [];
  return [
    {
      file,
      setting,
      from,
      to,
      content: text.replace(pattern, (_, before, _old, after) => `${before}${to}${after}`),
    },
  ];
}

function read(root: string, file: string): string {
  return readIfThere(join(root, file)) ?? '';
}
