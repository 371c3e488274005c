import { expect, it } from 'vitest';
import { apiError, readProblem } from './api-error.ts';

const response = (status: number, body: unknown) => ({
  ...{ status, headers: {} },
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});
const error = (status: number, body: unknown, verified = false) =>
  apiError(response(status, body), {
    ...{ what: 'POST /v3/x', signedBytes: 7, verified },
    account: { mchid: '1900000001', serialNo: '5157F09EFDC096DE' },
  });

it.each(['sign_error', '<h1>SIGN_ERROR', 'SIGN_ERROR</h1>', '', 'E'.repeat(65), 7])(
  'an answer with the code %j is none of WeChat Pay',
  (code) => {
    expect(readProblem(response(400, { code, message: 'x' }))).toEqual({});
  },
);

it.each(['null', '7', '"SIGN_ERROR"', '[]', '{"code":null}', '<html>'])(
  'an answer that is %s is none of WeChat Pay',
  (body) => {
    expect(readProblem(response(400, body))).toEqual({});
  },
);

it.each([
  ['a number', 7, { rebuiltBytes: 7 }],
  ['no number', '7', {}],
  ['nothing', null, {}],
])('the length that WeChat Pay rebuilt counts if it is %s', (_, sign_message_length, expected) => {
  const body = { code: 'SIGN_ERROR', detail: { sign_information: { sign_message_length } } };
  expect(readProblem(response(401, body))).toStrictEqual({ code: 'SIGN_ERROR', ...expected });
});

it.each([302, 400, 401, 429, 499])(
  'a gateway that answers %d decides nothing, and nothing is repeated',
  (status) => {
    expect(error(status, '<html>')).toMatchObject({
      repeat: 'never',
      error: {
        kind: 'unknown',
        code: 'GATEWAY_ERROR',
        message: expect.stringMatching(/^A gateway answered/),
      },
    });
  },
);

it.each([500, 502])('a gateway that answers %d is passed by, at another host', (status) => {
  expect(error(status, '<html>')).toMatchObject({
    ...{ repeat: 'if-idempotent', otherHost: true },
    error: { kind: 'unknown', code: 'GATEWAY_ERROR', message: expect.stringMatching(/^A gateway answered/) },
  });
});

it.each([
  [{ field: 'amount', issue: 'too small' }, ' [amount: too small]'],
  [{ field: 'amount' }, ' [amount: ]'],
  [{ issue: 'too small' }, ''],
])('a refusal with the detail %j names the field, where there is one', (detail, named) => {
  const { message } = error(400, { code: 'PARAM_ERROR', message: '参数错误', detail }, true).error;
  expect(message).toBe(`WeChat Pay refused POST /v3/x (HTTP 400 PARAM_ERROR): 参数错误${named}`);
});

it.each([
  [7, 'Three configured values'],
  [8, 'rebuilt a message of 8 bytes, 7 were signed'],
])('a signature over a message that WeChat Pay rebuilt with %d bytes is wrong: %s', (length, reason) => {
  const detail = { sign_information: { sign_message_length: length } };
  expect(error(401, { code: 'SIGN_ERROR', message: '', detail }).error.message).toContain(reason);
});

it('a text of WeChat Pay is cut where it is endless', () => {
  const message = '长'.repeat(301);
  expect(readProblem(response(400, { code: 'PARAM_ERROR', message })).message).toBe('长'.repeat(300));
});

it.each([
  [500, 'unknown', 'if-idempotent', true],
  [503, 'unknown', 'if-idempotent', true],
  [499, 'refused', 'never', undefined],
  [429, 'refused', 'always', undefined],
])('an error of WeChat Pay with %d is %s, and repeated %s', (status, kind, repeat, otherHost) => {
  const failed = error(status, { code: 'SYSTEM_ERROR', message: '系统异常' }, true);
  expect(failed).toMatchObject({ repeat, error: { kind, code: 'SYSTEM_ERROR', status } });
  expect(failed.otherHost).toBe(otherHost);
});
