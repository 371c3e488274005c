import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { appendFile, open, rename, rm } from 'node:fs/promises';

export interface StateSource {
  /** The whole state, as JSON; where there are `parts`, what is not in them. */
  snapshot(): unknown;
  /**
   * The rest of the state in pieces of the form of changes, so that a large one is written without a pause. The state may
   * change between two of them: what changes is in the next `changes`.
   */
  parts?(): Iterable<unknown>;
  /** What changed since the last snapshot or the last changes, as JSON; undefined when nothing did. */
  changes?(): unknown;
}

export interface StoredState {
  readonly snapshot: unknown;
  /** In the order in which they were made; read as they are taken, once. @throws Error when one cannot be read */
  readonly changes: Iterable<unknown>;
}

const writeAfterMs = 100;
/** After a write that failed: the disk may be full for a while, and nothing else may change until it is not. */
const retryAfterMs = 1000;
/** Changes are appended until they are as long as the snapshot in front of them, and at least this long. */
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
  /** While the file is rewritten beside itself: the lines that were appended meanwhile. */
  #meanwhile: string[] | undefined;
  #rewriting: Promise<void> = Promise.resolve();

  constructor(path: string, source: StateSource) {
    this.#path = path;
    this.#source = source;
  }

  /** @returns undefined when there is no file yet. @throws Error when it is not a state file. */
  static read(path: string): StoredState | undefined {
    if (!existsSync(path)) return undefined;
    const changes = valuesIn(path);
    const { done, value: snapshot } = changes.next();
    if (done) throw notAState(path, 'it has no whole line');
    return { snapshot, changes };
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

  /** Writes what has changed, and nothing afterwards. The file stays as long as it is. */
  async close(): Promise<void> {
    this.#meanwhile = undefined;
    await this.#rewriting;
    await this.write();
    clearTimeout(this.#timer);
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
    const { parts, changes } = this.#source;
    if (this.#snapshotDue || !changes || (this.#isLong() && !parts)) return this.#writeSnapshot();
    const changed = changes.call(this.#source);
    if (changed === undefined) return;
    const line = `${JSON.stringify(changed)}\n`;
    this.#appendedBytes += line.length;
    this.#meanwhile?.push(line);
    if (parts && this.#isLong() && !this.#meanwhile) this.#rewriting = this.#rewrite();
    await appendFile(this.#path, line);
  }

  #isLong(): boolean {
    return this.#appendedBytes > Math.max(leastBytes, this.#snapshotBytes);
  }

  /** Written beside and renamed, so that a crash leaves the old state or the new one. */
  async #writeSnapshot(): Promise<void> {
    this.#snapshotDue = false;
    this.#meanwhile = undefined;
    const bytes = await this.#writeParts(`${this.#path}.new`, () => true);
    const { parts, changes } = this.#source;
    const changed = parts && changes?.call(this.#source);
    if (changed !== undefined) await appendFile(`${this.#path}.new`, `${JSON.stringify(changed)}\n`);
    await this.#replace(`${this.#path}.new`, bytes);
  }

  /** The same for a file that has become long, while changes go on to be appended to it. */
  async #rewrite(): Promise<void> {
    const lines: string[] = [];
    this.#meanwhile = lines;
    const isWanted = () => this.#meanwhile === lines;
    const beside = `${this.#path}.rewritten`;
    const failed = (error: unknown) => {
      if (isWanted()) this.#meanwhile = undefined;
      // It goes on to be appended to, and is rewritten when it has grown as much again.
      this.#appendedBytes = 0;
      process.stderr.write(`sandbox: cannot rewrite ${this.#path}: ${String(error)}\n`);
    };
    const finish = async (bytes: number) => {
      if (!isWanted()) return rm(beside, { force: true });
      await appendFile(beside, lines.join(''));
      this.#meanwhile = undefined;
      await this.#replace(beside, bytes);
    };
    await this.#writeParts(beside, isWanted).then((bytes) => {
      this.#writing = this.#writing.then(() => finish(bytes)).catch(failed);
    }, failed);
  }

  async #replace(file: string, bytes: number): Promise<void> {
    await rename(file, this.#path);
    this.#snapshotBytes = bytes;
    this.#appendedBytes = 0;
  }

  /** @returns how long it has become */
  async #writeParts(path: string, isWanted: () => boolean): Promise<number> {
    const first = `${JSON.stringify(this.#source.snapshot())}\n`;
    const parts = this.#source.parts?.() ?? [];
    // It contains private keys, although of made-up merchants only.
    const file = await open(path, 'w', 0o600);
    try {
      let bytes = first.length;
      await file.write(first);
      for (const part of parts) {
        if (!isWanted()) break;
        const line = `${JSON.stringify(part)}\n`;
        bytes += line.length;
        await file.write(line);
      }
      return bytes;
    } finally {
      await file.close();
    }
  }
}

const readAtOnce = 1024 * 1024;

function notAState(path: string, why: string): Error {
  return new Error(`${path} is not the state of a sandbox: ${why}.`);
}

function* valuesIn(path: string): Generator<unknown, undefined> {
  for (const line of wholeLines(path)) yield parsed(path, line);
}

function parsed(path: string, line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw notAState(path, (error as Error).message);
  }
}

/** Line by line, since the whole may be longer than a text can be. A last line that a crash cut off is left out. */
function* wholeLines(path: string): Generator<string> {
  const file = openSync(path, 'r');
  try {
    let begun: Buffer[] = [];
    for (;;) {
      const buffer = Buffer.allocUnsafe(readAtOnce);
      const bytes = buffer.subarray(0, readSync(file, buffer));
      if (bytes.length === 0) return;
      let start = 0;
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
        yield Buffer.concat([...begun, bytes.subarray(start, end)]).toString();
        begun = [];
        start = end + 1;
      }
      begun.push(bytes.subarray(start));
    }
  } finally {
    closeSync(file);
  }
}
