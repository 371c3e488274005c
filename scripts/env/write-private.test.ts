import { spawn } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { newFolder } from './testing/merchant-files.ts';
import { readIfThere, writePrivateFile } from './write-private.ts';

const module = fileURLToPath(new URL('./write-private.ts', import.meta.url));

it('leaves a complete file wherever it is killed', async () => {
  const folder = newFolder();
  const file = folder.write('.env.local', 'start\n');
  const writer = `import { writePrivateFile } from ${JSON.stringify(module)};
    for (let round = 0; ; round++) {
      writePrivateFile(process.argv[1], String(round % 10).repeat(200_000) + '\\n');
      if (round === 3) process.stdout.write('running');
    }`;
  for (let kill = 0; kill < 3; kill++) {
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', writer, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    for (let read = 0; read < 20 + kill; read++)
      expect(readFileSync(file, 'utf8')).toMatch(/^(\d)\1{199999}\n$/);
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await ended;
    expect(readFileSync(file, 'utf8')).toMatch(/^(\d)\1{199999}\n$/);
  }
  writePrivateFile(file, 'end\n');
  expect(readIfThere(file)).toBe('end\n');
  folder.remove();
});

it('removes what it began when it cannot finish', () => {
  const folder = newFolder();
  expect(() => writePrivateFile(folder.path, 'x')).toThrow(/EISDIR|EEXIST|ENOTEMPTY|EPERM/);
  expect(
    readdirSync(join(folder.path, '..')).filter(
      (name) => name.endsWith('.draft') && name.startsWith('shop-'),
    ),
  ).toEqual([]);
  folder.remove();
});

it.skipIf(process.platform === 'win32')('follows a link to where the file really is', () => {
  const folder = newFolder();
  const target = folder.write('real', 'old');
  const link = join(folder.path, '.env.local');
  symlinkSync(target, link);
  writePrivateFile(link, 'new');
  expect(readFileSync(target, 'utf8')).toBe('new');
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  folder.remove();
});
