/** What an instance does is attributed to the invocation that it runs, however many run at the same time. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SandboxEvent } from '../bus.ts';
import type { InvocationRecord } from './index.ts';
import { sdkPaths, startTestCloud, type TestCloud } from './testing/cloud.ts';

/** Writes its own request_id into every document, by the real SDK, and calls another instance that does the same. */
const writer = `
  const tcb = require(${sdkPaths.node});
  const app = tcb.init({ env: tcb.SYMBOL_CURRENT_ENV });
  exports.main = async ({ key, callee, writes }, context) => {
    const own = app.database().collection('written');
    const all = [];
    for (let n = 0; n < writes; n++) all.push(own.add({ _id: key + n, by: context.request_id }));
    if (callee) all.push(app.callFunction({ name: callee, data: { key: key + 'callee', writes } }));
    await Promise.all(all);
    console.log('by ' + context.request_id);
    return context.request_id;
  };`;

/** Answers before its work is done: the rest is done during a later invocation. */
const leaver = `
  const tcb = require(${sdkPaths.node});
  const app = tcb.init({ env: tcb.SYMBOL_CURRENT_ENV });
  let goOn;
  let done;
  exports.main = async ({ key }, context) => {
    if (goOn) {
      console.log('next');
      goOn();
      return done;
    }
    const later = new Promise((resolve) => { goOn = resolve; });
    done = later.then(async () => {
      console.log('rest\\nof ' + context.request_id);
      await app.database().collection('written').add({ _id: key, by: context.request_id });
      console.error('done by ' + context.request_id);
    });
    console.log('answered');
  };`;

let cloud: TestCloud;
beforeAll(async () => {
  const functions = {
    writer: { code: writer, timeout: 20 },
    callee: { code: writer, timeout: 20 },
    leaver: { code: leaver, timeout: 20 },
    fetcher: {
      code: `exports.main = async ({ url }) => (await fetch(url + '/_cloud/functions/absent', {
        method: 'POST', headers: { 'x-sandbox-openid': 'o1' }, body: '{}' })).status;`,
    },
  };
  cloud = await startTestCloud(functions, { maxInstances: 3 });
  cloud.emulator.database.createCollection('written');
});
afterAll(() => cloud.close());

async function eventsOf(run: () => Promise<unknown>): Promise<SandboxEvent[]> {
  const events: SandboxEvent[] = [];
  const stop = cloud.bus.subscribe((event) => events.push(event));
  await run();
  stop();
  return events;
}

it('names the invocation on every write, call and log line of instances that work side by side', async () => {
  const keys = Array.from({ length: 6 }, (_, index) => `k${index}-`);
  const events = await eventsOf(() =>
    Promise.all(keys.map((key) => cloud.call('writer', { key, callee: 'callee', writes: 3 }))),
  );
  const documents = events.filter(({ type }) => type === 'document');
  expect(documents).toHaveLength(keys.length * 6);
  for (const { invocationId, data } of documents) {
    expect(invocationId).toBe((data as { after: { by: string } }).after.by);
  }
  const invocations = events.filter(({ type }) => type === 'invocation');
  expect(invocations).toHaveLength(keys.length * 2);
  const callers = new Map<string, string>();
  for (const { data } of invocations) {
    const { invocationId, functionName, event, logs } = data as InvocationRecord;
    expect(logs).toEqual([`by ${invocationId}`]);
    if (functionName === 'writer') callers.set((event as { key: string }).key, invocationId);
  }
  for (const { invocationId, data } of invocations) {
    const { functionName, event } = data as InvocationRecord;
    const { key } = event as { key: string };
    expect(invocationId).toBe(functionName === 'callee' ? callers.get(key.replace('callee', '')) : undefined);
  }
});

it('names it on what is asked with fetch too', async () => {
  const events = await eventsOf(() => cloud.call('fetcher', { url: cloud.baseUrl }));
  const [inner, outer] = events.map(({ data }) => data as InvocationRecord);
  expect([inner?.functionName, outer?.functionName]).toEqual(['absent', 'fetcher']);
  expect(events[0]?.invocationId).toBe(outer?.invocationId);
});

it('names the invocation that began it on work that was left behind and is done during a later one', async () => {
  const events = await eventsOf(async () => {
    await cloud.call('leaver', { key: 'left behind' });
    await cloud.call('leaver');
  });
  const documents = events.filter(({ type }) => type === 'document');
  expect(documents).toHaveLength(1);
  for (const { invocationId, data } of documents)
    expect(invocationId).toBe((data as { after: { by: string } }).after.by);
  const [later, first] = cloud.host.invocations();
  expect(later?.logs).toEqual(['next']);
  const by = first?.invocationId;
  expect(first?.logs.toSorted()).toEqual(['answered', `done by ${by}`, `of ${by}`, 'rest']);
});

it('omits requests that no instance made', async () => {
  const events = await eventsOf(async () =>
    cloud.emulator.database.put('written', { _id: 'by the test', by: '' }),
  );
  expect(events.map(({ type, invocationId }) => ({ type, invocationId }))).toEqual([
    { type: 'document', invocationId: undefined },
  ]);
});
