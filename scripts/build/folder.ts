/** The files of one deployed function, beside its compiled code. */
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeWhole } from './write.ts';

export interface Trigger {
  name: string;
  type: string;
  config: string;
}

const loader = fileURLToPath(new URL('./loader.cjs', import.meta.url));

interface FolderContent {
  name: string;
  code: string;
  /** Of config.json. */
  config: object;
  /** Scripts of `sdkFolder` that the function loads from beside it. */
  beside: readonly string[];
  sdkFolder: string;
  /** Whether compiled code is written beside the script; where it is not, that of an older script goes. */
  compiled: boolean;
}

export function writeFunctionFolder(folder: string, content: FolderContent): void {
  const { name, code, config, beside, sdkFolder, compiled } = content;
  mkdirSync(folder, { recursive: true });
  const sdkFiles = beside.flatMap((script) => [`${script}.js`, `${script}.cache`]);
  const keep = new Set([
    'index.js',
    'function.js',
    'package.json',
    'config.json',
    ...(compiled ? ['function.cache'] : []),
    ...sdkFiles,
  ]);
  for (const file of readdirSync(folder)) {
    if (!keep.has(file) && !file.endsWith('.draft')) rmSync(join(folder, file), { recursive: true });
  }
  for (const file of sdkFiles) writeWhole(join(folder, file), readFileSync(join(sdkFolder, file)));
  writeWhole(join(folder, 'function.js'), code);
  writeWhole(join(folder, 'package.json'), `${JSON.stringify(packageOf(name), null, 2)}\n`);
  // WeChat DevTools reads triggers and permissions here; `tcb` reads the triggers from cloudbaserc.json.
  writeWhole(join(folder, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
  writeWhole(join(folder, 'index.js'), readFileSync(loader));
}

function packageOf(name: string): Record<string, unknown> {
  return { name: name.toLowerCase(), version: '1.0.0', private: true, type: 'commonjs', main: 'index.js' };
}

interface Rc {
  functionDefaultConfig?: { runtime?: string };
  functions?: { name: string; triggers?: Trigger[] }[];
}

/** The timer triggers of each function, from cloudbaserc.json. */
export function readTriggers(root: string): Map<string, readonly Trigger[]> {
  const { functions = [] } = readRc(root);
  return new Map(functions.map(({ name, triggers = [] }) => [name, triggers]));
}

/** The runtime of all functions, from cloudbaserc.json, e.g. `Nodejs20.19`. */
export function readRuntime(root: string): string {
  return readRc(root).functionDefaultConfig?.runtime ?? '';
}

function readRc(root: string): Rc {
  return JSON.parse(readFileSync(join(root, 'cloudbaserc.json'), 'utf8')) as Rc;
}
