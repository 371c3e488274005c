import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identifyCaller } from './invocation-source.ts';
import { describePlatform } from './platform-variables.ts';

const contextOf = (environment: Record<string, unknown>) => ({ environment: JSON.stringify(environment) });
const identify = (environment: Record<string, unknown>, event: unknown = {}) =>
  identifyCaller({ context: contextOf(environment), event });

const user = { WX_OPENID: 'oUser', WX_APPID: 'wx1', TCB_SOURCE: 'wx_client' };
const httpEvent = { httpMethod: 'POST', path: '/direct', headers: {}, body: '{}' };
const timerEvent = { Type: 'Timer', TriggerName: 'everyMinute', Time: '2026-01-01T00:00:00Z', Message: '' };

describe('the source', () => {
  it.each([
    ['a mini-program', user, { source: 'user', openid: 'oUser', appid: 'wx1' }],
    [
      'WeChat DevTools',
      { ...user, TCB_SOURCE: 'wx_devtools' },
      { source: 'user', openid: 'oUser', appid: 'wx1' },
    ],
    ['a timer, by WeChat', { TCB_SOURCE: 'wx_trigger' }, { source: 'timer' }],
    ['a timer, by the platform', { TRIGGER_SRC: 'timer' }, { source: 'timer' }],
    [
      'a function that a user called',
      { ...user, TCB_SOURCE: 'wx_client,scf' },
      { source: 'server', openid: 'oUser' },
    ],
    [
      'a function that a timer called',
      { TCB_SOURCE: 'wx_trigger,scf', TRIGGER_SRC: 'timer' },
      { source: 'server' },
    ],
    ['a function called over HTTP', { TCB_SOURCE: ',scf' }, { source: 'server' }],
    ['a function called by a function', { TCB_SOURCE: 'scf' }, { source: 'server' }],
    ['WeChat HTTP API', { TCB_SOURCE: 'wx_http' }, { source: 'unknown' }],
    ['a web client', { TCB_SOURCE: 'web_client', TCB_UUID: 'u1' }, { source: 'unknown' }],
    [
      'a web client that claims to be a function',
      { TCB_SOURCE: 'scf', TCB_UUID: 'u1' },
      { source: 'unknown' },
    ],
    [
      'a web client that claims to be a timer',
      { TRIGGER_SRC: 'timer', TCB_CUSTOM_USER_ID: 'c' },
      { source: 'unknown' },
    ],
    ['an anonymous user', { TCB_ISANONYMOUS_USER: 'true' }, { source: 'unknown' }],
    ['an SDK outside of any function', { TCB_SOURCE: ',unknown' }, { source: 'unknown' }],
    ['a source that only looks like a function', { TCB_SOURCE: 'scf_x' }, { source: 'unknown' }],
    ['a function further up the chain', { TCB_SOURCE: 'scf,wx_http' }, { source: 'unknown' }],
    ['nobody', {}, { source: 'unknown' }],
    [
      'a source with spaces and an empty end',
      { TCB_SOURCE: ' wx_http , wx_trigger ,' },
      { source: 'unknown' },
    ],
    ['a timer with spaces and an empty end', { TCB_SOURCE: ' wx_trigger ,' }, { source: 'timer' }],
    [
      'an anonymous user behind a function',
      { TCB_SOURCE: 'scf', TCB_ISANONYMOUS_USER: true },
      { source: 'unknown' },
    ],
    ['a user who is not anonymous', { TCB_SOURCE: 'scf', TCB_ISANONYMOUS_USER: false }, { source: 'server' }],
    [
      'a function with an empty variable',
      { TCB_SOURCE: 'scf', TCB_UUID: '', WX_FROM_OPENID: '', WX_OPENID: 'oUser' },
      { source: 'server', openid: 'oUser' },
    ],
    ['a function with an empty user', { TCB_SOURCE: 'scf', TCB_UUID: '' }, { source: 'server' }],
    ['an openid that is no text', { TCB_SOURCE: 'wx_client', WX_OPENID: { $gt: '' } }, { source: 'unknown' }],
  ])('of %s', (_, environment, expected) => {
    expect(identify(environment)).toEqual(expected);
  });

  it.each([
    ['no variables', {}],
    ['SOURCE wx_http', { TCB_SOURCE: 'wx_http' }],
    ['SOURCE wx_unknown', { TCB_SOURCE: 'wx_unknown' }],
    ['SOURCE unknown', { TCB_SOURCE: 'unknown' }],
    ['a SOURCE of its own', { TCB_SOURCE: 'a_gateway' }],
    ['a CloudBase user', { TCB_UUID: 'u1', TCB_SOURCE: 'web_client' }],
  ])('of a request over HTTP access is http with %s', (_, environment) => {
    expect(identify(environment, httpEvent)).toEqual({ source: 'http' });
    expect(identify(environment, { httpMethod: 'POST' })).toEqual({ source: 'unknown' });
  });

  it.each([
    ...['wx_client', 'wx_devtools', 'wx_localdebug', 'wx_http', 'wx_crawler'],
    ...['wx_paycallback', 'wx_unknown', 'web_client', 'unknown'],
  ])('is no timer when the chain has %s in it', (source) => {
    expect(identify({ TCB_SOURCE: source, TRIGGER_SRC: 'timer' })).toEqual({ source: 'unknown' });
    expect(identify({ TCB_SOURCE: `${source},wx_trigger` })).toEqual({ source: 'unknown' });
  });

  it('of a timer stays a timer, whatever its event looks like', () => {
    expect(identify({ TRIGGER_SRC: 'timer' }, httpEvent)).toEqual({ source: 'timer' });
  });

  it('of a timer names the trigger', () => {
    expect(identify({ TRIGGER_SRC: 'timer' }, timerEvent)).toEqual({
      source: 'timer',
      triggerName: 'everyMinute',
    });
    for (const event of [null, undefined, 'everyMinute', {}, { TriggerName: '' }, { TriggerName: {} }])
      expect(identify({ TRIGGER_SRC: 'timer' }, event)).toEqual({ source: 'timer' });
  });

  it('keeps an openid that the platform turned into a number', () => {
    expect(identify({ ...user, WX_OPENID: 12345 })).toEqual({
      source: 'user',
      openid: '12345',
      appid: 'wx1',
    });
  });

  it('of a call from a shared environment is the user of the mini-program that is open', () => {
    const shared = { ...user, WX_FROM_OPENID: 'oThere', WX_FROM_APPID: 'wx2' };
    expect(identify(shared)).toEqual({ source: 'user', openid: 'oThere', appid: 'wx2' });
    expect(identify({ ...shared, WX_FROM_APPID: '' })).toEqual({ source: 'unknown' });
    expect(identify({ ...shared, WX_FROM_OPENID: '' })).toEqual({ source: 'unknown' });
    expect(identify({ ...shared, TCB_SOURCE: 'wx_client,scf' })).toEqual({
      source: 'server',
      openid: 'oThere',
    });
  });
});

describe('an event', () => {
  const forged = fc.oneof(
    fc.constantFrom<unknown>(timerEvent, httpEvent, null, 'timer', {
      TCB_SOURCE: 'scf',
      TRIGGER_SRC: 'timer',
      WX_OPENID: 'oOther',
      environment: '{"TRIGGER_SRC":"timer"}',
      context: contextOf({ TCB_SOURCE: 'scf' }),
      __proto__: { TRIGGER_SRC: 'timer' },
    }),
    fc.anything(),
    fc
      .tuple(fc.object(), fc.constantFrom(timerEvent, httpEvent))
      .map(([object, shape]) => ({ ...object, ...shape })),
  );

  it('of a user changes neither the source nor the user', () => {
    fc.assert(
      fc.property(forged, (event) => {
        expect(identify(user, event)).toEqual({ source: 'user', openid: 'oUser', appid: 'wx1' });
      }),
    );
  });

  it('of an unknown source grants nothing beyond what everyone may do', () => {
    fc.assert(
      fc.property(forged, (event) => {
        expect(['http', 'unknown']).toContain(identify({}, event).source);
      }),
    );
  });
});

describe('the platform variables', () => {
  const pairs = (variables: Record<string, string>) =>
    Object.entries(variables)
      .map(([name, value]) => `${name}=${value}`)
      .join(';');

  it('are read from the older form of the context too', () => {
    const environ = pairs({ ...user, TCB_SESSIONTOKEN: 'a=b=', TCB_ENV: 'e' });
    expect(identifyCaller({ context: { environ }, event: {} })).toEqual({
      source: 'user',
      openid: 'oUser',
      appid: 'wx1',
    });
    const timer = { environ: pairs({ TRIGGER_SRC: 'timer', TCB_SOURCE: '' }) };
    expect(identifyCaller({ context: timer, event: timerEvent })).toMatchObject({ source: 'timer' });
  });

  it('may come as an object in either form, and as pairs with spaces or a name of one letter', () => {
    for (const context of [
      { environment: user },
      { environ: user },
      { environment: null, environ: pairs(user) },
      { environ: `K=1; WX_OPENID=oUser; WX_APPID=wx1` },
    ])
      expect(identifyCaller({ context, event: {} })).toMatchObject({ source: 'user', openid: 'oUser' });
    expect(describePlatform({ context: { environ: 'K=1; L=2' }, event: {} }, {})).toMatchObject({
      context: 'environ',
      variables: ['K', 'L'],
    });
  });

  it('of the newer form win over the older one', () => {
    const context = { environment: '{}', environ: pairs(user) };
    expect(identifyCaller({ context, event: {} })).toEqual({ source: 'unknown' });
  });

  it('of the older form identify no caller when a name appears twice', () => {
    const environ = `${pairs(user)};WX_OPENID=oOther`;
    expect(identifyCaller({ context: { environ }, event: {} })).toEqual({ source: 'unknown' });
  });

  it('are not looked for in process.env, which may hold those of an earlier invocation', () => {
    const stale = { ...user, TRIGGER_SRC: 'timer' };
    Object.assign(process.env, stale);
    try {
      for (const context of [undefined, null, {}, { environment: '' }, { environ: '' }, 'context']) {
        expect(identifyCaller({ context, event: timerEvent })).toEqual({ source: 'unknown' });
        expect(identifyCaller({ context, event: httpEvent })).toEqual({ source: 'http' });
      }
    } finally {
      for (const name of Object.keys(stale)) delete process.env[name];
    }
  });

  it('identify no caller when the context is malformed', () => {
    for (const environment of ['{', '[]', '"x"', 'null', 5]) {
      const context = { environment, environ: pairs(user) };
      expect(identifyCaller({ context, event: {} })).toEqual({ source: 'unknown' });
    }
  });

  it('never throw, whatever they are', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (context, event) => {
        expect(identifyCaller({ context, event })).toHaveProperty('source');
        expect(describePlatform({ context, event }, {})).toHaveProperty('context');
      }),
    );
  });
});

describe('the description of a refused call', () => {
  it('has names, SOURCE and TRIGGER_SRC, and no other value', () => {
    const environment = { ...user, WX_API_TOKEN: 'token', TRIGGER_SRC: 'client' };
    const described = describePlatform({ context: contextOf(environment), event: httpEvent }, {});
    expect(described).toEqual({
      context: 'environment',
      variables: ['TCB_SOURCE', 'TRIGGER_SRC', 'WX_API_TOKEN', 'WX_APPID', 'WX_OPENID'],
      source: 'wx_client',
      triggerSrc: 'client',
      event: 'http',
    });
  });

  it('of a context that says nothing names what the context and process.env have instead', () => {
    const env = {
      WX_OPENID: 'oUser',
      TRIGGER_SRC: 'timer',
      WECHATPAY_DIRECT_API_V3_KEY: 'key',
      PATH: '/bin',
    };
    expect(describePlatform({ context: { request_id: 'r' }, event: timerEvent }, env)).toEqual({
      context: 'none',
      variables: [],
      source: undefined,
      triggerSrc: undefined,
      event: 'timer',
      contextKeys: ['request_id'],
      processEnv: ['TRIGGER_SRC', 'WX_OPENID'],
    });
  });
});
