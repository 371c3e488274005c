import { expect, test, vi } from 'vitest';
import { allPages, isSamePlace } from './lists';

test('all pages of a long list are loaded, in order, each once', async () => {
  const load = vi.fn(async (offset: number) => ({
    items: Array.from({ length: Math.min(200, 4446 - offset) }, (_, index) => offset + index),
    total: 4446,
  }));
  const loaded = await allPages(load);
  expect(loaded).toEqual({ items: Array.from({ length: 4446 }, (_, index) => index) });
  expect(load).toHaveBeenCalledTimes(23);
});

test('a page that does not load makes the whole a problem, so that no bank is missing unnoticed', async () => {
  const load = async (offset: number) =>
    offset < 400 ? { items: [offset], total: 1000 } : { problem: '网络' };
  expect(await allPages(load)).toEqual({ problem: '网络' });
});

test('a place is the same with and without its suffix, and no other', () => {
  expect(isSamePlace('内蒙古', '内蒙古自治区')).toBe(true);
  expect(isSamePlace('北京市', '北京')).toBe(true);
  expect(isSamePlace('吉林市', '吉安市')).toBe(false);
  expect(isSamePlace('', '北京市')).toBe(false);
});
