import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestCloud, type TestCloud } from './testing/cloud.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud({
    echo: { code: `exports.main = async (event) => event;`, path: '/echo' },
    deeper: { code: `exports.main = async () => 'deeper';`, path: '/echo/deeper' },
    answer: {
      code: `exports.main = async ({ queryStringParameters: q }) => ({
        text: 'hello', number: 5, nothing: undefined, object: { foo: 'bar' }, status: { statusCode: 204 },
        full: { statusCode: 201, headers: { 'Content-Type': 'text/html', 'Set-Cookie': ['a=1', 'b=2'] }, body: '<p>' },
        binary: { statusCode: 200, headers: { 'content-type': 'image/png' }, body: 'AP+A', isBase64Encoded: true },
        badStatus: { statusCode: 'abc' },
      })[q.kind];`,
      path: '/answer/',
    },
    failing: { code: `exports.main = async () => { throw new Error('no'); };`, path: '/failing' },
    slow: { code: `exports.main = () => new Promise(() => {});`, path: '/slow', timeout: 1 },
    timed: {
      code: `exports.main = async (event) => ({ event, at: Date.now() });`,
      triggers: [
        { name: 'minutely', type: 'timer', config: '0 * * * * * *' },
        { name: 'daily', type: 'timer', config: '0 0 2 * * * *' },
      ],
    },
  });
});
afterAll(() => cloud.close());

const at = (path: string, init?: RequestInit): Promise<Response> => fetch(`${cloud.baseUrl}${path}`, init);

describe('HTTP access', () => {
  it('gives the function the request: method, path, query, headers and body', async () => {
    const response = await at('/echo/direct?a=1&b=%E4%BD%A0', {
      method: 'POST',
      body: '{"id":"你好"}',
      headers: { 'Content-Type': 'application/json', 'Wechatpay-Serial': 'S1' },
    });
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(await response.json()).toMatchObject({
      path: '/echo/direct',
      httpMethod: 'POST',
      queryStringParameters: { a: '1', b: '你' },
      headers: { 'wechatpay-serial': 'S1', 'content-type': 'application/json' },
      requestContext: { envId: 'sandbox', requestId: expect.any(String) },
      body: '{"id":"你好"}',
      isBase64Encoded: false,
    });
  });

  it('carries bytes as Base64 both ways', async () => {
    const bytes = Uint8Array.of(0, 255, 128, 10);
    const response = await at('/echo', {
      method: 'POST',
      body: bytes,
      headers: { 'content-type': 'application/octet-stream' },
    });
    expect(await response.json()).toMatchObject({ body: 'AP+ACg==', isBase64Encoded: true });
    const image = await at('/answer?kind=binary');
    expect([...new Uint8Array(await image.arrayBuffer())]).toEqual([0, 255, 128]);
    expect(image.headers.get('content-type')).toBe('image/png');
  });

  it.each([
    ['text', 200, 'hello', 'text/plain; charset=utf-8'],
    ['number', 200, '5', 'text/plain; charset=utf-8'],
    ['object', 200, '{"foo":"bar"}', 'application/json'],
    ['full', 201, '<p>', 'text/html'],
    ['nothing', 200, '', null],
    ['status', 204, '', null],
  ])('maps what the function returns: %s', async (kind, status, body, type) => {
    const response = await at(`/answer?kind=${kind}`);
    expect([response.status, await response.text()]).toEqual([status, body]);
    expect(response.headers.get('content-type')).toBe(type);
  });

  it('sets each cookie of a list that the function returns', async () => {
    const response = await at('/answer?kind=full');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  it('answers 5xx when the function fails, takes too long or answers nonsense', async () => {
    const [failed, slow, nonsense] = await Promise.all([
      at('/failing'),
      at('/slow'),
      at('/answer?kind=badStatus'),
    ]);
    expect([failed.status, slow.status, nonsense.status]).toEqual([500, 504, 502]);
    expect(await failed.json()).toMatchObject({ code: 'FUNCTION_INVOCATION_FAILED', message: 'Error: no' });
  });

  it('takes 100 KB of text and 6 MB of other content, no more', async () => {
    const post = async (type: string, size: number): Promise<number> =>
      (await at('/echo', { method: 'POST', body: 'x'.repeat(size), headers: { 'content-type': type } }))
        .status;
    expect(await post('application/json', 100 * 1024)).toBe(200);
    expect(await post('application/json', 100 * 1024 + 1)).toBe(413);
    expect(await post('image/png', 200 * 1024)).toBe(200);
    expect(await post('image/png', 6 * 1024 * 1024 + 1)).toBe(413);
  });

  it('matches whole path segments, the longest first, and nothing else', async () => {
    expect(await (await at('/echo/deeper/x')).text()).toBe('deeper');
    expect((await at('/echoes')).status).toBe(404);
    expect([cloud.host.handles('/echo/x'), cloud.host.handles('/echoes'), cloud.host.handles('/')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('timers', () => {
  const fired = (): unknown[] =>
    cloud.host
      .invocations(500)
      .filter((record) => record.functionName === 'timed')
      .map((record) => (record.event as { TriggerName: string }).TriggerName);

  it('fire when the clock gets there, once each however far it jumps', async () => {
    // A few seconds past a minute, so that no trigger becomes due during the test.
    const jumpedAtMs = Math.floor(cloud.clock.now() / 60_000) * 60_000 + 65_000;
    await cloud.clock.advanceTo(jumpedAtMs);
    await cloud.host.idle();
    const before = fired().length;
    await cloud.clock.advanceTo(jumpedAtMs + 3 * 86_400_000);
    await cloud.host.idle();
    const names = fired().slice(0, fired().length - before);
    expect(names.toSorted()).toEqual(['daily', 'minutely']);
    const [newest] = cloud.host.invocations(1);
    expect(newest).toMatchObject({ source: 'timer', event: { Type: 'Timer', Message: '' } });
    const { at: ranAtMs } = (newest?.result ?? { at: 0 }) as { at: number };
    expect(ranAtMs).toBeGreaterThan(jumpedAtMs + 2 * 86_400_000);
    expect(ranAtMs).toBeLessThanOrEqual(cloud.clock.now());
  });

  it('do not fire before they are due', async () => {
    const state = cloud.host.functions().find(({ name }) => name === 'timed');
    const next = state?.timers.find(({ name }) => name === 'daily')?.nextAtMs ?? 0;
    const count = (): number => fired().filter((name) => name === 'daily').length;
    const before = count();
    await cloud.clock.advanceTo(next - 1_000);
    await cloud.host.idle();
    expect(count()).toBe(before);
    await cloud.clock.advanceTo(next);
    await cloud.host.idle();
    expect(count()).toBe(before + 1);
  });

  it('are fired by hand, all of a function or one', async () => {
    const fire = async (path: string): Promise<number> => {
      const response = await at(`/_cloud/timers/${path}`, { method: 'POST' });
      return ((await response.json()) as { invocations?: unknown[] }).invocations?.length ?? response.status;
    };
    expect(await fire('timed/daily')).toBe(1);
    expect(await fire('timed')).toBe(2);
    expect(await fire('echo')).toBe(400);
  });
});

describe('the control routes', () => {
  it('show functions, documents and logs, and reset all of it', async () => {
    cloud.emulator.database.put('orders', { _id: 'A', at: new Date(5) });
    await cloud.call('deeper');
    const json = async (path: string, method = 'GET'): Promise<unknown> =>
      (await at(`/_cloud/${path}`, { method })).json();
    expect(await json('state')).toMatchObject({
      envId: 'sandbox',
      functions: expect.arrayContaining([expect.objectContaining({ name: 'deeper', path: '/echo/deeper' })]),
    });
    expect(await json('database')).toMatchObject({ collections: [{ name: 'orders', documents: 1 }] });
    expect(await json('database/orders?limit=5')).toEqual({
      total: 1,
      documents: [{ _id: 'A', at: { $date: '1970-01-01T00:00:00.005Z' } }],
    });
    expect(await json('logs?limit=1')).toMatchObject({
      invocations: [{ functionName: 'deeper', result: 'deeper' }],
    });
    const snapshot = await json('snapshot', 'POST');
    expect(await json('reset', 'POST')).toEqual({ ok: true });
    expect(await json('database/orders')).toEqual({ total: 0, documents: [] });
    expect(await json('logs')).toEqual({ invocations: [] });
    expect((await cloud.call('deeper')).cold).toBe(true);
    await at('/_cloud/restore', { method: 'POST', body: JSON.stringify(snapshot) });
    expect(cloud.emulator.database.get('orders', 'A')).toEqual({ _id: 'A', at: new Date(5) });
  });

  it('answer 404 with the routes there are', async () => {
    const response = await at('/_cloud/nothing');
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('POST /_cloud/functions');
  });
});
