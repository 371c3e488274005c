import { afterEach, describe, expect, it } from 'vitest';
import { SandboxBus, type SandboxEvent } from '../bus.ts';
import { SandboxClock } from '../clock.ts';
import type { JsonReader } from '../json-reader.ts';
import { systemControl } from './control.ts';
import { Snapshots } from './snapshots.ts';

const opened: Snapshots[] = [];
afterEach(async () => {
  for (const snapshots of opened.splice(0)) await snapshots.close();
});

/** The control over parts that only remember that they were called. */
function control() {
  const done: string[] = [];
  const simulator = {
    exported: () => [JSON.stringify({ events: bus.history() })],
    import: async (document: JsonReader) => {
      done.push('restore');
      return (document.value() as { events: SandboxEvent[] }).events;
    },
    fetch: async () => {
      done.push('reset');
      return new Response();
    },
  };
  const emulator = { exported: () => ['"cloud"'], restore: () => {}, reset: () => {} };
  const host = { stopInstances: async (which: string) => void done.push(`stop ${which}`) };
  const cloud = { emulator, host, seed: () => {}, fetchCertificates: async () => {} };
  const clock = new SandboxClock();
  const bus = new SandboxBus(() => clock.now());
  const snapshots = new Snapshots();
  opened.push(snapshots);
  const parts = { simulator, bus, clock, snapshots, cloud };
  return { done, bus, answer: systemControl(parts as unknown as Parameters<typeof systemControl>[0]) };
}

const post = (path: string, headers: Record<string, string>, host = '127.0.0.1:8700') =>
  new Request(`http://${host}/_system/${path}`, { method: 'POST', headers: { host, ...headers } });

describe('a control call', () => {
  it.each([
    ['of a program', {}],
    ['of its own page', { origin: 'http://127.0.0.1:8700' }],
    ['of its own page by name', { origin: 'http://localhost:8700' }],
  ])('%s is answered', async (_, headers: Record<string, string>) => {
    const { answer, done } = control();
    expect((await answer(post('reset', headers))).status).toBe(200);
    expect(done).toEqual(['stop all', 'reset']);
  });

  it('to start over can leave the instances that wait as they are', async () => {
    const { answer, done } = control();
    const request = new Request('http://127.0.0.1/_system/reset', {
      method: 'POST',
      body: '{"stop":"busy"}',
    });
    expect((await answer(request)).status).toBe(200);
    expect(done).toEqual(['stop busy', 'reset']);
  });

  it('whose body is not JSON is refused, and does nothing', async () => {
    const { answer, done } = control();
    const request = new Request('http://127.0.0.1/_system/reset', { method: 'POST', body: '{' });
    expect((await answer(request)).status).toBe(400);
    expect(done).toEqual([]);
  });

  it.each([
    ['of another page', { origin: 'https://evil.example' }, undefined],
    ['of a page without an origin, such as a sandboxed frame', { origin: 'null' }, undefined],
    [
      'of a page whose name leads to this machine',
      { origin: 'http://evil.example:8700' },
      'evil.example:8700',
    ],
    ['by a name that leads to this machine, without an origin', {}, 'evil.example:8700'],
    ['by a request line and a Host that differ', { host: 'evil.example' }, undefined],
    ['across sites', { 'sec-fetch-site': 'cross-site' }, undefined],
  ])('%s is refused', async (_, headers: Record<string, string>, host) => {
    const { answer, done } = control();
    for (const path of ['snapshots', 'snapshots/one/restore', 'reset']) {
      expect((await answer(post(path, headers, host))).status).toBe(403);
    }
    expect(done).toEqual([]);
  });

  it('of an unknown name or by GET is not found', async () => {
    const { answer } = control();
    const other = await answer(post('other', {}));
    expect([other.status, await other.json()]).toEqual([
      404,
      {
        error: 'NOT_FOUND',
        message: expect.stringMatching(/There is no call POST \/_system\/other.*没有控制接口/),
        en: expect.any(String),
        zh: expect.any(String),
      },
    ]);
    expect((await answer(post('snapshots/%zz/restore', {}))).status).toBe(404);
    expect((await answer(new Request('http://127.0.0.1/_system/reset'))).status).toBe(404);
  });
});

describe('snapshots', () => {
  const call = (path: string, method = 'POST', body?: unknown) =>
    new Request(`http://127.0.0.1/_system/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });

  it('have names, are listed with the newest first, restored with their history, and deleted', async () => {
    const { answer, bus, done } = control();
    bus.publish('order', { change: 'placed' }, 'A');
    expect((await answer(call('snapshots', 'POST', { name: '付款前' }))).status).toBe(200);
    bus.publish('order', { change: 'placed' }, 'B');
    await answer(call('snapshots'));
    const { snapshots } = await (await answer(call('snapshots', 'GET'))).json();
    expect(snapshots).toMatchObject([
      { name: 'snapshot 2', payments: 2 },
      { name: '付款前', payments: 1 },
    ]);
    expect((await answer(call(`snapshots/${encodeURIComponent('付款前')}/restore`))).status).toBe(200);
    expect(done).toEqual(['stop all', 'restore']);
    expect(bus.history().map(({ outTradeNo }) => outTradeNo)).toEqual(['A']);
    expect((await answer(call('snapshots/snapshot%202', 'DELETE'))).status).toBe(200);
    expect((await (await answer(call('snapshots', 'GET'))).json()).snapshots).toHaveLength(1);
  });

  it.each(['a', 's', 'snapshots', '$&'])('is restored and deleted by the name %s', async (name) => {
    const { answer } = control();
    expect((await answer(call('snapshots', 'POST', { name }))).status).toBe(200);
    const path = `snapshots/${encodeURIComponent(name)}`;
    expect((await answer(call(`${path}/restore`))).status).toBe(200);
    expect((await answer(call(path, 'DELETE'))).status).toBe(200);
  });

  it('that are not there are not found, and a name that is none is refused', async () => {
    const { answer } = control();
    expect((await answer(call('snapshots/none/restore'))).status).toBe(404);
    expect((await answer(call('snapshots/none', 'DELETE'))).status).toBe(404);
    expect((await answer(call('snapshots', 'POST', { name: 'x'.repeat(61) }))).status).toBe(400);
    const refused = await answer(call('snapshots', 'POST', { name: 7 }));
    expect(refused.status).toBe(400);
    expect((await refused.json()).message).toMatch(/has 1 to 60 characters\..*须为 1 到 60 个字符/);
  });
});
