/**
 * Keeps what happened across restarts: one event per line, appended as it happens. Two files take turns, FILE and
 * FILE.old: nothing is ever rewritten, and together they hold at least the newest events that fit into one of them.
 */
import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { SandboxBus, SandboxEvent } from '../bus.ts';

const writeAfterMs = 200;
/** After a write that failed: the disk may be full for a while. */
const retryAfterMs = 1000;
/** How long each of the two files becomes. */
const usualBytes = 32 * 1024 * 1024;

export class HistoryFile {
  readonly #path: string;
  readonly #bus: SandboxBus;
  readonly #mostBytes: number;
  readonly #unsubscribe: () => void;
  #lines: string[] = [];
  #bytes: number;
  #timer: NodeJS.Timeout | undefined;
  #failed = false;

  /** Publishes what the files have, as the history of this run, and goes on from there. */
  constructor(path: string, bus: SandboxBus, mostBytes = usualBytes) {
    this.#path = path;
    this.#bus = bus;
    this.#mostBytes = mostBytes;
    bus.startOver('start', [...readEvents(this.#old), ...readEvents(path)]);
    endLastLine(path);
    this.#bytes = statSync(path).size;
    this.#unsubscribe = bus.subscribe((event) => {
      if (event.type === 'reset') this.#attempt(() => this.#beginAnew([]));
      else this.#add(event);
    });
  }

  get #old(): string {
    return `${this.#path}.old`;
  }

  close(): void {
    this.#unsubscribe();
    this.#write();
  }

  #beginAnew(events: readonly SandboxEvent[]): void {
    this.#lines = [];
    rmSync(this.#old, { force: true });
    writeFileSync(this.#path, '', { mode: 0o600 });
    this.#bytes = 0;
    for (const event of events) this.#append(lineOf(event));
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
    const bytes = Buffer.byteLength(text);
    if (this.#bytes > 0 && this.#bytes + bytes > this.#mostBytes) {
      renameSync(this.#path, this.#old);
      this.#bytes = 0;
    }
    appendFileSync(this.#path, text, { mode: 0o600 });
    this.#bytes += bytes;
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

/** A line that a crash cut short stays a line of its own. */
function endLastLine(path: string): void {
  appendFileSync(path, '', { mode: 0o600 });
  const { size } = statSync(path);
  if (size === 0) return;
  const file = openSync(path, 'r');
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, size - 1);
  closeSync(file);
  if (last[0] !== 10) appendFileSync(path, '\n');
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
