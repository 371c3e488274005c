/** What happened in one run: the fingerprint by which two runs are compared, and lines for a person to read. */
export class Story {
  #a = 0x811c9dc5;
  #b = 0x9e3779b9;
  readonly lines: string[] = [];
  readonly #keep: boolean;
  readonly #nowMs: () => number;

  /** @param keep whether to keep every line, or only those that `tell` adds */
  constructor(nowMs: () => number, keep: boolean) {
    this.#nowMs = nowMs;
    this.#keep = keep;
  }

  /** A detail: part of the fingerprint. */
  add(line: string): void {
    const text = `${this.#nowMs()} ${line}`;
    let [a, b] = [this.#a, this.#b];
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      a = Math.imul(a ^ code, 0x01000193);
      b = Math.imul(b ^ code, 0x85ebca6b);
    }
    [this.#a, this.#b] = [a, b];
    if (this.#keep) this.lines.push(text);
  }

  /** What a reader of every line may want to see besides: no part of the fingerprint. */
  show(detail: () => string): void {
    if (this.#keep) this.lines.push(`    ${detail()}`);
  }

  /** Something that a reader of the story wants to know. */
  tell(line: string): void {
    const { length } = this.lines;
    this.add(line);
    if (this.lines.length === length) this.lines.push(`${this.#nowMs()} ${line}`);
  }

  fingerprint(): string {
    return [this.#a, this.#b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
  }
}
