import { afterEach, describe, expect, it } from 'vitest';
import type {
  RefundOrderAnswers,
  ShareProfitAnswers,
  ShareProfitRequest,
  SharingRule,
} from '../../shared/contract/index.ts';
import type { AccountKind } from '../../shared/core/account.ts';
import type { Document } from '../../shared/core/ports.ts';
import { refusal } from '../../shared/core/testing/expect-refusal.ts';
import { sellersCollection } from '../../shared/merchants/sellers.ts';
import { refundsOf, workOnDueRefunds } from '../../shared/payments/refunds/find.ts';
import { refundOrder } from '../../shared/payments/refunds/refund-order.ts';
import { wakeSharing } from '../../shared/payments/sharing/open.ts';
import { loadSharing } from '../../shared/payments/sharing/records.ts';
import { shareProfit } from '../../shared/payments/sharing/share-profit.ts';
import { workOnDueSharings } from '../../shared/payments/sharing/work.ts';
import { type RefundShop, refundShop } from './refund-shop.ts';

let shop: RefundShop;
afterEach(() => shop?.close());

const minuteMs = 60_000;
const act = <A extends ShareProfitRequest['action']>(
  request: Extract<ShareProfitRequest, { action: A }>,
): Promise<ShareProfitAnswers[A]> =>
  shareProfit(shop.ports, 'oOperator', request) as Promise<ShareProfitAnswers[A]>;
const work = () => workOnDueSharings(shop.ports, ['direct', 'partner', 'ecommerce'], () => true);
const pass = async (minutes: number, stepMinutes = 1) => {
  for (let passed = 0; passed < minutes; passed += stepMinutes) {
    await shop.sandbox.clock.advance(stepMinutes * minuteMs);
    await work();
  }
};
const sharingOf = async (outTradeNo: string) => (await loadSharing(shop.documents, outTradeNo))!;
const balance = async (mchid: string) =>
  (await shop.sandbox.control('GET', `/merchants/${mchid}/balance`)).json;
const requests = (path: RegExp) =>
  shop.sent.filter(({ method, url }) => method === 'POST' && path.test(new URL(url).pathname));

/** A shop with one seller that may take payments. */
async function open(kind: AccountKind): Promise<void> {
  shop = await refundShop(kind);
  const subMchid = seller();
  if (subMchid === null) return;
  const record = { _id: subMchid, subMchid, account: kind, name: '店', state: 'ACTIVE' } as Document;
  shop.documents.put(sellersCollection, record);
}

const seller = () => {
  const { credentials } = shop.sandbox;
  return shop.account.kind === 'direct' ? null : credentials[shop.account.kind].subMerchants[0]!.subMchid;
};
/** A merchant that receives: of another kind of account than the shop's. */
const receiver = () => shop.sandbox.credentials[shop.account.kind === 'direct' ? 'partner' : 'direct'];

async function addReceivers(...people: string[]) {
  const { mchid, name } = receiver();
  const relation = shop.account.kind === 'ecommerce' ? 'DISTRIBUTOR' : 'PARTNER';
  const to = { action: 'addReceiver', sellerId: seller(), relation } as const;
  await act({ ...to, type: 'MERCHANT_ID', account: mchid, name });
  for (const account of people) await act({ ...to, type: 'PERSONAL_OPENID', account });
}

const refundOf = (outTradeNo: string, name: string, more: object = {}) =>
  refundOrder(shop.ports, 'oOperator', {
    action: 'refund',
    outTradeNo,
    requestToken: name.padStart(16, '0'),
    ...more,
  }) as Promise<RefundOrderAnswers['refund']>;
const refundsIn = async (outTradeNo: string) =>
  (await refundsOf(shop.documents, outTradeNo)).map(({ state }) => state);
const later = async (minutes: number) => {
  for (let minute = 0; minute < minutes; minute++) {
    await shop.sandbox.clock.advance(minuteMs);
    await work();
    await workOnDueRefunds(shop.ports, () => true);
  }
};

const rule = (changes: Partial<SharingRule> = {}) =>
  act({
    action: 'setRule',
    sellerId: seller(),
    productId: null,
    receivers: [
      { type: 'MERCHANT_ID', account: receiver().mchid, part: { permille: 200 }, description: '佣金' },
    ],
    after: 'PAYMENT',
    days: 0,
    freeAfterDays: 0,
    onFailure: 'HOLD',
    ...changes,
  });

describe.each(['direct', 'partner', 'ecommerce'] as const)('a paid order of a %s account', (kind) => {
  it('is shared by its rule by itself, then the rest is freed under a number of its own', async () => {
    await open(kind);
    await addReceivers();
    await rule();
    const { _id } = await shop.paidOrder(1000, { profitSharing: true });
    expect(await work()).toBe(0);
    await pass(5);
    const sharing = await sharingOf(_id);
    expect(sharing).toMatchObject({ state: 'FREED', nextAtMs: null });
    expect(sharing.requests.map(({ kind: of, state }) => [of, state])).toEqual([
      ['SHARE', 'FINISHED'],
      ['FREE', 'FINISHED'],
    ]);
    expect(new Set(sharing.requests.map(({ outOrderNo }) => outOrderNo)).size).toBe(2);
    expect((await balance(receiver().mchid)).availableFen).toBe(200);
    expect(await balance(sharing.subMchid ?? sharing.mchid)).toMatchObject({
      availableFen: 794,
      frozenFen: 0,
    });
    expect(await shop.ledgerFen(_id)).toBe(800);
    await pass(60, 30);
    expect(requests(/profitsharing\/orders$/)).toHaveLength(1);
  });

  it('is shared once, whichever answers are lost', async () => {
    await open(kind);
    await addReceivers();
    await rule();
    const { _id } = await shop.paidOrder(1000, { profitSharing: true });
    await shop.sandbox.clock.advance(2 * minuteMs);
    shop.lose = 'after';
    await work();
    await pass(3);
    expect((await sharingOf(_id)).requests).toHaveLength(1);
    shop.lose = undefined;
    await pass(30);
    expect(await sharingOf(_id)).toMatchObject({ state: 'FREED' });
    const bodies = requests(/profitsharing\/orders$/).map(({ body }) => body);
    expect(bodies.length).toBeGreaterThan(1);
    expect(new Set(bodies).size).toBe(1);
    expect((await balance(receiver().mchid)).availableFen).toBe(200);
    expect(await shop.ledgerFen(_id)).toBe(800);
  });
});

it('refuses a rule over 1000 ‰, over the merchant’s maximum, or with a receiver that was not added', async () => {
  await open('partner');
  const part = (permille: number) => [
    { type: 'MERCHANT_ID', account: receiver().mchid, part: { permille }, description: '佣金' } as const,
    { type: 'PERSONAL_OPENID', account: 'oStaff', part: { permille: 501 }, description: '佣金' } as const,
  ];
  await refusal('SHARING_RULE_INVALID', () => rule({ receivers: part(500) }));
  await refusal('SHARING_RULE_INVALID', () => rule({ receivers: part(1).slice(0, 2) }));
  await refusal('RECEIVER_NOT_ADDED', () => rule());
  expect(await act({ action: 'rules' })).toEqual({ rules: [] });
});

describe.each(['direct', 'partner', 'ecommerce'] as const)(
  'a refund of a shared order of a %s account',
  (kind) => {
    it('pays from what is frozen, and takes back the same part of each share', async () => {
      await open(kind);
      await addReceivers();
      await rule({ freeAfterDays: 5 });
      const { _id } = await shop.paidOrder(1000, { profitSharing: true });
      await pass(3);
      expect(await sharingOf(_id)).toMatchObject({ state: 'SHARED' });
      await refundOf(_id, 'a', { amountFen: 500 });
      await later(10);
      expect(await refundsIn(_id)).toEqual(['SUCCESS']);
      const sharing = await sharingOf(_id);
      expect(sharing.returns).toMatchObject([{ amountFen: 100, state: 'SUCCESS' }]);
      expect(sharing.state).toBe('SHARED');
      expect((await balance(receiver().mchid)).availableFen).toBe(100);
      expect(await shop.ledgerFen(_id)).toBe(1000 - 200 + 100 - 500);
      await pass(5 * 24 * 60, 12 * 60);
      await pass(2);
      expect(await sharingOf(_id)).toMatchObject({ state: 'FREED' });
    });

    it('of all that is left frees the rest, takes everything back, then refunds', async () => {
      await open(kind);
      await addReceivers();
      await rule({ freeAfterDays: 5 });
      const { _id } = await shop.paidOrder(1000, { profitSharing: true });
      await pass(3);
      expect((await refundOf(_id, 'a')).refund.state).toBe('WAITING');
      await later(20);
      expect(await refundsIn(_id)).toEqual(['SUCCESS']);
      expect(await sharingOf(_id)).toMatchObject({
        state: 'FREED',
        returns: [{ amountFen: 200, state: 'SUCCESS' }],
      });
      expect((await balance(receiver().mchid)).availableFen).toBe(0);
      expect(await shop.ledgerFen(_id)).toBe(0);
    });
  },
);

describe('a rule that waits', () => {
  it('for the shipment is carried out when the order is shipped, and its days are counted from there', async () => {
    await open('partner');
    await addReceivers();
    await rule({ after: 'SHIPPING', days: 2 });
    const { _id } = await shop.paidOrder(1000, { profitSharing: true });
    await pass(24 * 60, 60);
    expect(await sharingOf(_id)).toMatchObject({ state: 'WAITING', requests: [] });
    const shippedAtMs = shop.ports.clock.nowMs();
    await shop.documents.update('orders', _id, {}, { shippedAtMs });
    await wakeSharing(shop.ports, _id);
    await work();
    expect(await sharingOf(_id)).toMatchObject({ nextAtMs: shippedAtMs + 2 * 24 * 60 * minuteMs });
    await pass(2 * 24 * 60, 60);
    await pass(3);
    expect(await sharingOf(_id)).toMatchObject({ state: 'FREED' });
    expect((await balance(receiver().mchid)).availableFen).toBe(200);
  });

  it('tells an operator three days before WeChat Pay frees by itself what nobody shared', async () => {
    await open('partner');
    const { _id } = await shop.paidOrder(1000, { profitSharing: true });
    const dayMinutes = 24 * 60;
    await pass(26 * dayMinutes, dayMinutes);
    expect(shop.documents.all('anomalies')).toEqual([]);
    await pass(2 * dayMinutes, dayMinutes);
    expect(shop.documents.all('anomalies')).toMatchObject([{ kind: 'SHARING_EXPIRES', outTradeNo: _id }]);
    await pass(3 * dayMinutes, dayMinutes);
    expect(await sharingOf(_id)).toMatchObject({ state: 'FREED', requests: [] });
    expect(shop.documents.all('anomalies')).toHaveLength(1);
  });
});

describe('a receiver that cannot take its share', () => {
  it('is tried again, with the reason, and gets what it is owed once it can; the others have theirs', async () => {
    await open('partner');
    await addReceivers('oStaff');
    const part = { permille: 100 };
    await rule({
      receivers: [
        { type: 'MERCHANT_ID', account: receiver().mchid, part, description: '佣金' },
        { type: 'PERSONAL_OPENID', account: 'oStaff', part, description: '提成' },
      ],
    });
    await shop.sandbox.control('POST', '/sharing/oStaff', { failReason: 'RECEIVER_REAL_NAME_NOT_VERIFIED' });
    const { _id } = await shop.paidOrder(1000, { profitSharing: true });
    await pass(4);
    const failed = await act({ action: 'query', outTradeNo: _id });
    expect(failed).toMatchObject({
      sharing: { state: 'FAILED', sharedFen: 100, failure: { code: 'RECEIVER_REAL_NAME_NOT_VERIFIED' } },
      unsplitFen: 894,
    });
    await shop.sandbox.control('POST', '/sharing/oStaff', { failReason: null });
    await pass(90);
    const sharing = await sharingOf(_id);
    expect(sharing.state).toBe('FREED');
    expect(
      sharing.requests.filter(({ kind }) => kind === 'SHARE').map(({ receivers }) => receivers.length),
    ).toEqual([2, 1]);
    expect(await shop.ledgerFen(_id)).toBe(800);
  });
});

describe('by hand', () => {
  it('an operator shares, takes back and frees, and nothing twice', async () => {
    await open('partner');
    await addReceivers();
    const { _id } = await shop.paidOrder(1000, { profitSharing: true });
    const { mchid } = receiver();
    const to = (amountFen: number) => [
      { type: 'MERCHANT_ID', account: mchid, amountFen, description: '补分' } as const,
    ];
    const share = (name: string, amountFen: number) =>
      act({
        action: 'share',
        outTradeNo: _id,
        requestToken: name.padStart(16, '0'),
        receivers: to(amountFen),
      });
    await refusal('SHARING_STATE', () => share('a', 100));
    await pass(2);
    await refusal('SHARING_EXCEEDS', () => share('a', 301));
    await share('a', 100);
    await share('a', 100);
    await refusal('TOKEN_REUSED', () => share('a', 101));
    await refusal('SHARING_EXCEEDS', () => share('b', 201));
    await pass(2);
    const [made] = (await sharingOf(_id)).requests;
    const giveBack = (name: string, amountFen: number) =>
      act({
        ...{ action: 'return', outTradeNo: _id, requestToken: name.padStart(16, '0'), mchid, amountFen },
        outOrderNo: made!.outOrderNo,
      });
    await giveBack('r', 40);
    await giveBack('r', 40);
    await refusal('SHARING_EXCEEDS', () => giveBack('s', 61));
    expect((await balance(mchid)).availableFen).toBe(60);
    await act({ action: 'free', outTradeNo: _id });
    await pass(2);
    expect((await act({ action: 'free', outTradeNo: _id })).sharing).toMatchObject({
      state: 'FREED',
      sharedFen: 100,
      returnedFen: 40,
    });
    await refusal('SHARING_STATE', () => share('c', 1));
    expect(await shop.ledgerFen(_id)).toBe(940);
  });
});

describe('a refund of a shared order', () => {
  const shared = async (...people: string[]) => {
    await open('partner');
    await addReceivers(...people);
    const part = { permille: 100 };
    const persons = people.map(
      (account) => ({ type: 'PERSONAL_OPENID', account, part, description: '提成' }) as const,
    );
    const merchant = { type: 'MERCHANT_ID', account: receiver().mchid, part, description: '佣金' } as const;
    await rule({ receivers: [merchant, ...persons] });
    const { _id } = await shop.paidOrder(1000, { profitSharing: true });
    await pass(5);
    return _id;
  };

  it('says before anything begins what a person will not give back, and goes on when that is accepted', async () => {
    const no = await shared('oStaff');
    const error = await refusal('SHARES_NOT_RETURNABLE', () => refundOf(no, 'a', { amountFen: 500 }));
    expect(error.texts.zh).toContain('0.50 元');
    expect(await refundsIn(no)).toEqual([]);
    expect(
      await refundOrder(shop.ports, undefined, { action: 'preview', outTradeNo: no, amountFen: 500 }),
    ).toEqual({
      amountFen: 500,
      returns: [{ mchid: receiver().mchid, amountFen: 50 }],
      lossFen: 50,
    });
    await refundOf(no, 'a', { amountFen: 500, acceptedLossFen: 50 });
    await later(10);
    expect(await refundsIn(no)).toEqual(['SUCCESS']);
    expect(await shop.ledgerFen(no)).toBe(1000 - 200 + 50 - 500);
  });

  it('waits for a receiver that has not agreed or has no money, says so, and goes on by itself', async () => {
    const no = await shared();
    const { mchid } = receiver();
    await shop.sandbox.control('POST', `/sharing/${mchid}`, { returnConsent: false });
    await refundOf(no, 'a', { amountFen: 500 });
    await later(2);
    const [waiting] = await refundsOf(shop.documents, no);
    expect(waiting).toMatchObject({ state: 'RESERVED', failure: { code: 'SHARE_NOT_RETURNED' } });
    await shop.sandbox.control('POST', `/sharing/${mchid}`, { returnConsent: true });
    await shop.sandbox.control('POST', `/merchants/${mchid}/balance`, { takeFen: 100 });
    await later(15);
    expect((await sharingOf(no)).returns.map(({ state }) => state)).toEqual(['FAILED', 'RESERVED']);
    await shop.sandbox.control('POST', `/merchants/${mchid}/balance`, { addFen: 100 });
    await later(30);
    expect(await refundsIn(no)).toEqual(['SUCCESS']);
    expect((await sharingOf(no)).returns.map(({ state }) => state)).toEqual(['FAILED', 'SUCCESS']);
    expect(await shop.ledgerFen(no)).toBe(1000 - 100 + 50 - 500);
  });

  it('goes out without the shares when an operator lets the seller bear them', async () => {
    const no = await shared();
    await shop.sandbox.control('POST', `/sharing/${receiver().mchid}`, { returnConsent: false });
    const { refund } = await refundOf(no, 'a', { amountFen: 500 });
    await later(2);
    await refundOrder(shop.ports, undefined, { action: 'keepShares', outRefundNo: refund.outRefundNo });
    await later(10);
    expect(await refundsIn(no)).toEqual(['SUCCESS']);
    expect(await shop.ledgerFen(no)).toBe(1000 - 100 - 500);
  });
});
