import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
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

const source = (simulator: Iterable<string> = ['{}'], cloud?: Iterable<string>) => ({
  nowMs: 2,
  payments: 1,
  simulator,
  ...(cloud !== undefined && { cloud }),
});

async function contentOf(snapshots: Snapshots, name: string): Promise<unknown> {
  return (await snapshots.read(name))?.value();
}

describe('snapshots in a folder', () => {
  it.each(['付款前', '../outside', 'a/b', '.', 'with.dots'])(
    'are there again after a restart: %s',
    async (name) => {
      await new Snapshots(folder).save(name, source(['{"a":', '1}'], ['{"documents":', '["b"]}']));
      const again = new Snapshots(folder);
      expect(again.list()).toEqual([{ name, savedAtMs: expect.any(Number), nowMs: 2, payments: 1 }]);
      expect(await contentOf(again, name)).toMatchObject({
        simulator: { a: 1 },
        cloud: { documents: ['b'] },
      });
      again.delete(name);
      expect(new Snapshots(folder).list()).toEqual([]);
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it.each(['{', '{"name":"of another version"}\n'])('that cannot be read are named: %s', (text) => {
    writeFileSync(join(folder, 'broken.json'), text);
    expect(() => new Snapshots(folder)).toThrow('broken.json');
  });

  it('stay what they were when a later one of the same name cannot be written', async () => {
    const snapshots = new Snapshots(folder);
    await snapshots.save('one', source(['{"a":1}']));
    function* failing() {
      yield '{';
      throw new Error('the disk is full');
    }
    await expect(snapshots.save('one', source(failing()))).rejects.toThrow('the disk is full');
    expect(await contentOf(snapshots, 'one')).toMatchObject({ simulator: { a: 1 } });
    expect(readdirSync(folder)).toEqual(['one.json']);
  });
});

it('snapshots without a folder are gone when the sandbox ends', async () => {
  const temporary = () =>
    readdirSync(tmpdir()).filter((name) => name.startsWith('wechatpay-sandbox-snapshots-'));
  const before = temporary();
  const snapshots = new Snapshots();
  await snapshots.save('one', source(['{"a":1}']));
  const [made, ...more] = temporary().filter((name) => !before.includes(name));
  expect(more).toEqual([]);
  expect(await contentOf(snapshots, 'one')).toMatchObject({ simulator: { a: 1 } });
  await snapshots.close();
  expect(temporary()).not.toContain(made);
});

it('two snapshots that are saved at once get names of their own', async () => {
  const snapshots = new Snapshots(folder);
  await Promise.all([snapshots.save(undefined, source()), snapshots.save('', source())]);
  expect(snapshots.list().map(({ name }) => name)).toEqual(['snapshot 1', 'snapshot 2']);
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
