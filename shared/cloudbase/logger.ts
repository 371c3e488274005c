/**
 * One JSON line per event to stdout, where CloudBase collects it. Secrets and personal data are removed: fields are
 * redacted by name, and every string is scanned for keys and personal data.
 */
import type { Log } from '../core/ports.ts';
import { classifyFieldName, maskId, redacted, redactText } from './redact.ts';
import { Secret } from './secret.ts';

type Fields = Record<string, unknown>;

export interface LoggerOptions {
  /** Epoch ms; default the machine's clock. */
  nowMs?: () => number;
  /** Receives one line without its newline; default stdout. */
  write?: (line: string) => void;
  /** Fields added to every line, e.g. the function's name and the request id. */
  fields?: Fields;
  /** Values that must never appear, whatever field or message they end up in, e.g. the API v3 key. */
  secrets?: readonly string[];
}

const maxDepth = 6;
const maxEntries = 50;
const maxStringLength = 2000;
const maxLineLength = 16_000;
const maxStackLines = 8;

/** Logging never throws: a line that cannot be written must not fail a payment. */
export function createLogger(options: LoggerOptions = {}): Log {
  const { nowMs = Date.now, secrets = [], fields: common = {} } = options;
  const write = options.write ?? ((line: string) => void process.stdout.write(`${line}\n`));
  const lineOf = (level: string, event: string, fields: Fields = {}) => {
    const head = {
      time: new Date(nowMs()).toISOString(),
      level,
      event: cut(redactText(String(event), secrets)),
    };
    const body = new Cleaner(secrets).cleanFields({ ...common, ...fields });
    const line = JSON.stringify({ ...body, ...head });
    return escapeControls(line.length <= maxLineLength ? line : JSON.stringify({ ...head, truncated: true }));
  };
  const print = (level: string, event: string, fields?: Fields) => {
    try {
      write(printable(() => lineOf(level, event, fields)));
    } catch {
      // There is nowhere left to report it.
    }
  };
  return {
    info: (event, fields) => print('info', event, fields),
    warn: (event, fields) => print('warn', event, fields),
    error: (event, fields) => print('error', event, fields),
  };
}

function printable(lineOf: () => string): string {
  try {
    return lineOf();
  } catch {
    return JSON.stringify({ level: 'error', event: 'log.unprintable' });
  }
}

class Cleaner {
  readonly #secrets: readonly string[];
  readonly #path = new Set<object>();

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets;
  }

  cleanFields(fields: Fields): Fields {
    return this.#cleanEntries(Object.entries(fields), 0);
  }

  #clean(value: unknown, name: string, depth: number): unknown {
    const treatment =
      value === null || value === undefined || typeof value === 'boolean' ? 'look' : classifyFieldName(name);
    if (treatment === 'hide') return redacted;
    if (treatment === 'mask' && typeof value === 'string') return maskId(value);
    switch (typeof value) {
      case 'string':
        return cut(redactText(value, this.#secrets));
      case 'number':
        return this.#cleanNumber(value, name);
      case 'bigint':
        return redactText(String(value), this.#secrets);
      case 'object':
        return value === null ? null : this.#cleanObject(value, depth);
      case 'boolean':
        return value;
      default:
        return undefined;
    }
  }

  /**
   * A mobile or card number may come as a number; an amount or a timestamp of that length is recognised by its unit.
   */
  #cleanNumber(value: number, name: string): number | string {
    if (!Number.isFinite(value)) return String(value);
    if (/(Fen|Ms|Bytes|Seconds)$/.test(name) || Math.abs(value) < 1e10) return value;
    const text = String(value);
    const clean = redactText(text, this.#secrets);
    return clean === text ? value : clean;
  }

  #cleanObject(value: object, depth: number): unknown {
    if (value instanceof Secret || isKeyObject(value)) return redacted;
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
    if (this.#path.has(value)) return '[circular]';
    if (depth >= maxDepth) return '[deeper]';
    this.#path.add(value);
    try {
      if (value instanceof Error) return this.#cleanError(value, depth);
      if (value instanceof Map) return this.#cleanEntries([...value.entries()], depth);
      if (value instanceof Set || Array.isArray(value)) return this.#cleanList([...value], depth);
      if (value instanceof URL) return cut(redactText(value.href, this.#secrets));
      return this.#cleanEntries(Object.entries(value), depth);
    } finally {
      this.#path.delete(value);
    }
  }

  #cleanList(list: readonly unknown[], depth: number): unknown[] {
    const kept = list.slice(0, maxEntries).map((each) => this.#clean(each, '', depth + 1) ?? null);
    return list.length > maxEntries ? [...kept, `[${list.length - maxEntries} more]`] : kept;
  }

  #cleanEntries(entries: readonly (readonly [unknown, unknown])[], depth: number): Fields {
    const result: Fields = Object.create(null);
    for (const [key, each] of entries.slice(0, maxEntries)) {
      const name = String(key);
      result[cut(redactText(name, this.#secrets))] = this.#clean(each, name, depth + 1);
    }
    if (entries.length > maxEntries) result['…'] = `${entries.length - maxEntries} more`;
    return result;
  }

  /** Only known fields: an HTTP client's error carries the whole request, Authorization and body included. */
  #cleanError(error: Error, depth: number): Fields {
    const result: Fields = {
      type: error.name,
      message: cut(redactText(String(error.message), this.#secrets)),
    };
    for (const field of ['code', 'kind', 'status', 'requestId']) {
      const value: unknown = Reflect.get(error, field);
      if (typeof value === 'string' || typeof value === 'number')
        result[field] = this.#clean(value, '', depth + 1);
    }
    const stack = typeof error.stack === 'string' ? error.stack : '';
    const frames = stack
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .slice(0, maxStackLines);
    if (frames.length > 0) result.stack = frames.map((line) => redactText(line.trim(), this.#secrets));
    if (error.cause !== undefined) result.cause = this.#clean(error.cause, '', depth + 1);
    return result;
  }
}

/** node:crypto's KeyObject, without loading node:crypto. */
function isKeyObject(value: object): boolean {
  return /KeyObject|CryptoKey/.test(value.constructor?.name ?? '');
}

/**
 * JSON escapes what is below a space only. The rest of what a terminal obeys (8-bit escape sequences), what some readers
 * take for the end of a line, and what reverses the text that follows comes from strangers too.
 */
function escapeControls(line: string): string {
  return line.replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function cut(text: string): string {
  return text.length > maxStringLength ? `${text.slice(0, maxStringLength)}…` : text;
}
