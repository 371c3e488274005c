/**
 * Text for a terminal. Names of sellers and messages of WeChat Pay are stored as they came; an escape sequence in one
 * would move the cursor, or make the terminal show something else than what is stored.
 */
export function printable(text: string): string {
  return text.replace(
    /(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
