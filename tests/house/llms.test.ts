import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documents } from '../../scripts/llms/llms.ts';
import { root } from './source.ts';

const text = readFileSync(join(root, 'llms.txt'), 'utf8');
const linked = [...text.matchAll(/\]\(([^)]+)\)/g)].map((match) => match[1]!);

describe('llms.txt', () => {
  it('links only to what exists, and lists each document', () => {
    expect(linked.filter((file) => !existsSync(join(root, file)))).toEqual([]);
    const missing = documents(root).filter((file) => !linked.includes(file));
    expect(missing, 'not listed: run npx tsx scripts/llms.ts').toEqual([]);
  });
});

describe('the skill of coding agents', () => {
  const folder = 'docs/skills/wechatpay-cloudbase';
  const skill = readFileSync(join(root, folder, 'SKILL.md'), 'utf8');

  it('links only to what exists', () => {
    const links = [...skill.matchAll(/\]\((?!https?:)([^)#]+)/g)].map((match) => match[1]!);
    expect(links.filter((link) => !existsSync(join(root, folder, link)))).toEqual([]);
  });

  it('names commands of this repository', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
    const named = [...skill.matchAll(/`npm (?:run )?([\w:]+)/g)].map((match) => match[1]!);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
  });
});
