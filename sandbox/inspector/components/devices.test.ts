import { expect, test } from 'vitest';
import { devices, scaleOf } from './devices.ts';

test('a device that fits is shown in its own size, a larger one reduced as far as it must be', () => {
  const [android] = devices;
  expect(scaleOf(android!, { widthPx: 1000, heightPx: 1000 })).toBe(1);
  expect(scaleOf(android!, { widthPx: 189, heightPx: 1000 })).toBe(0.5);
  expect(scaleOf(android!, { widthPx: 1000, heightPx: 409 })).toBe(0.5);
});
