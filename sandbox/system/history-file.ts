/** Keeps what happened across restarts: one event per line, appended as it happens. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { SandboxBus, SandboxEvent } from '../bus.ts';

const writeAfterMs = 200;

export class HistoryFile {
  readonly #path: string;
  readonly #unsubscribe: () => void;
  #lines: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** Publishes what the file has, as the history of this run, and goes on from there. */
  constructor(path: string, bus: SandboxBus) {
    this.#path = path;
    bus.startOver('start', readEvents(path));
    this.#beginAnew(bus.history());
    this.#unsubscribe = bus.subscribe((event) => {
      if (event.type === 'reset') this.#beginAnew([]);
      else this.#add(event);
    });
  }

  close(): void {
    this.#unsubscribe();
    this.#write();
  }

  #beginAnew(events: readonly SandboxEvent[]): void {
    this.#lines = [];
    writeFileSync(this.#path, events.map((event) => `${JSON.stringify(event)}\n`).join(''), { mode: 0o600 });
  }

  #add(event: SandboxEvent): void {
    this.#lines.push(`${JSON.stringify(event)}\n`);
    this.#timer ??= setTimeout(() => this.#write(), writeAfterMs).unref();
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines.length > 0) appendFileSync(this.#path, this.#lines.splice(0).join(''));
  }
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
