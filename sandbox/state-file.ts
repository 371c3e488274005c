import { existsSync, readFileSync } from 'node:fs';
import { appendFile, rename, writeFile } from 'node:fs/promises';

export interface StateSource {
  /** The whole state, as JSON. */
  snapshot(): unknown;
  /** What changed since the last snapshot or the last changes, as JSON; undefined when nothing did. */
  changes?(): unknown;
}

export interface StoredState {
  readonly snapshot: unknown;
  /** In the order in which they were made. */
  readonly changes: readonly unknown[];
}

const writeAfterMs = 100;
/** After a write that failed: the disk may be full for a while, and nothing else may change until it is not. */
const retryAfterMs = 1000;
/** Changes are appended until they are this many times the snapshot in front of them, and at least this long. */
const mostChanges = 4;
const leastBytes = 8 * 1024 * 1024;

/**
 * Keeps a state in a file, soon after each change. The first line is a snapshot, each line after it what
 * changed: writing the whole of a large state each time would cost more than all the rest.
 */
export class StateFile {
  readonly #path: string;
  readonly #source: StateSource;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  /** The write that has not begun yet: it will have everything that changes until then. */
  #next: Promise<void> | undefined;
  #failed = false;
  #snapshotDue = true;
  #snapshotBytes = 0;
  #appendedBytes = 0;

  constructor(path: string, source: StateSource) {
    this.#path = path;
    this.#source = source;
  }

  /** @returns undefined when there is no file yet. @throws Error when it is not a state file. */
  static read(path: string): StoredState | undefined {
    if (!existsSync(path)) return undefined;
    try {
      const [snapshot, ...changes] = wholeLines(readFileSync(path)).map(
        (line) => JSON.parse(line) as unknown,
      );
      if (snapshot === undefined) throw new Error('it has no whole line');
      return { snapshot, changes };
    } catch (cause) {
      throw new Error(`${path} is not the state of a sandbox: ${(cause as Error).message}`);
    }
  }

  changed(): void {
    this.#timer ??= setTimeout(() => void this.write(), writeAfterMs).unref();
  }

  /** The state was replaced: the next write is a snapshot. */
  replaced(): void {
    this.#snapshotDue = true;
    this.changed();
  }

  /**
   * Resolves when what has changed so far is in the file: then a killed process takes back nothing that was answered. While
   * the disk takes nothing, it does not wait: the sandbox goes on in memory, which stderr says.
   */
  settled(): Promise<void> {
    if (this.#failed) return Promise.resolve();
    return this.#timer === undefined ? this.#writing : this.write();
  }

  /** Writes now. One write at a time; a failure is reported on stderr and tried again, since nothing else depends on it. */
  write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#next ??= this.#writing.then(() => this.#write());
    this.#writing = this.#next;
    return this.#next;
  }

  async #write(): Promise<void> {
    this.#next = undefined;
    try {
      await this.#writeNext();
      this.#failed = false;
    } catch (error) {
      this.#failed = true;
      this.#snapshotDue = true;
      this.#timer ??= setTimeout(() => void this.write(), retryAfterMs).unref();
      process.stderr.write(`sandbox: cannot write ${this.#path}: ${String(error)}\n`);
    }
  }

  async #writeNext(): Promise<void> {
    const grown = this.#appendedBytes > Math.max(leastBytes, mostChanges * this.#snapshotBytes);
    if (this.#snapshotDue || grown || !this.#source.changes) return this.#writeSnapshot();
    const changes = this.#source.changes();
    if (changes === undefined) return;
    const line = `${JSON.stringify(changes)}\n`;
    this.#appendedBytes += line.length;
    await appendFile(this.#path, line);
  }

  /** Written beside and renamed, so that a crash leaves the old state or the new one. */
  async #writeSnapshot(): Promise<void> {
    this.#snapshotDue = false;
    const line = `${JSON.stringify(this.#source.snapshot())}\n`;
    // It contains private keys, although of made-up merchants only.
    await writeFile(`${this.#path}.new`, line, { mode: 0o600 });
    await rename(`${this.#path}.new`, this.#path);
    this.#snapshotBytes = line.length;
    this.#appendedBytes = 0;
  }
}

/** Line by line, since the whole may be longer than a text can be. A last line that a crash cut off is left out. */
function wholeLines(bytes: Buffer): string[] {
  const lines: string[] = [];
  let start = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    lines.push(bytes.toString('utf8', start, end));
    start = end + 1;
  }
  return lines;
}
