import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildPhone, type PhoneBuildOutcome } from './build.ts';

describe('a build', () => {
  const files = {
    'app.json': '{"pages":["p/i"]}',
    'app.ts': 'App({})',
    'p/i.wxml': '<view>hi</view>',
    'p/i.ts': 'Page({})',
  };
  const projectWith = (changes: Record<string, string | undefined>) =>
    buildPhone(mkdtempSync(join(tmpdir(), 'phone-')), { miniprogramDir: folderWith(changes) });
  const folderWith = (changes: Record<string, string | undefined>) => {
    const dir = mkdtempSync(join(tmpdir(), 'mini-'));
    for (const [name, text] of Object.entries({ ...files, ...changes })) {
      if (text === undefined) continue;
      mkdirSync(dirname(join(dir, name)), { recursive: true });
      writeFileSync(join(dir, name), text);
    }
    return dir;
  };

  test('of a sound project has no problems', async () => {
    expect((await projectWith({})).problems).toEqual([]);
  });

  test.each([
    ['a tag that is not closed', { 'p/i.wxml': '<view>' }, /p\/i\.wxml:1:\d+/],
    [
      'what the template compiler only warns of',
      { 'p/i.wxml': '<view class="a" class="b"/>' },
      /duplicated attribute/,
    ],
    ['a missing template', { 'p/i.wxml': undefined }, /p\/i\.wxml is missing/],
    ['a missing script', { 'p/i.ts': undefined }, /p\/i\.ts is missing/],
    ['a script that does not parse', { 'p/i.ts': 'Page({' }, /i\.ts:1/],
    ['styles that do not parse', { 'p/i.wxss': '.a {' }, /p\/i\.wxss/],
    [
      'a component that does not exist',
      { 'p/i.json': '{"usingComponents":{"x":"/c/x"}}' },
      /c\/x\.wxml is missing/,
    ],
    ['JSON that does not parse', { 'p/i.json': '{' }, /i\.json/],
  ])('of a project with %s names it', async (_, changes, message) => {
    await expect(projectWith(changes)).rejects.toThrow(message);
  });

  test('that watches is there again after a change, with another version', async () => {
    const dir = folderWith({});
    const out = mkdtempSync(join(tmpdir(), 'phone-'));
    let told = (_: PhoneBuildOutcome) => {};
    const rebuilt = new Promise<PhoneBuildOutcome>((resolve) => {
      told = resolve;
    });
    const first = await buildPhone(out, {
      miniprogramDir: dir,
      watch: true,
      onRebuild: (outcome) => told(outcome),
    });
    writeFileSync(join(dir, 'p/i.wxml'), '<view>changed</view>');
    const second = await rebuilt;
    await first.stop();
    expect(second.version).not.toBe(first.version);
    expect(readFileSync(join(out, 'app.js'), 'utf8')).toContain('changed');
    expect(JSON.parse(readFileSync(join(out, 'version.json'), 'utf8'))).toEqual({ version: second.version });
  });
});
