import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { TestClient } from './client.ts';
import { dayMs, minuteMs } from './money.ts';
import type { Sandbox } from './sandbox.ts';

export const hourMs = 60 * minuteMs;
export const chinaDay = (ms: number) => new Date(ms + 8 * hourMs).toISOString().slice(0, 10);

/** Moves the clock to the next noon in China, so that no test straddles two days. @returns that day */
export async function startAtNoon(sandbox: Sandbox): Promise<string> {
  const noon = Math.ceil((sandbox.clock.now() + 8 * hourMs) / dayMs) * dayMs + 4 * hourMs;
  await sandbox.control('POST', '/clock', { now: noon });
  return chinaDay(noon);
}

/** The answer to a GET, with its raw bytes, since a bill is not JSON. */
export async function download(
  sandbox: Sandbox,
  client: TestClient,
  url: string,
): Promise<{ bytes: Buffer; headers: Headers }> {
  const target = url.replace(/^https?:\/\/[^/]+/, '');
  const authorization = client.authorize('GET', target, '');
  const headers = { accept: '*/*', 'user-agent': 'test', authorization };
  const response = await sandbox.fetch(new Request(`http://127.0.0.1:8700${target}`, { headers }));
  expect(response.status).toBe(200);
  return { bytes: Buffer.from(await response.arrayBuffer()), headers: response.headers };
}

/** A bill as a table, read as the official description has it. */
export function parseBill(bytes: Buffer) {
  const lines = bytes.toString('utf8').split('\r\n');
  expect(lines.pop()).toBe('');
  const cells = (line: string) => {
    expect(line.startsWith('`')).toBe(true);
    return line.slice(1).split(',`');
  };
  const summary = lines.slice(-2);
  const columns = lines[0]!.split(',');
  const rows = lines.slice(1, -2).map((line) => {
    const values = cells(line);
    expect(values).toHaveLength(columns.length);
    return Object.fromEntries(columns.map((column, index) => [column, values[index]!]));
  });
  return { columns, rows, summary: cells(summary[1]!), summaryColumns: summary[0]!.split(',') };
}

export async function fetchBill(sandbox: Sandbox, client: TestClient, target: string) {
  const applied = await client.get(target);
  expect([applied.status, applied.json]).toEqual([
    200,
    { hash_type: 'SHA1', hash_value: expect.any(String), download_url: expect.any(String) },
  ]);
  const { bytes, headers } = await download(sandbox, client, applied.json.download_url);
  const hash = createHash('sha1').update(bytes).digest('hex');
  return { ...parseBill(bytes), bytes, headers, hash, applied: applied.json };
}
