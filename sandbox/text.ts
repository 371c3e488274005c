/** What is said to people, in both languages. */
export interface Text {
  readonly en: string;
  readonly zh: string;
}

/** Both in one line: every message of the sandbox is made here. */
export function inBoth(en: string, zh: string): string {
  return `${shortened(en)} ${shortened(zh)}`;
}

/** What a message quotes may be as long as whoever sent it likes. */
export const shortened = (text: string): string =>
  text.replace(/[!-~]{300,}/g, (quoted) => `${quoted.slice(0, 200)}…`);
