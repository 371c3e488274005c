import { describe, expect, it } from 'vitest';
import { CloudError } from '../cloudbase/cloud-error.ts';
import { ConfigError } from '../cloudbase/config.ts';
import { CommerceError } from '../core/errors.ts';
import { errorTexts, fieldError } from '../core/messages.ts';
import { WechatpayError } from '../wechatpay/errors.ts';
import { createApp } from './container.ts';
import {
  cloudFunction,
  type Handlers,
  httpFunction,
  operatorFunction,
  serverFunction,
  userFunction,
} from './entry.ts';

interface Line {
  level: string;
  event: string;
  fields: Record<string, unknown>;
}

/** A function with the platform's variables of its caller, and the lines it logs. */
function harness(env: Record<string, string> = {}) {
  const lines: Line[] = [];
  const level =
    (name: string) =>
    (event: string, fields: Record<string, unknown> = {}) =>
      void lines.push({ level: name, event, fields });
  const app = createApp(env, { log: { info: level('info'), warn: level('warn'), error: level('error') } });
  const options = { app: () => app };
  const context = (variables: Record<string, string>) => ({ environment: JSON.stringify(variables) });
  return { lines, options, context };
}

const user = { WX_OPENID: 'opayer', TCB_SOURCE: 'wx_client' };
const timer = { TRIGGER_SRC: 'timer' };
const server = { TCB_SOURCE: 'wx_client,scf', WX_OPENID: 'opayer' };
const http = {};
const httpEvent = { httpMethod: 'POST', headers: {}, path: '/direct', body: '' };

describe('the source of a call', () => {
  const everything: Handlers = {
    user: async ({ openid }) => `user ${openid}`,
    timer: async () => 'timer',
    server: async () => 'server',
    http: async () => ({ statusCode: 200, body: 'http' }),
  };

  it.each([
    ['user', user, { TriggerName: 't', Type: 'Timer' }, { ok: true, data: 'user opayer' }],
    ['timer', timer, { Type: 'Timer' }, { ok: true, data: 'timer' }],
    ['server', server, {}, { ok: true, data: 'server' }],
  ])('is %s when the platform says so, whatever the event is', async (_, variables, event, expected) => {
    const { options, context } = harness();
    expect(await cloudFunction('f', everything, options)(event, context(variables))).toEqual(expected);
  });

  it.each([
    ['a user', user, 'SOURCE_NOT_ALLOWED'],
    ['a timer', timer, 'SOURCE_NOT_ALLOWED'],
    ['nobody', { TCB_UUID: 'u' }, 'SOURCE_NOT_ALLOWED'],
  ])('is refused by a server function when it is %s', async (_, variables, code) => {
    const { options, context } = harness();
    const main = serverFunction('f', async () => 'secret', options);
    expect(await main({}, context(variables))).toMatchObject({ ok: false, error: { code } });
  });

  it('is refused by a user function when it has no identity, or is a timer or a server', async () => {
    const { options, context } = harness();
    const main = userFunction('f', async () => 'secret', options);
    const codes = [{ TCB_UUID: 'u' }, timer, server].map(async (variables) => {
      const answer = await main({}, context(variables));
      return (answer as { error: { code: string } }).error.code;
    });
    expect(await Promise.all(codes)).toEqual(['NO_IDENTITY', 'SOURCE_NOT_ALLOWED', 'SOURCE_NOT_ALLOWED']);
  });

  it('is answered with a plain 404 by a user function when it is a web request', async () => {
    const { options, context } = harness();
    const main = userFunction('f', async () => 'secret', options);
    expect(await main(httpEvent, context(http))).toMatchObject({ statusCode: 404 });
  });

  it.each([
    ['HTTP access', http],
    ['HTTP access with a SOURCE', { TCB_SOURCE: 'wx_http' }],
    ['a user', user],
    ['a timer', timer],
    ['another function', server],
    ['a web client', { TCB_UUID: 'u', TCB_SOURCE: 'web_client' }],
  ])(
    'does not matter to an HTTP function: a request from %s is for its handler to verify',
    async (_, variables) => {
      const { options, context } = harness();
      const main = cloudFunction('f', everything, options);
      expect(await main(httpEvent, context(variables))).toMatchObject({ statusCode: 200, body: '"http"' });
    },
  );

  it('is refused by an HTTP function when the event is no request', async () => {
    const { options, context } = harness();
    const main = httpFunction('f', async () => ({ statusCode: 200 }), options);
    for (const variables of [http, user, timer, server]) {
      const answer = await main({}, context(variables));
      expect(answer).toMatchObject({ ok: false, error: { code: 'SOURCE_NOT_ALLOWED' } });
    }
  });

  it('passes on what the client sent, without what the platform added', async () => {
    const { options, context } = harness();
    const main = userFunction('f', async ({ event }) => event, options);
    const event = { a: 1, userInfo: { openId: 'oforged', appId: 'wx' }, tcbContext: {} };
    expect(await main(event, context(user))).toEqual({ ok: true, data: { a: 1 } });
  });
});

describe('an operator function', () => {
  const main = (env: Record<string, string>) => {
    const { options, context } = harness(env);
    const entry = operatorFunction('f', async ({ openid, event }) => ({ openid, event }), options);
    return (variables: Record<string, string>, event: unknown = { a: 1 }) => entry(event, context(variables));
  };
  const env = { OPERATOR_OPENIDS: 'ooperator, oother-operator' };

  it('serves the users on OPERATOR_OPENIDS, and says which of them calls', async () => {
    const call = main(env);
    for (const openid of ['ooperator', 'oother-operator']) {
      const answer = { ok: true, data: { openid, event: { a: 1 } } };
      expect(await call({ ...user, WX_OPENID: openid })).toEqual(answer);
    }
  });

  it('that also serves users tells them apart by OPERATOR_OPENIDS', async () => {
    const { options, context } = harness(env);
    const handlers = { user: async () => 'user', operator: async () => 'operator' };
    const entry = cloudFunction('f', handlers, options);
    const call = (openid: string) => entry({}, context({ ...user, WX_OPENID: openid }));
    expect(await call('ooperator')).toEqual({ ok: true, data: 'operator' });
    expect(await call('osomebody')).toEqual({ ok: true, data: 'user' });
    expect(await entry({}, context(server))).toEqual({ ok: true, data: 'operator' });
  });

  it('serves other functions, also those that a user called', async () => {
    const call = main(env);
    const answer = { ok: true, data: { openid: undefined, event: { a: 1 } } };
    expect(await call(server)).toEqual(answer);
    expect(await call({ TCB_SOURCE: 'scf' })).toEqual(answer);
  });

  it.each([
    ['a user who is not on the list', user, env, 'NOT_ALLOWED'],
    [
      'a user whose openid is part of one on the list',
      { ...user, WX_OPENID: 'ooperato' },
      env,
      'NOT_ALLOWED',
    ],
    ['every user when the list is empty', { ...user, WX_OPENID: '' }, {}, 'NO_IDENTITY'],
    ['a user when there is no list', user, {}, 'NOT_ALLOWED'],
    ['a user when the list is malformed', user, { OPERATOR_OPENIDS: 'opayer;x' }, 'CONFIG_INVALID'],
    ['a timer', timer, env, 'SOURCE_NOT_ALLOWED'],
    ['a web client', { TCB_UUID: 'ooperator' }, env, 'NO_IDENTITY'],
    ['nobody', {}, env, 'NO_IDENTITY'],
  ])('refuses %s', async (_, variables, environment: Record<string, string>, code) => {
    const event = { openid: 'ooperator', userInfo: { openId: 'ooperator' } };
    expect(await main(environment)(variables, event)).toMatchObject({ ok: false, error: { code } });
  });

  it('refuses an openid of another mini-program, which proves nothing here', async () => {
    const call = main({ ...env, WECHATPAY_APPID: 'wx0123456789abcdef' });
    const variables = { ...user, WX_OPENID: 'ooperator', WX_APPID: 'wxfedcba9876543210' };
    expect(await call(variables)).toMatchObject({ ok: false, error: { code: 'CONFIG_INVALID' } });
  });
});

describe("the caller's mini-program", () => {
  const appid = 'wx0123456789abcdef';
  const other = 'wxfedcba9876543210';
  const call = async (env: Record<string, string>, variables: Record<string, string>) => {
    const { options, context, lines } = harness(env);
    const main = userFunction('f', async ({ openid }) => openid, options);
    return { answer: await main({}, context({ ...user, ...variables })), lines };
  };

  it.each([
    ['the configured one', { WECHATPAY_APPID: appid }, { WX_APPID: appid }],
    [
      "the sub-merchants' one",
      { WECHATPAY_APPID: other, WECHATPAY_PROVIDER_SUB_APPID: appid },
      { WX_APPID: appid },
    ],
    ['any, where none is configured', {}, { WX_APPID: other }],
    ['any, where the configured one is malformed', { WECHATPAY_APPID: 'wx1' }, { WX_APPID: other }],
    ['not named', { WECHATPAY_APPID: appid }, {}],
  ])('may be %s', async (_, env: Record<string, string>, variables: Record<string, string>) => {
    expect((await call(env, variables)).answer).toEqual({ ok: true, data: 'opayer' });
  });

  it('may be another one that shares the environment: its own openid counts', async () => {
    const variables = { WX_APPID: other, WX_FROM_APPID: appid, WX_FROM_OPENID: 'othere' };
    expect((await call({ WECHATPAY_APPID: appid }, variables)).answer).toEqual({ ok: true, data: 'othere' });
  });

  it.each([
    ['another one', { WX_APPID: other }],
    [
      'another one that shares the environment',
      { WX_APPID: appid, WX_FROM_APPID: other, WX_FROM_OPENID: 'o' },
    ],
  ])('is refused when it is %s, and the log names both', async (_, variables) => {
    const { answer, lines } = await call({ WECHATPAY_APPID: appid }, variables);
    expect(answer).toMatchObject({ ok: false, error: { code: 'CONFIG_INVALID' } });
    expect(JSON.stringify(answer)).not.toContain(other);
    const [line] = lines;
    expect(line?.level).toBe('error');
    const { cause } = (line as Line).fields.error as { cause: Error };
    expect(cause.message).toContain(appid);
    expect(cause.message).toContain(other);
  });
});

it('logs the platform variables of a refused call without personal values', async () => {
  const { options, context, lines } = harness();
  await userFunction('f', async () => 1, options)({}, context({ TRIGGER_SRC: 'timer', TCB_UUID: 'u' }));
  await serverFunction('f', async () => 1, options)({}, context(user));
  await userFunction('f', async () => 1, options)({}, {});
  expect(lines.map(({ level, fields }) => [level, fields.platform])).toMatchObject([
    ['warn', { context: 'environment', variables: ['TCB_UUID', 'TRIGGER_SRC'], triggerSrc: 'timer' }],
    ['warn', { variables: ['TCB_SOURCE', 'WX_OPENID'], source: 'wx_client' }],
    ['warn', { context: 'none', processEnv: [] }],
  ]);
  expect(JSON.stringify(lines.map(({ fields }) => fields.platform))).not.toContain('opayer');
});

it('takes the user from the platform, never from the event', async () => {
  const { options, context } = harness();
  const main = userFunction('f', async ({ openid }) => openid, options);
  for (const forged of [
    { userInfo: { openId: 'oforged', appId: 'wx' } },
    { openid: 'oforged', OPENID: 'oforged', WX_OPENID: 'oforged' },
    { tcbContext: { openid: 'oforged' } },
  ]) {
    expect(await main(forged, context(user))).toEqual({ ok: true, data: 'opayer' });
    expect(await main(forged, context({}))).toMatchObject({ ok: false, error: { code: 'NO_IDENTITY' } });
  }
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
    [new WechatpayError('refused', 'RATELIMIT_EXCEEDED', 'm'), 'BUSY'],
    [new WechatpayError('unknown', 'RESPONSE_TIMEOUT', 'm'), 'OUTCOME_UNKNOWN'],
    [new WechatpayError('unknown', 'SERIAL_UNKNOWN', 'm'), 'CONFIG_INVALID'],
    [new WechatpayError('fault', 'SIGN_ERROR', 'm'), 'CONFIG_INVALID'],
    [new CloudError('UNAVAILABLE', 'm'), 'BUSY'],
    [new CloudError('CONFLICT', 'm'), 'BUSY'],
    [new CloudError('FAILED', 'm'), 'INTERNAL'],
    [new ConfigError([]), 'CONFIG_INVALID'],
    [new TypeError('m'), 'INTERNAL'],
    ['a thrown text', 'INTERNAL'],
  ])('%s is answered as its kind deserves', async (error, code) => {
    const { answer } = await answerTo(error);
    expect(answer.error.code).toBe(code);
  });

  it('of another kind is logged in full, and its text is not sent to the client', async () => {
    const cause = new Error('SELECT secrets');
    const { answer, lines } = await answerTo(cause);
    expect(JSON.stringify(answer)).not.toContain('secrets');
    expect(lines).toMatchObject([
      {
        level: 'error',
        event: 'invocation',
        fields: { function: 'f', source: 'user', code: 'INTERNAL', error: cause },
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
      fields: { function: 'f', source: 'user', code: 'OK', durationMs: expect.any(Number) },
    },
  ]);
});

it('has Chinese and English texts for every code of the contract', () => {
  for (const text of Object.values(errorTexts)) {
    expect(text.zh).toMatch(/[\u4e00-\u9fff]/);
    expect(text.en).toMatch(/^[\x20-\x7e]+$/);
  }
});
