import { createDecipheriv } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { placeOrderAt } from '../wechatpay/testing/client.ts';
import { ControlError, type Sandbox, type SandboxOptions, startSandbox } from './index.ts';

async function withSandbox(options: SandboxOptions, run: (sandbox: Sandbox) => Promise<void>): Promise<void> {
  const sandbox = await startSandbox({ seed: 'library', ...options });
  try {
    await run(sandbox);
  } finally {
    await sandbox.close();
  }
}

const placeOrder = ({ url, credentials }: Sandbox, no: string, notifyUrl = 'https://shop.example/notify') =>
  placeOrderAt(url, credentials.direct, no, notifyUrl);

describe('startSandbox', () => {
  test('pays an order, and hands out its callback', async () => {
    await withSandbox({}, async (sandbox) => {
      expect((await placeOrder(sandbox, 'LIBRARY1')).status).toBe(200);
      const paid = await sandbox.orders.pay('LIBRARY1');
      expect([paid.state, paid.totalFen]).toEqual(['SUCCESS', 5]);
      const callback = await sandbox.notifications.next();
      expect([callback.eventType, callback.outTradeNo, callback.state]).toEqual([
        'TRANSACTION.SUCCESS',
        'LIBRARY1',
        'undeliverable',
      ]);
      const { resource } = JSON.parse(callback.body);
      expect(decrypted(resource, sandbox.credentials.direct.apiV3Key)).toMatchObject({
        out_trade_no: 'LIBRARY1',
        trade_state: 'SUCCESS',
      });
    });
  });

  test('moves the clock by a length of time, and runs what falls due', async () => {
    await withSandbox({ clock: { at: '2026-03-01T08:00:00+08:00', frozen: true } }, async (sandbox) => {
      // Nothing listens there: the delivery fails and is retried.
      await placeOrder(sandbox, 'LIBRARY2', 'http://127.0.0.1:9/notify');
      await sandbox.orders.pay('LIBRARY2');
      const { id } = await sandbox.notifications.next({ outTradeNo: 'LIBRARY2' });
      expect((await sandbox.notifications.get(id)).attempts).toHaveLength(1);
      const now = await sandbox.clock.advance('15s');
      expect(now.toISOString()).toBe('2026-03-01T00:00:15.000Z');
      expect(sandbox.clock.now()).toEqual(now);
      expect((await sandbox.notifications.get(id)).attempts).toHaveLength(2);
    });
  });

  test('says which call was refused, and why', async () => {
    await withSandbox({}, async (sandbox) => {
      const refused = await sandbox.orders.pay('NOWHERE').catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(ControlError);
      expect(refused).toMatchObject({
        status: 404,
        code: 'NOT_FOUND',
        message: expect.stringContaining('没有订单'),
      });
      await expect(async () => sandbox.clock.advance('soon')).rejects.toThrow(/such as '15s'.*时长须为/);
      await expect(sandbox.notifications.next({ timeoutMs: 1 })).rejects.toThrow(
        /No callback came.*没有回调/,
      );
      const dots = sandbox.orders.get('..').catch(({ message }: Error) => message);
      expect(await dots).toMatch(/is no part of the path.*不能出现在/);
    });
  });

  test('sets faults, and shows what happened', async () => {
    await withSandbox({}, async (sandbox) => {
      await sandbox.faults.set({ route: 'JSAPI下单', kind: 'system-error', times: 1 });
      expect((await placeOrder(sandbox, 'LIBRARY3')).status).toBe(500);
      expect((await sandbox.exchanges.last())?.verdict).toBe('fault');
      expect((await sandbox.faults.list())[0]?.struck).toBe(1);
      expect((await placeOrder(sandbox, 'LIBRARY3')).status).toBe(200);
    });
  });

  test('several in one process share nothing, and are the same for the same seed', async () => {
    const [one, other, same] = await Promise.all(
      ['one', 'other', 'one'].map((seed) => startSandbox({ seed })),
    );
    await placeOrder(one!, 'LIBRARY4');
    expect((await one!.orders.list()).map(({ outTradeNo }) => outTradeNo)).toEqual(['LIBRARY4']);
    expect(await other!.orders.list()).toEqual([]);
    expect(await same!.orders.list()).toEqual([]);
    expect(same!.credentials).toEqual(one!.credentials);
    expect(other!.credentials.direct.privateKeyPem).not.toBe(one!.credentials.direct.privateKeyPem);
    await one!.clock.advance('1h');
    expect(other!.clock.now().getTime()).toBeLessThan(one!.clock.now().getTime() - 3_000_000);
    await Promise.all([one!.close(), other!.close(), same!.close()]);
  });

  test('stops without leaving a handle behind', async () => {
    const before = process.getActiveResourcesInfo().filter((kind) => kind.startsWith('TCPServer')).length;
    const sandbox = await startSandbox({ seed: 'library', proxyPort: 0, tlsPort: 0 });
    await sandbox.close();
    const after = process.getActiveResourcesInfo().filter((kind) => kind.startsWith('TCPServer')).length;
    expect(after).toBe(before);
    await expect(fetch(`${sandbox.url}/_sandbox`)).rejects.toMatchObject({
      cause: { code: expect.stringMatching(/ECONNREFUSED|UND_ERR_SOCKET/) },
    });
  });

  test('refuses a port in use and a moment that is none, saying what works', async () => {
    await withSandbox({}, async (sandbox) => {
      const port = Number(new URL(sandbox.url).port);
      await expect(startSandbox({ seed: 'library', port })).rejects.toThrow(/is in use.*已被占用/);
    });
    await expect(startSandbox({ clock: 'tomorrow' })).rejects.toThrow(/clock: '2026-01-01/);
  });
});

function decrypted(resource: { ciphertext: string; nonce: string; associated_data: string }, key: string) {
  const bytes = Buffer.from(resource.ciphertext, 'base64');
  const cipher = createDecipheriv('aes-256-gcm', Buffer.from(key), Buffer.from(resource.nonce));
  cipher.setAAD(Buffer.from(resource.associated_data));
  cipher.setAuthTag(bytes.subarray(-16));
  return JSON.parse(`${cipher.update(bytes.subarray(0, -16), undefined, 'utf8')}${cipher.final('utf8')}`);
}
