/** What a command says to people, in both languages. */
export interface Text {
  readonly zh: string;
  readonly en: string;
}
