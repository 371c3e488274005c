import type { MultipartBody } from '../context.ts';
import { paramError } from './problem.ts';

interface Part {
  readonly headers: Record<string, string>;
  readonly bytes: Buffer;
}

/**
 * Reads `multipart/form-data` with the parts `meta` (JSON) and `file`, as the media APIs want it. The meta
 * text is kept as sent: it is what was signed.
 * @throws ApiProblem 400 PARAM_ERROR
 */
export function readMultipart(contentType: string, body: Buffer): MultipartBody {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const mark = boundary?.[1] ?? boundary?.[2];
  if (!mark) throw malformed('the Content-Type has no boundary');
  const parts = splitParts(body, mark);
  const meta = parts.find((part) => disposition(part, 'name') === 'meta');
  const file = parts.find((part) => disposition(part, 'name') === 'file');
  if (!meta) throw malformed('there is no part named meta');
  if (!file) throw malformed('there is no part named file');
  const filename = disposition(file, 'filename');
  if (!filename) throw malformed('the part file has no filename');
  const metaText = meta.bytes.toString('utf8');
  return {
    metaText,
    meta: parseMeta(metaText),
    file: { filename, contentType: file.headers['content-type'] ?? '', bytes: file.bytes },
  };
}

function parseMeta(text: string): Record<string, unknown> {
  try {
    const meta: unknown = JSON.parse(text);
    if (typeof meta === 'object' && meta !== null && !Array.isArray(meta))
      return meta as Record<string, unknown>;
  } catch {
    // Falls through to the refusal below.
  }
  throw malformed('the part meta is not a JSON object');
}

function splitParts(body: Buffer, boundary: string): Part[] {
  const delimiter = Buffer.from(`--${boundary}`);
  const parts: Part[] = [];
  let start = body.indexOf(delimiter);
  while (start >= 0) {
    const from = start + delimiter.length;
    const next = body.indexOf(delimiter, from);
    if (next < 0) break;
    const section = body.subarray(from, next);
    const headEnd = section.indexOf('\r\n\r\n');
    if (headEnd < 0) throw malformed('a part has no empty line after its headers (lines end with CRLF)');
    parts.push({
      headers: readHeaders(section.subarray(0, headEnd).toString('utf8')),
      bytes: section.subarray(headEnd + 4, section.length - 2),
    });
    start = next;
  }
  return parts;
}

function readHeaders(text: string): Record<string, string> {
  const lines = text.split('\r\n').filter((line) => line.includes(':'));
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

function disposition(part: Part, name: string): string | undefined {
  const header = part.headers['content-disposition'] ?? '';
  return new RegExp(`[;\\s]${name}="([^"]*)"`).exec(header)?.[1];
}

function malformed(issue: string) {
  return paramError('文件上传报文格式错误', { field: '/meta', value: null, issue, location: 'body' });
}
