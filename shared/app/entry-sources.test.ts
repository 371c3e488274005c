/** The entries of a function by the source of the call: events that WeChat pushes, timers, other functions. */
import { describe, expect, it } from 'vitest';
import { CommerceError } from '../core/errors.ts';
import { createApp } from './container.ts';
import { cloudFunction, messageFunction, serverFunction, userFunction } from './entry.ts';

function harness() {
  const lines: { level: string; fields: Record<string, unknown> }[] = [];
  const at =
    (level: string) =>
    (_: string, fields: Record<string, unknown> = {}) =>
      void lines.push({ level, fields });
  const app = createApp({}, { log: { info: at('info'), warn: at('warn'), error: at('error') } });
  return { app, options: { app: () => app }, lines };
}
const context = (variables: Record<string, string>) => ({ environment: JSON.stringify(variables) });
const user = { WX_OPENID: 'opayer', TCB_SOURCE: 'wx_client' };
const timer = { TRIGGER_SRC: 'timer' };
const server = { TCB_SOURCE: 'scf' };

describe('an event that WeChat pushes', () => {
  it.each([
    ['with an identity', user],
    ['without one', {}],
    ['from another function', server],
  ])('is handled %s, without what the platform added to it', async (_, variables) => {
    const { app, options } = harness();
    const received: unknown[] = [];
    const main = messageFunction('f', async (call) => void received.push(call), options);
    expect(await main({ Event: 'a', userInfo: {} }, context(variables))).toBe('success');
    expect(received).toEqual([{ app, event: { Event: 'a' } }]);
  });

  it('is pushed again when it could not be handled, and the log says why', async () => {
    const { options, lines } = harness();
    const error = new CommerceError('BUSY');
    const main = messageFunction('f', () => Promise.reject(error), options);
    expect(await main({}, context(user))).toBe('fail');
    expect(lines).toMatchObject([{ level: 'info', fields: { code: 'BUSY', error } }]);
  });

  it('is none when a timer calls', async () => {
    const { options } = harness();
    const handled = messageFunction('f', async () => {}, options);
    expect(await handled({}, context(timer))).toMatchObject({ error: { code: 'SOURCE_NOT_ALLOWED' } });
    const both = cloudFunction('f', { message: async () => {}, timer: async () => 'timer' }, options);
    expect(await both({}, context(timer))).toEqual({ ok: true, data: 'timer' });
  });

  it('means nothing to a function that takes none', async () => {
    const { options } = harness();
    const main = userFunction('f', async () => 'user', options);
    expect(await main({ Event: 'a' }, context(user))).toEqual({ ok: true, data: 'user' });
  });
});

it('gives a timer and another function the app, and what the platform said of the call', async () => {
  const { app, options } = harness();
  const handlers = {
    timer: async (call: { app: unknown; describeCaller: () => unknown }) => [
      call.app === app,
      call.describeCaller(),
    ],
  };
  const described = { context: 'environment', variables: ['TRIGGER_SRC'] };
  expect(await cloudFunction('f', handlers, options)({}, context(timer))).toMatchObject({
    data: [true, described],
  });
  const main = serverFunction('f', handlers.timer, options);
  expect(await main({}, context(server))).toMatchObject({ data: [true, { variables: ['TCB_SOURCE'] }] });
});

it.each([[null], ['text'], [5], [undefined], [[{ userInfo: 1 }]], [{ a: { userInfo: 1 } }]])(
  'passes on the event %j as it is',
  async (event) => {
    const { options } = harness();
    const received: unknown[] = [];
    const main = userFunction('f', async (call) => void received.push(call.event), options);
    await main(event, context(user));
    expect(received).toEqual([event]);
    expect(Array.isArray(received[0])).toBe(Array.isArray(event));
  },
);

it('answers a web request to a function that takes none with the form of an error', async () => {
  const { options } = harness();
  const main = userFunction('f', async () => 'user', options);
  const event = { httpMethod: 'GET', headers: {}, path: '/' };
  expect(await main(event, context({}))).toMatchObject({ body: '{"code":"FAIL","message":"not found"}' });
});

it('logs how long it took, and an error where there was one', async () => {
  const { options, lines } = harness();
  const startedAtMs = performance.now();
  await userFunction('f', async () => 'user', options)({}, context(user));
  const { durationMs, ...fields } = lines[0]!.fields;
  expect(durationMs).toBeLessThanOrEqual(Math.ceil(performance.now() - startedAtMs));
  expect(durationMs).toBeGreaterThanOrEqual(0);
  expect(fields).toStrictEqual({ function: 'f', source: 'user', code: 'OK' });
});

it('logs an answer of 500 as an error, and one of 400 not', async () => {
  const event = { httpMethod: 'GET', headers: {}, path: '/' };
  const levels = [500, 503, 400].map(async (statusCode) => {
    const { options, lines } = harness();
    await cloudFunction('f', { http: async () => ({ statusCode }) }, options)(event, context({}));
    return lines[0]?.level;
  });
  expect(await Promise.all(levels)).toEqual(['error', 'error', 'info']);
});
