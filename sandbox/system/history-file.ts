/** Keeps what happened across restarts: one event per line, appended as it happens. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { SandboxBus, SandboxEvent } from '../bus.ts';

const writeAfterMs = 200;
/** After a write that failed: the disk may be full for a while. */
const retryAfterMs = 1000;
/** What is kept when the file is written anew, newest first; in characters. */
const mostKept = 64 * 1024 * 1024;
/** The file is written anew when this much was appended, so it stays below what can be read as one text. */
const mostAppended = 2 * mostKept;

export interface HistoryLimits {
  readonly kept: number;
  readonly appended: number;
}

export class HistoryFile {
  readonly #path: string;
  readonly #bus: SandboxBus;
  readonly #limits: HistoryLimits;
  readonly #unsubscribe: () => void;
  #lines: string[] = [];
  #appended = 0;
  #timer: NodeJS.Timeout | undefined;
  #failed = false;

  /** Publishes what the file has, as the history of this run, and goes on from there. */
  constructor(
    path: string,
    bus: SandboxBus,
    limits: HistoryLimits = { kept: mostKept, appended: mostAppended },
  ) {
    this.#path = path;
    this.#bus = bus;
    this.#limits = limits;
    bus.startOver('start', readEvents(path));
    this.#beginAnew(bus.history());
    this.#unsubscribe = bus.subscribe((event) => {
      if (event.type === 'reset') this.#attempt(() => this.#beginAnew([]));
      else this.#add(event);
    });
  }

  close(): void {
    this.#unsubscribe();
    this.#write();
  }

  #beginAnew(events: readonly SandboxEvent[]): void {
    this.#lines = [];
    this.#appended = 0;
    const lines = newestWithin(this.#limits.kept, events.map(lineOf));
    writeFileSync(this.#path, lines.join(''), { mode: 0o600 });
  }

  #add(event: SandboxEvent): void {
    this.#lines.push(lineOf(event));
    this.#timer ??= setTimeout(() => this.#write(), writeAfterMs).unref();
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#lines.splice(0).join('');
    if (this.#failed) this.#attempt(() => this.#beginAnew(this.#bus.history()));
    else if (text !== '') this.#attempt(() => this.#append(text));
  }

  #append(text: string): void {
    if (this.#appended + text.length > this.#limits.appended) {
      this.#beginAnew(this.#bus.history());
      return;
    }
    this.#appended += text.length;
    appendFileSync(this.#path, text);
  }

  /** Nothing depends on the history: a failure is reported, and the file is written anew once the disk takes it. */
  #attempt(write: () => void): void {
    try {
      write();
      this.#failed = false;
    } catch (error) {
      this.#failed = true;
      this.#timer ??= setTimeout(() => this.#write(), retryAfterMs).unref();
      process.stderr.write(`sandbox: cannot write ${this.#path}: ${String(error)}\n`);
    }
  }
}

function lineOf(event: SandboxEvent): string {
  return `${JSON.stringify(event)}\n`;
}

/** The last of the lines that are together no longer than this. */
function newestWithin(most: number, lines: readonly string[]): readonly string[] {
  let length = 0;
  const tooLong = lines.findLastIndex((line) => {
    length += line.length;
    return length > most;
  });
  return lines.slice(tooLong + 1);
}

/** A line that a crash cut short is left out. */
function readEvents(path: string): SandboxEvent[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return line === '' ? [] : [JSON.parse(line) as SandboxEvent];
      } catch {
        return [];
      }
    });
}
