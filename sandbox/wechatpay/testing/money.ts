import { expect } from 'vitest';
import { type Answer, isSignedBy, openResource, type TestClient } from './client.ts';
import { directOrder, type Receiver, type Sandbox } from './sandbox.ts';

export const minuteMs = 60_000;
export const dayMs = 86_400_000;

/** HTTP status with the error code or the object's status: what most tests check. */
export const outcome = ({ status, json }: Answer) => [status, json?.code ?? json?.status];

/** Helpers for tests that move money; takes a function because the sandbox is created later, in `beforeAll`. */
export function moneyTools(sandbox: () => Sandbox) {
  const pay = async (no: unknown) => {
    expect((await sandbox().control('POST', `/orders/${no}/pay`, {})).status).toBe(200);
  };
  return {
    advance: (advanceMs: number) => sandbox().control('POST', '/clock', { advanceMs }),
    balance: async (mchid: string) => (await sandbox().control('GET', `/merchants/${mchid}/balance`)).json,
    addFen: (mchid: string, addFen: number) =>
      sandbox().control('POST', `/merchants/${mchid}/balance`, { addFen }),
    takeFen: (mchid: string, takeFen: number) =>
      sandbox().control('POST', `/merchants/${mchid}/balance`, { takeFen }),
    pay,
    /** A paid order of the direct merchant. */
    async paidOrder(totalFen = 100, changes: Record<string, unknown> = {}): Promise<string> {
      const body = directOrder(sandbox(), { amount: { total: totalFen }, ...changes });
      expect((await sandbox().direct.post('/v3/pay/transactions/jsapi', body)).status).toBe(200);
      await pay(body.out_trade_no);
      return String(body.out_trade_no);
    },
    /** Checks that no fen was created or lost and that only accounts outside WeChat Pay are overdrawn. */
    async expectSoundLedger(): Promise<void> {
      const ledger = (await sandbox().control('GET', '/ledger')).json;
      expect(ledger.sumFen).toBe(0);
      const overdrawn = Object.entries(ledger.accounts as Record<string, number>).filter(
        ([name, fen]) => fen < 0 && !/^(payer|bank) /.test(name),
      );
      expect(overdrawn).toEqual([]);
    },
  };
}

/** The first callback that arrives, verified and decrypted. */
export async function openedCallback(receiver: Receiver, client: TestClient, count = 1) {
  await expect.poll(() => receiver.callbacks.length).toBe(count);
  const { headers, body } = receiver.callbacks[count - 1]!;
  expect(isSignedBy(client.account.publicKeyPem, headers, body)).toBe(true);
  const notification = JSON.parse(body);
  return {
    notification,
    resource: JSON.parse(openResource(client.account.apiV3Key, notification.resource)),
  };
}
