import { expect, test } from 'vitest';
import { idsToDrop } from './retention.ts';
import type { Notification } from './types.ts';

const notification = (id: string, state: Notification['state']) => ({ id, state }) as Notification;

test('the oldest callbacks that are over are dropped, never one that still comes', () => {
  const all = [
    notification('a', 'held'),
    notification('b', 'delivered'),
    notification('c', 'pending'),
    notification('d', 'exhausted'),
    notification('e', 'undeliverable'),
  ];
  expect(idsToDrop(all, 1)).toEqual(['b', 'd']);
  expect(idsToDrop(all, 3)).toEqual([]);
});
