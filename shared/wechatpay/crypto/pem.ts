/**
 * Reads what people put where a key belongs: PEM, PEM whose newlines became `\n` or blanks on the way through an
 * environment variable, or the bare base64 of the DER. Says what it is before anything tries to use it.
 */
export type KeyContent =
  | 'private-pkcs8'
  | 'private-pkcs1'
  | 'private-encrypted'
  | 'private-ec'
  | 'public-spki'
  | 'public-pkcs1'
  | 'certificate'
  | 'certificate-request'
  | 'pkcs12'
  | 'unknown';

export type KeyText =
  | { readonly ok: true; readonly der: Buffer; readonly content: KeyContent }
  | { readonly ok: false; readonly problem: string };

const tag = { integer: 0x02, bitString: 0x03, octetString: 0x04, sequence: 0x30, context0: 0xa0 } as const;

export function readKeyText(text: string): KeyText {
  const clean = text
    .replace(/\\r/g, '')
    .replace(/\\n/g, '\n')
    .trim()
    .replace(/^(["'])([\s\S]*)\1$/, '$2')
    .trim();
  if (clean === '') return { ok: false, problem: 'It is empty.' };
  const base64 = clean.includes('-----') ? pemBody(clean) : clean.replace(/\s/g, '');
  if (typeof base64 !== 'string') return base64;
  if (/^(\/|\.\/|[A-Za-z]:\\)?[\w./\\-]+\.(pem|key|crt|cer|p12|pfx)$/.test(clean)) {
    return { ok: false, problem: `It looks like the path of a file. Give the content of the file.` };
  }
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) {
    return {
      ok: false,
      problem: 'It is neither PEM nor base64: it holds characters that base64 does not have.',
    };
  }
  const der = Buffer.from(base64, 'base64');
  const problem = lengthProblem(der, base64);
  return problem === undefined ? { ok: true, der, content: classify(der) } : { ok: false, problem };
}

function pemBody(text: string): string | { ok: false; problem: string } {
  const begin = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(text);
  if (!begin)
    return { ok: false, problem: 'It has dashes of a PEM file, but no whole "-----BEGIN …-----" line.' };
  const label = begin[1]!;
  const start = begin.index + begin[0].length;
  const end = text.indexOf(`-----END ${label}-----`, start);
  if (end < 0) {
    return {
      ok: false,
      problem: `It begins with "-----BEGIN ${label}-----" but the line "-----END ${label}-----" is missing: it was cut off. In an environment variable, use the one-line base64 of the DER instead.`,
    };
  }
  const body = text.slice(start, end);
  // RFC 1421 headers, as in an old encrypted PKCS#1 file.
  if (/Proc-Type:\s*4,ENCRYPTED/.test(body)) {
    return {
      ok: false,
      problem:
        'It is protected by a password. Remove it: openssl pkcs8 -topk8 -nocrypt -in apiclient_key.pem -out plain.pem',
    };
  }
  return body.replace(/\s/g, '');
}

function lengthProblem(der: Buffer, base64: string): string | undefined {
  const outer = readElement(der, 0);
  if (!outer || outer.tag !== tag.sequence) {
    return 'It decodes from base64, but what comes out is no key and no certificate (no ASN.1 SEQUENCE).';
  }
  if (outer.end > der.byteLength || base64.length % 4 !== 0) {
    return `It is truncated: the content says ${outer.end} bytes, ${der.byteLength} are there. Copy it again, whole.`;
  }
  if (outer.end < der.byteLength) {
    return `It has ${der.byteLength - outer.end} bytes too many after its end. Give one key or certificate only.`;
  }
  return undefined;
}

function classify(der: Buffer): KeyContent {
  const [first, second, third] = childTags(der, readElement(der, 0)!);
  if (first === undefined || second === undefined) return 'unknown';
  if (first.tag === tag.integer) {
    const value = der.subarray(first.start, first.end);
    if (second.tag === tag.sequence) return value[0] === 3 ? 'pkcs12' : 'private-pkcs8';
    if (second.tag === tag.octetString) return 'private-ec';
    if (second.tag === tag.integer) return third === undefined ? 'public-pkcs1' : 'private-pkcs1';
    return 'unknown';
  }
  if (first.tag !== tag.sequence) return 'unknown';
  if (second.tag === tag.octetString) return 'private-encrypted';
  if (second.tag === tag.bitString) return 'public-spki';
  if (second.tag !== tag.sequence) return 'unknown';
  // Both are SEQ { body, algorithm, signature }; the body of a version 3 certificate begins with [0].
  const body = childTags(der, first);
  return body[0]?.tag === tag.context0 || body.length > 4 ? 'certificate' : 'certificate-request';
}

interface Element {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

function childTags(der: Buffer, parent: Element): Element[] {
  const children: Element[] = [];
  for (let at = parent.start; at < parent.end; ) {
    const child = readElement(der, at);
    if (!child || child.end > parent.end) break;
    children.push(child);
    at = child.end;
  }
  return children;
}

function readElement(der: Buffer, at: number): Element | undefined {
  const first = der[at + 1];
  if (first === undefined) return undefined;
  if (first < 0x80) return { tag: der[at]!, start: at + 2, end: at + 2 + first };
  const lengthBytes = first & 0x7f;
  if (lengthBytes === 0 || lengthBytes > 4 || at + 2 + lengthBytes > der.byteLength) return undefined;
  const start = at + 2 + lengthBytes;
  return { tag: der[at]!, start, end: start + der.readUIntBE(at + 2, lengthBytes) };
}
