/** Lines that an instance writes, cut into invocations by the marks its bootstrap leaves behind. */

import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const maxLines = 2_000;
const maxLineChars = 8_192;
const markPattern = /^\0end (\S+)$/;

export class LogLines {
  #lines: string[] = [];
  readonly #onMark: (id: string) => void;

  constructor(onMark: (id: string) => void) {
    this.#onMark = onMark;
  }

  read(stream: Readable | null): void {
    if (!stream) return;
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) =>
      this.#add(line),
    );
  }

  /** The lines since the last call. */
  take(): string[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  #add(line: string): void {
    // A mark may follow text that was written without a newline.
    const start = line.lastIndexOf('\0end ');
    const mark = start < 0 ? null : markPattern.exec(line.slice(start));
    const text = mark ? line.slice(0, start) : line;
    if (text !== '' && this.#lines.length < maxLines) this.#lines.push(text.slice(0, maxLineChars));
    if (mark?.[1]) this.#onMark(mark[1]);
  }
}
