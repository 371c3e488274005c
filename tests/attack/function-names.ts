import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../house/source.ts';

/** Every function that is deployed. */
export function functionNames(): string[] {
  const { functions } = JSON.parse(readFileSync(join(root, 'cloudbaserc.json'), 'utf8'));
  return functions.map(({ name }: { name: string }) => name);
}
