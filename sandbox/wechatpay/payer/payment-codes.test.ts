import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SimulatorContext } from '../context.ts';
import { SeededRandom } from '../state/random.ts';
import { Slot } from '../state/slot.ts';
import { directOrder, type Sandbox, startSandbox } from '../testing/sandbox.ts';
import { mostPaymentCodes, showPaymentCode } from './payment-codes.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

test('the oldest codes are forgotten, so that a till that runs for days does not fill the memory', () => {
  const codes = new Slot<unknown>();
  const state = { slot: () => codes, random: new SeededRandom('codes') };
  const context = { state, clock: sandbox.clock } as unknown as SimulatorContext;
  const shown = Array.from({ length: mostPaymentCodes + 1 }, () => showPaymentCode(context, {}).authCode);
  expect([...codes.keys()]).toEqual(shown.slice(1));
});

test('a code that a till redeems is remembered as used, shown here or not', async () => {
  const { notify_url: _none, ...order } = directOrder(sandbox);
  const redeem = (authCode: string) =>
    sandbox.direct.post('/v3/pay/transactions/codepay', {
      ...order,
      out_trade_no: sandbox.no(),
      payer: { auth_code: authCode },
      scene_info: { store_info: { id: '0001' } },
    });
  const shown = await sandbox.control('POST', '/payment-codes', {});
  for (const code of [shown.json.authCode, '130000000000000001']) {
    expect((await redeem(code)).json.trade_state).toBe('SUCCESS');
    expect((await redeem(code)).json.message).toContain('已使用');
  }
});
