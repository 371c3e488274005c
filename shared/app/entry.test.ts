import { describe, expect, it } from 'vitest';
import { CloudError } from '../cloudbase/cloud-error.ts';
import { ConfigError } from '../cloudbase/config.ts';
import { jsonAnswer } from '../cloudbase/http-event.ts';
import { CommerceError } from '../core/errors.ts';
import { errorTexts, fieldError } from '../core/messages.ts';
import { WechatpayError } from '../wechatpay/errors.ts';
import { createApp } from './container.ts';
import { cloudFunction, type Doors, httpFunction, serverFunction, userFunction } from './entry.ts';

interface Line {
  level: string;
  event: string;
  fields: Record<string, unknown>;
}

/** A function with what the platform says about its caller, and the lines it logs. */
function harness() {
  const lines: Line[] = [];
  const level =
    (name: string) =>
    (event: string, fields: Record<string, unknown> = {}) =>
      void lines.push({ level: name, event, fields });
  const app = createApp({}, { log: { info: level('info'), warn: level('warn'), error: level('error') } });
  const options = { app: () => app, env: {} };
  const context = (variables: Record<string, string>) => ({ environment: JSON.stringify(variables) });
  return { lines, options, context };
}

const user = { WX_OPENID: 'opayer', TCB_SOURCE: 'wx_client' };
const timer = { TRIGGER_SRC: 'timer' };
const server = { TCB_SOURCE: 'wx_client,scf', WX_OPENID: 'opayer' };
const http = {};
const httpEvent = { httpMethod: 'POST', headers: {}, path: '/direct', body: '' };

describe('a door', () => {
  const everything: Doors = {
    user: async ({ openid }) => `user ${openid}`,
    timer: async () => 'timer',
    server: async () => 'server',
    http: async () => jsonAnswer(200, 'http'),
  };

  it.each([
    ['user', user, { TriggerName: 't', Type: 'Timer' }, { ok: true, data: 'user opayer' }],
    ['user', user, httpEvent, { ok: true, data: 'user opayer' }],
    ['timer', timer, { Type: 'Timer' }, { ok: true, data: 'timer' }],
    ['server', server, {}, { ok: true, data: 'server' }],
  ])('%s is told by the platform, not by the event', async (_, variables, event, expected) => {
    const { options, context } = harness();
    expect(await cloudFunction('f', everything, options)(event, context(variables))).toEqual(expected);
  });

  it.each([
    ['a user', user, 'WRONG_DOOR'],
    ['a timer', timer, 'WRONG_DOOR'],
    ['nobody', { TCB_UUID: 'u' }, 'WRONG_DOOR'],
  ])('of a server function is shut for %s', async (_, variables, code) => {
    const { options, context } = harness();
    const main = serverFunction('f', async () => 'secret', options);
    expect(await main({}, context(variables))).toMatchObject({ ok: false, error: { code } });
  });

  it('of a user function is shut for a caller without identity, a timer and a server', async () => {
    const { options, context } = harness();
    const main = userFunction('f', async () => 'secret', options);
    const codes = [{ TCB_UUID: 'u' }, timer, server].map(async (variables) => {
      const answer = await main({}, context(variables));
      return (answer as { error: { code: string } }).error.code;
    });
    expect(await Promise.all(codes)).toEqual(['NO_IDENTITY', 'WRONG_DOOR', 'WRONG_DOOR']);
  });

  it('of a user function answers a web request with a plain 404', async () => {
    const { options, context } = harness();
    const main = userFunction('f', async () => 'secret', options);
    expect(await main(httpEvent, context(http))).toMatchObject({ statusCode: 404 });
  });

  it('of an HTTP function is shut for a user who writes an HTTP event', async () => {
    const { options, context } = harness();
    const main = httpFunction('f', async () => jsonAnswer(200), options);
    const answer = await main(httpEvent, context(user));
    expect(answer).toMatchObject({ ok: false, error: { code: 'WRONG_DOOR' } });
  });

  it('passes on what the client sent, without what the platform added', async () => {
    const { options, context } = harness();
    const main = userFunction('f', async ({ event }) => event, options);
    const event = { a: 1, userInfo: { openId: 'oforged', appId: 'wx' }, tcbContext: {} };
    expect(await main(event, context(user))).toEqual({ ok: true, data: { a: 1 } });
  });
});

describe('an error', () => {
  const answerTo = async (error: unknown) => {
    const { options, context, lines } = harness();
    const main = userFunction(
      'f',
      async () => {
        throw error;
      },
      options,
    );
    return { answer: (await main({}, context(user))) as { error: Record<string, unknown> }, lines };
  };

  it('of the contract is answered with both languages, its fields and whether to retry', async () => {
    const fields = [fieldError('items.0.quantity', { zh: '数量', en: 'quantity' })];
    const { answer } = await answerTo(new CommerceError('BUSY', { fields }));
    expect(answer).toEqual({
      ok: false,
      error: {
        code: 'BUSY',
        message: errorTexts.BUSY.zh,
        messageEn: errorTexts.BUSY.en,
        fields,
        retryable: true,
      },
    });
  });

  it.each([
    [new WechatpayError('refused', 'PARAM_ERROR', 'm', { requestId: 'r-1' }), 'WECHATPAY_REFUSED'],
    [new WechatpayError('refused', 'FREQUENCY_LIMITED', 'm'), 'BUSY'],
    [new WechatpayError('unknown', 'ANSWER_TIMEOUT', 'm'), 'OUTCOME_UNKNOWN'],
    [new WechatpayError('fault', 'SIGN_ERROR', 'm'), 'CONFIG_INVALID'],
    [new CloudError('UNAVAILABLE', 'm'), 'BUSY'],
    [new CloudError('FAILED', 'm'), 'INTERNAL'],
    [new ConfigError([]), 'CONFIG_INVALID'],
    [new TypeError('m'), 'INTERNAL'],
    ['a thrown text', 'INTERNAL'],
  ])('%s is answered as its kind deserves', async (error, code) => {
    const { answer } = await answerTo(error);
    expect(answer.error.code).toBe(code);
  });

  it('of another kind tells the client nothing of its text, and the log everything', async () => {
    const cause = new Error('SELECT secrets');
    const { answer, lines } = await answerTo(cause);
    expect(JSON.stringify(answer)).not.toContain('secrets');
    expect(lines).toMatchObject([
      {
        level: 'error',
        event: 'invocation',
        fields: { function: 'f', door: 'user', code: 'INTERNAL', error: cause },
      },
    ]);
  });

  it('keeps the code of WeChat Pay and its request id', async () => {
    const { answer } = await answerTo(new WechatpayError('refused', 'NO_AUTH', 'm', { requestId: 'r-1' }));
    expect(answer.error.wechatPay).toEqual({ code: 'NO_AUTH', requestId: 'r-1' });
  });

  it('over HTTP is 500 without its text, and 413 for a body that is too large', async () => {
    const { options, context } = harness();
    const broken = httpFunction('f', () => Promise.reject(new Error('secret')), options);
    expect(await broken(httpEvent, context(http))).toMatchObject({
      statusCode: 500,
      body: '{"code":"FAIL","message":"internal error"}',
    });
    const large = { ...httpEvent, body: 'x'.repeat(200_000) };
    expect(await broken(large, context(http))).toMatchObject({ statusCode: 413 });
  });
});

it('leaves one line for each invocation, without what was sent', async () => {
  const { options, context, lines } = harness();
  const main = userFunction('f', async () => 'done', options);
  await main({ name: 'confidential' }, context(user));
  expect(lines).toEqual([
    {
      level: 'info',
      event: 'invocation',
      fields: { function: 'f', door: 'user', code: 'OK', durationMs: expect.any(Number) },
    },
  ]);
});

it('says every code of the contract in Chinese and in English', () => {
  for (const text of Object.values(errorTexts)) {
    expect(text.zh).toMatch(/[\u4e00-\u9fff]/);
    expect(text.en).toMatch(/^[\x20-\x7e]+$/);
  }
});
