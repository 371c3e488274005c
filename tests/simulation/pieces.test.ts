import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { faultPoints } from './faults.ts';
import { add, missingFrom, nothing, type Piece, PieceLog } from './pieces.ts';

const folder = mkdtempSync(join(tmpdir(), 'pieces-'));
afterAll(() => rmSync(folder, { recursive: true }));

const piece = (from: number, changes: Partial<Piece> = {}): Piece => ({
  ...{ from, stories: 500, tookMs: 10, processorMs: 20, failed: [] },
  ...{ hits: { 'timer late': 2 }, counts: { orders: 3 } },
  ...changes,
});

it('adds pieces up, in any order', () => {
  const later = piece(501, { failed: [777], hits: { 'timer twice': 1 }, counts: { orders: 1, refunds: 0 } });
  expect([later, piece(1)].reduce(add, nothing)).toEqual({
    ...{ from: 1, stories: 1000, tookMs: 20, processorMs: 40, failed: [777] },
    ...{ hits: { 'timer late': 2, 'timer twice': 1 }, counts: { orders: 4, refunds: 0 } },
  });
});

it('goes on with the pieces that are not in the file, and with none of another version', () => {
  const [bundle, file] = [join(folder, 'bundle.mjs'), join(folder, 'log.jsonl')];
  writeFileSync(bundle, 'one');
  new PieceLog(file, bundle).add(piece(1));
  const again = new PieceLog(file, bundle);
  expect(again.find(1, 500)).toEqual(piece(1));
  expect([again.find(501, 500), again.find(1, 100)]).toEqual([undefined, undefined]);
  writeFileSync(bundle, 'two');
  expect(new PieceLog(file, bundle).find(1, 500)).toBeUndefined();
});

it('names each fault that never happened, and each operation that no story came to', () => {
  const hits = Object.fromEntries(faultPoints.map((name) => [name, 1]));
  expect(missingFrom({ stories: 1, hits, counts: { orders: 1 } })).toEqual([]);
  const without = { hits: { ...hits, 'timer late': 0 }, counts: { orders: 0, refunds: 1 } };
  expect(missingFrom({ stories: 1, ...without })).toEqual(['timer late', 'orders']);
  const rare = 'applications that WeChat Pay never got';
  const missing = (stories: number) => missingFrom({ stories, hits, counts: { [rare]: 0 } });
  expect([missing(19_999), missing(20_000)]).toEqual([[], [rare]]);
  expect(faultPoints.length).toBeGreaterThanOrEqual(60);
});
