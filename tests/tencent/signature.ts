/** Whether a request is signed as Tencent Cloud requires: cloud.tencent.com/document/api/876/34814 (TC3-HMAC-SHA256). */
import { createHash, createHmac } from 'node:crypto';
import type { ProxyRequest } from './proxy.ts';

export interface Credentials {
  readonly secretId: string;
  readonly secretKey: string;
}

/** @returns the code of the refusal, or undefined when the signature is right. */
export function refusalOf(request: ProxyRequest, known: Credentials): string | undefined {
  const header = request.headers.authorization ?? '';
  const parts =
    /^TC3-HMAC-SHA256 Credential=([^/]+)\/([^/]+)\/([^/]+)\/tc3_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]+)$/.exec(
      header,
    );
  if (!parts) return 'AuthFailure.SignatureFailure';
  const [, secretId, date = '', service = '', signedHeaders = '', signature] = parts;
  if (secretId !== known.secretId) return 'AuthFailure.SecretIdNotFound';
  const headers = signedHeaders
    .split(';')
    .map((name) => `${name}:${String(request.headers[name] ?? '').toLowerCase()}\n`)
    .join('');
  const canonical = ['POST', '/', '', headers, signedHeaders, sha256(request.body)].join('\n');
  const scope = `${date}/${service}/tc3_request`;
  const text = ['TC3-HMAC-SHA256', request.headers['x-tc-timestamp'], scope, sha256(canonical)].join('\n');
  const key = ['tc3_request'].reduce(hmac, hmac(hmac(`TC3${known.secretKey}`, date), service));
  return createHmac('sha256', key).update(text).digest('hex') === signature
    ? undefined
    : 'AuthFailure.SignatureFailure';
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
