import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type SystemOptions, startSystem } from './system.ts';

let folder: string;
let options: SystemOptions;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'system-'));
  writeFileSync(join(folder, 'cloudbaserc.json'), JSON.stringify({ functions: [] }));
  // Without the first timers, which are for functions that fetch platform certificates.
  const own = { keyMode: 'public-key', seed: 'system', stateFolder: join(folder, 'state') } as const;
  options = { root: folder, port: 0, ...own };
});
afterEach(() => rmSync(folder, { recursive: true }));

const locks = () => readdirSync(join(folder, 'state')).filter((name) => name.includes('.lock'));

test('a second system on the same folder is refused until the first is closed', async () => {
  const first = await startSystem(options);
  await expect(startSystem(options)).rejects.toThrow(
    /in use by another sandbox on this machine \(process \d+\).*正被本机的另一个沙箱使用/,
  );
  await first.close();
  const second = await startSystem(options);
  await second.close();
  expect(locks()).toEqual([]);
});

test('a start that fails gives the folder back', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as { port: number };
  await expect(startSystem({ ...options, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  expect(locks()).toEqual([]);
  taken.close();
});
