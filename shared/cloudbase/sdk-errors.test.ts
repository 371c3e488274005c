import { describe, expect, it } from 'vitest';
import { CloudError } from './cloud-error.ts';
import { asCloudError, wasNeverSent } from './sdk-errors.ts';

const failure = (code: unknown, more: Record<string, unknown> = {}) => ({
  code,
  message: 'private words',
  ...more,
});

describe('what the SDK throws', () => {
  it.each([
    [failure('DATABASE_DUPLICATE_WRITE'), 'DUPLICATE'],
    [failure('DATABASE_REQUEST_FAILED', { message: 'E11000 duplicate' }), 'DUPLICATE'],
    ['duplicate key error', 'DUPLICATE'],
    [failure('DATABASE_TRANSACTION_CONFLICT'), 'CONFLICT'],
    [failure('X', { message: 'WriteConflict' }), 'CONFLICT'],
    [failure('DATABASE_COLLECTION_NOT_EXIST'), 'NOT_FOUND'],
    [failure('X', { message: 'Db or Table not exist: orders' }), 'NOT_FOUND'],
    [failure('STORAGE_FILE_NONEXIST'), 'NOT_FOUND'],
    [failure('FUNCTION_NOT_FOUND'), 'NOT_FOUND'],
    [failure('ECONNRESET'), 'UNAVAILABLE'],
    [failure('SYS_ERR'), 'UNAVAILABLE'],
    ...[500, 503, '599', 408, 429].map((status): [unknown, string] => [failure(status), 'UNAVAILABLE']),
    ...[400, 404, 5030, 1503, '4290', 'E408'].map((status): [unknown, string] => [failure(status), 'FAILED']),
    [failure({ code: 503 }), 'FAILED'],
    [failure('X', { message: Object.create(null) }), 'FAILED'],
    ...[null, undefined, 5, 'a text'].map((thrown): [unknown, string] => [thrown, 'FAILED']),
  ])('%j is %s', (thrown, code) => {
    expect(asCloudError(thrown, 'find in orders')).toMatchObject({ code });
  });

  it('is named by what was being done and its code, and kept with its requestId as the cause', () => {
    const thrown = failure('INVALID_PARAM', { requestId: 'r-1' });
    const error = asCloudError(thrown, 'find in orders');
    expect(error.message).toBe('find in orders: INVALID_PARAM');
    expect([error.cause, error.requestId]).toEqual([thrown, 'r-1']);
    expect(asCloudError(failure(undefined), 'find in orders').message).toBe('find in orders: failed');
    expect(asCloudError(thrown.code, 'find in orders').cause).toBe('INVALID_PARAM');
  });

  it.each([[''], [5], [{}], [undefined]])('has no requestId when that is %j', (requestId) => {
    expect(asCloudError(failure('X', { requestId }), 'do').requestId).toBeUndefined();
  });

  it('says in both languages that a collection has to be created, and of nothing else', () => {
    const hint = /create it first.*请先创建/;
    expect(asCloudError(failure('DATABASE_COLLECTION_NOT_EXIST'), 'do').message).toMatch(hint);
    expect(asCloudError(failure('X', { message: 'Db or Table not exist' }), 'do').message).toMatch(hint);
    expect(asCloudError(failure('FUNCTION_NOT_FOUND'), 'do').message).not.toMatch(hint);
  });

  it('that is a CloudError already stays it', () => {
    const error = new CloudError('INVALID', 'm');
    expect(asCloudError(error, 'do')).toBe(error);
  });
});

it.each([
  ['ECONNREFUSED', {}, true],
  ['ENOTFOUND', {}, true],
  ['ETIMEDOUT', { hasConnected: false }, true],
  ['ETIMEDOUT', { hasConnected: true }, false],
  ['ETIMEDOUT', {}, false],
  ['ECONNRESET', { hasConnected: false }, false],
])('a request that ended in %s with %j certainly never arrived: %s', (code, more, expected) => {
  expect(wasNeverSent(failure(code, more))).toBe(expected);
  expect(wasNeverSent(asCloudError(failure(code, more), 'do'))).toBe(expected);
});

it('takes nothing for certain of what has no code', () => {
  for (const thrown of [null, undefined, 'ETIMEDOUT', 5, {}]) expect(wasNeverSent(thrown)).toBe(false);
});
