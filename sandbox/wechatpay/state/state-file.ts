import { existsSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';

const settleMs = 100;

/** Keeps a snapshot in a file: written some 100 ms after a change, as a whole, so that it is never half. */
export class StateFile {
  readonly #file: string;
  readonly #snapshot: () => unknown;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(file: string, snapshot: () => unknown) {
    this.#file = file;
    this.#snapshot = snapshot;
  }

  /** @returns undefined when there is no file yet. @throws Error when it is no state of a sandbox. */
  static read(file: string): unknown {
    if (!existsSync(file)) return undefined;
    try {
      return JSON.parse(readFileSync(file, 'utf8'));
    } catch (cause) {
      throw new Error(`${file} is not the state of a sandbox: ${(cause as Error).message}`);
    }
  }

  changed(): void {
    if (this.#timer) return;
    this.#timer = setTimeout(() => void this.write(), settleMs);
    this.#timer.unref();
  }

  /** Writes now. One write at a time. */
  write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing
      .then(() => this.#replace())
      .catch((error: unknown) => {
        process.stderr.write(`sandbox: cannot write ${this.#file}: ${String(error)}\n`);
      });
    return this.#writing;
  }

  async #replace(): Promise<void> {
    const draft = `${this.#file}.new`;
    // It holds private keys of made-up merchants: nobody else's business all the same.
    await writeFile(draft, JSON.stringify(this.#snapshot()), { mode: 0o600 });
    await rename(draft, this.#file);
  }
}
