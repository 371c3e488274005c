/** Keeps a value in a file: shortly after each change, and when asked. */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const saveAfterMs = 300;

export class StateFile {
  readonly #path: string;
  readonly #read: () => unknown;
  #timer: NodeJS.Timeout | undefined;

  constructor(path: string, read: () => unknown) {
    this.#path = path;
    this.#read = read;
  }

  /** @throws SyntaxError when the file is not JSON. */
  static read(path: string): unknown {
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
  }

  touch(): void {
    this.#timer ??= setTimeout(() => this.save(), saveAfterMs).unref();
  }

  save(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // Written beside and renamed, so that a crash leaves the old state or the new one.
    const temporary = `${this.#path}.${randomUUID()}.tmp`;
    writeFileSync(temporary, JSON.stringify(this.#read()));
    renameSync(temporary, this.#path);
  }
}
