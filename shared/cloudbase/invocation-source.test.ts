import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identifyCaller } from './invocation-source.ts';

const contextOf = (environment: Record<string, unknown>) => ({ environment: JSON.stringify(environment) });
const identify = (
  environment: Record<string, unknown>,
  event: unknown = {},
  env: Record<string, string> = {},
) => identifyCaller({ context: contextOf(environment), event, env });

const user = { WX_OPENID: 'oUser', WX_APPID: 'wx1', TCB_SOURCE: 'wx_client' };
const httpEvent = { httpMethod: 'POST', path: '/direct', headers: {}, body: '{}' };
const timerEvent = { Type: 'Timer', TriggerName: 'everyMinute', Time: '2026-01-01T00:00:00Z', Message: '' };

describe('the door', () => {
  it.each([
    ['a mini-program', user, { door: 'user', openid: 'oUser', appid: 'wx1' }],
    [
      'WeChat DevTools',
      { ...user, TCB_SOURCE: 'wx_devtools' },
      { door: 'user', openid: 'oUser', appid: 'wx1' },
    ],
    ['a timer, by WeChat', { TCB_SOURCE: 'wx_trigger' }, { door: 'timer' }],
    ['a timer, by the platform', { TRIGGER_SRC: 'timer' }, { door: 'timer' }],
    [
      'a function that a user called',
      { ...user, TCB_SOURCE: 'wx_client,scf' },
      { door: 'server', openid: 'oUser' },
    ],
    [
      'a function that a timer called',
      { TCB_SOURCE: 'wx_trigger,scf', TRIGGER_SRC: 'timer' },
      { door: 'server' },
    ],
    ['a function called over HTTP', { TCB_SOURCE: ',scf' }, { door: 'server' }],
    ['a function called by a function', { TCB_SOURCE: 'scf' }, { door: 'server' }],
    ['WeChat HTTP API', { TCB_SOURCE: 'wx_http' }, { door: 'unknown' }],
    ['a web client', { TCB_SOURCE: 'web_client', TCB_UUID: 'u1' }, { door: 'unknown' }],
    ['a web client that claims to be a function', { TCB_SOURCE: 'scf', TCB_UUID: 'u1' }, { door: 'unknown' }],
    [
      'a web client that claims to be a timer',
      { TRIGGER_SRC: 'timer', TCB_CUSTOM_USER_ID: 'c' },
      { door: 'unknown' },
    ],
    ['an anonymous user', { TCB_ISANONYMOUS_USER: 'true' }, { door: 'unknown' }],
    ['an SDK outside of any function', { TCB_SOURCE: ',unknown' }, { door: 'unknown' }],
    ['a source that only looks like a function', { TCB_SOURCE: 'scf_x' }, { door: 'unknown' }],
    ['a function further up the chain', { TCB_SOURCE: 'scf,wx_http' }, { door: 'unknown' }],
    ['nobody', {}, { door: 'unknown' }],
  ])('of %s', (_, environment, expected) => {
    expect(identify(environment)).toEqual(expected);
  });

  it('of HTTP access needs a platform that names nobody and an event that is a request', () => {
    expect(identify({}, httpEvent)).toEqual({ door: 'http' });
    expect(identify({ TCB_SOURCE: 'wx_http' }, httpEvent)).toEqual({ door: 'unknown' });
    expect(identify({ TCB_UUID: 'u1' }, httpEvent)).toEqual({ door: 'unknown' });
    expect(identify({}, { httpMethod: 'POST' })).toEqual({ door: 'unknown' });
    expect(identify({ TCB_SOURCE: 'a_gateway' }, httpEvent)).toEqual({ door: 'http' });
    expect(identify({ TCB_SOURCE: 'web_client' }, httpEvent)).toEqual({ door: 'unknown' });
    expect(identify({ TRIGGER_SRC: 'timer' }, httpEvent)).toEqual({ door: 'timer' });
  });

  it('tells the timer trigger by name', () => {
    expect(identify({ TRIGGER_SRC: 'timer' }, timerEvent)).toEqual({
      door: 'timer',
      triggerName: 'everyMinute',
    });
  });

  it('keeps unionid, and an openid that the platform turned into a number', () => {
    expect(identify({ ...user, WX_OPENID: 12345, WX_UNIONID: 'u' })).toEqual({
      door: 'user',
      openid: '12345',
      appid: 'wx1',
      unionid: 'u',
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

  it('of a user opens no other door and makes nobody else of the user', () => {
    fc.assert(
      fc.property(forged, (event) => {
        expect(identify(user, event)).toEqual({ door: 'user', openid: 'oUser', appid: 'wx1' });
      }),
    );
  });

  it('from HTTP opens at most the door that stands open to everyone', () => {
    fc.assert(
      fc.property(forged, (event) => {
        expect(['http', 'unknown']).toContain(identify({}, event).door);
      }),
    );
  });
});

describe('the platform variables', () => {
  it('of this invocation win over what process.env still holds', () => {
    const stale = { WX_OPENID: 'oEarlier', TCB_SOURCE: 'wx_client', TRIGGER_SRC: 'timer' };
    expect(identify({}, {}, stale)).toEqual({ door: 'unknown' });
    expect(identify({}, httpEvent, stale)).toEqual({ door: 'http' });
    expect(identify(user, {}, stale)).toMatchObject({ openid: 'oUser' });
  });

  it('come from process.env when the context has none', () => {
    for (const context of [undefined, null, {}, { environment: '' }, 'context']) {
      expect(identifyCaller({ context, event: {}, env: user })).toMatchObject({
        door: 'user',
        openid: 'oUser',
      });
    }
  });

  it('are nobody when the context is malformed', () => {
    for (const environment of ['{', '[]', '"x"', 'null', 5]) {
      expect(identifyCaller({ context: { environment }, event: httpEvent, env: user })).toEqual({
        door: 'unknown',
      });
    }
  });

  it('never throw, whatever they are', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (context, event) => {
        expect(identifyCaller({ context, event, env: {} })).toHaveProperty('door');
      }),
    );
  });
});
