import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { directOrder, startReceiver, startSandbox } from './testing/sandbox.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-state-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const jsapi = '/v3/pay/transactions/jsapi';

describe('seed', () => {
  test('the same seed gives the same merchants, keys, certificates and numbers', async () => {
    const [first, second] = [await startSandbox({ seed: 'one' }), await startSandbox({ seed: 'one' })];
    expect(second.credentials).toEqual(first.credentials);
    const placed = await Promise.all([first, second].map((one) => one.direct.post(jsapi, directOrder(one))));
    const [a, b] = placed.map(({ json }) => json.prepay_id.slice(-20));
    expect(a).toBe(b);
    await first.close();
    await second.close();
  });

  test('another seed gives others', async () => {
    const sandboxes = [await startSandbox({ seed: 'one' }), await startSandbox({ seed: 'two' })];
    const keys = sandboxes.map(({ credentials }) => credentials.direct.privateKeyPem);
    expect(new Set(keys).size).toBe(2);
    for (const sandbox of sandboxes) await sandbox.close();
  });
});

describe('state file', () => {
  test('orders, keys, callbacks under way and the clock survive a restart', async () => {
    const stateFile = join(folder, 'state.json');
    let status = 500;
    const receiver = await startReceiver(() => status);
    const before = await startSandbox({ seed: 'kept', stateFile });
    const body = directOrder(before, { notify_url: receiver.url });
    await before.direct.post(jsapi, body);
    await before.control('POST', `/orders/${body.out_trade_no}/pay`, {});
    await before.control('POST', '/keys', { rotate: true });
    await before.control('POST', '/clock', { advanceMs: 3_600_000 });
    const credentials = before.simulator.credentials();
    const keys = (await before.control('GET', '/keys')).json;
    const nowMs = before.clock.now();
    await before.close();
    expect(statSync(stateFile).mode & 0o077).toBe(0);

    const attempts = receiver.callbacks.length;
    status = 204;
    const after = await startSandbox({ seed: 'ignored', stateFile });
    expect(after.simulator.credentials()).toEqual(credentials);
    expect((await after.control('GET', '/keys')).json).toEqual(keys);
    expect(after.clock.now()).toBeGreaterThanOrEqual(nowMs);
    const { order } = (await after.control('GET', `/orders/${body.out_trade_no}`)).json;
    expect(order.state).toBe('SUCCESS');
    await after.control('POST', '/clock', { advanceMs: 86_400_000 });
    expect(receiver.callbacks).toHaveLength(attempts + 1);
    expect((await after.control('GET', '/ledger')).json.sumFen).toBe(0);
    await after.close();
    await receiver.close();
  });

  test('is written soon after a change, without being asked to', async () => {
    const stateFile = join(folder, 'soon.json');
    const sandbox = await startSandbox({ stateFile });
    await sandbox.direct.post(jsapi, directOrder(sandbox));
    await expect.poll(() => existsSync(stateFile)).toBe(true);
    await sandbox.close();
  });

  test('holds everything that was appended, also when the sandbox was killed', async () => {
    const stateFile = join(folder, 'killed.json');
    const receiver = await startReceiver();
    const killed = await startSandbox({ stateFile });
    const body = directOrder(killed, { notify_url: receiver.url });
    await killed.direct.post(jsapi, body);
    await expect.poll(() => existsSync(stateFile)).toBe(true);
    await killed.control('POST', `/orders/${body.out_trade_no}/pay`, {});
    await killed.direct.post('/v3/refund/domestic/refunds', {
      out_trade_no: body.out_trade_no,
      out_refund_no: 'R1',
      amount: { refund: 1, total: 100, currency: 'CNY' },
    });
    const expected = () => killed.control('GET', `/orders/${body.out_trade_no}`);
    await expect.poll(async () => (await expected()).json.order.notifications[0]?.state).toBe('delivered');
    const { order } = (await expected()).json;
    const ledger = (await killed.control('GET', '/ledger')).json;
    // A copy, since the file keeps changing while it is read.
    const copy = join(folder, 'copy.json');
    await expect
      .poll(async () => {
        copyFileSync(stateFile, copy);
        const restarted = await startSandbox({ stateFile: copy });
        const read = (await restarted.control('GET', `/orders/${body.out_trade_no}`)).json.order;
        const found = [read, (await restarted.control('GET', '/ledger')).json];
        await restarted.close();
        return found;
      })
      .toEqual([order, ledger]);
    await killed.close();
    await receiver.close();
  });

  test('a file that is no state is refused and left alone', async () => {
    const stateFile = join(folder, 'other.json');
    writeFileSync(stateFile, '{"some":"thing"}');
    await expect(startSandbox({ stateFile })).rejects.toThrow(/not the state of a sandbox/);
  });
});

describe('snapshots', () => {
  test('bring everything back, as often as wanted', async () => {
    const sandbox = await startSandbox();
    const body = directOrder(sandbox);
    await sandbox.direct.post(jsapi, body);
    const snapshot = (await sandbox.control('POST', '/snapshot')).json;
    for (const _ of [1, 2]) {
      const paid = await sandbox.control('POST', `/orders/${body.out_trade_no}/pay`, {});
      expect(paid.status).toBe(200);
      expect((await sandbox.control('POST', '/restore', snapshot)).status).toBe(200);
      const { order } = (await sandbox.control('GET', `/orders/${body.out_trade_no}`)).json;
      expect(order.state).toBe('NOTPAY');
      expect((await sandbox.control('GET', '/ledger')).json.entries).toEqual([]);
    }
    await sandbox.close();
  });

  test('anything else is refused', async () => {
    const sandbox = await startSandbox();
    expect((await sandbox.control('POST', '/restore', { format: 'x' })).status).toBe(400);
    await sandbox.close();
  });
});

test('reset goes back to the beginning, with the same merchants and keys', async () => {
  const sandbox = await startSandbox();
  await sandbox.direct.post(jsapi, directOrder(sandbox));
  await sandbox.control('POST', '/keys', { mode: 'certificate', rotate: true });
  await sandbox.control('PUT', '/faults', [{ route: '*', kind: 'rate-limit' }]);
  await sandbox.control('POST', '/reset');
  expect(sandbox.simulator.credentials()).toEqual(sandbox.credentials);
  expect((await sandbox.control('GET', '/orders')).json.orders).toEqual([]);
  expect((await sandbox.control('GET', '/keys')).json).toMatchObject({ mode: 'switching' });
  expect((await sandbox.control('GET', '/faults')).json.faults).toEqual([]);
  expect((await sandbox.control('GET', '/exchanges')).json.exchanges).toEqual([]);
  await sandbox.close();
});

describe('config file', () => {
  const write = (config: unknown) => {
    const configFile = join(folder, 'config.json');
    writeFileSync(configFile, JSON.stringify(config));
    return configFile;
  };

  test('brings one’s own merchants; what it leaves out is made up', async () => {
    const apiV3Key = 'k'.repeat(32);
    const configFile = write({
      merchants: [
        { kind: 'direct', mchid: '1230000109', name: '自家商户', appids: ['wxd678efb567bc6787'], apiV3Key },
        {
          kind: 'partner',
          mchid: '1230000200',
          appids: ['wxd678efb567bc6787'],
          subMerchants: [{ mchid: '1230000201', name: '分店' }],
        },
      ],
    });
    const sandbox = await startSandbox({ configFile });
    const { direct, partner, ecommerce } = sandbox.credentials;
    expect(direct).toMatchObject({ mchid: '1230000109', name: '自家商户', apiV3Key });
    expect(partner.subMerchants).toEqual([{ subMchid: '1230000201', name: '分店', appids: [] }]);
    expect(ecommerce).toBeUndefined();
    expect((await sandbox.direct.post(jsapi, directOrder(sandbox))).status).toBe(200);
    await sandbox.close();
  });

  test.each<[string, unknown, RegExp]>([
    ['no list', {}, /"merchants" must be/],
    ['kind', { merchants: [{ kind: 'x' }] }, /merchants\[0\]: "kind"/],
    ['mchid', { merchants: [{ kind: 'direct', mchid: '12' }] }, /"mchid"/],
    ['appids', { merchants: [{ kind: 'direct', mchid: '1230000109', appids: [] }] }, /"appids"/],
    [
      'apiV3Key',
      { merchants: [{ kind: 'direct', mchid: '1230000109', appids: ['wxd678efb567bc6787'], apiV3Key: 'x' }] },
      /32 bytes/,
    ],
    [
      'key',
      {
        merchants: [
          { kind: 'direct', mchid: '1230000109', appids: ['wxd678efb567bc6787'], privateKeyPem: 'x' },
        ],
      },
      /cannot be read/,
    ],
    [
      'twice',
      {
        merchants: [1, 2].map(() => ({
          kind: 'direct',
          mchid: '1230000109',
          appids: ['wxd678efb567bc6787'],
        })),
      },
      /there twice/,
    ],
  ])('says what is wrong: %s', async (_name, config, message) => {
    await expect(startSandbox({ configFile: write(config) })).rejects.toThrow(message);
  });
});
