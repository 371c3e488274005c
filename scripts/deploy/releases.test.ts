import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fingerprintOf } from '../cloud/fingerprint.ts';
import { addRelease, codeFolder, keepCode, readReleases } from './releases.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'releases-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function build(content: string): string {
  const folder = join(root, 'dist');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'inner'), { recursive: true });
  writeFileSync(join(folder, 'index.js'), content);
  writeFileSync(join(folder, 'inner', '.hidden'), 'secret');
  return folder;
}

function deploy(content: string, complete = true) {
  const folder = build(content);
  const fingerprint = fingerprintOf(folder);
  keepCode(root, 'shop', fingerprint, folder);
  const functions = { shop: { fingerprint, variables: ['A'] } };
  return addRelease(root, { envId: 'env', deployedAtMs: 1, complete, functions });
}

it('keeps the code of a deployment by its fingerprint, without files that begin with a dot', () => {
  const { number, functions } = deploy('one');
  const kept = codeFolder(root, 'shop', functions.shop!.fingerprint);
  expect(number).toBe(1);
  expect(readdirSync(kept, { recursive: true }).sort()).toEqual(['index.js', 'inner']);
  expect(fingerprintOf(kept)).toBe(functions.shop!.fingerprint);
});

it('numbers releases per environment and forgets the oldest with their code', () => {
  const first = deploy('one');
  for (let index = 0; index < 12; index++) deploy(`later ${index}`);
  const numbers = readReleases(root, 'env').map(({ number }) => number);
  expect(numbers).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
  expect(existsSync(codeFolder(root, 'shop', first.functions.shop!.fingerprint))).toBe(false);
  expect(readReleases(root, 'other')).toEqual([]);
});

it('never writes a value of a variable', () => {
  deploy('one');
  expect(JSON.stringify(readReleases(root, 'env'))).toContain('"variables":["A"]');
});

it('takes the same fingerprint for the same content, compiled code and dot files aside', () => {
  const fingerprint = fingerprintOf(build('one'));
  const folder = build('one');
  writeFileSync(join(folder, 'function.cache'), 'anything');
  expect(fingerprintOf(folder)).toBe(fingerprint);
  writeFileSync(join(folder, 'index.js'), 'two');
  expect(fingerprintOf(folder)).not.toBe(fingerprint);
});
