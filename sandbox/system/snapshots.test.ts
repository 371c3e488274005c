import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SandboxBus } from '../bus.ts';
import { HistoryFile } from './history-file.ts';
import { Snapshots } from './snapshots.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'snapshots-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const snapshot = (name: string, simulator: unknown = {}) => ({
  name,
  savedAtMs: 1,
  nowMs: 2,
  simulator,
  events: [],
});

describe('snapshots in a folder', () => {
  it.each(['付款前', '../outside', 'a/b', '.', 'with.dots'])(
    'are there again after a restart: %s',
    (name) => {
      new Snapshots(folder).save(snapshot(name));
      const again = new Snapshots(folder);
      expect(again.list().map((each) => each.name)).toEqual([name]);
      again.delete(name);
      expect(new Snapshots(folder).list()).toEqual([]);
    },
  );

  it('that cannot be read are named', () => {
    writeFileSync(join(folder, 'broken.json'), '{');
    expect(() => new Snapshots(folder)).toThrow('broken.json');
  });
});

it('a snapshot stays as it was, though the state that it was taken of goes on', () => {
  const state = { orders: ['A'] };
  const snapshots = new Snapshots();
  snapshots.save(snapshot('one', state));
  state.orders.push('B');
  expect(snapshots.get('one')?.simulator).toEqual({ orders: ['A'] });
});

describe('the history in a file', () => {
  const bus = () => new SandboxBus(() => 5);
  const open = (given: SandboxBus) => new HistoryFile(join(folder, 'history.jsonl'), given);

  it('is the history of the next run, and begins anew with a reset', () => {
    const first = bus();
    const file = open(first);
    first.publish('order', { n: 1 }, 'A');
    first.startOver('reset');
    first.publish('order', { n: 2 }, 'B');
    file.close();
    const second = bus();
    open(second).close();
    expect(second.history().map(({ outTradeNo, data }) => [outTradeNo, data])).toEqual([['B', { n: 2 }]]);
    expect(second.since(0)[0]?.data).toMatchObject({ reason: 'start', runId: second.runId });
  });

  it('does without a line that a crash cut short', () => {
    const first = bus();
    const file = open(first);
    first.publish('order', { n: 1 }, 'A');
    file.close();
    writeFileSync(join(folder, 'history.jsonl'), '{"type":"order","outTradeNo":"A","data":1}\n{"type":"ord');
    const second = bus();
    open(second).close();
    expect(second.history()).toHaveLength(1);
  });

  it('stays within its limit, and keeps the newest events', () => {
    const path = join(folder, 'history.jsonl');
    const sizeOf = (file: string) => (existsSync(file) ? readFileSync(file).length : 0);
    for (let run = 0; run < 20; run++) {
      const given = bus();
      const file = new HistoryFile(path, given, 1_000);
      for (let n = 0; n < 10; n++) given.publish('order', { n: run * 10 + n }, 'A');
      file.close();
      expect(sizeOf(path) + sizeOf(`${path}.old`)).toBeLessThanOrEqual(2_000);
    }
    const last = bus();
    open(last).close();
    const kept = last.history().map(({ data }) => (data as { n: number }).n);
    expect(kept.length).toBeGreaterThanOrEqual(10);
    expect(kept).toEqual(kept.map((_, at) => 200 - kept.length + at));
  });

  it('does not add to a line that a crash cut short', () => {
    const path = join(folder, 'history.jsonl');
    writeFileSync(path, '{"type":"ord');
    const first = bus();
    const file = open(first);
    first.publish('order', { n: 1 }, 'A');
    file.close();
    const second = bus();
    open(second).close();
    expect(second.history().map(({ data }) => data)).toEqual([{ n: 1 }]);
  });

  it('outlives a disk that takes nothing, and is whole once it takes something again', async () => {
    const path = join(folder, 'history.jsonl');
    const first = bus();
    const file = open(first);
    const reported = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    rmSync(path);
    mkdirSync(path);
    first.publish('order', { n: 1 }, 'A');
    await expect.poll(() => reported.mock.calls.join()).toContain('cannot write');
    reported.mockRestore();
    rmSync(path, { recursive: true });
    first.publish('order', { n: 2 }, 'A');
    file.close();
    const second = bus();
    open(second).close();
    expect(second.history().map(({ data }) => data)).toEqual([{ n: 1 }, { n: 2 }]);
  });
});
