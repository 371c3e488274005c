import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildFunctions } from './functions.ts';
import { type FunctionsRebuild, watchFunctions } from './watch.ts';

const root = join(fileURLToPath(import.meta.url), '../../..');

let work: string;
let rebuilds: FunctionsRebuild[];
let stop: () => Promise<void>;

const options = () => ({ root, sourceFolder: join(work, 'functions'), outFolder: join(work, 'out') });
const write = (name: string, source: string) => {
  mkdirSync(join(work, 'functions', name), { recursive: true });
  writeFileSync(join(work, 'functions', name, 'index.ts'), source);
};
const answering = (text: string) => `export const main = async () => '${text}';`;
const script = (name: string) => readFileSync(join(work, 'out', name, 'function.js'), 'utf8');
const answerOf = async (name: string): Promise<unknown> => {
  const file = join(work, 'out', name, 'index.js');
  const require = createRequire(file);
  delete require.cache[file];
  return (require(file) as { main: () => Promise<unknown> }).main();
};
/** Resolves with what was reported after `change`. */
const rebuildAfter = async (change: () => void): Promise<FunctionsRebuild> => {
  const before = rebuilds.length;
  change();
  await expect.poll(() => rebuilds.length).toBeGreaterThan(before);
  return rebuilds[before]!;
};

beforeEach(async () => {
  mkdirSync(join(root, 'dist'), { recursive: true });
  work = mkdtempSync(join(root, 'dist', 'test-watch-'));
  write('one', answering('first'));
  write('two', answering('other'));
  await buildFunctions(options());
  rebuilds = [];
  stop = await watchFunctions(options(), [], (rebuild) => rebuilds.push(rebuild));
});
afterEach(async () => {
  await stop();
  rmSync(work, { recursive: true });
});

describe('while functions are watched', () => {
  it('builds what a change touches, and only that, so that the next call runs it', async () => {
    const untouched = script('two');
    const { rebuilt, problems } = await rebuildAfter(() => write('one', answering('second')));
    expect({ rebuilt, problems }).toEqual({ rebuilt: ['one'], problems: [] });
    expect(await answerOf('one')).toBe('second');
    expect(script('two')).toBe(untouched);
  });

  it('reports an error with file and line, leaves what was built, and goes on when it is corrected', async () => {
    const before = script('one');
    const broken = await rebuildAfter(() => write('one', 'export const main = 1;\nconst = 2;'));
    const file = relative(root, join(work, 'functions/one/index.ts'));
    expect(broken.rebuilt).toEqual([]);
    expect(broken.problems).toEqual([expect.stringContaining(`${file}:2:7: `)]);
    expect(script('one')).toBe(before);
    const corrected = await rebuildAfter(() => write('one', answering('corrected')));
    expect(corrected).toMatchObject({ rebuilt: ['one'], problems: [] });
    expect(await answerOf('one')).toBe('corrected');
  });

  it('reports that the sources build again when they are as they were', async () => {
    await rebuildAfter(() => write('one', 'const = 2;'));
    const restored = await rebuildAfter(() => write('one', answering('first')));
    expect(restored.problems).toEqual([]);
  });

  it('leaves no compiled code of an older script; a build for deployment makes all of it anew', async () => {
    const compiled = () => readdirSync(join(work, 'out', 'one')).filter((name) => name.endsWith('.cache'));
    await rebuildAfter(() => write('one', answering('second')));
    expect(compiled()).toEqual([]);
    expect(script('one'), 'readable').toContain('async () =>');
    expect(script('one'), 'no debugger will look at it').not.toContain('sourceMappingURL');
    await stop();
    const [one] = await buildFunctions(options());
    expect(one).toMatchObject({ name: 'one', unchanged: false });
    expect(compiled()).toEqual(['function.cache']);
    expect(script('one')).not.toContain('async () =>');
  });
});

describe('a build for development', () => {
  const mapOf = (name: string) => {
    const [, base64 = ''] = /sourceMappingURL=data:application\/json;base64,(\S+)/.exec(script(name)) ?? [];
    return JSON.parse(Buffer.from(base64, 'base64').toString('utf8')) as { sources: string[] };
  };

  it('gives a function that is debugged a source map with absolute paths, though nothing has changed', async () => {
    const untouched = script('two');
    await rebuildAfter(() => write('one', answering('second')));
    const built = await buildFunctions({ ...options(), forDevelopment: { debugged: ['one'] } });
    expect(built.map(({ name, unchanged }) => [name, unchanged])).toEqual([
      ['one', false],
      ['two', true],
    ]);
    expect(mapOf('one').sources).toContain(join(work, 'functions/one/index.ts'));
    expect(script('two')).toBe(untouched);
    expect(await answerOf('one')).toBe('second');
  });
});
