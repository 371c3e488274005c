/** Remembers what each output was made of, so that an unchanged function is not built again. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from './write.ts';

export interface Entry {
  /** Path from the root → `size:mtime` of every source file that went into it. */
  inputs: Record<string, string>;
  /** What else the output depends on: Node and esbuild versions, settings. */
  recipe: string;
  codeBytes: number;
  parts: { name: string; bytes: number }[];
  /** Names of the scripts that it loads from beside it: `sdk`, `wx-sdk`. */
  beside: string[];
}

export type Manifest = Record<string, Entry>;

export function readManifest(file: string): Manifest {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  } catch {
    return {};
  }
}

export function writeManifest(file: string, manifest: Manifest): void {
  writeWhole(file, `${JSON.stringify(manifest)}\n`);
}

/** Marks of the given files; a file that is gone has none, so it never compares equal. */
export function stampsOf(root: string, files: readonly string[]): Record<string, string> {
  return Object.fromEntries(files.map((file) => [file, stampOf(join(root, file))]));
}

export function isUnchanged(
  root: string,
  entry: Entry | undefined,
  recipe: string,
  outputs: string[],
): boolean {
  if (!entry || entry.recipe !== recipe || !outputs.every((file) => existsSync(file))) return false;
  return Object.entries(entry.inputs).every(([file, stamp]) => stampOf(join(root, file)) === stamp);
}

function stampOf(file: string): string {
  try {
    const { size, mtimeMs } = statSync(file);
    // In whole ms, which a copy with its times keeps.
    return `${size}:${Math.round(mtimeMs)}`;
  } catch {
    return `gone:${Math.random()}`;
  }
}
