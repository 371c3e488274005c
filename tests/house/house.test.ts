import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { functionsLongerThan } from './function-length.ts';
import { imports, root, sourceFiles } from './source.ts';

/** From a folder, the folders it may import. `types` may be imported by type only. */
const allowed: Record<string, { code: string[]; types?: string[] }> = {
  'shared/contract': { code: [] },
  'shared/wechatpay': { code: [] },
  // An adapter names the port that it implements.
  'shared/cloudbase': { code: [], types: ['shared/core'] },
  'shared/core': { code: ['shared/contract', 'shared/wechatpay'] },
  'shared/weixin': { code: ['shared/core'] },
  'shared/shop': { code: ['shared/merchants', 'shared/core', 'shared/contract'] },
  'shared/merchants': { code: ['shared/core', 'shared/contract', 'shared/wechatpay'] },
  'shared/payments': {
    code: ['shared/merchants', 'shared/shop', 'shared/core', 'shared/contract', 'shared/wechatpay'],
  },
  'shared/app': {
    code: [
      'shared/payments',
      'shared/merchants',
      'shared/shop',
      'shared/core',
      'shared/contract',
      'shared/wechatpay',
      'shared/weixin',
      'shared/cloudbase',
    ],
  },
  functions: {
    code: ['shared/app', 'shared/payments', 'shared/merchants', 'shared/shop', 'shared/contract'],
  },
  sandbox: { code: ['sandbox'] },
  miniprogram: { code: [], types: ['shared/contract'] },
};

/** Folders that get clock, randomness and environment as arguments. */
const coreFolders = ['core', 'shop', 'merchants', 'payments', 'wechatpay', 'weixin'].map(
  (name) => `shared/${name}`,
);

const inFolder = (file: string, folder: string) => file === folder || file.startsWith(`${folder}/`);
const folderOf = (file: string) => Object.keys(allowed).find((folder) => inFolder(file, folder));

describe('the house', () => {
  const files = sourceFiles();
  const production = files.filter((file) => !isTestSupport(file));

  it('has source files to look at', () => {
    expect(files.length).toBeGreaterThan(20);
  });

  it('imports only in the direction that the architecture allows', () => {
    const wrong = production.filter(folderOf).flatMap((file) => forbiddenImports(file));
    expect(wrong).toEqual([]);
  });

  it('keeps files to 350 lines and functions to 70', () => {
    const written = files.filter((file) => !inFolder(file, 'shared/wechatpay/routes/generated'));
    const long = written.flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      const lines = text.trimEnd().split('\n').length;
      const functions = file.endsWith('.test.ts') ? [] : functionsLongerThan(70, text);
      return [
        ...(lines > 350 ? [`${file}: ${lines} lines`] : []),
        ...functions.map((found) => `${file}: ${found}`),
      ];
    });
    expect(long).toEqual([]);
  });

  it('takes clock, randomness and environment as arguments in the core', () => {
    const forbidden = ['Date.now(', 'new Date()', 'Math.random(', 'process.env'];
    const core = production.filter((file) => coreFolders.some((folder) => inFolder(file, folder)));
    const found = core.flatMap((file) => {
      const code = withoutComments(readFileSync(join(root, file), 'utf8'));
      return forbidden.filter((use) => code.includes(use)).map((use) => `${file}: ${use}`);
    });
    expect(found).toEqual([]);
  });

  it('loads axios in one file, and jsrsasign in no deployed one', () => {
    const deployed = production.filter((file) => inFolder(file, 'shared') || inFolder(file, 'functions'));
    const users = (name: string) =>
      deployed.filter((file) => imports(file).some((entry) => entry.specifier === name && !entry.typeOnly));
    expect(users('axios')).toEqual(['shared/wechatpay/http/axios-transport.ts']);
    expect(users('jsrsasign')).toEqual([]);
  });

  it('deploys each function folder, and has a folder for each function that it deploys', () => {
    const config = JSON.parse(readFileSync(join(root, 'cloudbaserc.json'), 'utf8'));
    const configured = config.functions.map((entry: { name: string }) => entry.name).sort();
    const folders = [
      ...new Set(files.filter((file) => inFolder(file, 'functions')).map((file) => file.split('/')[1]!)),
    ].sort();
    expect(folders).toEqual(configured);
    for (const name of configured) {
      expect(existsSync(join(root, 'functions', name, 'index.ts')), `functions/${name}/index.ts`).toBe(true);
    }
  });

  it('expects no pattern in toMatchObject, which takes any text for a match of any pattern', () => {
    const bracketed = /\((?:[^()]|\([^()]*\))*\)/.source;
    const pattern = new RegExp(`toMatchObject\\((?:[^()]|${bracketed})*?[:,[]\\s*/(?![/*])`);
    expect('toMatchObject({ text: call(a(b)), en: /any/ })').toMatch(pattern);
    expect('toMatchObject({ en: expect.stringMatching(/this/) }) // a: /b/').not.toMatch(pattern);
    const tests = files.filter((file) => file.endsWith('.test.ts') && file !== 'tests/house/house.test.ts');
    expect(tests.filter((file) => pattern.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });

  it('leaves no marker of unfinished or silenced work', () => {
    const markers =
      /\b(TODO|FIXME|XXX)\b|@ts-ignore|@ts-nocheck|\bas any\b|\b(it|test|describe)\.(skip|todo|only)\b/;
    const found = files
      .filter((file) => file !== 'tests/house/house.test.ts')
      .filter((file) => markers.test(readFileSync(join(root, file), 'utf8')));
    expect(found).toEqual([]);
  });
});

function forbiddenImports(file: string): string[] {
  const from = folderOf(file)!;
  const rule = allowed[from]!;
  return imports(file)
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map((entry) => ({ ...entry, target: normalize(join(dirname(file), entry.specifier)) }))
    .filter(({ target }) => !inFolder(target, from))
    .filter(({ target, typeOnly }) => {
      const permitted = [...rule.code, ...(typeOnly ? (rule.types ?? []) : [])];
      return !permitted.some((folder) => inFolder(target, folder));
    })
    .map(({ specifier, typeOnly }) => `${file} imports ${typeOnly ? 'types of ' : ''}${specifier}`);
}

function isTestSupport(file: string): boolean {
  return file.endsWith('.test.ts') || file.includes('/testing/') || file.startsWith('tests/');
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}
