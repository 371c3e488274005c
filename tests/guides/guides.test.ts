/** What the guides say, against the code. Their commands are run in tests/e2e/guides.test.ts. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toProduct } from '../../scripts/products/product.ts';
import { readRows } from '../../scripts/products/rows.ts';
import { sourceFiles } from '../house/source.ts';
import { blocksOf, guideNames, readGuide, root } from './blocks.ts';

const names = guideNames();
const english = names.filter((name) => !name.endsWith('.zh-CN.md'));
const chinese = (name: string) => name.replace('.md', '.zh-CN.md');
const sources = (folder: string) =>
  sourceFiles()
    .filter((file) => file.startsWith(`${folder}/`) && !file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('\n');

it('are there in both languages, and each is in the index', () => {
  expect(names.filter((name) => name.endsWith('.zh-CN.md')).sort()).toEqual(english.map(chinese).sort());
  for (const name of english.filter((each) => each !== 'README.md')) {
    expect(readGuide('README.md')).toContain(`(${name})`);
    expect(readGuide('README.zh-CN.md')).toContain(`(${chinese(name)})`);
  }
});

describe.each(english)('%s', (name) => {
  it('has the same blocks in both languages', () => {
    const plain = (guide: string) =>
      blocksOf(guide).map(({ language, mark, text }) => ({ language, mark, text }));
    expect(plain(chinese(name))).toEqual(plain(name));
  });

  it('links to what exists', () => {
    for (const guide of [name, chinese(name)]) {
      const links = [...readGuide(guide).matchAll(/\]\((?!https?:)([^)#]+)/g)].map((match) => match[1]!);
      const missing = links.filter((link) => !existsSync(join(root, 'docs/guides', dirname(guide), link)));
      expect(missing, guide).toEqual([]);
    }
  });

  it('has commands that every shell takes', () => {
    const scripts = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts as object;
    for (const { text, mark } of blocksOf(name).filter(({ language }) => language === 'sh')) {
      expect(['', 'cloud', 'real-cloud']).toContain(mark);
      for (const line of text.split('\n')) {
        expect(line).toMatch(/^(npm run [\w:]+|npx tcb login|node -e "[^"]+")( -- [^|<>$`'\\;&]+)?$/);
      }
      const used = [...text.matchAll(/^npm run ([\w:]+)/gm)].map((match) => match[1]);
      expect(Object.keys(scripts)).toEqual(expect.arrayContaining(used));
    }
  });

  it('names findings of the doctor and log events that exist', () => {
    const doctor = sources('scripts');
    const logged = `${sources('shared')}\n${sources('functions')}`;
    for (const guide of [name, chinese(name)]) {
      const text = readGuide(guide);
      for (const [, id] of text.matchAll(/`((?:live|callback|notify-url)-[a-z0-9-]+)`/g)) {
        expect(doctor, `${guide}: ${id}`).toContain(`'${id}'`);
      }
      for (const [, event] of text.matchAll(/log:"(?!ORDER_NUMBER")([\w.]+)"/g)) {
        expect(logged, `${guide}: ${event}`).toContain(`'${event}'`);
      }
    }
  });
});

it('products.md shows files that can be imported', () => {
  const examples = blocksOf('products.md').filter(({ language }) => ['csv', 'json'].includes(language));
  expect(examples.map(({ language }) => language)).toEqual(['csv', 'json']);
  for (const { text } of examples) {
    const { rows, problems } = readRows(new TextEncoder().encode(text));
    expect(problems).toEqual([]);
    expect(rows.map(toProduct).filter(Array.isArray)).toEqual([]);
  }
});

it('migration.md names calls of the package and routes that exist', () => {
  const text = readGuide('migration.md');
  const routes = sources('shared/wechatpay/routes');
  const named = [...text.matchAll(/client\.request\('([^']+)'/g)].map((match) => match[1]!);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((route) => !routes.includes(`'${route}'`))).toEqual([]);
  const index = readFileSync(join(root, 'shared/wechatpay/index.ts'), 'utf8');
  for (const name of [
    'createClient',
    'createPlatformKeys',
    'parseNotification',
    'verifySignature',
    'paySign',
    'encryptOaep',
  ]) {
    expect(text).toContain(name);
    expect(index).toContain(name);
  }
});
