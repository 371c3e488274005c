/** Reads a file of products into rows that know their line. */
import { CsvError, parse } from 'csv-parse/sync';
import { isSeq, LineCounter, parseDocument } from 'yaml';
import type { Text } from '../env/text.ts';

export interface Row {
  /** Counted from 1: where it begins in the file. */
  readonly line: number;
  /** CSV has texts only. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface RowProblem extends Text {
  readonly line: number;
}

export interface Rows {
  readonly rows: readonly Row[];
  readonly problems: readonly RowProblem[];
}

/** By its first character a file is JSON, else CSV. */
export function readRows(bytes: Uint8Array): Rows {
  const text = decode(bytes);
  const start = text.trimStart()[0];
  if (start === undefined)
    return { rows: [], problems: [{ line: 1, zh: '文件是空的。', en: 'The file is empty.' }] };
  return start === '[' || start === '{' ? readJson(text) : readCsv(text);
}

/** Excel writes UTF-8 with a byte order mark, UTF-16, or on Chinese systems GBK. */
function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

function readCsv(text: string): Rows {
  try {
    const records = parse(text, {
      columns: (names: string[]) => names.map((name) => name.trim()),
      delimiter: delimiterOf(text),
      trim: true,
      info: true,
      skip_empty_lines: true,
    }) as unknown as { record: Record<string, string>; info: { lines: number } }[];
    const rows = records.map(({ record, info }) => ({
      line: info.lines - lineBreaksIn(record),
      fields: Object.fromEntries(Object.entries(record).filter(([, value]) => value !== '')),
    }));
    if (rows.length > 0) return { rows, problems: [] };
    return { rows, problems: [{ line: 1, zh: '文件里没有商品。', en: 'There is no product in the file.' }] };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { rows: [], problems: [csvProblem(error)] };
  }
}

/** Some systems separate by semicolon or tab. */
function delimiterOf(text: string): string {
  const header = text.slice(0, text.search(/[\r\n]|$/));
  const count = (sign: string) => header.split(sign).length;
  return [',', ';', '\t'].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}

/** The parser reports the last line of a record. */
function lineBreaksIn(record: Record<string, string>): number {
  return Object.values(record).join('').split('\n').length - 1;
}

function csvProblem({ code, lines, message }: CsvError & { lines?: number }): RowProblem {
  const line = lines ?? 1;
  if (code === 'CSV_RECORD_INCONSISTENT_COLUMNS') {
    return {
      line,
      zh: '列数与表头不同；内容中的逗号需用双引号括起来。',
      en: 'The number of columns differs from the header; put a field with a comma into double quotes.',
    };
  }
  if (code === 'CSV_QUOTE_NOT_CLOSED') {
    return { line, zh: '双引号没有结束。', en: 'A double quote is not closed.' };
  }
  return { line, zh: `CSV 格式有误：${message}`, en: `The CSV is malformed: ${message}` };
}

/** JSON is YAML too, whose parser reports the position of each value. */
function readJson(text: string): Rows {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const line = document.errors[0]?.linePos?.[0].line ?? lineOfPosition(text, (error as Error).message);
    return { rows: [], problems: [{ line, zh: 'JSON 格式有误。', en: 'The JSON is malformed.' }] };
  }
  const list = document.contents;
  if (!isSeq(list) || list.items.length === 0) {
    return {
      rows: [],
      problems: [
        { line: 1, zh: '应为商品的数组：[{…}, {…}]。', en: 'A list of products is expected: [{…}, {…}].' },
      ],
    };
  }
  const values = list.toJSON() as unknown[];
  const rows: Row[] = [];
  const problems: RowProblem[] = [];
  for (const [index, value] of values.entries()) {
    const { range } = list.items[index] as { range?: readonly [number, number, number] | null };
    const { line } = lines.linePos(range?.[0] ?? 0);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      rows.push({ line, fields: value as Record<string, unknown> });
    } else problems.push({ line, zh: '应为一个商品 {…}。', en: 'A product {…} is expected.' });
  }
  return { rows, problems };
}

function lineOfPosition(text: string, message: string): number {
  const position = Number(/position (\d+)/.exec(message)?.[1] ?? 0);
  return text.slice(0, position).split('\n').length;
}
