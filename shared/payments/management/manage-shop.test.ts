import { beforeEach, describe, expect, it } from 'vitest';
import type { ManageShopAnswers, ManageShopRequest } from '../../contract/index.ts';
import { refusal } from '../../core/testing/expect-refusal.ts';
import { createOrder, createPartnerOrder } from '../orders/create.ts';
import { recordTransaction } from '../orders/record-transaction.ts';
import type { OrderRecord } from '../orders/records.ts';
import { createShop, payer, type Shop, token } from '../testing/shop.ts';
import { answerAccess, manageShop } from './manage-shop.ts';

let shop: Shop;
beforeEach(() => {
  shop = createShop('direct');
});

const manage = async <A extends ManageShopRequest['action']>(
  request: Extract<ManageShopRequest, { action: A }>,
) => (await manageShop(shop.ports, request)) as ManageShopAnswers[A];

async function order(name: string, paidFen?: number): Promise<OrderRecord> {
  const cart = { requestToken: token(name), items: [{ productId: 'tea', quantity: 1 }] };
  const { paymentNo } = await createOrder(shop.ports, payer, cart);
  shop.nowMs += 1000;
  if (paidFen !== undefined) await pay(shop.order(paymentNo), paidFen);
  return shop.order(paymentNo);
}

async function pay(
  { appid, mchid, _id }: OrderRecord,
  amountFen: number,
  successAtMs = shop.nowMs,
): Promise<void> {
  const transaction = { appid, mchid, outTradeNo: _id, transactionId: `42${_id.slice(0, 20)}` };
  const paid = { ...transaction, tradeState: 'SUCCESS' as const, amountFen, currency: 'CNY' };
  await recordTransaction(
    shop.ports,
    { ...paid, successAtMs },
    {
      account: 'direct',
      source: 'callback',
    },
  );
}

describe('orders', () => {
  it('are listed by state, the newest first, page by page', async () => {
    const paid = await order('p', 6800);
    for (let index = 0; index < 21; index++) {
      await order(`n${index}_`, index % 2 ? 6800 : undefined);
    }
    const first = await manage({ action: 'orders' });
    expect(first.orders).toHaveLength(20);
    const rest = await manage({ action: 'orders', cursor: first.nextCursor! });
    expect(rest.orders.map(({ outTradeNo }) => outTradeNo)).toContain(paid._id);
    expect(rest).not.toHaveProperty('nextCursor');
    const open = await manage({ action: 'orders', state: 'unpaid' });
    expect(open.orders.map(({ state }) => state)).toEqual(open.orders.map(() => 'NOTPAY'));
    expect(open.orders).toHaveLength(11);
    expect((await manage({ action: 'orders', state: 'closed' })).orders).toEqual([]);
  });

  it('are found by each of their numbers and by their payer', async () => {
    const paid = await order('p', 6800);
    await order('q');
    for (const text of [paid._id, paid.transactionId!]) {
      expect((await manage({ action: 'search', text })).orders).toMatchObject([
        { outTradeNo: paid._id, transactionId: paid.transactionId, openid: payer.openid },
      ]);
    }
    expect((await manage({ action: 'search', text: payer.openid })).orders).toHaveLength(2);
    expect((await manage({ action: 'search', text: 'nothing' })).orders).toEqual([]);
  });

  it('of one combined payment are found by its number', async () => {
    shop = createShop('partner');
    const items = ['bread', 'honey'].map((productId) => ({ productId, quantity: 1 }));
    const made = await createPartnerOrder(shop.ports, payer, { requestToken: token('c'), items });
    expect((await manage({ action: 'search', text: made.paymentNo })).orders).toHaveLength(2);
  });

  it('have a story: what happened, what is held, what can be refunded', async () => {
    const paid = await order('p', 6800);
    const { story } = await manage({ action: 'story', outTradeNo: paid._id });
    expect(story).toMatchObject({ heldFen: 6800, refundableFen: 6800, refunds: [], anomalies: [] });
    expect(story.events).toMatchObject([
      { kind: 'PLACED', amountFen: 6800 },
      { kind: 'MOVEMENT', detail: 'PAYMENT', amountFen: 6800, reference: paid.transactionId },
    ]);
    await refusal('ORDER_NOT_FOUND', () => manage({ action: 'story', outTradeNo: 'nothing' }));
  });

  it('have their payment after them in the story, though WeChat Pay reports whole seconds', async () => {
    const placed = await order('s');
    await pay(placed, 6800, placed.createdAtMs - 400);
    const { story } = await manage({ action: 'story', outTradeNo: placed._id });
    expect(story.events.map(({ kind }) => kind)).toEqual(['PLACED', 'MOVEMENT']);
  });
});

describe('an anomaly', () => {
  it('is shown with what differs and what to do, in both languages, and resolved with a note', async () => {
    const wrong = await order('w', 1);
    const { anomalies } = await manage({ action: 'anomalies' });
    expect(anomalies).toMatchObject([
      {
        kind: 'WRONG_AMOUNT',
        outTradeNo: wrong._id,
        differences: expect.arrayContaining([{ field: 'amountFen', expected: '68.00', received: '0.01' }]),
        remedy: { zh: expect.stringMatching(/退款/), en: expect.stringMatching(/refund/) },
      },
    ]);
    const { anomalyId } = anomalies[0]!;
    expect(await manage({ action: 'resolveAnomaly', anomalyId, note: '已退款' })).toEqual({ anomalies: [] });
    expect(await manage({ action: 'anomalies' })).toEqual({ anomalies: [] });
    expect((await manage({ action: 'anomalies', all: true })).anomalies).toMatchObject([{ note: '已退款' }]);
  });
});

describe('bills', () => {
  it('are shown by day, and what did not agree on one', async () => {
    const date = '2026-01-02';
    const day = { date, mchid: '1', state: 'DONE', differences: 1, failure: null, checkedAtMs: 7 };
    shop.documents.put('bill_days', { _id: 'B1', ...day });
    shop.documents.put('bill_differences', { _id: 'D1', ...{ date, mchid: '1', kind: 'AMOUNT' } });
    expect(await manage({ action: 'days' })).toMatchObject({ days: [{ date, differences: 1 }] });
    const { differences } = await manage({ action: 'differences', date });
    expect(differences).toMatchObject([{ differenceId: 'D1', kind: 'AMOUNT' }]);
  });

  it.each([' 2026-01-02', '2026-01-02 ', '26-01-02'])('are of a day, which %j is not', async (date) => {
    await refusal('BAD_REQUEST', () => manage({ action: 'differences', date }));
  });
});

it.each(['\n已退款', '已退款\n', '', '字'.repeat(201)])('%j is no note', async (note) => {
  await refusal('BAD_REQUEST', () => manage({ action: 'resolveAnomaly', anomalyId: 'A1', note }));
});

describe('a seller', () => {
  it('is frozen and unfrozen with a note', async () => {
    const of = (answer: ManageShopAnswers['sellers']) =>
      answer.sellers.find(({ sellerId }) => sellerId === 's1');
    expect(of(await manage({ action: 'sellers' }))).not.toHaveProperty('frozenByOperatorAtMs');
    const frozen = { action: 'freezeSeller', sellerId: 's1', frozen: true, note: '投诉处理中' } as const;
    expect(of(await manage(frozen))).toMatchObject({
      freezeNote: '投诉处理中',
      frozenByOperatorAtMs: shop.nowMs,
    });
    const thawed = await manage({ ...frozen, frozen: false, note: '已处理' });
    expect(of(thawed)).not.toHaveProperty('frozenByOperatorAtMs');
    await refusal('SELLER_NOT_FOUND', () => manage({ ...frozen, sellerId: 'nobody' }));
  });
});

it.each<ManageShopRequest['action']>([
  'orders',
  'search',
  'story',
  'anomalies',
  'resolveAnomaly',
  'days',
  'differences',
  'sellers',
  'freezeSeller',
])('%s is for operators only; anybody may ask whether they are one', async (action) => {
  await refusal('NOT_ALLOWED', () => answerAccess({ action }));
  expect(answerAccess({ action: 'access' })).toEqual({ operator: false });
  expect(await manage({ action: 'access' })).toEqual({ operator: true });
});
