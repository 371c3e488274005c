/** What is said to people, in both languages. */
export interface Text {
  readonly en: string;
  readonly zh: string;
}

/** Both in one line: every message of the sandbox is made here. */
export function inBoth(en: string, zh: string): string {
  return `${en} ${zh}`;
}
