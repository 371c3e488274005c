/**
 * Reads what people put where a key belongs: PEM, PEM whose newlines became `\n` or blanks on the way through an
 * environment variable, or the base64 of the DER or of the PEM file. Identifies what it is before it is used.
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

/** What is wrong, why, and how to fix it; never with a part of the text, which may be a key. */
interface KeyProblem {
  readonly en: string;
  readonly zh: string;
}

export type KeyText =
  | { readonly ok: true; readonly der: Buffer; readonly content: KeyContent }
  | { readonly ok: false; readonly problem: KeyProblem };

const sequence = 0x30;

export function readKeyText(text: string): KeyText {
  const clean = unwrapPemFile(tidy(text));
  if (clean === '') return failed('It is empty.', '内容为空。');
  if (/^[\w.:/\\-]+\.(pem|key|crt|cer|p12|pfx)$/.test(clean)) {
    return failed(
      'It looks like the path of a file. Give the content of the file.',
      '看起来是文件路径，请填写文件内容。',
    );
  }
  const base64 = clean.includes('-----') ? pemBody(clean) : clean.replace(/\s/g, '');
  if (typeof base64 !== 'string') return base64;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) {
    return failed(
      'It is neither PEM nor base64: it holds characters that base64 does not have.',
      '既不是 PEM 也不是 base64：含有 base64 以外的字符。',
    );
  }
  const der = Buffer.from(base64, 'base64');
  return lengthProblem(der) ?? { ok: true, der, content: classify(der) };
}

function failed(en: string, zh: string): { readonly ok: false; readonly problem: KeyProblem } {
  return { ok: false, problem: { en, zh } };
}

function tidy(text: string): string {
  return text
    .replace(/\\r/g, '')
    .replace(/\\n/g, '\n')
    .trim()
    .replace(/^(["'])([\s\S]*)\1$/, '$2')
    .trim();
}

/** `base64 apiclient_key.pem` encodes the whole PEM file, which is already base64. */
function unwrapPemFile(text: string): string {
  // trim() removes a byte order mark too.
  const decoded = tidy(Buffer.from(text, 'base64').toString('utf8'));
  return decoded.startsWith('-----BEGIN ') ? decoded : text;
}

function pemBody(text: string): string | ReturnType<typeof failed> {
  const begin = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(text);
  if (!begin)
    return failed(
      'It has the dashes of a PEM file, but no complete BEGIN line. Copy the whole file again.',
      '有 PEM 的短横线，但缺少完整的 BEGIN 首行，请重新完整复制文件。',
    );
  const label = begin[1]!;
  const start = begin.index + begin[0].length;
  const end = text.indexOf(`-----END ${label}-----`, start);
  if (end === -1) {
    // Without quoting the line, which may be the entire key.
    return failed(
      `It begins like a PEM file (${label}) but its last line with END is missing: it was cut off, probably at the first newline. Environment variables often hold one line only: give the one-line base64 of the file instead (base64 -w0 FILE).`,
      `开头是 PEM（${label}），但缺少 END 结尾行：内容被截断，通常截断在第一个换行处。环境变量往往只能保存一行，请改用整个文件的单行 base64（base64 -w0 文件名）。`,
    );
  }
  const body = text.slice(start, end);
  // RFC 1421 headers, as in an old encrypted PKCS#1 file.
  if (body.includes('Proc-Type: 4,ENCRYPTED')) {
    const command = 'openssl pkcs8 -topk8 -nocrypt -in apiclient_key.pem -out plain.pem';
    return failed(
      `It is protected by a password. Remove it: ${command}`,
      `私钥带有密码保护，请先去除：${command}`,
    );
  }
  return body.replace(/\s/g, '');
}

function lengthProblem(der: Buffer): ReturnType<typeof failed> | undefined {
  const outer = readElement(der, 0);
  if (!outer || outer.tag !== sequence) {
    return failed(
      'It decodes from base64, but the result is neither a key nor a certificate (no ASN.1 SEQUENCE).',
      '可以按 base64 解码，但内容既不是密钥也不是证书。',
    );
  }
  if (outer.end > der.byteLength) {
    return failed(
      `It is truncated: ${outer.end} bytes expected, ${der.byteLength} found. Copy the whole content again.`,
      `内容不完整：应有 ${outer.end} 字节，实际 ${der.byteLength} 字节。请重新完整复制。`,
    );
  }
  if (outer.end < der.byteLength) {
    const extra = der.byteLength - outer.end;
    return failed(
      `It has ${extra} bytes too many after its end. Give one key or certificate only.`,
      `末尾多出 ${extra} 字节，请只填写一个密钥或证书。`,
    );
  }
  return undefined;
}

/** By the ASN.1 tags (hexadecimal) of the first two elements: 2 INTEGER, 3 BIT STRING, 4 OCTET STRING, 30 SEQUENCE. */
const contents: Readonly<Record<string, (der: Buffer, elements: readonly Element[]) => KeyContent>> = {
  '2 30': (der, [version]) => (der[version!.start] === 3 ? 'pkcs12' : 'private-pkcs8'),
  '2 4': () => 'private-ec',
  '2 2': (_, { length }) => (length === 2 ? 'public-pkcs1' : 'private-pkcs1'),
  '30 4': () => 'private-encrypted',
  '30 3': () => 'public-spki',
  // Both are SEQ { body, algorithm, signature }. A request has four elements: version, subject, key and attributes.
  '30 30': (der, [body]) => (elementsOf(der, body!).length > 4 ? 'certificate' : 'certificate-request'),
};

function classify(der: Buffer): KeyContent {
  const elements = elementsOf(der, readElement(der, 0)!);
  const tags = elements.slice(0, 2).map(({ tag }) => tag.toString(16));
  return contents[tags.join(' ')]?.(der, elements) ?? 'unknown';
}

interface Element {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

function elementsOf(der: Buffer, parent: Element): Element[] {
  const elements: Element[] = [];
  for (let at = parent.start; ; ) {
    const element = readElement(der, at);
    if (!element || element.end > parent.end) return elements;
    elements.push(element);
    at = element.end;
  }
}

function readElement(der: Buffer, at: number): Element | undefined {
  // 0x80 would be a length to be found by reading on, which DER does not have.
  const first = der[at + 1] ?? 0x80;
  if (first < 0x80) return { tag: der[at]!, start: at + 2, end: at + 2 + first };
  const lengthBytes = first & 0x7f;
  const start = at + 2 + lengthBytes;
  if (lengthBytes === 0 || lengthBytes > 4 || start > der.byteLength) return undefined;
  return { tag: der[at]!, start, end: start + der.readUIntBE(at + 2, lengthBytes) };
}
