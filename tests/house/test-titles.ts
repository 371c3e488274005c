/** The titles of the tests of a file, as they are written there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { parseAst } from 'vite';
import { root } from './source.ts';

interface Node {
  readonly type: string;
  readonly callee?: Node;
  readonly object?: Node;
  readonly tag?: Node;
  readonly name?: string;
  readonly value?: unknown;
  readonly arguments?: readonly Node[];
}

/** Of `it` and `test` in all their forms; not of `describe`. */
export function testTitles(file: string): string[] {
  const { code } = transformSync(readFileSync(join(root, file), 'utf8'), { loader: 'ts', charset: 'utf8' });
  const titles: string[] = [];
  visit(parseAst(code) as unknown as Node, (node) => {
    if (node.type !== 'CallExpression' || !/^(it|test)$/.test(nameOf(node.callee) ?? '')) return;
    const [title] = node.arguments ?? [];
    if (typeof title?.value === 'string') titles.push(title.value);
  });
  return titles;
}

/** `it` of `it.each([…])(…)`. */
function nameOf(node: Node | undefined): string | undefined {
  if (!node) return undefined;
  return node.type === 'Identifier' ? node.name : nameOf(node.callee ?? node.object ?? node.tag);
}

function visit(node: unknown, take: (node: Node) => void): void {
  if (Array.isArray(node)) for (const each of node) visit(each, take);
  else if (typeof node === 'object' && node !== null) {
    if ('type' in node) take(node as Node);
    for (const each of Object.values(node)) visit(each, take);
  }
}
