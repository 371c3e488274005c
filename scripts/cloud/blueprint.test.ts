import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { collections, internalFunctions, notifyPaths, paymentFunctions } from './blueprint.ts';

const root = join(fileURLToPath(import.meta.url), '../../..');
const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');
const names = collections.map(({ name }) => name).sort();

/** Names that a constant of shared/ gives to a collection. */
function collectionsInCode(): string[] {
  const files = readdirSync(join(root, 'shared'), { recursive: true, encoding: 'utf8' });
  const production = files.filter(
    (file) => file.endsWith('.ts') && !/\.test\.ts$|[\\/]testing[\\/]/.test(file),
  );
  const found = production.flatMap((file) =>
    [...read('shared', file).matchAll(/\b(?:\w*C|c)ollection = '(\w+)'/g)].map((match) => match[1]!),
  );
  return [...new Set(found)].sort();
}

/** Function → what its index.ts exports, e.g. `userFunction`. */
function entries(): [string, string][] {
  return readdirSync(join(root, 'functions')).map((name) => [name, read('functions', name, 'index.ts')]);
}

describe('the list of what a deployment has', () => {
  it('has the collections that the code names, and no other', () => {
    expect(collectionsInCode()).toEqual(names);
  });

  it('has the collections of the sandbox', () => {
    const list = /const collections = \[([^\]]*)\]/.exec(read('sandbox', 'system', 'system.ts'))?.[1] ?? '';
    expect([...list.matchAll(/'(\w+)'/g)].map((match) => match[1]).sort()).toEqual(names);
  });

  it('closes to clients exactly the functions that serve none', () => {
    const servesClients = (source: string) =>
      /\b(userFunction|operatorFunction)\(|\b(user|operator):/.test(source);
    const closed = entries().filter(([, source]) => !servesClients(source));
    expect(closed.map(([name]) => name).sort()).toEqual([...internalFunctions].sort());
  });

  it('knows every function that places orders', () => {
    const placing = entries().filter(([, source]) => /create\w*OrderPorts/.test(source));
    expect(placing.map(([name]) => name).sort()).toEqual([...paymentFunctions].sort());
  });

  it('gives each account a path of its own', () => {
    expect(notifyPaths('/pay-notify', ['direct', 'ecommerce'])).toEqual([
      '/pay-notify/direct',
      '/pay-notify/ecommerce',
    ]);
    expect(notifyPaths('/pay-notify', ['partner'])).toEqual(['/pay-notify/partner']);
  });
});
