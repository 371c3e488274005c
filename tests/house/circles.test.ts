import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { circlesIn } from './circles.ts';
import { imports, sourceFiles } from './source.ts';

describe('circles', () => {
  it('are found whatever their length, and nothing else is', () => {
    const graph = new Map([
      ['a', ['b', 'c']],
      ['b', ['d']],
      ['c', ['d']],
      ['d', ['e']],
      ['e', ['d', 'f']],
      ['f', []],
      ['g', ['h']],
      ['h', ['i']],
      ['i', ['g', 'a']],
      ['self', ['self']],
    ]);
    expect(circlesIn(graph).sort()).toEqual([['d', 'e'], ['g', 'h', 'i'], ['self']]);
  });
});

describe('the house', () => {
  it('has no circle of imports, type-only ones included', () => {
    const files = sourceFiles();
    expect(files.length).toBeGreaterThan(500);
    expect(circlesIn(new Map(files.map((file) => [file, targetsOf(file, files)])))).toEqual([]);
  });
});

function targetsOf(file: string, files: readonly string[]): string[] {
  return imports(file)
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ specifier }) => normalize(join(dirname(file), specifier)))
    .flatMap((target) => files.filter((one) => one === target || one === `${target}.ts`));
}
