/**
 * Reads and edits `.env.local`. Unlike common readers it reports what it could not understand, with the line, and
 * takes keys as people paste them: a PEM over several lines, with or without quotes, and base64 that was wrapped.
 */
import type { Text } from './text.ts';

interface EnvEntry {
  readonly name: string;
  readonly value: string;
  /** Counted from 1. */
  readonly firstLine: number;
  readonly lastLine: number;
}

export interface EnvFileProblem extends Text {
  readonly line: number;
  /** The variable in that line, where it has one. */
  readonly variable?: string;
}

export interface EnvFile {
  /** By name; of a name that is assigned twice, the last one. */
  readonly entries: ReadonlyMap<string, EnvEntry>;
  readonly problems: readonly EnvFileProblem[];
}

/** Never fails: a line that is no assignment is reported and skipped. */
export function parseEnvFile(text: string): EnvFile {
  const lines = linesOf(text);
  const entries = new Map<string, EnvEntry>();
  const problems: EnvFileProblem[] = [];
  for (let index = 0; index < lines.length; ) {
    const line = lines[index]!;
    const match = assignment.exec(line);
    if (!match) {
      if (line.trim() !== '' && !line.trimStart().startsWith('#')) problems.push(noAssignment(index + 1));
      index += 1;
      continue;
    }
    const name = match[1]!;
    const { value, lastIndex, problem } = readValue(lines, index, match[2]!);
    const earlier = entries.get(name);
    if (earlier) problems.push(assignedTwice(name, earlier.firstLine, index + 1));
    if (problem) problems.push({ line: index + 1, variable: name, ...problem });
    entries.set(name, { name, value, firstLine: index + 1, lastLine: lastIndex + 1 });
    index = lastIndex + 1;
  }
  return { entries, problems };
}

/**
 * The text with these variables set, or removed where the value is undefined. Everything else stays as it was, in
 * its place; new variables are appended. The result has `\n` line ends and no byte order mark.
 * @throws Error for a value that an environment file cannot hold on one line (the value is not quoted in it)
 */
export function editEnvFile(text: string, changes: Readonly<Record<string, string | undefined>>): string {
  const lines = linesOf(text);
  const pending = new Map(Object.entries(changes));
  const kept: string[] = [];
  for (let index = 0; index < lines.length; ) {
    const match = assignment.exec(lines[index]!);
    const lastIndex = match ? readValue(lines, index, match[2]!).lastIndex : index;
    const name = match?.[1];
    if (name === undefined || !(name in changes)) kept.push(...lines.slice(index, lastIndex + 1));
    else if (pending.has(name)) {
      const value = pending.get(name);
      if (value !== undefined) kept.push(formatLine(name, value));
      pending.delete(name);
    }
    index = lastIndex + 1;
  }
  while (kept.at(-1)?.trim() === '') kept.pop();
  for (const [name, value] of pending) if (value !== undefined) kept.push(formatLine(name, value));
  return kept.length === 0 ? '' : `${kept.join('\n')}\n`;
}

const assignment = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=(.*)$/;
const quotes = ['"', "'", '`'];

interface ReadValue {
  readonly value: string;
  readonly lastIndex: number;
  readonly problem?: Text;
}

function linesOf(text: string): string[] {
  return text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
}

function readValue(lines: readonly string[], index: number, rest: string): ReadValue {
  const start = rest.trim();
  const quote = quotes.find((each) => start.startsWith(each));
  if (quote) return readQuoted(lines, index, start, quote);
  if (start.startsWith('-----BEGIN ') && !start.includes('-----END ')) return readPem(lines, index, start);
  if (/^[A-Za-z0-9+/]{64}$|^[A-Za-z0-9+/]{76}$/.test(start)) return readWrapped(lines, index, start);
  const comment = start.search(/\s#/);
  if (comment < 0) return { value: start, lastIndex: index };
  return { value: start.slice(0, comment).trim(), lastIndex: index, problem: trailingComment };
}

function readQuoted(lines: readonly string[], index: number, start: string, quote: string): ReadValue {
  let text = start.slice(1);
  for (let last = index; last < lines.length; last++) {
    if (last > index) text += `\n${lines[last]}`;
    const end = closing(text, quote);
    if (end >= 0) {
      const inside = text.slice(0, end);
      const value =
        quote === '"'
          ? inside
              .replace(/\\r/g, '')
              .replace(/\\n/g, '\n')
              .replace(/\\(["\\])/g, '$1')
          : inside;
      const after = text.slice(end + 1).trim();
      const extra = after !== '' && !after.startsWith('#');
      return { value, lastIndex: last, ...(extra && { problem: afterQuote }) };
    }
    if (last > index && startsAnother(lines[last]!)) break;
  }
  return { value: start.slice(1), lastIndex: index, problem: unclosed(quote) };
}

/** The last line of a key, `QUFB==`, looks like an assignment too. */
function startsAnother(line: string): boolean {
  return assignment.test(line) && !base64Line.test(line.trim());
}

function closing(text: string, quote: string): number {
  for (let at = 0; at < text.length; at++) {
    if (quote === '"' && text[at] === '\\') at += 1;
    else if (text[at] === quote) return at;
  }
  return -1;
}

/** A PEM pasted without quotes: through its END line; when that is missing, only what looks like base64. */
function readPem(lines: readonly string[], index: number, start: string): ReadValue {
  const parts = [start];
  for (let last = index + 1; last < lines.length; last++) {
    const line = lines[last]!.trim();
    if (line.includes('-----END ')) return { value: [...parts, line].join('\n'), lastIndex: last };
    if (!base64Line.test(line)) break;
    parts.push(line);
  }
  return { value: parts.join('\n'), lastIndex: index + parts.length - 1 };
}

const base64Line = /^[A-Za-z0-9+/]+={0,2}$/;

function readWrapped(lines: readonly string[], index: number, start: string): ReadValue {
  const parts = [start];
  while (base64Line.test(lines[index + parts.length]?.trim() ?? '')) {
    const line = lines[index + parts.length]!.trim();
    parts.push(line);
    if (line.length !== start.length) break;
  }
  return { value: parts.join(''), lastIndex: index + parts.length - 1 };
}

function formatLine(name: string, value: string): string {
  const lineBreak = /[\r\n\0]/.test(value);
  if (lineBreak || (value.includes("'") && needsQuotes.test(value))) {
    throw new Error(
      `${name} 的值含换行或引号，无法写成一行。The value of ${name} has a line break or a quote in it and does not fit into one line.`,
    );
  }
  return needsQuotes.test(value) ? `${name}='${value}'` : `${name}=${value}`;
}

const needsQuotes = /[\s#$"'`\\]/;

const trailingComment: Text = {
  zh: '值后面有注释；有些工具会把它当成值的一部分。请把注释移到单独一行。',
  en: 'There is a comment after the value, which some tools take as part of it. Put the comment on a line of its own.',
};
const afterQuote: Text = {
  zh: '引号结束之后还有内容，已忽略。请检查引号。',
  en: 'Something follows the closing quote; it was ignored. Check the quotes.',
};

function unclosed(quote: string): Text {
  return {
    zh: `缺少结束的引号 ${quote}。`,
    en: `The closing quote ${quote} is missing.`,
  };
}

function noAssignment(line: number): EnvFileProblem {
  return {
    line,
    zh: '这一行不是 名称=值 的形式，已忽略。如果它属于上一行的值，请把该值写成一行。',
    en: 'This line is not of the form NAME=VALUE and was ignored. If it belongs to the value above, write that value in one line.',
  };
}

function assignedTwice(variable: string, first: number, line: number): EnvFileProblem {
  return {
    line,
    variable,
    zh: `第 ${first} 行已经设置过，以最后一次为准。请删掉多余的一行。`,
    en: `It is set in line ${first} already; the last one counts. Delete the other line.`,
  };
}
