import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StateFile } from './state-file.ts';

/** The whole file. */
function read(file: string) {
  const stored = StateFile.read(file);
  return stored && { snapshot: stored.snapshot, changes: [...stored.changes] };
}

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'state-file-'));
  path = join(folder, 'state.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A state that is a list of numbers, and what was added since the last write. */
function counter() {
  let saved = 0;
  const numbers: number[] = [];
  const source = {
    snapshot() {
      saved = numbers.length;
      return { numbers: [...numbers] };
    },
    changes() {
      const added = numbers.slice(saved);
      saved = numbers.length;
      return added.length > 0 ? { added } : undefined;
    },
  };
  return { numbers, source };
}

test('the first write is a snapshot, those after it append what changed', async () => {
  const { numbers, source } = counter();
  const file = new StateFile(path, source);
  numbers.push(1);
  await file.write();
  numbers.push(2, 3);
  await file.write();
  await file.write();
  numbers.push(4);
  await file.write();
  expect(read(path)).toEqual({
    snapshot: { numbers: [1] },
    changes: [{ added: [2, 3] }, { added: [4] }],
  });
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(4);
});

test('a source without changes is written as a whole each time', async () => {
  const { numbers, source } = counter();
  const file = new StateFile(path, { snapshot: source.snapshot });
  numbers.push(1);
  await file.write();
  numbers.push(2);
  await file.write();
  expect(read(path)).toEqual({ snapshot: { numbers: [1, 2] }, changes: [] });
});

test('a state that was replaced is written as a snapshot', async () => {
  const { numbers, source } = counter();
  const file = new StateFile(path, source);
  await file.write();
  numbers.push(1);
  file.replaced();
  await file.write();
  expect(read(path)).toEqual({ snapshot: { numbers: [1] }, changes: [] });
});

test('a change that was cut off is left out; what was written before it is kept', async () => {
  const { numbers, source } = counter();
  const file = new StateFile(path, source);
  await file.write();
  numbers.push(1);
  await file.write();
  appendFileSync(path, '{"added":[2');
  expect(read(path)?.changes).toEqual([{ added: [1] }]);
});

test('changes are gathered into a snapshot before they are many times its size', async () => {
  let changes = 0;
  const large = 'x'.repeat(1024 * 1024);
  const file = new StateFile(path, {
    snapshot: () => ({ changes }),
    changes: () => ({ change: ++changes, large }),
  });
  for (let count = 0; count < 12; count++) await file.write();
  expect(statSync(path).size).toBeLessThan(9 * large.length);
  const stored = read(path)!;
  const { changes: before } = stored.snapshot as { changes: number };
  expect(before).toBeGreaterThan(0);
  expect(before + stored.changes.length).toBe(changes);
});

test('is written by itself soon after a change', async () => {
  const { source } = counter();
  const file = new StateFile(path, source);
  file.changed();
  await expect.poll(() => existsSync(path)).toBe(true);
});

test('cannot be read by other users', async () => {
  await new StateFile(path, counter().source).write();
  expect(statSync(path).mode & 0o077).toBe(0);
});

test.each(['', 'hello', '{"numbers":[1]}', '{"numbers":[1]}\n{broken\n'])(
  'refuses %j, which is no state',
  (text) => {
    writeFileSync(path, text);
    expect(() => read(path)).toThrow(/not the state of a sandbox/);
  },
);

test('a write that failed is made good once the disk takes it, without another change', async () => {
  const { numbers, source } = counter();
  const file = new StateFile(path, source);
  numbers.push(1);
  mkdirSync(`${path}.new`);
  await file.write();
  expect(read(path)).toBeUndefined();
  rmSync(`${path}.new`, { recursive: true });
  await expect.poll(() => read(path)?.snapshot).toEqual({ numbers: [1] });
});

test('what was changed is in the file once it has settled, and changes of the same moment are one write', async () => {
  const { numbers, source } = counter();
  const file = new StateFile(path, source);
  await file.write();
  const settled = Array.from({ length: 50 }, (_, number) => {
    numbers.push(number);
    file.changed();
    return file.settled();
  });
  await Promise.all(settled);
  expect(read(path)?.changes).toEqual([{ added: numbers }]);
  await file.settled();
  expect(read(path)?.changes).toHaveLength(1);
});

test('nobody waits for a disk that takes nothing, after the write that showed it', async () => {
  const { source } = counter();
  let snapshots = 0;
  const snapshot = () => {
    snapshots++;
    return source.snapshot();
  };
  const file = new StateFile(path, { ...source, snapshot });
  mkdirSync(`${path}.new`);
  for (let count = 0; count < 20; count++) {
    file.changed();
    await file.settled();
  }
  expect(snapshots).toBe(1);
  await file.close();
});

/** Numbers by name; in pieces of one, with what changed since. */
function pieces() {
  const numbers = new Map<string, unknown>();
  let touched = new Set<string>();
  const set = (name: string, value: unknown) => {
    touched.add(name);
    numbers.set(name, value);
  };
  const source = {
    snapshot() {
      touched = new Set();
      return {};
    },
    *parts() {
      for (const [name, value] of numbers) yield { [name]: value };
    },
    changes() {
      const changed = Object.fromEntries([...touched].map((name) => [name, numbers.get(name)]));
      touched = new Set();
      return Object.keys(changed).length > 0 ? changed : undefined;
    },
  };
  const stored = () => Object.assign({}, ...(read(path)?.changes ?? [{}]));
  return { numbers, set, source, stored };
}

test('a state in pieces is written while it changes, and what changed is behind them', async () => {
  const { numbers, set, source, stored } = pieces();
  for (let count = 0; count < 50; count++) set(`n${count}`, 0);
  const parts = function* () {
    for (const part of source.parts()) {
      yield part;
      if (numbers.size < 80) set(`later${numbers.size}`, 1);
      set('n0', numbers.size);
    }
  };
  await new StateFile(path, { ...source, parts }).write();
  expect(stored()).toEqual(Object.fromEntries(numbers));
});

test('a file that has become long is rewritten while changes go on to be appended to it', async () => {
  const { numbers, set, source, stored } = pieces();
  const file = new StateFile(path, source);
  const large = 'x'.repeat(1024 * 1024);
  const sizes: number[] = [];
  for (let round = 0; round < 5; round++) {
    for (let count = 0; count < 7; count++) {
      set('large', `${round}${large}`);
      set(`n${numbers.size}`, count);
      await file.write();
      sizes.push(statSync(path).size);
    }
    // A kill at any moment finds every change that was written.
    expect(stored()).toEqual(Object.fromEntries(numbers));
  }
  expect(sizes.filter((size, at) => size < sizes[at - 1]!).length).toBeGreaterThan(0);
  await file.close();
  expect(readdirSync(folder)).toEqual(['state.json']);
});
