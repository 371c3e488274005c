import { describe, expect, it } from 'vitest';
import { findDue, workThroughDue } from './due.ts';
import type { Document } from './ports.ts';
import { memoryDocuments } from './testing/documents.ts';

const nowMs = 1_000_000;
const queue = { collection: 'jobs', field: 'dueAtMs', where: { kind: 'a' } };

interface Job extends Document {
  readonly kind: string;
  readonly dueAtMs: number | null;
}

function setup(count: number) {
  const documents = memoryDocuments();
  const jobs = Array.from(
    { length: count },
    (_, index): Job => ({
      _id: `job-${index}`,
      kind: 'a',
      dueAtMs: nowMs - index,
    }),
  );
  documents.put('jobs', ...jobs);
  const logged: { event: string; fields: Record<string, unknown> }[] = [];
  const write = (event: string, fields: Record<string, unknown> = {}) => void logged.push({ event, fields });
  const log = { info: write, warn: write, error: write };
  const ports = { clock: { nowMs: () => nowMs }, documents, log };
  const run = { concurrency: 3, hasTime: () => true, retryMs: 60_000 };
  const done = async ({ _id }: Job) => void (await documents.update('jobs', _id, {}, { dueAtMs: null }));
  return { ports, run, documents, logged, done };
}

describe('what is due', () => {
  it('is found by its time and the conditions of the queue, the longest waiting first', async () => {
    const { ports, documents } = setup(3);
    const others: Job[] = [
      { _id: 'later', kind: 'a', dueAtMs: nowMs + 1 },
      { _id: 'never', kind: 'a', dueAtMs: null },
      { _id: 'other', kind: 'b', dueAtMs: 0 },
    ];
    documents.put('jobs', ...others);
    expect((await findDue<Job>(ports, queue, 10)).map(({ _id }) => _id)).toEqual(['job-2', 'job-1', 'job-0']);
    expect(await findDue<Job>(ports, queue, 1)).toHaveLength(1);
  });

  it('is all done in one run, however much it is', async () => {
    const { ports, run, done } = setup(1201);
    const seen: string[] = [];
    await workThroughDue<Job>(ports, queue, run, async (job) => {
      seen.push(job._id);
      await done(job);
    });
    expect(new Set(seen).size).toBe(1201);
    expect(seen).toHaveLength(1201);
  });

  it('is worked on once per run, also when its due time does not change', async () => {
    const { ports, run } = setup(600);
    const seen: string[] = [];
    await workThroughDue<Job>(ports, queue, run, async ({ _id }) => void seen.push(_id));
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('is left to the next run when the time is up', async () => {
    const { ports, run, done } = setup(20);
    let worked = 0;
    const hasTime = () => worked < 5;
    await workThroughDue<Job>(ports, queue, { ...run, hasTime }, async (job) => {
      worked++;
      await done(job);
    });
    expect(worked).toBeGreaterThanOrEqual(5);
    expect(worked).toBeLessThan(5 + run.concurrency);
    await workThroughDue<Job>(ports, queue, { ...run, hasTime: () => false }, async () => {
      worked = Number.NaN;
    });
    expect(worked).not.toBeNaN();
  });
});

describe('a run of the timer', () => {
  it('asks the database once for what is due when it is little', async () => {
    const { ports, run, documents, done } = setup(3);
    let queries = 0;
    documents.interrupt = async (when, operation) => {
      if (when === 'before' && operation.startsWith('find')) queries += 1;
    };
    await workThroughDue<Job>(ports, queue, run, done);
    expect(queries).toBe(1);
  });

  it('begins nothing when the query alone took all its time', async () => {
    const { ports, run, documents } = setup(3);
    let time = true;
    documents.interrupt = async () => {
      time = false;
    };
    const worked: string[] = [];
    const work = async ({ _id }: Job) => void worked.push(_id);
    await workThroughDue<Job>(ports, queue, { ...run, hasTime: () => time }, work);
    expect(worked).toEqual([]);
  });
});

describe('an item whose work throws', () => {
  it('is logged with its _id, is postponed, and does not stop the others', async () => {
    const { ports, run, documents, logged, done } = setup(3);
    await workThroughDue<Job>(ports, queue, run, async (job) => {
      if (job._id === 'job-1') throw new Error('broken');
      await done(job);
    });
    expect(documents.peek<Job>('jobs', 'job-1')?.dueAtMs).toBe(nowMs + 60_000);
    expect(logged).toEqual([
      {
        event: 'due.item_failed',
        fields: { collection: 'jobs', _id: 'job-1', error: expect.objectContaining({ message: 'broken' }) },
      },
    ]);
    expect(await findDue(ports, queue, 10)).toEqual([]);
  });

  it('keeps the due time that its work had already set', async () => {
    const { ports, run, documents } = setup(1);
    await workThroughDue<Job>(ports, queue, run, async ({ _id }) => {
      await documents.update('jobs', _id, {}, { dueAtMs: nowMs + 5 });
      throw new Error('afterwards');
    });
    expect(documents.peek<Job>('jobs', 'job-0')?.dueAtMs).toBe(nowMs + 5);
  });

  it('is logged twice when it cannot even be postponed', async () => {
    const { ports, run, documents, logged } = setup(1);
    documents.update = () => Promise.reject(new Error('no database'));
    await workThroughDue<Job>(ports, queue, run, () => Promise.reject(new Error('broken')));
    expect(logged.map(({ event }) => event)).toEqual(['due.item_failed', 'due.turn_not_moved']);
  });
});
