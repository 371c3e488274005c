import { type DocumentKind, isCalendarDate, isDocumentNumber } from '../forms/identity.ts';
import type { MessageKey } from '../messages.ts';

/**
 * Reads a form that may be wrong in any way, and collects what the cross-field rules find. Rules run whether or not the
 * shape is right, so that one response lists every wrong field.
 */
export class FormReader {
  readonly found: { path: string; key: MessageKey }[] = [];
  /** Today in China, YYYY-MM-DD. */
  readonly today: string;
  readonly #form: unknown;

  constructor(form: unknown, today: string) {
    this.#form = form;
    this.today = today;
  }

  at(path: string): unknown {
    let value: unknown = this.#form;
    for (const key of partsOf(path)) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
      value = (value as Record<string, unknown>)[key];
    }
    return value;
  }

  text(path: string): string | undefined {
    const value = this.at(path);
    return typeof value === 'string' ? value : undefined;
  }

  has(path: string): boolean {
    return this.at(path) !== undefined;
  }

  /** Length of the list at `path`; 0 when there is none. */
  count(path: string): number {
    const value = this.at(path);
    return Array.isArray(value) ? value.length : 0;
  }

  fail(path: string, key: MessageKey): void {
    this.found.push({ path, key });
  }

  /** `paths` are needed when `condition` holds, and must be absent when it does not. */
  onlyWhen(condition: boolean, ...paths: string[]): void {
    for (const path of paths) {
      if (condition && !this.has(path)) this.fail(path, 'requiredForSubject');
      if (!condition && this.has(path)) this.fail(path, 'notForSubject');
    }
  }

  require(condition: boolean, ...paths: string[]): void {
    if (condition) this.onlyWhen(true, ...paths);
  }

  forbid(condition: boolean, ...paths: string[]): void {
    if (condition) this.onlyWhen(false, ...paths);
  }

  /** 二选一必填. */
  exactlyOne(first: string, second: string): void {
    if (this.has(first) !== this.has(second)) return;
    this.fail(first, 'exactlyOne');
    this.fail(second, 'exactlyOne');
  }

  notBoth(first: string, second: string): void {
    if (this.has(first) && this.has(second)) this.fail(second, 'notBoth');
  }

  /** The value at `path`, when there is one, must be among `allowed`. */
  oneOf(path: string, allowed: readonly string[]): void {
    const value = this.text(path);
    if (value !== undefined && !allowed.includes(value)) this.fail(path, 'choiceForSubject');
  }

  /** No two items of the list at `path` have the same `field`. */
  distinct(path: string, field: string): void {
    const seen = new Set<string>();
    for (let index = 0; index < this.count(path); index++) {
      const value = this.text(`${path}.${index}.${field}`);
      if (value === undefined) continue;
      if (seen.has(value)) this.fail(`${path}.${index}.${field}`, 'duplicate');
      seen.add(value);
    }
  }

  /** First day before today, last day after it and not past; 长期 has no last day. */
  period(beginPath: string, endPath: string): void {
    const [begin, end] = [this.text(beginPath) ?? '', this.text(endPath) ?? ''];
    if (isCalendarDate(begin) && begin >= this.today) this.fail(beginPath, 'notBegun');
    if (!isCalendarDate(end)) return;
    if (end < this.today) this.fail(endPath, 'expired');
    else if (isCalendarDate(begin) && end <= begin) this.fail(endPath, 'endBeforeBegin');
  }

  /** The document number has the form of its type. */
  documentNumber(path: string, kind: DocumentKind | undefined): void {
    const value = this.text(path);
    if (value === undefined || kind === undefined) return;
    if (!isDocumentNumber(kind, value))
      this.fail(path, kind === 'mainlandId' ? 'idNumber' : 'docNumberForType');
  }
}

const knownParts = new Map<string, readonly string[]>();

/** The rules ask for the same few hundred paths again and again. */
function partsOf(path: string): readonly string[] {
  const known = knownParts.get(path);
  if (known) return known;
  const parts = path.split('.');
  if (knownParts.size < 1000) knownParts.set(path, parts);
  return parts;
}

/** Full-width brackets and spaces compare equal to half-width ones. */
export function sameName(a: string, b: string): boolean {
  return a.normalize('NFKC') === b.normalize('NFKC');
}

/** 开户银行 that is not one of the directly connected ones. */
const otherBank = '其他银行';

/**
 * 开户银行全称（含支行）and 开户银行联行号: one of the two for 其他银行, never both.
 */
export function bankBranch(form: FormReader, prefix: string): void {
  const [name, id] = [`${prefix}bank_name`, `${prefix}bank_branch_id`];
  if (form.text(`${prefix}account_bank`) === otherBank) form.exactlyOne(name, id);
  else form.notBoth(name, id);
}
