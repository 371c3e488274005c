/**
 * Sharing and refunds of orders with instances that die, and requests and answers that are lost, between any two
 * steps, from a seed. Afterwards our ledger is WeChat Pay's, to the fen. SHARING_SEEDS plays more of them.
 */
import { afterEach, expect, it } from 'vitest';
import type { AccountKind } from '../../shared/core/account.ts';
import type { LedgerEntry } from '../../shared/payments/ledger/ledger.ts';
import { workOnDueRefunds } from '../../shared/payments/refunds/find.ts';
import { refundOrder } from '../../shared/payments/refunds/refund-order.ts';
import { loadSharing } from '../../shared/payments/sharing/records.ts';
import { sharingRulesCollection } from '../../shared/payments/sharing/rules.ts';
import { workOnDueSharings } from '../../shared/payments/sharing/work.ts';
import { type RefundShop, refundShop } from './refund-shop.ts';

let shop: RefundShop;
afterEach(() => shop?.close());

const minuteMs = 60_000;
const kinds: readonly AccountKind[] = ['direct', 'partner', 'ecommerce'];

/** mulberry32: small, and the same everywhere. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The rule and its receivers, as if an operator had set them. */
async function setUp(kind: AccountKind): Promise<string> {
  const { credentials } = shop.sandbox;
  const { mchid, name } = credentials[kind === 'direct' ? 'partner' : 'direct'];
  const subMchid = kind === 'direct' ? null : credentials[kind].subMerchants[0]!.subMchid;
  const { client, appid } = shop.account;
  const to = { appid, type: 'MERCHANT_ID', account: mchid } as const;
  if (kind === 'ecommerce') {
    const relation = { encrypted_name: name, relation_type: 'DISTRIBUTOR' } as const;
    await client.request('POST /v3/ecommerce/profitsharing/receivers/add', { ...to, ...relation });
  } else {
    const of = subMchid === null ? {} : { sub_mchid: subMchid };
    const relation = { ...of, name, relation_type: 'PARTNER' } as const;
    await client.request('POST /v3/profitsharing/receivers/add', { ...to, ...relation });
  }
  const receivers = [{ type: 'MERCHANT_ID', account: mchid, part: { permille: 137 }, description: '佣金' }];
  const when = { after: 'PAYMENT', days: 0, freeAfterDays: 1, onFailure: 'HOLD' };
  const rule = { _id: `${subMchid ?? 'own'}:*`, sellerId: subMchid, productId: null, receivers, ...when };
  shop.documents.put(sharingRulesCollection, rule);
  return mchid;
}

async function timer(instances: number): Promise<void> {
  const run = () =>
    Promise.all([workOnDueSharings(shop.ports, kinds, () => true), workOnDueRefunds(shop.ports, () => true)]);
  await Promise.allSettled(Array.from({ length: instances }, run));
}

const seeds = Array.from({ length: Number(process.env.SHARING_SEEDS ?? 3) }, (_, index) => index + 1);

it.each(seeds)('our ledger is WeChat Pay’s whatever dies or is lost (seed %i)', async (seed) => {
  const random = generator(seed);
  const kind = kinds[seed % kinds.length]!;
  shop = await refundShop(kind);
  const receiver = await setUp(kind);
  const amounts = [1000, 999, 4567].map((fen) => fen + Math.floor(random() * 100));
  const orders = await Promise.all(amounts.map((fen) => shop.paidOrder(fen, { profitSharing: true })));
  shop.documents.interrupt = async () => {
    if (random() < 0.02) throw new Error('instance died');
  };
  for (let round = 0; round < 40; round++) {
    shop.lose = random() < 0.15 ? (random() < 0.5 ? 'before' : 'after') : undefined;
    await timer(2);
    const order = orders[Math.floor(random() * orders.length)]!;
    if (random() < 0.3) {
      const amountFen = 1 + Math.floor(random() * order.amountFen * 0.6);
      const request = {
        action: 'refund',
        outTradeNo: order._id,
        requestToken: `round-${round}`.padEnd(16, '0'),
      };
      await refundOrder(shop.ports, 'oOperator', { ...request, amountFen }).catch(() => undefined);
    }
    await shop.sandbox.clock.advance(minuteMs * (1 + Math.floor(random() * 10)));
  }
  shop.lose = undefined;
  shop.documents.interrupt = async () => {};
  for (let round = 0; round < 60; round++) {
    await timer(1);
    await shop.sandbox.clock.advance(30 * minuteMs);
  }
  await expectSameLedger(
    orders.map(({ _id }) => _id),
    receiver,
  );
});

/** Compares, order by order, what we wrote down with what the simulator moved. */
async function expectSameLedger(outTradeNos: readonly string[], receiver: string): Promise<void> {
  const there = (await shop.sandbox.control('GET', '/ledger?limit=2000')).json;
  expect(there.sumFen).toBe(0);
  const moved = (kind: string, outNo: string) =>
    (there.entries as { kind: string; outNo: string; amountFen: number }[])
      .filter((each) => each.kind === kind && each.outNo === outNo)
      .reduce((sum, { amountFen }) => sum + amountFen, 0);
  const ours = shop.documents.all<LedgerEntry>('ledger');
  let receivedFen = 0;
  for (const outTradeNo of outTradeNos) {
    const sharing = (await loadSharing(shop.documents, outTradeNo))!;
    expect(sharing).toMatchObject({ state: 'FREED' });
    const own = ours.filter((entry) => entry.outTradeNo === outTradeNo);
    const sumOf = (kind: string) =>
      own.filter((entry) => entry.kind === kind).reduce((sum, { amountFen }) => sum + amountFen, 0);
    const sharedFen = sharing.requests.reduce((sum, { outOrderNo }) => sum + moved('share', outOrderNo), 0);
    const returnedFen = sharing.returns.reduce(
      (sum, { outReturnNo }) => sum + moved('share-return', outReturnNo),
      0,
    );
    expect(sumOf('SHARE')).toBe(-sharedFen);
    expect(sumOf('SHARE_RETURN')).toBe(returnedFen);
    expect(sharedFen).toBeGreaterThanOrEqual(returnedFen);
    expect(-sumOf('REFUND')).toBeLessThanOrEqual(sharing.amountFen);
    expect(shop.order(outTradeNo).refunds?.reduce((sum, { amountFen }) => sum + amountFen, 0) ?? 0).toBe(
      -sumOf('REFUND') || 0,
    );
    receivedFen += sharedFen - returnedFen;
  }
  const { availableFen } = (await shop.sandbox.control('GET', `/merchants/${receiver}/balance`)).json;
  expect(availableFen).toBe(receivedFen);
}

it('two instances share one due order once', async () => {
  shop = await refundShop('partner');
  const receiver = await setUp('partner');
  const { _id } = await shop.paidOrder(1000, { profitSharing: true });
  await shop.sandbox.clock.advance(minuteMs);
  await timer(2);
  await shop.sandbox.clock.advance(minuteMs);
  await timer(2);
  const made = shop.sent.filter(
    ({ method, url }) => method === 'POST' && url.endsWith('/v3/profitsharing/orders'),
  );
  expect(made).toHaveLength(1);
  expect(await shop.ledgerFen(_id)).toBe(1000 - 137);
  const { availableFen } = (await shop.sandbox.control('GET', `/merchants/${receiver}/balance`)).json;
  expect(availableFen).toBe(137);
});
