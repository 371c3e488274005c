import type { Text } from './text.ts';

/**
 * multipart/form-data as RFC 7578 and the upload page's examples have it, read strictly: what a lenient
 * reader would let pass (bare LF, no closing boundary) is what goes wrong against WeChat Pay.
 */
export interface Part {
  readonly name: string;
  readonly filename: string | undefined;
  readonly contentType: string | undefined;
  readonly bytes: Buffer;
}

/** What is wrong with a multipart body; the exchange record shows it. */
export class MultipartProblem extends Error implements Text {
  override readonly name = 'MultipartProblem';
  readonly en: string;
  readonly zh: string;

  constructor(en: string, zh: string) {
    super(en);
    this.en = en;
    this.zh = zh;
  }
}

const maxHeaderBytes = 4096;

/** @throws MultipartProblem */
export function boundaryOf(contentType: string | null): string {
  const match = /^multipart\/form-data\s*;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))\s*$/i.exec(
    contentType ?? '',
  );
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) {
    throw new MultipartProblem(
      `Content-Type must be multipart/form-data with a boundary, not ${contentType}.`,
      `Content-Type 须为 multipart/form-data 并带 boundary，不能是 ${contentType}。`,
    );
  }
  return boundary;
}

/** @throws MultipartProblem */
export function parseMultipart(body: Buffer, boundary: string): Part[] {
  const opening = Buffer.from(`--${boundary}\r\n`);
  const between = Buffer.from(`\r\n--${boundary}`);
  if (!body.subarray(0, opening.length).equals(opening)) {
    throw new MultipartProblem(
      'The body must start with -- and the boundary and CRLF.',
      '请求体须以 --、boundary 和 CRLF 开头。',
    );
  }
  const parts: Part[] = [];
  let at = opening.length;
  for (;;) {
    const end = body.indexOf(between, at);
    if (end < 0) throw new MultipartProblem('The closing boundary is missing.', '缺少结尾的 boundary。');
    parts.push(parsePart(body.subarray(at, end)));
    at = end + between.length;
    const after = body.subarray(at, at + 2).toString('latin1');
    if (after === '--') break;
    if (after !== '\r\n')
      throw new MultipartProblem(
        'A boundary must be followed by CRLF or --.',
        'boundary 之后须为 CRLF 或 --。',
      );
    at += 2;
  }
  const epilogue = body.subarray(at + 2).toString('latin1');
  if (epilogue !== '' && epilogue !== '\r\n') {
    throw new MultipartProblem(
      'Nothing may follow the closing boundary.',
      '结尾的 boundary 之后不能再有内容。',
    );
  }
  return parts;
}

function parsePart(part: Buffer): Part {
  const blank = part.indexOf('\r\n\r\n');
  if (blank < 0 || blank > maxHeaderBytes) {
    throw new MultipartProblem(
      'A part needs headers, an empty line and then its content, lines ended by CRLF.',
      '每个部分须依次有头部、空行和内容，各行以 CRLF 结尾。',
    );
  }
  const headers = headersOf(part.subarray(0, blank).toString('utf8'));
  const disposition = parametersOf(headers.get('content-disposition'));
  const name = disposition.get('name');
  if (name === undefined)
    throw new MultipartProblem('Content-Disposition must name the part.', 'Content-Disposition 须带 name。');
  return {
    name,
    filename: disposition.get('filename'),
    contentType: headers.get('content-type'),
    bytes: part.subarray(blank + 4),
  };
}

function headersOf(text: string): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of text.split('\r\n')) {
    const match = /^([A-Za-z-]+):[ \t]*(.*?)[ \t]*$/.exec(line);
    if (!match || line.includes('\n'))
      throw new MultipartProblem(`This is not a header line: ${line}`, `这不是头部行：${line}`);
    const name = match[1]!.toLowerCase();
    if (headers.has(name))
      throw new MultipartProblem(`The header ${name} is there twice.`, `头部 ${name} 出现了两次。`);
    headers.set(name, match[2]!);
  }
  return headers;
}

function parametersOf(disposition: string | undefined): Map<string, string> {
  if (disposition === undefined || !/^form-data\s*(;|$)/i.test(disposition)) {
    throw new MultipartProblem(
      'Each part needs Content-Disposition: form-data; name="…".',
      '每个部分须有 Content-Disposition: form-data; name="…"。',
    );
  }
  const parameters = new Map<string, string>();
  const rest = disposition.slice(disposition.indexOf(';') + 1);
  for (const match of rest.matchAll(/([A-Za-z*]+)="([^"]*)"\s*(?:;|$)/g)) {
    parameters.set(match[1]!.toLowerCase(), match[2]!);
  }
  return parameters;
}
