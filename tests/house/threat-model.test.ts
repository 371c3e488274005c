import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './source.ts';
import { testTitles } from './test-titles.ts';

interface Reference {
  readonly file: string;
  readonly test: string;
}

/** The last column of each row: `file` › title of the test, as it is written in the file. */
function referencesIn(document: string): Reference[] {
  const rows = readFileSync(join(root, document), 'utf8').matchAll(/\| `([^`]+\.test\.ts)` › (.+) \|$/gm);
  return [...rows].map(([, file, test]) => ({ file: file!, test: test! }));
}

const references = referencesIn('docs/threat-model.md');

describe('the threat model', () => {
  it('names a test for each threat', () => {
    const table = readFileSync(join(root, 'docs/threat-model.md'), 'utf8')
      .split('## Threats')[1]!
      .split('## ')[0]!;
    const rows = table
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .slice(1);
    expect(rows.length).toBeGreaterThan(40);
    expect(references).toHaveLength(rows.length);
  });

  it('names tests that exist', () => {
    const titles = new Map<string, string[]>();
    for (const { file } of references)
      if (existsSync(join(root, file)) && !titles.has(file)) titles.set(file, testTitles(file));
    expect(references.filter(({ file, test }) => !titles.get(file)?.includes(test))).toEqual([]);
  });

  it('is the same in Chinese', () => {
    expect(referencesIn('docs/threat-model.zh-CN.md')).toEqual(references);
  });
});

it('every deployed function has hostile requests of its own', () => {
  const { functions } = JSON.parse(readFileSync(join(root, 'cloudbaserc.json'), 'utf8'));
  const attacked = readFileSync(join(root, 'tests/attack/requests.ts'), 'utf8');
  const missing = functions.filter(
    ({ name }: { name: string }) => !new RegExp(`^  ${name}: `, 'm').test(attacked),
  );
  expect(missing).toEqual([]);
});
