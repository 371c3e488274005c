/** Named snapshots of a whole sandbox: in memory, and in a folder when there is one. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxEvent } from '../bus.ts';

export interface Snapshot {
  readonly name: string;
  /** Epoch ms on the machine's clock. */
  readonly savedAtMs: number;
  /** Epoch ms on the sandbox's clock. */
  readonly nowMs: number;
  readonly simulator: unknown;
  /** Absent where the simulator runs alone. */
  readonly cloud?: unknown;
  /** What had happened until then. */
  readonly events: readonly SandboxEvent[];
}

const longestName = 60;
const suffix = '.json';

export class Snapshots {
  readonly #snapshots = new Map<string, Snapshot>();
  readonly #folder: string | undefined;

  /** @throws Error when a file in the folder is no snapshot, naming it. */
  constructor(folder?: string) {
    this.#folder = folder;
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    const found = readdirSync(folder).filter((file) => file.endsWith(suffix));
    const read = found.map((file) => readSnapshot(join(folder, file)));
    for (const snapshot of read.sort((a, b) => a.savedAtMs - b.savedAtMs)) {
      this.#snapshots.set(snapshot.name, snapshot);
    }
  }

  /** Whether they are there again after a restart. */
  get onDisk(): boolean {
    return this.#folder !== undefined;
  }

  /** Oldest first. */
  list(): Snapshot[] {
    return [...this.#snapshots.values()];
  }

  get(name: string): Snapshot | undefined {
    return this.#snapshots.get(name);
  }

  /** Stores a copy: later changes in the sandbox do not affect it. Replaces one of the same name. */
  save(given: Snapshot): Snapshot {
    const snapshot = structuredClone(given);
    this.#snapshots.delete(snapshot.name);
    this.#snapshots.set(snapshot.name, snapshot);
    if (this.#folder !== undefined) {
      const file = this.#fileOf(this.#folder, snapshot.name);
      // It contains private keys of made-up merchants. Written to a temporary file and renamed, so that it is never
      // incomplete.
      writeFileSync(`${file}.new`, JSON.stringify(snapshot), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    }
    return snapshot;
  }

  /** @returns false when there was none of that name */
  delete(name: string): boolean {
    if (!this.#snapshots.delete(name)) return false;
    if (this.#folder !== undefined) rmSync(this.#fileOf(this.#folder, name), { force: true });
    return true;
  }

  #fileOf(folder: string, name: string): string {
    return join(folder, `${encodeURIComponent(name).replaceAll('.', '%2E')}${suffix}`);
  }
}

/** @throws RangeError that says what a name may be. */
export function snapshotName(given: unknown, taken: readonly Snapshot[]): string {
  if (given === undefined || given === '') return freeName(taken);
  if (typeof given !== 'string' || given.trim() === '' || given.length > longestName) {
    throw new RangeError(
      `快照名须为 1 到 ${longestName} 个字符。A snapshot's name has 1 to ${longestName} characters.`,
    );
  }
  return given.trim();
}

function freeName(taken: readonly Snapshot[]): string {
  const names = new Set(taken.map(({ name }) => name));
  let number = names.size + 1;
  while (names.has(`snapshot ${number}`)) number++;
  return `snapshot ${number}`;
}

function readSnapshot(file: string): Snapshot {
  try {
    const snapshot = JSON.parse(readFileSync(file, 'utf8')) as Snapshot;
    if (typeof snapshot.name === 'string' && Array.isArray(snapshot.events)) return snapshot;
  } catch (cause) {
    throw new Error(`${file} cannot be read as a snapshot: ${(cause as Error).message}`, { cause });
  }
  throw new Error(`${file} is no snapshot of a sandbox.`);
}
