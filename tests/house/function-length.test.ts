import { expect, it } from 'vitest';
import { functionsLongerThan } from './function-length.ts';

const body = (lines: number) => Array.from({ length: lines }, (_, index) => `  line(${index});`).join('\n');

it.each([
  ['a declaration', `function long() {\n${body(69)}\n}`],
  ['an arrow', `const long = async (a: string) => {\n${body(69)}\n};`],
  [
    'a method',
    `class A {\n  async long(a: string): Promise<void> {\n${body(69).replace(/^/gm, '  ')}\n  }\n}`,
  ],
  [
    'a signature over several lines',
    `export function long(\n  a: string,\n  b: string,\n): void {\n${body(66)}\n}`,
  ],
])('counts the lines of %s', (_, text) => {
  expect(functionsLongerThan(70, text)).toHaveLength(1);
  expect(functionsLongerThan(71, text)).toHaveLength(0);
});

it('does not take a call or a literal for a function', () => {
  expect(functionsLongerThan(5, `const table = {\n${body(20)}\n};\nrun(\n${body(20)}\n);`)).toEqual([]);
});
