/** The guides' code blocks. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(fileURLToPath(import.meta.url), '../../..');
const folder = join(root, 'docs/guides');

export interface Block {
  readonly guide: string;
  /** Counted from 1. */
  readonly line: number;
  readonly language: string;
  /** The marker after the language: `cloud` needs the environment, `real-cloud` a person or the real one. */
  readonly mark: string;
  readonly text: string;
}

/** File names, English ones first in their alphabet. */
export function guideNames(): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .sort();
}

export function readGuide(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

export function blocksOf(guide: string): Block[] {
  const lines = readGuide(guide).split('\n');
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at++) {
    const fence = /^```(\w+)\s*(.*)$/.exec(lines[at]!);
    if (!fence) continue;
    const end = lines.indexOf('```', at + 1);
    blocks.push({
      guide,
      line: at + 1,
      language: fence[1]!,
      mark: fence[2]!.trim(),
      text: lines.slice(at + 1, end).join('\n'),
    });
    at = end;
  }
  return blocks;
}
