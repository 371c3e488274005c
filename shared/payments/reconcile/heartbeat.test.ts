import { expect, it } from 'vitest';
import { createShop } from '../testing/shop.ts';
import { beat, type HeartbeatRecord, heartbeatId, heartbeatsCollection } from './heartbeat.ts';
import { answerServer } from './run.ts';

const timer = { context: 'environment', source: 'wx_trigger' };
const server = { context: 'environment', source: 'wx_trigger,scf' };

const noAccount = {
  account: () => {
    throw new Error('not configured');
  },
};

function harness(answer: (data: unknown) => Promise<unknown>) {
  const shop = createShop('direct');
  const calls: string[] = [];
  const ports = {
    ...shop.ports,
    functions: {
      call: (name: string, data: Record<string, unknown>) => {
        calls.push(name);
        return answer(data);
      },
    },
  };
  const read = () => shop.documents.get<HeartbeatRecord>(heartbeatsCollection, heartbeatId);
  const ask = () => shop.documents.update(heartbeatsCollection, heartbeatId, {}, { request: 'deployment-1' });
  return { shop, ports, calls, read, ask };
}

it('says when the timer last ran and what the platform said about it', async () => {
  const { shop, ports, calls, read } = harness(async () => undefined);
  await beat(ports, { context: 'none' });
  shop.nowMs += 60_000;
  await beat(ports, timer);
  expect(await read()).toMatchObject({ ranAtMs: shop.nowMs, timerCaller: timer, functionCall: null });
  expect(calls).toEqual([]);
});

it('makes one call from function to function when a deployment asked for it', async () => {
  const { shop, ports, calls, read, ask } = harness(async (data) => ({
    ok: true,
    data: await answerServer(noAccount, data, () => server),
  }));
  await beat(ports, timer);
  await ask();
  await beat(ports, timer);
  shop.nowMs += 60_000;
  await beat(ports, timer);
  expect(calls).toEqual(['reconcile']);
  expect((await read())?.functionCall).toMatchObject({ ok: true, caller: server, error: null });
});

it.each([
  ['was refused', async () => ({ ok: false, error: { code: 'SOURCE_NOT_ALLOWED' } }), 'SOURCE_NOT_ALLOWED'],
  ['could not be made', () => Promise.reject(new Error('FUNCTION_NOT_FOUND')), 'FUNCTION_NOT_FOUND'],
  ['got no answer', async () => undefined, 'no answer'],
  ['was answered without it', async () => ({ ok: true }), 'no answer'],
  ['failed after it arrived', async () => ({ ok: false, data: server, error: { code: 'X' } }), 'X'],
])('writes down that the call %s', async (_, answer, error) => {
  const { ports, read, ask } = harness(answer);
  await beat(ports, timer);
  await ask();
  await beat(ports, timer);
  expect((await read())?.functionCall).toMatchObject({ ok: false, caller: null, error });
});
