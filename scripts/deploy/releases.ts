/**
 * What was deployed from this machine: `.releases/` keeps the code of the last deployments by fingerprint and, per
 * environment, which functions were deployed with which variable names. Values are never kept.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { writeWhole } from '../build/write.ts';
import { readIfThere } from '../env/write-private.ts';

export interface Release {
  /** Counts up, per environment. */
  readonly number: number;
  readonly envId: string;
  /** Epoch ms. */
  readonly deployedAtMs: number;
  /** All was as wanted when it was read back. */
  readonly complete: boolean;
  /** What runs since then, also of functions that this deployment did not touch. */
  readonly functions: Readonly<Record<string, ReleasedFunction>>;
}

export interface ReleasedFunction {
  readonly fingerprint: string;
  /** Names only. */
  readonly variables: readonly string[];
}

const kept = 10;

function releasesFolder(root: string): string {
  return join(root, '.releases');
}

export function codeFolder(root: string, name: string, fingerprint: string): string {
  return join(releasesFolder(root), 'functions', `${name}-${fingerprint}`);
}

/** Oldest first. */
export function readReleases(root: string, envId: string): Release[] {
  const text = readIfThere(fileOf(root, envId));
  return text === undefined ? [] : (JSON.parse(text) as Release[]);
}

/** Keeps a function's built code, whole or not at all. */
export function keepCode(root: string, name: string, fingerprint: string, folder: string): void {
  const target = codeFolder(root, name, fingerprint);
  if (existsSync(target)) return;
  const draft = `${target}.${process.pid}.draft`;
  cpSync(folder, draft, { recursive: true, filter: (source) => !basename(source).startsWith('.') });
  renameSync(draft, target);
}

/** Adds a release and forgets what is too old. @returns it, with its number */
export function addRelease(root: string, release: Omit<Release, 'number'>): Release {
  const earlier = readReleases(root, release.envId);
  const added = { number: (earlier.at(-1)?.number ?? 0) + 1, ...release };
  const all = [...earlier, added].slice(-kept);
  mkdirSync(releasesFolder(root), { recursive: true });
  writeWhole(fileOf(root, release.envId), `${JSON.stringify(all, null, 2)}\n`);
  forgetCode(root);
  return added;
}

function forgetCode(root: string): void {
  const folder = releasesFolder(root);
  const releases = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => readReleases(root, basename(file, '.json')));
  const used = new Set(
    releases.flatMap(({ functions }) =>
      Object.entries(functions).map(([name, { fingerprint }]) => `${name}-${fingerprint}`),
    ),
  );
  const code = join(folder, 'functions');
  for (const name of existsSync(code) ? readdirSync(code) : []) {
    if (!used.has(name)) rmSync(join(code, name), { recursive: true, force: true });
  }
}

function fileOf(root: string, envId: string): string {
  return join(releasesFolder(root), `${envId}.json`);
}
