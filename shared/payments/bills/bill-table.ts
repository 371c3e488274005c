/**
 * The table format of every bill: a header, rows whose values each start with a backtick, a second header and one row
 * of summary. It looks like CSV but is not: values may contain unescaped commas and quotes, so a value ends at a comma
 * followed by a backtick. Columns are found by name, in any order.
 */
import { BillError } from './bill-error.ts';

export interface TableFormat<Column extends string> {
  /** Past and present names of a column; the last one found in the file is used. */
  readonly columns: Readonly<Record<Column, readonly string[]>>;
  readonly optional: ReadonlySet<Column>;
  /** The first column of free text, which may contain the separator: later columns are counted from the end. */
  readonly freeText: string;
}

export interface TableRow<Column extends string> {
  /** Empty for an optional column that the file lacks. */
  at(column: Column): string;
  /** In the file, from 1. */
  readonly line: number;
}

export class BillTable<Column extends string> {
  readonly #format: TableFormat<Column>;
  #header: { at: Map<Column, number>; count: number; textFrom: number } | undefined;
  #summaryNames: readonly string[] | undefined;
  #summary: ReadonlyMap<string, string> | undefined;
  #line = 0;

  constructor(format: TableFormat<Column>) {
    this.#format = format;
  }

  /** Takes the next line. @returns the row, when it is one @throws BillError */
  take(text: string): TableRow<Column> | undefined {
    const line = ++this.#line;
    if (text.trim() === '') return undefined;
    if (this.#summary) throw new BillError('BILL_ROW', 'there is more after the summary', line);
    if (!this.#header) {
      this.#header = this.#readHeader(text, line);
      return undefined;
    }
    if (this.#summaryNames) {
      const values = valuesOf(text, line);
      this.#summary = new Map(this.#summaryNames.map((name, index) => [name, values[index] ?? '']));
      return undefined;
    }
    if (!text.startsWith('`')) {
      this.#summaryNames = namesOf(text);
      return undefined;
    }
    return this.#row(valuesOf(text, line), line);
  }

  /** The summary, once the file has ended. @throws BillError unless the file is complete */
  end(): SummaryRow {
    if (!this.#summary) {
      throw new BillError('BILL_SUMMARY', 'the file ends before its summary: it is not complete', this.#line);
    }
    return new SummaryRow(this.#summary, this.#line);
  }

  #readHeader(text: string, line: number) {
    const names = namesOf(text);
    const at = new Map<Column, number>();
    for (const [column, candidates] of Object.entries(this.#format.columns) as [Column, string[]][]) {
      const index = candidates.map((name) => names.indexOf(name)).findLast((position) => position >= 0);
      if (index !== undefined) at.set(column, index);
      else if (!this.#format.optional.has(column)) {
        throw new BillError('BILL_COLUMN', `the column ${candidates.join(' or ')} is missing`, line);
      }
    }
    const textFrom = names.indexOf(this.#format.freeText);
    return { at, count: names.length, textFrom: textFrom < 0 ? names.length : textFrom };
  }

  #row(values: readonly string[], line: number): TableRow<Column> {
    const { at, count, textFrom } = this.#header!;
    const more = values.length - count;
    if (more < 0) throw new BillError('BILL_ROW', 'a row has fewer values than columns', line);
    // Only free-text columns can contain the separator.
    if (more > 0 && textFrom === count)
      throw new BillError('BILL_ROW', 'a row has more values than columns', line);
    return {
      line,
      at: (column) => {
        const index = at.get(column);
        if (index === undefined) return '';
        return values[index > textFrom ? index + more : index] ?? '';
      },
    };
  }
}

export class SummaryRow {
  readonly #values: ReadonlyMap<string, string>;
  readonly #line: number;

  constructor(values: ReadonlyMap<string, string>, line: number) {
    this.#values = values;
    this.#line = line;
  }

  /** @throws BillError unless the summary states a row count equal to the number of rows read */
  expectRows(name: string, found: number): void {
    const said = this.#values.get(name);
    if (said === undefined)
      throw new BillError('BILL_SUMMARY', 'the summary has no count of rows', this.#line);
    if (Number(said) !== found) {
      throw new BillError('BILL_SUMMARY', `the file has ${found} rows, its summary says ${said}`, this.#line);
    }
  }

  /** Compares a number, where the summary has one under any of the names. @throws BillError */
  expectCount(name: string, found: number): void {
    const said = this.#values.get(name);
    if (said !== undefined && Number(said) !== found) {
      throw new BillError('BILL_SUMMARY', `${name} is ${said}, the file has ${found}`, this.#line);
    }
  }

  /** Compares a sum of fen, where the summary has one; the last of the names counts. @throws BillError */
  expectFen(names: readonly string[], foundFen: number): void {
    const said = names.map((name) => this.#values.get(name)).findLast((value) => value !== undefined);
    if (said !== undefined && fenOf(said, this.#line) !== foundFen) {
      throw new BillError('BILL_SUMMARY', `${names[0]} is not the sum of the rows`, this.#line);
    }
  }
}

/** The file may begin with a byte order mark, which counts as space. */
function namesOf(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

function valuesOf(text: string, line: number): string[] {
  if (!text.startsWith('`')) throw new BillError('BILL_ROW', 'a row does not start with a backtick', line);
  return text.trimEnd().slice(1).split(',`');
}

/** `12.30` is 1230 and `-0.01` is -1, exactly. @throws BillError */
export function fenOf(yuan: string, line: number): number {
  return scaled(yuan, 2, line);
}

/** A fee: yuan with five decimals. In whole fen, since that is what the account pays: 四舍五入. @throws BillError */
export function feeFenOf(yuan: string, line: number): number {
  const fen = Math.round(Math.abs(scaled(yuan, 5, line)) / 1000);
  return fen !== 0 && yuan.trim().startsWith('-') ? -fen : fen;
}

/** Yuan as a whole number of its 10^`decimals`-th part, exactly. */
function scaled(yuan: string, decimals: number, line: number): number {
  const match = /^(-?)(\d{1,10})(?:\.(\d{1,5}))?$/.exec(yuan.trim());
  const [, sign, whole, fraction = ''] = match ?? [];
  if (!match || fraction.replace(/0+$/, '').length > decimals) {
    throw new BillError('BILL_AMOUNT', `an amount is not in yuan with at most ${decimals} decimals`, line);
  }
  const value = Number(whole) * 10 ** decimals + Number(fraction.slice(0, decimals).padEnd(decimals, '0'));
  return sign === '-' && value !== 0 ? -value : value;
}

/** `2026-03-21 13:51:31` in China. @throws BillError */
export function atMsOf(wallTime: string, line: number): number {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/.exec(wallTime.trim());
  const atMs = match ? Date.parse(`${match[1]}T${match[2]}+08:00`) : Number.NaN;
  if (Number.isNaN(atMs)) throw new BillError('BILL_ROW', 'a time is not yyyy-MM-dd HH:mm:ss', line);
  return atMs;
}
