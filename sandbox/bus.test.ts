import { describe, expect, it } from 'vitest';
import { type BusLimits, SandboxBus, sizeOf } from './bus.ts';

const bus = (limits?: BusLimits) => new SandboxBus(() => 1_000, limits);
const types = (given: SandboxBus, after = 0) => given.since(after).map(({ type }) => type);

describe('the bus', () => {
  it('begins with a start that names the run', () => {
    const one = bus();
    one.publish('order', {});
    expect(types(one)).toEqual(['reset', 'order']);
    expect(one.since(0)[0]?.data).toEqual({ reason: 'start', runId: one.runId, snapshot: undefined });
    expect(bus().runId).not.toBe(one.runId);
  });

  it('keeps the beginning when it forgets what came after', () => {
    const one = bus({ events: 10, bytes: 100_000 });
    for (let count = 0; count < 40; count++) one.publish('order', { count });
    expect(types(one)[0]).toBe('reset');
    expect(types(one).length).toBeLessThan(15);
    expect(types(one, 39)).not.toContain('reset');
  });

  it('keeps less when the events are long, the newest first', () => {
    const one = bus({ events: 1_000, bytes: 100_000 });
    for (let n = 0; n < 100; n++) one.publish('exchange', { n, body: '付'.repeat(5_000) });
    const kept = one.history();
    expect(kept.at(-1)?.data).toMatchObject({ n: 99 });
    const bytes = kept.reduce((sum, event) => sum + sizeOf(event), 0);
    expect(bytes).toBeLessThan(110_000);
    expect(kept.length).toBeGreaterThanOrEqual(9);
  });

  it('starts over with the history of a snapshot, under new numbers, for readers that are here and that come later', () => {
    const one = bus();
    one.publish('order', { kept: true }, 'A');
    const history = one.history();
    one.publish('order', { kept: false }, 'B');
    const heard: string[] = [];
    one.subscribe(({ type, outTradeNo }) => heard.push(`${type} ${outTradeNo ?? ''}`));
    const before = one.since(0).at(-1)!.id;
    one.startOver('restore', history, 'mine');
    expect(heard).toEqual(['reset ', 'order A']);
    expect(one.since(0).map(({ data }) => data)).toEqual([
      { reason: 'restore', runId: one.runId, snapshot: 'mine' },
      { kept: true },
    ]);
    expect(one.since(before)).toHaveLength(2);
    expect(one.history().map(({ atMs, outTradeNo }) => [atMs, outTradeNo])).toEqual([[1_000, 'A']]);
  });

  it('in pieces lets others publish between them, and ends when it starts over again', async () => {
    const one = bus();
    for (let at = 0; at < 500; at++) one.publish('order', at, 'OLD');
    const old = one.history();
    const all = one.startOverInPieces('restore', old);
    one.publish('order', 'meanwhile', 'NEW');
    await all;
    expect(one.history()).toHaveLength(501);
    expect(one.history().findIndex(({ outTradeNo }) => outTradeNo === 'NEW')).toBe(200);
    const cut = one.startOverInPieces('restore', old);
    one.startOver('reset');
    await cut;
    expect(one.history()).toEqual([]);
  });
});
