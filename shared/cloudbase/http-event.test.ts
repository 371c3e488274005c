import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HttpEventError, jsonAnswer, readHttpEvent } from './http-event.ts';

const eventOf = (changes: Record<string, unknown> = {}) => ({
  path: '/direct',
  httpMethod: 'post',
  headers: { 'Content-Type': 'application/json' },
  queryStringParameters: { a: '1' },
  body: '{"id": "付款"}',
  isBase64Encoded: false,
  ...changes,
});
const statusOf = (event: unknown, limit?: number) => {
  try {
    readHttpEvent(event, limit);
    return 200;
  } catch (error) {
    return error instanceof HttpEventError ? error.statusCode : error;
  }
};

it('reads method, path, query and the bytes of a text body', () => {
  const request = readHttpEvent(eventOf());
  expect(request).toMatchObject({ method: 'POST', path: '/direct', query: { a: '1' } });
  expect(request.body).toEqual(Buffer.from('{"id": "付款"}'));
});

it('finds a header whatever the case of its name', () => {
  const name = fc.constantFrom('Wechatpay-Signature', 'Wechatpay-Serial', 'X-Request-Id');
  fc.assert(
    fc.property(name, fc.infiniteStream(fc.boolean()), fc.string(), (header, flips, value) => {
      const mixed = [...header]
        .map((char) => (flips.next().value ? char.toUpperCase() : char.toLowerCase()))
        .join('');
      expect(readHttpEvent(eventOf({ headers: { [mixed]: value } })).headers[header.toLowerCase()]).toBe(
        value,
      );
    }),
  );
});

it('refuses a header with two values instead of choosing one', () => {
  const { headers } = readHttpEvent(
    eventOf({ headers: { 'X-A': '1', 'x-a': '2', 'X-B': ['3', '4'], c: null } }),
  );
  expect({ ...headers }).toEqual({ 'x-a': '1, 2', 'x-b': '3, 4' });
});

it('gives back any bytes that came as base64', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const body = Buffer.from(bytes).toString('base64');
      expect(readHttpEvent(eventOf({ body, isBase64Encoded: true })).body).toEqual(Buffer.from(bytes));
    }),
  );
});

it('keeps a text body byte for byte, spaces and order included', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (body) => {
      expect(readHttpEvent(eventOf({ body })).body.toString()).toBe(body);
    }),
  );
});

it('treats a missing body as empty', () => {
  for (const body of [undefined, null, '']) expect(readHttpEvent(eventOf({ body })).body).toHaveLength(0);
});

it('refuses a body beyond the limit in bytes, not in characters', () => {
  expect(statusOf(eventOf({ body: '付付' }), 6)).toBe(200);
  expect(statusOf(eventOf({ body: '付付' }), 5)).toBe(413);
  const body = Buffer.alloc(7).toString('base64');
  expect(statusOf(eventOf({ body, isBase64Encoded: true }), 7)).toBe(200);
  expect(statusOf(eventOf({ body, isBase64Encoded: true }), 6)).toBe(413);
  expect(statusOf(eventOf({ body: 'x'.repeat(102_401) }))).toBe(413);
});

it('refuses base64 of too many bytes by its length, whatever of it counts', () => {
  const status = (body: string, limit: number) => statusOf(eventOf({ body, isBase64Encoded: true }), limit);
  expect(status(Buffer.alloc(6).toString('base64'), 5)).toBe(413);
  expect(status(`AAAA${'\n'.repeat(20)}`, 5)).toBe(413);
});

it('refuses a body that was already parsed, since its bytes are lost', () => {
  expect(statusOf(eventOf({ body: { id: 1 } }))).toBe(400);
});

it('refuses what is not an HTTP request', () => {
  const odd = [{ httpMethod: 5, headers: {} }, ...[null, 'x'].map((headers) => eventOf({ headers }))];
  for (const event of [undefined, null, 'x', {}, { httpMethod: 'GET' }, { headers: {} }, ...odd]) {
    expect(statusOf(event)).toBe(400);
  }
});

it('is not confused by names of Object.prototype', () => {
  const { headers, query } = readHttpEvent(eventOf({ headers: {}, queryStringParameters: {} }));
  expect(headers.constructor).toBeUndefined();
  expect(query.toString).toBeUndefined();
});

it('omits header and query values that are not strings', () => {
  const odd = { toString: 'x' };
  const given = { headers: { a: odd, b: [odd, 'c'] }, queryStringParameters: { d: odd, e: [odd] } };
  const { headers, query } = readHttpEvent(eventOf(given));
  expect([{ ...headers }, { ...query }]).toEqual([{ b: 'c' }, {}]);
});

it('takes numbers and truth values for their text, the last of several query values, and no query for an empty one', () => {
  const given = { headers: { a: 5, b: true }, queryStringParameters: { c: ['1', '2', '3'], d: 3, e: false } };
  const { headers, query } = readHttpEvent(eventOf(given));
  expect([{ ...headers }, { ...query }]).toEqual([
    { a: '5', b: 'true' },
    { c: '3', d: '3', e: 'false' },
  ]);
  for (const queryStringParameters of [null, 'a=1', undefined])
    expect({ ...readHttpEvent(eventOf({ queryStringParameters })).query }).toEqual({});
});

it.each([
  ['direct', '/direct'],
  ['', '/'],
  [5, '/'],
  [undefined, '/'],
])('reads the path %j as %s', (path, expected) => {
  expect(readHttpEvent(eventOf({ path })).path).toBe(expected);
});

it('answers with JSON, or with nothing', () => {
  expect(jsonAnswer(400, { code: 'FAIL', message: '验签失败' })).toEqual({
    statusCode: 400,
    headers: { 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' },
    body: '{"code":"FAIL","message":"验签失败"}',
    isBase64Encoded: false,
  });
  expect(jsonAnswer(204)).toMatchObject({ headers: { 'cache-control': 'no-store' }, body: '' });
  expect(jsonAnswer(204).headers).not.toHaveProperty('content-type');
});
