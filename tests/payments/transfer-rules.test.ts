/** What a transfer is refused for, the limits of a day, and callbacks. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ErrorCode, TransferView } from '../../shared/contract/index.ts';
import { defaultPolicy } from '../../shared/core/policy.ts';
import { refusal } from '../../shared/core/testing/expect-refusal.ts';
import { anomaliesCollection } from '../../shared/payments/orders/anomalies.ts';
import { madeUpCallbacks } from '../../shared/payments/testing/watched-money.ts';
import { applyTransferCallback } from '../../shared/payments/transfers/callback.ts';
import { transfersCollection } from '../../shared/payments/transfers/records.ts';
import { openid, type TransferShop, transferShop } from './transfer-shop.ts';

let at: TransferShop;
beforeEach(async () => {
  at = await transferShop();
});
afterEach(() => at.close());

describe('bad input', () => {
  it.each<[string, object, ErrorCode]>([
    ['less than 0.1 yuan', { amountFen: 9 }, 'AMOUNT_OUT_OF_RANGE'],
    ['half a fen', { amountFen: 100.5 }, 'AMOUNT_OUT_OF_RANGE'],
    [
      'a scene that this shop has not',
      { sceneId: '1009', reports: { 采购商品名称: '茶' } },
      'TRANSFER_SCENE',
    ],
    ['a report too few', { reports: { 岗位类型: '推广员' } }, 'BAD_REQUEST'],
    ['another report', { reports: { 活动名称: 'x', 奖励说明: 'y' } }, 'BAD_REQUEST'],
    ['an empty report', { reports: { 岗位类型: '', 报酬说明: 'x' } }, 'BAD_REQUEST'],
    ['a perception of another scene', { perception: '活动奖励' }, 'BAD_REQUEST'],
    ['a remark of 33 characters', { remark: '佣'.repeat(33) }, 'BAD_REQUEST'],
    ['no openid', { openid: '' }, 'BAD_REQUEST'],
    ['a field that is not known', { outBillNo: 'x' }, 'BAD_REQUEST'],
  ])('%s is refused in both languages, and nothing is stored', async (_, changes, code) => {
    const refused = await refusal(code, () => at.transfer('a', changes));
    expect(Object.values(refused.texts).every((text) => text.length > 5)).toBe(true);
    expect(at.shop.documents.all(transfersCollection)).toEqual([]);
    expect(at.applications()).toEqual([]);
  });

  it('a shop without a merchant number of its own cannot transfer', async () => {
    at.ports = { ...at.ports, accounts: { find: () => undefined } };
    await refusal('CONFIG_INVALID', () => at.transfer('a'));
  });
});

describe('the limits of a day', () => {
  it('hold between operators who transfer at once, for one person and for all', async () => {
    at.ports = {
      ...at.ports,
      policy: { ...defaultPolicy, transferDailyFen: 20_000, transferDailyPersonFen: 12_000 },
    };
    const asked = Array.from({ length: 12 }, (_, index) =>
      at.transfer(`t${index}`, { openid: `oPerson${index % 3}` }).catch((error) => error.code),
    );
    const answers = await Promise.all(asked);
    await at.pass(5);
    const made = await at.atSimulator();
    expect(made).toHaveLength(4);
    for (const person of ['oPerson0', 'oPerson1', 'oPerson2']) {
      expect(made.filter((each) => each.openid === person).length).toBeLessThanOrEqual(2);
    }
    expect(answers).toContain('TRANSFER_LIMIT');
  });

  it('begin anew at midnight in Beijing', async () => {
    at.ports = { ...at.ports, policy: { ...defaultPolicy, transferDailyPersonFen: 5000 } };
    await at.transfer('a');
    await refusal('TRANSFER_LIMIT', () => at.transfer('b'));
    await at.shop.sandbox.clock.advance(24 * 3600_000);
    expect((await at.transfer('c')).state).toBe('WAIT_USER_CONFIRM');
  });
});

describe('a callback', () => {
  const resource = (of: TransferView, changes: object = {}) => ({
    mch_id: at.shop.account.mchid,
    out_bill_no: of.outBillNo,
    transfer_bill_no: at.stored(of.outBillNo).transferBillNo!,
    state: 'SUCCESS',
    transfer_amount: of.amountFen,
    openid,
    update_time: '2026-11-27T21:00:00+08:00',
    ...changes,
  });

  it('ends the transfer once, whether a query comes before or after', async () => {
    madeUpCallbacks();
    const made = await at.transfer('a');
    expect(await applyTransferCallback(at.ports, 'direct', resource(made))).toBe('changed');
    expect(await applyTransferCallback(at.ports, 'direct', resource(made))).toBe('no-news');
    expect(await at.act('query', made.outBillNo)).toMatchObject({ state: 'SUCCESS' });
    expect(at.ledger()).toHaveLength(1);
  });

  it('of another sum or person is an anomaly, and the transfer goes on', async () => {
    const made = await at.transfer('a');
    for (const changes of [{ transfer_amount: 1 }, { openid: 'oStranger' }]) {
      await applyTransferCallback(at.ports, 'direct', resource(made, changes));
    }
    const anomalies = at.shop.documents.all(anomaliesCollection);
    expect(anomalies).toMatchObject([{ kind: 'TRANSFER_MISMATCH', outTradeNo: made.outBillNo }, {}]);
    expect(at.stored(made.outBillNo).state).toBe('WAIT_USER_CONFIRM');
    expect(at.ledger()).toEqual([]);
  });

  it.each([
    ['an unknown number', 'direct', { out_bill_no: 'NOSUCH' }],
    ['another merchant', 'direct', { mch_id: '1' }],
    ["the provider's account", 'partner', {}],
  ] as const)('for %s changes nothing', async (_, account, changes) => {
    const made = await at.transfer('a');
    expect(await applyTransferCallback(at.ports, account, resource(made, changes))).toBe('UNKNOWN_TRANSFER');
    expect(at.stored(made.outBillNo).state).toBe('WAIT_USER_CONFIRM');
  });

  it('corrects what was taken for refused', async () => {
    madeUpCallbacks();
    at.shop.lose = 'before';
    const made = await at.transfer('a');
    await at.act('cancel', made.outBillNo);
    at.shop.lose = undefined;
    await at.pass(20);
    expect(at.stored(made.outBillNo).state).toBe('CANCELLED');
    await applyTransferCallback(at.ports, 'direct', resource(made, { transfer_bill_no: '133' }));
    expect(at.stored(made.outBillNo).state).toBe('SUCCESS');
    expect(at.ledger()).toHaveLength(1);
  });
});
