const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Reads a JSON document value by value, so that other work can be done between two of them, and so that a document longer
 * than a text can be is read at all. Whatever is not well formed is a SyntaxError where it is reached.
 */
export class JsonReader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    // A byte order mark, which editors put in front.
    this.#at = bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : 0;
  }

  /** The names of an object's members. The value of each is to be taken before the next name. */
  *members(): Generator<string> {
    this.#take(openBrace);
    if (this.#takes(closeBrace)) return;
    do {
      const name = this.value();
      if (typeof name !== 'string') throw this.#unexpected();
      this.#take(colon);
      yield name;
    } while (this.#takes(comma));
    this.#take(closeBrace);
  }

  /** The elements of an array. */
  *elements(): Generator<unknown> {
    this.#take(openBracket);
    if (this.#takes(closeBracket)) return;
    do yield this.value();
    while (this.#takes(comma));
    this.#take(closeBracket);
  }

  /** The next value, whole. */
  value(): unknown {
    this.#skipSpace();
    const start = this.#at;
    let depth = 0;
    do depth += this.#skipToken();
    while (depth > 0);
    return JSON.parse(this.#bytes.toString('utf8', start, this.#at));
  }

  /** @throws SyntaxError when the document goes on */
  end(): void {
    this.#skipSpace();
    if (this.#at < this.#bytes.length) throw this.#unexpected();
  }

  /** @returns by how much it is nested deeper behind it */
  #skipToken(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw this.#unexpected();
    if (byte === quote) return this.#skipText();
    this.#at++;
    if (byte === openBrace || byte === openBracket) return 1;
    if (byte === closeBrace || byte === closeBracket) return -1;
    if (byte === comma || byte === colon) return 0;
    // A number or a word, or the space between values: JSON.parse looks at it more closely.
    while (this.#at < this.#bytes.length && !endsToken.has(this.#bytes[this.#at]!)) this.#at++;
    return 0;
  }

  #skipText(): 0 {
    for (;;) {
      this.#at = this.#bytes.indexOf(quote, this.#at + 1);
      if (this.#at < 0) {
        this.#at = this.#bytes.length;
        throw this.#unexpected();
      }
      let escapes = this.#at;
      while (this.#bytes[escapes - 1] === backslash) escapes--;
      if ((this.#at - escapes) % 2 === 1) continue;
      this.#at++;
      return 0;
    }
  }

  #skipSpace(): void {
    while (isSpace(this.#bytes[this.#at])) this.#at++;
  }

  #takes(byte: number): boolean {
    this.#skipSpace();
    if (this.#bytes[this.#at] !== byte) return false;
    this.#at++;
    return true;
  }

  #take(byte: number): void {
    if (!this.#takes(byte)) throw this.#unexpected();
  }

  #unexpected(): SyntaxError {
    if (this.#at >= this.#bytes.length) return new SyntaxError('the JSON document ends too early');
    const found = this.#bytes.toString('utf8', this.#at, this.#at + 20);
    return new SyntaxError(`unexpected ${JSON.stringify(found)} at byte ${this.#at} of the JSON document`);
  }
}

const endsToken: ReadonlySet<number> = new Set([
  quote,
  comma,
  colon,
  openBracket,
  closeBracket,
  openBrace,
  closeBrace,
]);

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
