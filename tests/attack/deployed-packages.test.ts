/** What is in the deployed scripts, by the bundler's own account. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { bundleFunctions, bundleShared } from '../../scripts/build/bundle.ts';
import { root } from '../house/source.ts';
import { deployedPackages } from './deployed-packages.ts';
import { functionNames } from './instance.ts';

/** `name@version` → its folder. */
const found = new Map<string, string>();
beforeAll(async () => {
  const entryPoints = functionNames().map((name) => [name, join(root, 'functions', name, 'index.ts')]);
  const functions = await bundleFunctions(root, Object.fromEntries(entryPoints), 'development');
  const shared = await Promise.all(['sdk', 'wx-sdk'].map((name) => bundleShared(root, name)));
  for (const { entry } of [...functions.values(), ...shared]) {
    for (const file of Object.keys(entry.inputs)) {
      const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
      if (folder !== undefined) found.set(nameOf(folder), folder);
    }
  }
});

function nameOf(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  return `${name}@${version}`;
}

it('is exactly what was argued, in the version for which it was', () => {
  expect([...found.keys()].sort()).toEqual(Object.keys(deployedPackages).sort());
});

it('has nothing whose support has ended, or that was known to be unsafe and is not needed', () => {
  const names = [...found.keys()].map((each) => each.replace(/@[^@]+$/, ''));
  for (const name of ['jsrsasign', 'lodash.set', 'lodash.unset', 'lodash', 'xml2js', 'jsonwebtoken']) {
    expect(names).not.toContain(name);
  }
});

it('has nothing that its author has declared obsolete', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const deprecated = [...found].filter(([, folder]) => packages[folder]?.deprecated !== undefined);
  expect(deprecated).toEqual([]);
});
