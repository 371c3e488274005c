/**
 * multipart/form-data as the SDKs send it for openapi calls. Written by hand because a field without a file
 * name is text to the platform's FormData, and the SDK puts protobuf bytes in such a field.
 */
import { invalidParam } from './errors.ts';

/** Field name → raw bytes. @throws CloudError INVALID_PARAM */
export function parseMultipart(body: Buffer, contentType: string): Map<string, Buffer> {
  const boundary = /boundary=(?:"([^"]+)"|([^;]+))/i.exec(contentType);
  const name = boundary?.[1] ?? boundary?.[2];
  if (!name) throw invalidParam('multipart body without a boundary');
  const delimiter = Buffer.from(`--${name.trim()}`);
  const fields = new Map<string, Buffer>();
  let start = body.indexOf(delimiter);
  while (start >= 0) {
    const partStart = start + delimiter.length + 2;
    const next = body.indexOf(delimiter, partStart);
    if (next < 0) break;
    readPart(body.subarray(partStart, next - 2), fields);
    start = next;
  }
  return fields;
}

function readPart(part: Buffer, fields: Map<string, Buffer>): void {
  const headerEnd = part.indexOf('\r\n\r\n');
  if (headerEnd < 0) throw invalidParam('multipart part without headers');
  const field = /name="([^"]*)"/i.exec(part.subarray(0, headerEnd).toString('utf8'))?.[1];
  if (field !== undefined) fields.set(field, part.subarray(headerEnd + 4));
}
