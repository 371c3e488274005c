/** What is in the deployed scripts, by the bundler's own account. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { root } from '../house/source.ts';
import { deployedPackages } from './deployed-packages.ts';
import { type DeployedScripts, deployedScripts, licenceOf } from './deployed-scripts.ts';
import { packagesPage } from './packages-page.ts';

let deployed: DeployedScripts;
beforeAll(async () => {
  deployed = await deployedScripts();
}, 240_000);

it('is exactly what was argued, in the version for which it was', () => {
  expect([...deployed.folders.keys()].sort()).toEqual(Object.keys(deployedPackages).sort());
});

it('is listed in docs/packages.md, by script, as `npx tsx scripts/packages.ts` writes it now', () => {
  expect(readFileSync(join(root, 'docs/packages.md'), 'utf8')).toBe(packagesPage(deployed));
  expect(deployed.scripts.length).toBeGreaterThan(20);
});

it('has a licence that lets anybody use it, but for what is said below the table', () => {
  const free = ['MIT', 'ISC', 'BSD-3-Clause', 'Apache-2.0'];
  const others = [...deployed.folders].filter(([, folder]) => !free.includes(licenceOf(folder) ?? ''));
  expect(others.map(([id]) => id)).toEqual(
    Object.keys(deployedPackages).filter((id) => deployedPackages[id]!.hasNoLicence),
  );
});

it('has the fix of each known advisory, and is no release that was taken over', () => {
  for (const [id, { fixed = {}, malicious = [] }] of Object.entries(deployedPackages)) {
    const version = id.slice(id.lastIndexOf('@') + 1);
    const missing = Object.keys(fixed).filter((each) => compareVersions(version, each) < 0);
    expect([id, missing]).toEqual([id, []]);
    expect(malicious, id).not.toContain(version);
  }
});

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number)) as [number[], number[]];
  const at = left.findIndex((part, index) => part !== right[index]);
  return at === -1 ? 0 : left[at]! - right[at]!;
}

it('has nothing whose support has ended, or that was known to be unsafe and is not needed', () => {
  const names = [...deployed.folders.keys()].map((each) => each.replace(/@[^@]+$/, ''));
  for (const name of ['jsrsasign', 'lodash.set', 'lodash.unset', 'lodash', 'xml2js', 'jsonwebtoken']) {
    expect(names).not.toContain(name);
  }
});

it('has nothing that its author has declared obsolete', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const deprecated = [...deployed.folders].filter(([, folder]) => packages[folder]?.deprecated !== undefined);
  expect(deprecated).toEqual([]);
});
