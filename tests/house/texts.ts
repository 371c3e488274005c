/** Finds what is said in both languages, `{ en: …, zh: … }`, and whether both sentences say the same figures. */
export interface Saying {
  readonly en: string;
  readonly zh: string;
}

/** The pairs of literals in a source text, as they are written there. */
export function sayingsIn(source: string): Saying[] {
  const found: Saying[] = [];
  for (const match of source.matchAll(/\ben: (?=['"`])/g)) {
    const start = match.index + match[0].length;
    const end = endOfLiteral(source, start);
    const next = /^,\s*zh: (?=['"`])/.exec(source.slice(end));
    if (!next) continue;
    const from = end + next[0].length;
    found.push({ en: source.slice(start, end), zh: source.slice(from, endOfLiteral(source, from)) });
  }
  return found;
}

/** Numbers, and the names of what is filled in; the two languages may join lists differently. */
export function figuresOf(literal: string): string[] {
  const inserted: string[] = [];
  let plain = '';
  for (let at = 0; at < literal.length; at++) {
    if (!literal.startsWith('${', at)) {
      plain += literal[at];
      continue;
    }
    const end = endOfInsertion(literal, at + 2);
    inserted.push(literal.slice(at + 2, end - 1));
    at = end - 1;
  }
  const names = inserted.flatMap((code) => withoutTexts(code).match(/[A-Za-z_]\w*/g) ?? []);
  const own = names.filter((name) => !['en', 'zh', 'join'].includes(name));
  return [...(plain.match(/\d+/g) ?? []), ...own].sort();
}

function endOfLiteral(source: string, start: number): number {
  const quote = source[start]!;
  let at = start + 1;
  while (source[at] !== quote) {
    if (source[at] === '\\') at += 2;
    else if (quote === '`' && source.startsWith('${', at)) at = endOfInsertion(source, at + 2);
    else at++;
  }
  return at + 1;
}

/** Behind the brace that closes it. */
function endOfInsertion(source: string, start: number): number {
  let at = start;
  for (let depth = 1; depth > 0; ) {
    const character = source[at]!;
    if (character === '{') depth++;
    if (character === '}') depth--;
    at = /['"`]/.test(character) ? endOfLiteral(source, at) : at + 1;
  }
  return at;
}

const withoutTexts = (code: string): string => code.replace(/'[^']*'|"[^"]*"/g, '');
