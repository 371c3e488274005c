/** Object storage, as far as an upload of a function's code needs it: one object at once or in parts. */
import { createHash } from 'node:crypto';
import type { ProxyAnswer, ProxyRequest } from './proxy.ts';

export class ObjectStorage {
  readonly objects = new Map<string, Buffer>();
  readonly #uploads = new Map<string, Map<number, Buffer>>();

  handle({ method, target, body }: ProxyRequest): ProxyAnswer {
    const url = new URL(target, 'https://cos');
    const key = decodeURIComponent(url.pathname);
    const uploadId = url.searchParams.get('uploadId') ?? '';
    if (method === 'GET' && url.searchParams.has('uploads')) return xml('<ListMultipartUploadsResult/>');
    if (method === 'POST' && url.searchParams.has('uploads')) return this.#begin(key);
    if (method === 'PUT' && uploadId)
      return this.#part(uploadId, Number(url.searchParams.get('partNumber')), body);
    if (method === 'POST' && uploadId) return this.#complete(key, uploadId);
    if (method === 'PUT') return this.#put(key, body);
    if (method === 'GET') return this.#get(key);
    return { status: 405 };
  }

  #begin(key: string): ProxyAnswer {
    const uploadId = `upload-${this.#uploads.size + 1}`;
    this.#uploads.set(uploadId, new Map());
    return xml(
      `<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>${key.slice(1)}</Key><UploadId>${uploadId}</UploadId></InitiateMultipartUploadResult>`,
    );
  }

  #part(uploadId: string, number: number, body: Buffer): ProxyAnswer {
    this.#uploads.get(uploadId)?.set(number, body);
    return { headers: { etag: etag(body) } };
  }

  #complete(key: string, uploadId: string): ProxyAnswer {
    const parts = [...(this.#uploads.get(uploadId) ?? [])].sort(([a], [b]) => a - b);
    const whole = Buffer.concat(parts.map(([, part]) => part));
    this.objects.set(key, whole);
    return xml(
      `<CompleteMultipartUploadResult><Location>l</Location><Bucket>b</Bucket><Key>${key.slice(1)}</Key><ETag>${etag(whole)}</ETag></CompleteMultipartUploadResult>`,
    );
  }

  #put(key: string, body: Buffer): ProxyAnswer {
    this.objects.set(key, body);
    return { headers: { etag: etag(body) } };
  }

  #get(key: string): ProxyAnswer {
    const body = this.objects.get(key);
    return body ? { body, headers: { 'content-type': 'application/zip' } } : { status: 404 };
  }
}

function xml(body: string): ProxyAnswer {
  return { body: `<?xml version="1.0"?>${body}`, headers: { 'content-type': 'application/xml' } };
}

function etag(body: Buffer): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}
