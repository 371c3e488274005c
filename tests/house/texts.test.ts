import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root, sourceFiles } from './source.ts';
import { figuresOf, sayingsIn } from './texts.ts';

const product = sourceFiles().filter((file) => !/^tests\/|\.test\.ts$/.test(file));

describe('what is said in two languages', () => {
  it('has the same numbers and inserts the same values in both', () => {
    const different = product.flatMap((file) =>
      sayingsIn(readFileSync(join(root, file), 'utf8'))
        .filter(({ en, zh }) => figuresOf(en).join() !== figuresOf(zh).join())
        .map(({ en, zh }) => `${file}: ${en} / ${zh}`),
    );
    expect(different).toEqual([]);
  });

  it('is Chinese in the Chinese', () => {
    const foreign = product.flatMap((file) =>
      sayingsIn(readFileSync(join(root, file), 'utf8'))
        .filter(({ en, zh }) => /\p{L}{3} \p{L}{2}/u.test(en) && !/\p{Script=Han}/u.test(zh))
        .map(({ en, zh }) => `${file}: ${en} / ${zh}`),
    );
    expect(foreign).toEqual([]);
  });

  it('is found as it is written in a source', () => {
    const source = [
      "const one = { en: `§{have.join(', ')} of §{n} fen, 3 needed`, zh: `需要 3，§{n} 分中有 §{have.join('、')}` };",
      'const two = {\n  en: `a §{many ? `lot §{n}` : "}"} b`,\n  zh: \'没有\',\n};',
    ]
      .join('\n')
      .replaceAll('§', '$');
    const [one, two, ...more] = sayingsIn(source);
    expect(more).toEqual([]);
    expect(figuresOf(one!.en)).toEqual(['3', 'have', 'n']);
    expect(figuresOf(one!.zh)).toEqual(['3', 'have', 'n']);
    expect(two?.zh).toBe("'没有'");
    expect(two?.en).toMatch(/^`a .* b`$/);
  });
});
