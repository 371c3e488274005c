import { afterEach, expect, it } from 'vitest';
import { SandboxClock } from './clock.ts';

let clock: SandboxClock | undefined;
afterEach(() => clock?.stop());

function at(startMs: number): SandboxClock {
  clock = new SandboxClock(() => startMs);
  return clock;
}

it('runs what falls due on the way, in order, each at its own moment', async () => {
  const seen: [string, number][] = [];
  const subject = at(1000);
  subject.schedule(4000, 'late', () => void seen.push(['late', subject.now()]));
  subject.schedule(2000, 'early', () => void seen.push(['early', subject.now()]));
  subject.schedule(9000, 'never', () => void seen.push(['never', subject.now()]));
  await subject.advance(5000);
  expect(seen).toEqual([
    ['early', 2000],
    ['late', 4000],
  ]);
  expect(subject.now()).toBe(6000);
  expect(subject.pending().map((task) => task.label)).toEqual(['never']);
});

it('runs in the same jump what a task schedules, when that falls due too', async () => {
  const seen: number[] = [];
  const subject = at(0);
  const repeat = (): void => {
    seen.push(subject.now());
    subject.schedule(subject.now() + 10, 'again', repeat);
  };
  subject.schedule(10, 'first', repeat);
  await subject.advance(35);
  expect(seen).toEqual([10, 20, 30]);
});

it('runs one task after the other, also when two jumps overlap', async () => {
  const seen: string[] = [];
  const subject = at(0);
  subject.schedule(1, 'slow', async () => {
    seen.push('slow starts');
    await new Promise((resolve) => setTimeout(resolve, 10));
    seen.push('slow ends');
  });
  subject.schedule(2, 'next', () => void seen.push('next'));
  await Promise.all([subject.advance(1), subject.advance(5)]);
  expect(seen).toEqual(['slow starts', 'slow ends', 'next']);
});

it('refuses to move backwards', async () => {
  const subject = at(1000);
  await expect(subject.advanceTo(999)).rejects.toThrow('only moves forward');
  expect(subject.now()).toBe(1000);
});

it('stays usable after a task failed', async () => {
  const subject = at(0);
  subject.schedule(1, 'bad', () => {
    throw new Error('broken task');
  });
  await expect(subject.advance(5)).rejects.toThrow('broken task');
  await subject.advance(5);
  expect(subject.now()).toBeGreaterThanOrEqual(5);
});

it('does not run a cancelled task', async () => {
  const seen: string[] = [];
  const subject = at(0);
  subject.schedule(1, 'cancelled', () => void seen.push('ran')).cancel();
  await subject.advance(5);
  expect(seen).toEqual([]);
});

it('runs a task in real time when its moment comes', async () => {
  clock = new SandboxClock();
  const startedAtMs = clock.now();
  const ranAtMs = await new Promise<number>((resolve) => {
    clock!.schedule(startedAtMs + 20, 'soon', () => resolve(clock!.now()));
    setTimeout(() => resolve(-1), 2000);
  });
  expect(ranAtMs).toBeGreaterThanOrEqual(startedAtMs + 20);
});
