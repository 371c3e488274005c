/** `npm run products -- import FILE`, without the process around it. */
import type { Documents } from '../../shared/core/ports.ts';
import { CommandFailure } from '../env/failure.ts';
import { checkSellers, type ProductChange, planImport, priceText, writeChange } from './plan.ts';
import { type ImportedProduct, toProduct } from './product.ts';
import { type RowProblem, readRows } from './rows.ts';

export interface ImportContext {
  readonly fileName: string;
  readonly content: Uint8Array;
  readonly documents: Documents;
  readonly say: (text: string) => void;
  /** Whether to write what was shown. */
  readonly confirm: () => Promise<boolean>;
}

/** @throws CommandFailure with every line that is wrong, and nothing written */
export async function importProducts(context: ImportContext): Promise<void> {
  const { fileName, content, documents, say } = context;
  const products = readProducts(fileName, content);
  const sellerProblems = await checkSellers(documents, products);
  if (sellerProblems.length > 0) throw wrongLines(fileName, sellerProblems);
  const plan = await planImport(
    documents,
    products.map(([, product]) => product),
  );
  say(renderPlan(plan));
  const changes = plan.filter(({ kind }) => kind !== 'same');
  if (changes.length === 0) return;
  if (!(await context.confirm())) {
    say('没有写入。Nothing was written.');
    return;
  }
  await writeAll(documents, changes);
  say(`已写入 ${changes.length} 个商品。Wrote ${changes.length} products.`);
}

type Line = readonly [line: number, product: ImportedProduct];

function readProducts(fileName: string, content: Uint8Array): Line[] {
  const { rows, problems } = readRows(content);
  const wrong: RowProblem[] = [...problems];
  const products = new Map<string, Line>();
  for (const row of rows) {
    const product = toProduct(row);
    if (Array.isArray(product)) {
      wrong.push(...product);
      continue;
    }
    const earlier = products.get(product._id);
    if (earlier) wrong.push(twice(row.line, product._id, earlier[0]));
    else products.set(product._id, [row.line, product]);
  }
  if (wrong.length > 0) throw wrongLines(fileName, wrong);
  return [...products.values()];
}

async function writeAll(documents: Documents, changes: readonly ProductChange[]): Promise<void> {
  for (const [index, change] of changes.entries()) {
    try {
      await writeChange(documents, change);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new CommandFailure({
        zh: `写入 ${change.product._id} 时失败：${message}\n此前的 ${index} 个商品已写入，其余 ${changes.length - index} 个没有；再执行一次会写入剩余的。`,
        en: `Writing ${change.product._id} failed: ${message}\nThe ${index} products before it are written, the other ${changes.length - index} are not; run it again to write them.`,
      });
    }
  }
}

function renderPlan(plan: readonly ProductChange[]): string {
  const lines = plan.flatMap(({ kind, product, differences }) => {
    const { _id, title, price, onSale } = product;
    if (kind === 'same') return [];
    if (kind === 'add') return [`+ ${_id}  ${title}  ${priceText(price)}${onSale ? '' : '  (off sale)'}`];
    return [
      `~ ${_id}  ${title}`,
      ...differences.map(({ field, from, to }) => `    ${field}: ${from || '""'} → ${to || '""'}`),
    ];
  });
  const same = plan.filter(({ kind }) => kind === 'same').length;
  if (lines.length === 0) return `${same} 个商品都没有变化。All ${same} products are unchanged.`;
  return [...lines, ...(same > 0 ? [`= ${same} 个不变 · unchanged`] : [])].join('\n');
}

function wrongLines(fileName: string, problems: readonly RowProblem[]): CommandFailure {
  const sorted = [...problems].sort((a, b) => a.line - b.line);
  const lines = sorted.map(
    ({ line, zh, en }) =>
      `  ${fileName}:${line}  ${zh}\n  ${' '.repeat(`${fileName}:${line}`.length)}  ${en}`,
  );
  return new CommandFailure({
    zh: `${lines.join('\n')}\n没有写入任何内容。`,
    en: 'Nothing was written.',
  });
}

function twice(line: number, id: string, earlier: number): RowProblem {
  return {
    line,
    zh: `${id} 在第 ${earlier} 行已经出现过。`,
    en: `${id} already appears in line ${earlier}.`,
  };
}
