/** What is in the deployed scripts, by the bundler's own account. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleFunctions, bundleShared } from '../../scripts/build/bundle.ts';
import { root } from '../house/source.ts';
import { functionNames } from './function-names.ts';

interface DeployedScript {
  /** The function that it is, or `sdk` and `wx-sdk`, which functions have beside them. */
  readonly name: string;
  /** `name@version`, sorted. */
  readonly packages: readonly string[];
  /** Shared scripts beside it. */
  readonly beside: readonly string[];
}

export interface DeployedScripts {
  readonly scripts: readonly DeployedScript[];
  /** `name@version` → its folder, from the root. */
  readonly folders: ReadonlyMap<string, string>;
}

export async function deployedScripts(): Promise<DeployedScripts> {
  const entryPoints = functionNames().map((name) => [name, join(root, 'functions', name, 'index.ts')]);
  const functions = await bundleFunctions(root, Object.fromEntries(entryPoints), 'development');
  const shared = await Promise.all(
    ['sdk', 'wx-sdk'].map(async (name) => [name, await bundleShared(root, name)] as const),
  );
  const folders = new Map<string, string>();
  const scripts = [...functions, ...shared].map(([name, { entry }]) => {
    const found = new Set<string>();
    for (const file of Object.keys(entry.inputs)) {
      const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
      if (folder === undefined) continue;
      const { name: packageName, version } = manifestOf(folder);
      found.add(`${packageName}@${version}`);
      folders.set(`${packageName}@${version}`, folder);
    }
    return { name, packages: [...found].sort(), beside: entry.beside };
  });
  return { scripts, folders };
}

/** As the package declares it; undefined when it declares none. */
export function licenceOf(folder: string): string | undefined {
  return manifestOf(folder).license;
}

function manifestOf(folder: string): { name: string; version: string; license?: string } {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
}
