/** Transfers to persons against the simulator: real signatures both ways, answers lost, instances killed. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReceiveTransferAnswers } from '../../shared/contract/index.ts';
import { refusal } from '../../shared/core/testing/expect-refusal.ts';
import { receiveTransfer } from '../../shared/payments/transfers/receive-transfer.ts';
import { transfersCollection } from '../../shared/payments/transfers/records.ts';
import { workOnDueTransfers } from '../../shared/payments/transfers/work.ts';
import { dyingDocuments } from './dying-documents.ts';
import { openid, type TransferShop, transferShop } from './transfer-shop.ts';

let at: TransferShop;
beforeEach(async () => {
  at = await transferShop();
});
afterEach(() => at.close());

describe('a transfer', () => {
  it('is requested once, confirmed by its recipient, and recorded', async () => {
    const made = await at.transfer('a');
    expect(made).toMatchObject({ state: 'WAIT_USER_CONFIRM', amountFen: 5000, openid });
    expect(made).not.toHaveProperty('confirmation');
    const { confirmation } = await at.seen(made.outBillNo);
    expect(confirmation).toMatchObject({ mchId: at.shop.account.mchid, appId: at.shop.account.appid });
    const opened = await at.shop.sandbox.control('POST', '/transfers/open', confirmation);
    expect(opened.json.transfer).toMatchObject({ outBillNo: made.outBillNo });
    await at.confirm(made.outBillNo);
    await at.pass(3);
    expect(await at.seen(made.outBillNo)).toMatchObject({ state: 'SUCCESS' });
    expect(await at.seen(made.outBillNo)).not.toHaveProperty('confirmation');
    expect(at.ledger()).toMatchObject([
      { _id: `TRANSFER:${made.outBillNo}`, amountFen: -5000, outTradeNo: null },
    ]);
  });

  it('is one transfer however often it is asked for, and whichever answer is lost', async () => {
    for (const lose of ['before', 'after'] as const) {
      at.shop.lose = lose;
      expect((await at.transfer(lose)).state).toBe('WAITING');
      expect((await at.transfer(lose)).state).toBe('WAITING');
    }
    at.shop.lose = undefined;
    await at.pass(10);
    expect((await at.atSimulator()).map(({ state }) => state)).toEqual([
      'WAIT_USER_CONFIRM',
      'WAIT_USER_CONFIRM',
    ]);
    expect(new Set(at.applications().map(({ body }) => body)).size).toBe(2);
    // The response with the package was lost; the same request returns it again.
    for (const { outBillNo } of await at.atSimulator()) {
      expect(await at.seen(outBillNo)).toHaveProperty('confirmation');
    }
  });

  it('is refused under the same token with another sum, person, scene or remark', async () => {
    await at.transfer('a');
    for (const changes of [{ amountFen: 5001 }, { openid: 'oOtherOne' }, { remark: '四月佣金' }]) {
      await refusal('TOKEN_REUSED', () => at.transfer('a', changes));
    }
    expect(await at.atSimulator()).toHaveLength(1);
  });

  it('is visible to its recipient only, as are its confirmation parameters', async () => {
    const { outBillNo } = await at.transfer('a');
    await refusal('TRANSFER_NOT_FOUND', () => at.seen(outBillNo, 'oStranger'));
    expect(await receiveTransfer(at.ports, 'oStranger', { action: 'list' })).toEqual({ transfers: [] });
    const listed = await receiveTransfer(at.ports, openid, { action: 'list' });
    expect((listed as ReceiveTransferAnswers['list']).transfers).toMatchObject([{ outBillNo }]);
  });

  it('fails automatically without a confirmation within 24 hours, and the money may be transferred again', async () => {
    const { outBillNo } = await at.transfer('a', { amountFen: 500_000, userName: '林小满' });
    await refusal('TRANSFER_LIMIT', () => at.transfer('b'));
    await at.pass(25 * 60);
    expect(at.stored(outBillNo)).toMatchObject({
      state: 'FAIL',
      failReason: 'OVERDUE_CLOSE',
      nextAtMs: null,
    });
    expect(at.ledger()).toEqual([]);
  });

  it('is cancelled before it is confirmed, and not afterwards', async () => {
    const { outBillNo } = await at.transfer('a');
    expect((await at.act('cancel', outBillNo)).state).toBe('CANCELING');
    expect(await at.seen(outBillNo)).not.toHaveProperty('confirmation');
    await at.pass(3);
    expect(at.stored(outBillNo)).toMatchObject({ state: 'CANCELLED' });
    expect((await at.act('cancel', outBillNo)).state).toBe('CANCELLED');
    const other = await at.transfer('b');
    await at.confirm(other.outBillNo);
    await refusal('TRANSFER_STATE', () => at.act('cancel', other.outBillNo));
    expect(at.stored(other.outBillNo).state).toBe('SUCCESS');
    await refusal('TRANSFER_NOT_FOUND', () => at.act('cancel', 'NOSUCH'));
  });

  it('is cancelled although it is unknown whether it arrived', async () => {
    for (const lose of ['before', 'after'] as const) {
      at.shop.lose = lose;
      const { outBillNo } = await at.transfer(lose);
      await at.act('cancel', outBillNo);
      at.shop.lose = undefined;
      await at.pass(20);
      expect(at.stored(outBillNo).state).toBe('CANCELLED');
    }
    expect((await at.atSimulator()).map(({ state }) => state)).toEqual(['CANCELLED']);
  });

  it('fails for a reason of WeChat Pay, which both see', async () => {
    const { outBillNo } = await at.transfer('a');
    await at.confirm(outBillNo, { result: 'FAIL', failReason: 'ACCOUNT_FROZEN' });
    await at.pass(3);
    expect(await at.seen(outBillNo)).toMatchObject({ state: 'FAIL', failReason: 'ACCOUNT_FROZEN' });
  });
});

describe('the name of who receives', () => {
  it('is required from 2,000 yuan, and refused below 0.3', async () => {
    const refused = await refusal('BAD_REQUEST', () => at.transfer('a', { amountFen: 200_000 }));
    expect(refused.fields?.map(({ path }) => path)).toEqual(['userName']);
    await refusal('BAD_REQUEST', () => at.transfer('b', { amountFen: 29, userName: '林小满' }));
    expect((await at.transfer('c', { amountFen: 200_000, userName: '林小满' })).state).toBe(
      'WAIT_USER_CONFIRM',
    );
  });

  it('is stored and sent encrypted for WeChat Pay, the same bytes each time, and gone in the end', async () => {
    at.shop.lose = 'before';
    const { outBillNo } = await at.transfer('a', { userName: '林小满' });
    expect(JSON.stringify(at.stored(outBillNo))).not.toContain('林小满');
    at.shop.lose = undefined;
    await at.pass(2);
    expect(at.stored(outBillNo).state).toBe('WAIT_USER_CONFIRM');
    expect(at.shop.sent.map(({ body }) => body).join()).not.toContain('林小满');
    expect(new Set(at.applications().map(({ body }) => body)).size).toBe(1);
    await at.confirm(outBillNo);
    await at.pass(2);
    expect(at.stored(outBillNo)).toMatchObject({ state: 'SUCCESS', request: null, packageInfo: null });
    expect(at.shop.logged.join()).not.toContain('林小满');
  });

  it('that WeChat Pay cannot decrypt is refused by it; nothing happens and the number is not replaced before that is sure', async () => {
    at.shop.lose = 'before';
    const { outBillNo } = await at.transfer('a', { userName: '林小满' });
    const { request } = at.stored(outBillNo);
    const body = JSON.stringify({ ...JSON.parse(request!.body), user_name: `${'A'.repeat(342)}==` });
    await at.shop.documents.update(transfersCollection, outBillNo, {}, { request: { ...request, body } });
    at.shop.lose = undefined;
    await at.pass(2);
    expect(await at.act('query', outBillNo)).toMatchObject({
      state: 'CHECKING',
      failure: { code: 'PARAM_ERROR', message: expect.stringContaining('user_name') },
    });
    await at.pass(6);
    expect(at.stored(outBillNo)).toMatchObject({ state: 'REFUSED', request: null });
    await refusal('WECHATPAY_REFUSED', () => at.transfer('a', { userName: '林小满' }));
    expect(await at.atSimulator()).toEqual([]);
  });
});

describe('what WeChat Pay does not take', () => {
  it('waits for a top-up under the same number, and says so', async () => {
    await at.balance({ takeFen: 9_999_000 });
    expect(await at.transfer('a')).toMatchObject({ state: 'WAITING', failure: { code: 'NOT_ENOUGH' } });
    await at.pass(3);
    expect(await at.atSimulator()).toEqual([]);
    await at.balance({ addFen: 100_000 });
    await at.pass(30);
    expect(await at.atSimulator()).toMatchObject([{ state: 'WAIT_USER_CONFIRM' }]);
    expect(new Set(at.applications().map(({ body }) => body)).size).toBe(1);
  });

  it('is REFUSED only after a query some minutes later, and counts no more', async () => {
    at.ports = {
      ...at.ports,
      accounts: { find: () => ({ ...at.shop.account, appid: 'wx0000000000000000' }) },
    };
    const made = await at.transfer('a', { amountFen: 500_000, userName: '林小满' });
    expect(made).toMatchObject({ state: 'CHECKING', failure: { code: 'INVALID_REQUEST' } });
    expect(await at.transfer('a', { amountFen: 500_000, userName: '林小满' })).toMatchObject({
      state: 'CHECKING',
    });
    await at.pass(7);
    expect(at.stored(made.outBillNo).state).toBe('REFUSED');
    expect(at.applications()).toHaveLength(1);
    at.ports = { ...at.ports, accounts: at.shop.ports.accounts };
    expect((await at.transfer('b', { amountFen: 500_000, userName: '林小满' })).state).toBe(
      'WAIT_USER_CONFIRM',
    );
  });
});

describe('an instance that dies', () => {
  it('between any two steps leaves one transfer, which the next one finishes', async () => {
    let killed = 0;
    for (let writes = 1; ; writes++) {
      const name = `k${writes}`;
      const outcome = await at
        .transfer(name, {}, { ...at.ports, documents: dyingDocuments(at.shop.documents, writes, 'before') })
        .catch((error) => error);
      await at.transfer(name);
      if (!(outcome instanceof Error)) break;
      expect(outcome.message).toBe('killed');
      killed++;
    }
    expect(killed).toBeGreaterThanOrEqual(4);
    await at.pass(3);
    const made = await at.atSimulator();
    expect(made).toHaveLength(killed + 1);
    for (const { outBillNo } of made) await at.confirm(outBillNo);
    for (let writes = 1; writes < 8; writes++) {
      await at.shop.sandbox.clock.advance(60_000);
      await workOnDueTransfers(
        { ...at.ports, documents: dyingDocuments(at.shop.documents, writes, 'before') },
        () => true,
      ).catch(() => undefined);
    }
    await at.pass(30);
    const entries = at.ledger();
    expect(entries).toHaveLength(killed + 1);
    expect(new Set(made.map((each) => at.stored(each.outBillNo).state))).toEqual(new Set(['SUCCESS']));
  });
});
