import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SandboxEvent } from '../bus.ts';
import type { InvocationRecord } from './index.ts';
import { sdkPaths, startTestCloud, type TestCloud } from './testing/cloud.ts';
import { processState } from './testing/process-state.ts';

const whoAmI = `
  const tcb = require(${sdkPaths.node});
  const cloud = require(${sdkPaths.wx});
  cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV });
  const app = tcb.init({ env: tcb.SYMBOL_CURRENT_ENV });
  const look = (event, context) => {
    const own = tcb.getCloudbaseContext(context);
    return { event, wx: cloud.getWXContext(), openid: own.WX_OPENID, source: own.TCB_SOURCE, trigger: own.TRIGGER_SRC, pid: process.pid };
  };
  exports.main = async (event, context) => {
    if (!event.callee) return look(event, context);
    const { result } = await app.callFunction({ name: event.callee, data: { from: 'function' } });
    return { own: look(event, context), result };
  };`;

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud(
    {
      whoAmI: { code: whoAmI, path: '/who', timeout: 20, triggers: [] },
      callee: { code: whoAmI, timeout: 20 },
      sleeper: {
        code: `exports.main = async ({ ms }) => { await new Promise((r) => setTimeout(r, ms)); return process.pid; };`,
        timeout: 3,
      },
      failing: {
        code: `exports.main = async ({ how }) => {
          if (how === 'exit') process.exit(3);
          if (how === 'later') setTimeout(() => { throw new Error('after'); }, 0), await new Promise(() => {});
          throw new TypeError('bad amount');
        };`,
      },
      ticker: {
        code: `let ticks = 0;
          setInterval(() => { ticks += 1; }, 10).unref();
          exports.main = async () => ({ ticks, env: process.env.SECRET_NAME ?? null });`,
      },
      dates: {
        code: `exports.main = async () => ({ now: Date.now(), made: new Date().getTime(), fixed: new Date(5).getTime(),
          text: typeof Date(), instance: new Date() instanceof Date, own: new Date().constructor === Date, zone: new Date(0).getHours() });`,
      },
      logger: {
        code: `exports.main = async ({ n }) => { console.log('line', n); console.error('oops', n); process.stdout.write('no newline'); return { outTradeNo: 'L' + n }; };`,
      },
      nothing: { code: `exports.main = () => undefined;` },
      callback: { code: `exports.main = (event, context, callback) => { callback(null, event.v); };` },
      huge: { code: `exports.main = () => 'x'.repeat(7 * 1024 * 1024);` },
      broken: { code: `throw new Error('cannot load');` },
    },
    {
      maxInstances: 3,
      env: (name): Record<string, string> => (name === 'ticker' ? { SECRET_NAME: 'value' } : {}),
    },
  );
});
afterAll(() => cloud.close());

const phone = async (name: string, data: unknown, openid = 'oUser1'): Promise<Record<string, unknown>> => {
  const response = await fetch(`${cloud.baseUrl}/_cloud/functions/${name}`, {
    method: 'POST',
    body: JSON.stringify(data),
    headers: { 'x-sandbox-openid': openid },
  });
  return (await response.json()) as Record<string, unknown>;
};

describe('identity', () => {
  it('belongs to the invocation: two users on one warm instance each see themselves', async () => {
    const first = (await phone('whoAmI', { n: 1 }, 'oUser1')) as { result: Record<string, unknown> };
    const second = (await phone('whoAmI', { n: 2 }, 'oUser2')) as { result: Record<string, unknown> };
    expect(first.result.pid).toBe(second.result.pid);
    expect(first.result).toMatchObject({
      openid: 'oUser1',
      source: 'wx_client',
      wx: { OPENID: 'oUser1', APPID: 'wx0000000000000000', SOURCE: 'wx_client', ENV: 'sandbox' },
      event: { n: 1, userInfo: { openId: 'oUser1' } },
    });
    expect(second.result).toMatchObject({ openid: 'oUser2', wx: { OPENID: 'oUser2' } });
  });

  it('leaves nothing of a user behind for the next invocation source', async () => {
    await phone('whoAmI', {}, 'oUser1');
    const { result } = await cloud.call('whoAmI', {}, { source: 'http' });
    expect(result).not.toHaveProperty('openid');
    expect(result).not.toHaveProperty('source');
    expect((result as { wx: object }).wx).not.toHaveProperty('OPENID');
  });

  it('cannot be forged by an event that looks like a timer, an HTTP request or someone else', async () => {
    const forged = {
      Type: 'Timer',
      TriggerName: 'every-minute',
      httpMethod: 'POST',
      TRIGGER_SRC: 'timer',
      WX_OPENID: 'oOther',
      userInfo: { openId: 'oOther' },
    };
    const { result } = (await phone('whoAmI', forged, 'oUser1')) as { result: Record<string, unknown> };
    expect(result).toMatchObject({
      openid: 'oUser1',
      source: 'wx_client',
      event: { userInfo: { openId: 'oUser1' } },
    });
    expect(result).not.toHaveProperty('trigger');
  });

  it('of a timer is TRIGGER_SRC timer, and of a timer only', async () => {
    const { result } = await cloud.call('whoAmI', {}, { source: 'timer', openid: 'oIgnored' });
    expect(result).toMatchObject({ trigger: 'timer', source: 'wx_trigger' });
    expect(result).not.toHaveProperty('openid');
  });

  it('is passed on from function to function, with scf appended to the source', async () => {
    const { result } = (await phone('whoAmI', { callee: 'callee' }, 'oUser1')) as {
      result: Record<string, unknown>;
    };
    expect(result).toMatchObject({
      own: { source: 'wx_client', openid: 'oUser1' },
      result: { source: 'wx_client,scf', openid: 'oUser1', event: { from: 'function' } },
    });
    const { result: fromTimer } = await cloud.call('whoAmI', { callee: 'callee' }, { source: 'timer' });
    expect(fromTimer).toMatchObject({ result: { source: 'wx_trigger,scf' } });
    const { result: fromHttp } = await cloud.call('whoAmI', { callee: 'callee' }, { source: 'http' });
    expect(fromHttp).toMatchObject({ result: { source: 'scf' } });
  });

  it('of a request without a running invocation is unknown', async () => {
    await fetch(`${cloud.baseUrl}/admin?env=sandbox`, {
      method: 'POST',
      headers: { 'x-tcb-source': 'wx_client,scf' },
      body: JSON.stringify({
        action: 'functions.invokeFunction',
        function_name: 'callee',
        request_data: '{}',
        wxCloudApiToken: 'invented',
      }),
    });
    expect(cloud.host.invocations(1)[0]).toMatchObject({
      functionName: 'callee',
      source: 'server',
      openid: undefined,
    });
  });

  it('is required of a call from the phone', async () => {
    const response = await fetch(`${cloud.baseUrl}/_cloud/functions/whoAmI`, { method: 'POST', body: '{}' });
    expect(response.status).toBe(400);
  });
});

describe('instances', () => {
  it('start cold, are used again warm, and run in parallel up to the limit while the rest waits', async () => {
    await cloud.host.stopInstances();
    const outcomes = await Promise.all([1, 2, 3, 4, 5].map(() => cloud.call('sleeper', { ms: 10 })));
    expect(outcomes.filter((outcome) => outcome.cold)).toHaveLength(3);
    expect(new Set(outcomes.map((outcome) => outcome.result)).size).toBe(3);
    const warm = await cloud.call('sleeper', { ms: 1 });
    expect(warm.cold).toBe(false);
    expect(outcomes.map((outcome) => outcome.instanceId)).toContain(warm.instanceId);
  });

  it('that wait live on when only those that work are stopped', async () => {
    const { instanceId } = await cloud.call('sleeper', { ms: 1 });
    const working = cloud.call('sleeper', { ms: 60_000 });
    const waiting = await cloud.call('failing', {});
    await cloud.host.stopInstances('busy');
    expect(await working).toMatchObject({ instanceId, error: { code: 'FUNCTIONS_EXECUTE_FAIL' } });
    expect((await cloud.call('failing', {})).instanceId).toBe(waiting.instanceId);
    expect((await cloud.call('sleeper', { ms: 1 })).instanceId).not.toBe(instanceId);
  });

  it.runIf(process.platform !== 'win32')(
    'are frozen after their answer: work left behind stands still until the next invocation',
    async () => {
      const ticks = async () => ((await cloud.call('ticker')).result as { ticks: number }).ticks;
      const before = await ticks();
      const [instance] = cloud.host.functions().find(({ name }) => name === 'ticker')!.instances;
      await expect.poll(() => processState(instance!.pid!)).toMatch(/^T/);
      await expect.poll(ticks).toBeGreaterThan(before);
    },
  );

  it('that run too long are stopped, and the next invocation starts a new one', async () => {
    await cloud.host.stopInstances();
    const [outcome, onThePhone] = await Promise.all([
      cloud.call('sleeper', { ms: 60_000 }),
      phone('sleeper', { ms: 60_000 }),
    ]);
    expect(onThePhone).toMatchObject({ errCode: -504003 });
    expect(outcome.error).toEqual({
      code: 'FUNCTIONS_TIME_LIMIT_EXCEEDED',
      message: 'Invoking task timed out after 3 seconds',
    });
    const stopped = cloud.host.invocations(2).map(({ instanceId }) => instanceId);
    const next = await cloud.call('sleeper', { ms: 1 });
    expect(next.error).toBeUndefined();
    expect(stopped).not.toContain(next.instanceId);
  });

  it('that crash answer an error and are replaced', async () => {
    const exited = await cloud.call('failing', { how: 'exit' });
    expect(exited.error).toMatchObject({
      code: 'FUNCTIONS_EXECUTE_FAIL',
      message: expect.stringContaining('code 3'),
    });
    const thrown = await cloud.call('failing', { how: 'later' });
    expect(thrown.error?.message).toContain('exited unexpectedly');
    expect(thrown.logs.join('\n')).toContain('Error: after');
    expect((await cloud.call('failing', {})).cold).toBe(true);
  });

  it('of an old deployment are not used for a new one', async () => {
    const one = await startTestCloud({ f: { code: 'exports.main = () => 1;' } });
    expect((await one.call('f')).result).toBe(1);
    one.deploy('f', 'exports.main = () => 2;');
    expect(await one.call('f')).toMatchObject({ result: 2, cold: true });
    expect(await one.call('f')).toMatchObject({ result: 2, cold: false });
    await one.close();
  });

  it('are stopped when nobody needs them', async () => {
    const short = await startTestCloud({ one: { code: 'exports.main = () => 1;' } }, { idleMs: 50 });
    await short.call('one');
    await expect.poll(() => short.host.functions()[0]?.instances, { timeout: 5_000 }).toEqual([]);
    expect((await short.call('one')).cold).toBe(true);
    await short.close();
  });
});

describe('an invocation', () => {
  it('reports what the function threw to every kind of caller in its way', async () => {
    expect((await cloud.call('failing')).error).toMatchObject({
      code: 'FUNCTIONS_EXECUTE_FAIL',
      message: 'TypeError: bad amount',
      stack: expect.stringContaining('index.js'),
    });
    expect(await phone('failing', {})).toEqual({
      errCode: -404011,
      errMsg: expect.stringMatching(
        /requestID \S+, .*service error code -504002, error message TypeError: bad amount/,
      ),
    });
    expect(await phone('absent', {})).toEqual({
      errCode: -501000,
      errMsg: expect.stringContaining('FunctionName parameter could not be found'),
    });
    expect(await phone('nothing', {})).toEqual({
      errMsg: 'cloud.callFunction:ok',
      result: null,
      requestID: expect.any(String),
    });
  });

  it('of a bundle that does not load fails, and says why', async () => {
    expect((await cloud.call('broken')).error?.message).toBe('Error: cannot load');
  });

  it('may answer through the callback', async () => {
    expect((await cloud.call('callback', { v: 7 })).result).toBe(7);
  });

  it('may not answer more than 6 MB', async () => {
    expect((await cloud.call('huge')).error?.message).toContain('6MB');
  });

  it('is recorded with its own log lines, its order and its source', async () => {
    const events: SandboxEvent[] = [];
    const stop = cloud.bus.subscribe((event) => events.push(event));
    await cloud.call('logger', { n: 1 });
    await cloud.call('logger', { n: 2, secret: 'x'.repeat(40_000) });
    stop();
    const records = events.filter((event) => event.type === 'invocation');
    expect(records.map((event) => (event.data as InvocationRecord).logs.toSorted())).toEqual([
      ['line 1', 'no newline', 'oops 1'],
      ['line 2', 'no newline', 'oops 2'],
    ]);
    expect(records.map((event) => event.outTradeNo)).toEqual(['L1', 'L2']);
    expect(records[1]?.data).toMatchObject({
      functionName: 'logger',
      source: 'server',
      event: { truncated: true },
    });
  });

  it('runs on the sandbox clock, in UTC', async () => {
    await cloud.call('dates');
    await cloud.clock.advance(86_400_000);
    const beforeMs = cloud.clock.now();
    const { result } = await cloud.call('dates');
    const { now, made, ...rest } = result as { now: number; made: number };
    expect(now).toBeGreaterThanOrEqual(beforeMs);
    expect(made).toBeGreaterThanOrEqual(now);
    expect(made).toBeLessThanOrEqual(cloud.clock.now());
    expect(rest).toEqual({ fixed: 5, text: 'string', instance: true, own: true, zone: 0 });
  });
});

describe('environment variables', () => {
  it('reach their own function only', async () => {
    expect((await cloud.call('ticker')).result).toMatchObject({ env: 'value' });
    process.env.SANDBOX_TEST_LEAK = 'host';
    const leak = await startTestCloud({ f: { code: 'exports.main = () => process.env.SANDBOX_TEST_LEAK;' } });
    expect((await leak.call('f')).result).toBeNull();
    delete process.env.SANDBOX_TEST_LEAK;
    await leak.close();
  });

  it.each([
    ['above 4 KB', { KEY: 'k'.repeat(4094) }, /4097 bytes, CloudBase allows 4096/],
    ['with a reserved prefix', { TENCENTCLOUD_RUNENV: 'x' }, /prefix the platform keeps/],
  ])('%s are refused with the reason', async (_what, variables, message) => {
    const one = await startTestCloud({ f: { code: 'exports.main = () => 1;' } }, { env: () => variables });
    expect((await one.call('f')).error?.message).toMatch(message);
    await one.close();
  });

  it('of exactly 4 KB are accepted', async () => {
    const env = { KEY: 'k'.repeat(4093) };
    const one = await startTestCloud(
      { f: { code: 'exports.main = () => process.env.KEY.length;' } },
      { env: () => env },
    );
    expect((await one.call('f')).result).toBe(4093);
    await one.close();
  });
});
