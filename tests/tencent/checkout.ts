/**
 * A fresh clone of this repository as it is now, in a folder of its own, with the functions that are built here; the
 * installed packages are shared.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(fileURLToPath(import.meta.url), '../../..');

/** @returns its folder */
export function freshCheckout(): string {
  const folder = mkdtempSync(join(tmpdir(), 'checkout-'));
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root });
  for (const file of listed.toString().split('\0').filter(Boolean)) {
    const target = join(folder, file);
    mkdirSync(dirname(target), { recursive: true });
    copy(join(root, file), target);
  }
  for (const built of ['functions', 'functions.sdk', 'functions.build.json']) {
    copy(join(root, 'dist', built), join(folder, 'dist', built));
  }
  linkPackages(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** With its times: a build tells by them what has changed. */
function copy(source: string, target: string): void {
  cpSync(source, target, { recursive: true, preserveTimestamps: true });
}

/** A folder of links, so that nothing done to it can reach the packages of this checkout; newer than the lockfile. */
function linkPackages(source: string, target: string): void {
  mkdirSync(target);
  for (const name of readdirSync(source)) {
    if (name !== '.package-lock.json') symlinkSync(join(source, name), join(target, name), 'junction');
  }
  writeFileSync(join(target, '.package-lock.json'), '{}');
}
