import { describe, expect, it } from 'vitest';
import { WechatpayError } from '../errors.ts';
import { checkBase, noResponseError, pathOf, unknownSinceEarlier } from './client-request.ts';
import type { MediaUpload } from './multipart.ts';
import { TransportError } from './transport-error.ts';

const refused = (code: string) => expect.objectContaining({ kind: 'fault', code });

it.each([{ body: '' }, { body: '{}' }, { upload: {} as MediaUpload }])('a GET has no body: %j', (more) => {
  expect(() => pathOf({ method: 'GET', path: '/v3/x', ...more })).toThrow(refused('REQUEST_INVALID'));
  expect(pathOf({ method: 'POST', path: '/v3/x', ...more })).toBe('/v3/x');
  expect(pathOf({ method: 'GET', path: '/v3/x' })).toBe('/v3/x');
});

describe('what is sent over http', () => {
  it.each(['http://127.0.0.1:8080', 'http://127.255.255.254', 'http://[::1]:1', 'http://localhost:1'])(
    'goes to this machine: %s',
    (base) => expect(() => checkBase(base)).not.toThrow(),
  );
  it.each([
    'http://notlocalhost',
    'http://localhost.example',
    'http://1127.0.0.1.example',
    'ftp://localhost',
  ])('goes nowhere else: %s', (base) => expect(() => checkBase(base)).toThrow(refused('CONFIG_INVALID')));
});

describe('an error keeps what caused it', () => {
  it.each([
    ['connect', 'CONNECT_FAILED'],
    ['timeout', 'RESPONSE_TIMEOUT'],
    ['too-large', 'RESPONSE_TOO_LARGE'],
    ['lost', 'CONNECTION_LOST'],
    ['dead-socket', 'CONNECTION_LOST'],
  ] as const)('without an answer: %s', (failure, code) => {
    const cause = new TransportError(failure, 'broke');
    const error = noResponseError(cause, 'GET /v3/x', 'https://pay.example');
    expect(error).toMatchObject({ kind: 'unknown', code });
    expect(error.message).toContain('GET /v3/x at https://pay.example: broke.');
    expect(error.cause).toBe(cause);
  });

  it('after an attempt whose outcome is unknown', () => {
    const earlier = new WechatpayError('unknown', 'RESPONSE_TIMEOUT', 'No answer.');
    const last = new WechatpayError('refused', 'ORDERPAID', 'Paid.', { status: 400, requestId: '08F7-0' });
    const error = unknownSinceEarlier(earlier, last);
    expect(error).toMatchObject({
      kind: 'unknown',
      code: 'RESPONSE_TIMEOUT',
      status: 400,
      requestId: '08F7-0',
    });
    expect(error.cause).toBe(last);
  });
});
