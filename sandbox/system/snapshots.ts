/** Named snapshots of a whole sandbox, each a file: a large state is written and read in pieces, and takes no memory. */
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readSync, rmSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonReader } from '../json-reader.ts';
import { ControlProblem } from '../wechatpay/http/problem.ts';

export interface Snapshot {
  readonly name: string;
  /** Epoch ms on the machine's clock. */
  readonly savedAtMs: number;
  /** Epoch ms on the sandbox's clock. */
  readonly nowMs: number;
  /** How many payments had happened by then, as far as events are kept. */
  readonly payments: number;
}

export interface SnapshotSource {
  readonly nowMs: number;
  readonly payments: number;
  /** Texts of one JSON document, made as they are taken. */
  readonly simulator: Iterable<string>;
  /** The same; absent where the simulator runs alone. */
  readonly cloud?: Iterable<string>;
}

const longestName = 60;
const suffix = '.json';

export class Snapshots {
  readonly #snapshots = new Map<string, Snapshot>();
  /** Where they are kept across restarts; without one, in a temporary folder until `close`. */
  readonly #given: string | undefined;
  #temporary: string | undefined;
  /** One is saved after the other, so that each finds its name. */
  #saving: Promise<unknown> = Promise.resolve();

  /** @throws Error when a file in the folder is no snapshot, naming it. */
  constructor(folder?: string) {
    this.#given = folder;
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    const found = readdirSync(folder).filter((file) => file.endsWith(suffix));
    const read = found.map((file) => headOf(join(folder, file)));
    for (const snapshot of read.sort((a, b) => a.savedAtMs - b.savedAtMs)) {
      this.#snapshots.set(snapshot.name, snapshot);
    }
  }

  /** Whether they are there again after a restart. */
  get onDisk(): boolean {
    return this.#given !== undefined;
  }

  /** Oldest first. */
  list(): Snapshot[] {
    return [...this.#snapshots.values()];
  }

  /**
   * Replaces one of the same name. What changes in the sandbox while it is written is in it or not, but never half.
   * @param given the name; without one, a free one
   * @throws ControlProblem that says what a name may be; an error of the disk, which leaves the old one
   */
  save(given: unknown, source: SnapshotSource): Promise<Snapshot> {
    const saved = this.#saving.then(async () => {
      const name = snapshotName(given, this.list());
      const { nowMs, payments } = source;
      const snapshot: Snapshot = { name, savedAtMs: Date.now(), nowMs, payments };
      await writeTexts(this.#fileOf(name), textsOf(snapshot, source));
      this.#snapshots.delete(name);
      this.#snapshots.set(name, snapshot);
      return snapshot;
    });
    this.#saving = saved.catch(() => undefined);
    return saved;
  }

  /** The document of a snapshot: members `cloud`, if there is any, and `simulator`. Undefined when there is none. */
  async read(name: string): Promise<JsonReader | undefined> {
    return this.#snapshots.has(name) ? new JsonReader(await readFile(this.#fileOf(name))) : undefined;
  }

  /** @returns false when there was none of that name */
  delete(name: string): boolean {
    if (!this.#snapshots.delete(name)) return false;
    rmSync(this.#fileOf(name), { force: true });
    return true;
  }

  async close(): Promise<void> {
    await this.#saving;
    if (this.#temporary !== undefined) rmSync(this.#temporary, { recursive: true, force: true });
  }

  #fileOf(name: string): string {
    const folder = this.#given ?? this.#temporaryFolder();
    return join(folder, `${encodeURIComponent(name).replaceAll('.', '%2E')}${suffix}`);
  }

  #temporaryFolder(): string {
    this.#temporary ??= mkdtempSync(join(tmpdir(), 'wechatpay-sandbox-snapshots-'));
    return this.#temporary;
  }
}

/** The first line is enough to list it. */
function* textsOf(snapshot: Snapshot, { simulator, cloud }: SnapshotSource): Generator<string> {
  yield `${JSON.stringify(snapshot).slice(0, -1)},\n`;
  if (cloud !== undefined) {
    yield '"cloud":';
    yield* cloud;
    yield ',\n';
  }
  yield '"simulator":';
  yield* simulator;
  yield '}\n';
}

/** It contains private keys of made-up merchants. Written beside and renamed, so that it is never incomplete. */
async function writeTexts(path: string, texts: Iterable<string>): Promise<void> {
  const beside = `${path}.new`;
  try {
    const file = await open(beside, 'w', 0o600);
    try {
      for (const text of texts) await file.write(text);
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

function snapshotName(given: unknown, taken: readonly Snapshot[]): string {
  if (given === undefined || given === '') return freeName(taken);
  if (typeof given !== 'string' || given.trim() === '' || given.length > longestName) {
    throw new ControlProblem(
      400,
      'BAD_REQUEST',
      `A snapshot's name has 1 to ${longestName} characters.`,
      `快照名须为 1 到 ${longestName} 个字符。`,
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

/** Longer than any first line. */
const headBytes = 4096;

function headOf(path: string): Snapshot {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(headBytes);
    const [line = ''] = bytes.toString('utf8', 0, readSync(file, bytes)).split(',\n');
    const { name, savedAtMs, nowMs, payments } = JSON.parse(`${line}}`) as Snapshot;
    if (typeof name === 'string' && typeof payments === 'number') return { name, savedAtMs, nowMs, payments };
  } catch {
    // Whatever it is, it has no such first line.
  } finally {
    closeSync(file);
  }
  throw new Error(`${path} is no snapshot of a sandbox of this version.`);
}
