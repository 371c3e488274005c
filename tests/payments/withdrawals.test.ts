/** Withdrawals at the simulator: real signatures, documents in memory, lost answers and dying instances. */
import { afterEach, describe, expect, it } from 'vitest';
import { type Receiver, startReceiver } from '../../sandbox/wechatpay/testing/sandbox.ts';
import type { SellerFundsAnswers, WithdrawalView } from '../../shared/contract/index.ts';
import { sellersCollection } from '../../shared/merchants/sellers.ts';
import { ledgerCollection } from '../../shared/payments/ledger/ledger.ts';
import { receiveNotification } from '../../shared/payments/notifications/receive.ts';
import type { FundsCaller } from '../../shared/payments/withdrawals/holder.ts';
import type { WithdrawalRecord } from '../../shared/payments/withdrawals/records.ts';
import { sellerFunds } from '../../shared/payments/withdrawals/seller-funds.ts';
import { workOnDueWithdrawals } from '../../shared/payments/withdrawals/work.ts';
import { parseApiV3Key, parsePublicKey } from '../../shared/wechatpay/crypto/keys.ts';
import { createPlatformKeys } from '../../shared/wechatpay/crypto/platform-keys.ts';
import { parseNotification } from '../../shared/wechatpay/notifications/notifications.ts';
import { type RefundShop, refundShop } from './refund-shop.ts';

const dayMs = 24 * 3600_000;
const owner: FundsCaller = { openid: 'oOwner', isOperator: false };
const operator: FundsCaller = { openid: 'oOperator', isOperator: true };

let shop: RefundShop;
let receiver: Receiver | undefined;
afterEach(async () => {
  await shop.close();
  await receiver?.close();
  receiver = undefined;
});

const sub = (index = 0) => shop.sandbox.credentials.ecommerce.subMerchants[index]!.subMchid;

async function shopOf(kind: 'ecommerce' | 'partner' = 'ecommerce', addFen = 5_000): Promise<void> {
  shop = await refundShop(kind);
  const merchants = shop.sandbox.credentials[kind].subMerchants;
  const seller = (_id: string, ownerOpenid: string, index: number) => ({
    _id,
    name: `店 ${_id}`,
    ownerOpenid,
    account: kind,
    subMchid: merchants[index]!.subMchid,
    state: 'ACTIVE',
  });
  shop.documents.put(sellersCollection, seller('mine', 'oOwner', 0), seller('theirs', 'oOther', 1));
  await shop.sandbox.control('POST', `/merchants/${merchants[0]!.subMchid}/balance`, { addFen });
}

const ask = (request: object, caller = owner) => sellerFunds(shop.ports, caller, request);
async function withdraw(token: string, amountFen: number, more: object = {}): Promise<WithdrawalView> {
  const request = { action: 'withdraw', sellerId: 'mine', requestToken: token.padEnd(16, '0'), amountFen };
  const { withdrawal } = (await ask({ ...request, ...more })) as SellerFundsAnswers['withdraw'];
  return withdrawal;
}
const overview = async (sellerId = 'mine') =>
  ((await ask({ action: 'overview', sellerId })) as SellerFundsAnswers['overview']).overview;
const stored = () => shop.documents.all<WithdrawalRecord>('withdrawals');
const work = () => workOnDueWithdrawals(shop.ports, () => true);
async function pass(ms: number): Promise<void> {
  await shop.sandbox.clock.advance(ms);
  await work();
}
const settle = (no: string, result: string) =>
  shop.sandbox.control('POST', `/withdrawals/${no}/settle`, { result });
const atWechatPay = async () =>
  (await shop.sandbox.control('GET', '/withdrawals')).json.withdrawals as { amountFen: number }[];
const ledger = () =>
  shop.documents
    .all<{ _id: string; kind: string; amountFen: number }>(ledgerCollection)
    .map(({ kind, amountFen }) => [kind, amountFen]);

/** The balance is queried first; after that, requests or responses are lost. */
function loseOnceStored(what: 'before' | 'after'): void {
  shop.documents.interrupt = async (when, operation) => {
    if (when === 'after' && operation === 'insert withdrawals') shop.lose = what;
  };
}

describe('a withdrawal of a seller', () => {
  it('goes out, reaches the bank on the next day, and is in the ledger once', async () => {
    await shopOf();
    const accepted = await withdraw('a', 3_000, { remark: '五月货款' });
    expect(accepted).toMatchObject({ state: 'PROCESSING', amountFen: 3_000, requestedBy: 'seller' });
    expect(await overview()).toMatchObject({
      balance: { availableFen: 2_000, pendingFen: 0 },
      withdrawnFen: 0,
      unfinished: { outRequestNo: accepted.outRequestNo },
    });
    expect(ledger()).toEqual([]);
    await pass(dayMs);
    await pass(dayMs);
    expect(ledger()).toEqual([['WITHDRAWAL', -3_000]]);
    const after = await overview();
    expect(after).toMatchObject({ withdrawnFen: 3_000, balance: { availableFen: 2_000 } });
    expect(after.unfinished).toBeUndefined();
  });

  it('that the bank sends back days after it had it is in the balance and in the ledger again', async () => {
    await shopOf();
    const { outRequestNo } = await withdraw('a', 3_000);
    await pass(dayMs);
    await pass(3 * dayMs);
    await settle(outRequestNo, 'REFUND');
    await pass(dayMs);
    expect(ledger()).toEqual([
      ['WITHDRAWAL', -3_000],
      ['WITHDRAWAL_RETURN', 3_000],
    ]);
    expect(await overview()).toMatchObject({ withdrawnFen: 0, balance: { availableFen: 5_000 } });
    expect(stored()).toMatchObject([{ state: 'REFUND', nextAtMs: null }]);
    expect(shop.logged.join('\n')).toContain('withdrawal.failed');
  });

  it('that fails moved nothing, and another one may follow', async () => {
    await shopOf();
    const { outRequestNo } = await withdraw('a', 3_000);
    await settle(outRequestNo, 'FAIL');
    await pass(60_000);
    expect(ledger()).toEqual([]);
    expect(await withdraw('b', 5_000)).toMatchObject({ state: 'PROCESSING' });
  });

  it('over the balance is refused before WeChat Pay is asked for it', async () => {
    await shopOf();
    await expect(withdraw('a', 5_001)).rejects.toMatchObject({
      code: 'BALANCE_TOO_LOW',
      texts: { zh: expect.stringContaining('50.00') },
    });
    expect(stored()).toEqual([]);
    expect(await atWechatPay()).toEqual([]);
  });

  it('waits for the one before it, whoever asks', async () => {
    await shopOf();
    await withdraw('a', 1_000);
    await expect(withdraw('b', 1_000)).rejects.toMatchObject({ code: 'WITHDRAWAL_UNFINISHED' });
    await pass(dayMs);
    expect(await withdraw('c', 1_000)).toMatchObject({ state: 'PROCESSING' });
  });

  it('is one, however many people tap at the same moment', async () => {
    await shopOf();
    const taps = ['a', 'b', 'c', 'a', 'b', 'c'].map((token) => withdraw(token, 1_000));
    const settled = await Promise.allSettled(taps);
    const refused = settled.filter(
      (each) => each.status === 'rejected' && each.reason.code === 'WITHDRAWAL_UNFINISHED',
    );
    expect(await atWechatPay()).toHaveLength(1);
    expect(refused).toHaveLength(4);
  });

  it('with the same token and another sum is refused', async () => {
    await shopOf();
    await withdraw('a', 1_000);
    await expect(withdraw('a', 900)).rejects.toMatchObject({ code: 'TOKEN_REUSED' });
  });
});

describe('a withdrawal whose answer is lost', () => {
  it('is sent again under its number and counts once', async () => {
    await shopOf();
    loseOnceStored('after');
    expect(await withdraw('a', 3_000)).toMatchObject({ state: 'WAITING' });
    await pass(60_000);
    expect(stored()).toMatchObject([{ state: 'RESERVED' }]);
    shop.documents.interrupt = async () => {};
    shop.lose = undefined;
    await pass(5 * 60_000);
    expect(stored()).toMatchObject([{ state: 'PROCESSING' }]);
    expect(await atWechatPay()).toMatchObject([{ amountFen: 3_000 }]);
  });

  it('is never sent again once WeChat Pay may have forgotten the number: it is queried', async () => {
    await shopOf();
    loseOnceStored('after');
    await withdraw('a', 2_000);
    shop.documents.interrupt = async () => {};
    // No timer ran for a week, and WeChat Pay has forgotten the number: the same request would withdraw again.
    shop.lose = undefined;
    await shop.sandbox.clock.advance(7 * dayMs);
    await work();
    await work();
    expect(await atWechatPay()).toHaveLength(1);
    expect(stored()).toMatchObject([{ state: 'SUCCESS' }]);
    expect(ledger()).toEqual([['WITHDRAWAL', -2_000]]);
  });

  it('and that never arrived is refused after that time, and its merchant may withdraw again', async () => {
    await shopOf();
    loseOnceStored('before');
    await withdraw('a', 2_000);
    shop.documents.interrupt = async () => {};
    shop.lose = undefined;
    await shop.sandbox.clock.advance(7 * dayMs);
    await work();
    expect(await atWechatPay()).toEqual([]);
    expect(stored()).toMatchObject([{ state: 'REFUSED' }]);
    expect(await withdraw('b', 2_000)).toMatchObject({ state: 'PROCESSING' });
  });

  it('survives an instance that dies between any two steps: one withdrawal, one entry', async () => {
    await shopOf();
    let steps = 0;
    shop.documents.interrupt = async () => void steps++;
    await withdraw('a', 1_000);
    await shop.close();
    expect(steps).toBeGreaterThan(8);
    for (let step = 1; step <= steps; step++) {
      await shopOf();
      let left = step;
      shop.documents.interrupt = async () => {
        if (left-- === 1) throw new Error('instance died');
      };
      await expect(withdraw('a', 1_000)).rejects.toThrow('instance died');
      shop.documents.interrupt = async () => {};
      await withdraw('a', 1_000);
      await pass(2 * 60_000);
      await pass(dayMs);
      await pass(dayMs);
      expect(await atWechatPay(), `died at step ${step}`).toHaveLength(1);
      expect(ledger(), `died at step ${step}`).toEqual([['WITHDRAWAL', -1_000]]);
      await shop.close();
    }
    await shopOf();
  });
});

describe('the callback of a withdrawal', () => {
  it('records its end by callback, once, and a later bounce', async () => {
    receiver = await startReceiver();
    const { url } = receiver;
    await shopOf();
    await shop.sandbox.control('POST', '/keys', { mode: 'public-key' });
    Object.assign(shop.ports, { notifyUrlOf: () => url });
    const { outRequestNo } = await withdraw('a', 1_000);
    await settle(outRequestNo, 'SUCCESS');
    await settle(outRequestNo, 'REFUND');
    await expect.poll(() => receiver!.callbacks.length).toBe(2);
    const { publicKeyId, publicKeyPem, apiV3Key } = shop.sandbox.credentials.ecommerce;
    const nowMs = () => shop.sandbox.clock.now();
    const platformKeys = createPlatformKeys({
      publicKey: { id: publicKeyId, key: parsePublicKey(publicKeyPem) },
      nowMs,
    });
    for (const { headers, body } of [...receiver.callbacks, ...receiver.callbacks]) {
      const context = { platformKeys, apiV3Key: parseApiV3Key(apiV3Key), nowMs };
      const notification = await parseNotification({ headers, rawBody: body }, context);
      await receiveNotification(shop.ports, notification, 'partner');
      await receiveNotification(shop.ports, notification, 'ecommerce');
    }
    expect(stored()).toMatchObject([{ state: 'REFUND' }]);
    expect(ledger()).toEqual([
      ['WITHDRAWAL', -1_000],
      ['WITHDRAWAL_RETURN', 1_000],
    ]);
  });
});

describe('whose money it is', () => {
  it('only the seller and operators see and withdraw', async () => {
    await shopOf();
    for (const request of [
      { action: 'overview', sellerId: 'theirs' },
      { action: 'entries', sellerId: 'theirs', kind: 'sales' },
      { action: 'withdrawals', sellerId: 'theirs' },
      { action: 'dayEnd', sellerId: 'theirs', date: '2026-01-01' },
      { action: 'withdraw', sellerId: 'theirs', requestToken: 'a'.repeat(16), amountFen: 1 },
      { action: 'overview', sellerId: 'none' },
    ]) {
      await expect(ask(request), request.action).rejects.toMatchObject({ code: 'SELLER_NOT_FOUND' });
    }
    await expect(ask({ action: 'overview' })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    expect(shop.sent).toEqual([]);
    expect(await ask({ action: 'sellers' })).toEqual({
      sellers: [{ sellerId: 'mine', name: '店 mine' }],
      isOperator: false,
    });
    const all = (await ask({ action: 'sellers' }, operator)) as SellerFundsAnswers['sellers'];
    expect(all.isOperator).toBe(true);
    const ids = all.sellers.map(({ sellerId }) => sellerId);
    expect(ids).toEqual(expect.arrayContaining(['mine', 'theirs']));
    expect(await ask({ action: 'overview', sellerId: 'theirs' }, operator)).toMatchObject({
      overview: { balance: { availableFen: 0 } },
    });
  });

  it('operators withdraw the platform’s own', async () => {
    await shopOf();
    await shop.sandbox.control('POST', `/merchants/${shop.account.mchid}/balance`, { addFen: 700 });
    const request = { action: 'withdraw', requestToken: 'p'.repeat(16), amountFen: 700 };
    expect(await ask(request, operator)).toMatchObject({
      withdrawal: { state: 'PROCESSING', requestedBy: 'operator' },
    });
    await pass(dayMs);
    await pass(dayMs);
    expect(await ask({ action: 'overview' }, operator)).toMatchObject({
      overview: { withdrawnFen: 700, balance: { availableFen: 0 } },
    });
  });

  it('of 特约商户 WeChat Pay pays out by itself: no balance, no withdrawal, said so', async () => {
    await shopOf('partner');
    const found = await overview();
    expect(found.balance).toBeUndefined();
    await expect(withdraw('a', 1)).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
      texts: { en: expect.stringContaining('automatically') },
    });
  });

  it('at the end of a day is what it was then, also after a withdrawal', async () => {
    await shopOf();
    await pass(dayMs);
    await withdraw('a', 5_000);
    const date = new Date(shop.sandbox.clock.now() - dayMs + 8 * 3600_000).toISOString().slice(0, 10);
    expect(await ask({ action: 'dayEnd', sellerId: 'mine', date })).toEqual({
      balance: { availableFen: 5_000, pendingFen: 0 },
    });
    expect(sub()).not.toBe(sub(1));
  });
});
