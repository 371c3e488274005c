/** Where two signed messages differ, for finding one wrong byte. */

export interface Parting {
  /** Common beginning, the part that differs in each, common end. */
  start: string;
  expected: string;
  received: string;
  end: string;
}

export function partingOf(expected: string, received: string): Parting {
  const [left, right] = [[...expected], [...received]];
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start++;
  let end = 0;
  const longest = Math.min(left.length, right.length) - start;
  while (end < longest && left.at(-1 - end) === right.at(-1 - end)) end++;
  return {
    start: left.slice(0, start).join(''),
    expected: left.slice(start, left.length - end).join(''),
    received: right.slice(start, right.length - end).join(''),
    end: end === 0 ? '' : left.slice(-end).join(''),
  };
}

export interface HexByte {
  hex: string;
  /** Its character, or a sign for what cannot be seen. */
  shown: string;
  at: number;
}

/** The bytes around an offset: `before` of them ahead of it, and as many after. */
export function bytesAround(text: string, offset: number, before = 6, after = 10): HexByte[] {
  const bytes = new TextEncoder().encode(text);
  const from = Math.max(0, offset - before);
  return [...bytes.slice(from, offset + after)].map((byte, index) => ({
    hex: byte.toString(16).padStart(2, '0'),
    shown:
      byte === 10
        ? '↵'
        : byte === 13
          ? '␍'
          : byte === 32
            ? '␣'
            : byte < 33 || byte > 126
              ? '·'
              : String.fromCharCode(byte),
    at: from + index,
  }));
}

/** Offset in UTF-8 of the first byte that differs; undefined when there is none. */
export function firstDifferentByte(expected: string, received: string): number | undefined {
  if (expected === received) return undefined;
  const [left, right] = [new TextEncoder().encode(expected), new TextEncoder().encode(received)];
  let at = 0;
  while (at < left.length && at < right.length && left[at] === right[at]) at++;
  return at;
}
