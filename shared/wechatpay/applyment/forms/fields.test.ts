import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { email, url } from './fields.ts';

/** As long as an event of callFunction may be. */
const hostileLength = 100_000;

it.each([
  ['a URL', url(1024), `http://${'.'.repeat(hostileLength)} `],
  ['an e-mail address', email(), `a@${'.'.repeat(hostileLength)} `],
  ['an e-mail address of at signs', email(), `${'a.'.repeat(hostileLength / 2)}@ `],
])('refuses %s that would keep a pattern busy, by its length alone', (_, schema, value) => {
  // CPU time, whatever else the machine does.
  const before = process.cpuUsage();
  expect(z.safeParse(schema, value).success).toBe(false);
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000);
});
