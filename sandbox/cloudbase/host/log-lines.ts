/** Lines that an instance writes, assigned to invocations by the marks of its bootstrap. */

import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const maxLines = 2_000;
const maxLineChars = 8_192;
const endPattern = /^\0end (\S+)$/;
const latePattern = /^\0by (\S+) (.*)$/;

interface LogListeners {
  /** The invocation has written everything that it writes before its answer. */
  onEnd: (id: string) => void;
  /** A line of an invocation that has answered already. */
  onLateLine: (id: string, line: string) => void;
}

export class LogLines {
  #lines: string[] = [];
  readonly #listeners: LogListeners;

  constructor(listeners: LogListeners) {
    this.#listeners = listeners;
  }

  read(stream: Readable | null): void {
    if (!stream) return;
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) =>
      this.#add(line),
    );
  }

  /** The lines since the last call, without those of earlier invocations. */
  take(): string[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  #add(line: string): void {
    // A mark may follow text that was written without a newline.
    const start = line.lastIndexOf('\0end ');
    const end = start < 0 ? null : endPattern.exec(line.slice(start));
    const text = end ? line.slice(0, start) : line;
    const late = latePattern.exec(text);
    if (late) this.#listeners.onLateLine(late[1]!, late[2]!.slice(0, maxLineChars));
    else if (text !== '' && this.#lines.length < maxLines) this.#lines.push(text.slice(0, maxLineChars));
    if (end) this.#listeners.onEnd(end[1]!);
  }
}
