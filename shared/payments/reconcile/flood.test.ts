/** Ten thousand unpaid orders, in simulated time: the timer still finds a payment whose callback was lost. */
import { describe, expect, it } from 'vitest';
import type { WechatpayClient } from '../../wechatpay/http/client-types.ts';
import { createOrder } from '../orders/create.ts';
import type { OrderRecord } from '../orders/records.ts';
import { createShop, payer, type Shop, token } from '../testing/shop.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { singleOrder } from '../testing/wechat.ts';
import { checkDueOrders } from './check-orders.ts';

const minuteMs = 60_000;
const abandoned = 10_000;
const queryLatencyMs = 100;
const databaseLatencyMs = 10;

interface Flood {
  readonly shop: Shop;
  readonly clock: VirtualClock;
  readonly startMs: number;
  orderNo(index: number): string;
  /** Lets the timer run every minute until then. */
  runTimerFor(ms: number): Promise<void>;
}

/** Many orders that were accepted within one minute and are never paid. */
async function flood(): Promise<Flood> {
  const shop = createShop();
  const { startMs, template } = await first(shop);
  const there = shop.wechat.orders.get(template._id)!;
  const orderNo = (index: number) => String(index).padStart(32, '0');
  for (let index = 0; index < abandoned; index++) {
    const createdAtMs = startMs + Math.floor((index / abandoned) * minuteMs);
    const _id = orderNo(index);
    const times = { createdAtMs, checkAfterMs: createdAtMs + minuteMs, openid: `o-${index}` };
    const order: OrderRecord = { ...template, _id, paymentNo: _id, ...times };
    shop.documents.put('orders', order);
    shop.wechat.orders.set(_id, { ...there, outTradeNo: _id });
  }
  const clock = new VirtualClock(startMs);
  Object.defineProperty(shop, 'nowMs', { get: () => clock.nowMs });
  shop.documents.interrupt = async (when) => {
    if (when === 'before') await clock.sleep(databaseLatencyMs);
  };
  // Only the duration of a query matters here, so nothing is signed.
  const request = async (_route: string, { out_trade_no }: { out_trade_no: string }) => {
    await clock.sleep(queryLatencyMs);
    return singleOrder(shop.wechat.orders.get(out_trade_no)!);
  };
  const client = { ...shop.wechat.account.client, request } as unknown as WechatpayClient;
  Object.assign(shop.wechat.account, { client });
  const run = () => {
    const endMs = clock.nowMs + shop.ports.policy.checkRunMs;
    return checkDueOrders(shop.ports, ['direct'], () => clock.nowMs < endMs);
  };
  const runTimerFor = async (ms: number) => {
    const endMs = clock.nowMs + ms;
    const runs: Promise<unknown>[] = [];
    while (clock.nowMs < endMs) {
      runs.push(run());
      await clock.runUntil(Math.min(clock.nowMs + minuteMs, endMs));
    }
    await clock.runUntil(endMs + minuteMs);
    await Promise.all(runs);
  };
  return { shop, clock, startMs, orderNo, runTimerFor };
}

async function first(shop: Shop): Promise<{ startMs: number; template: OrderRecord }> {
  const startMs = shop.nowMs;
  const request = { requestToken: token('first'), items: [{ productId: 'tea', quantity: 1 }] };
  const { paymentNo } = await createOrder(shop.ports, payer, request);
  return { startMs, template: shop.order(paymentNo) };
}

/** Pays at that moment and loses the callback. @returns when the payment was recorded, in ms after it */
function payLater({ shop, clock }: Flood, outTradeNo: string, atMs: number): Promise<number> {
  const paidAtMs = clock.nowMs + atMs;
  return (async () => {
    await clock.sleep(atMs);
    shop.wechat.pay(outTradeNo);
    while (shop.order(outTradeNo).state !== 'SUCCESS') await clock.sleep(1000);
    return clock.nowMs - paidAtMs;
  })();
}

describe('ten thousand unpaid orders', () => {
  it('delay a lost callback by five minutes at most, whichever order it is and whenever it is paid', async () => {
    const sale = await flood();
    const found = [
      // Paid at once: the first, one in the middle, the last.
      payLater(sale, sale.orderNo(0), 30_000),
      payLater(sale, sale.orderNo(abandoned / 2), 60_000),
      payLater(sale, sale.orderNo(abandoned - 1), 90_000),
      // Paid just after it was checked for the first time.
      payLater(sale, sale.orderNo(1), 2 * minuteMs),
      payLater(sale, sale.orderNo(abandoned - 2), 5 * minuteMs),
    ];
    await sale.runTimerFor(11 * minuteMs);
    const delaysMs = await Promise.all(found);
    for (const delayMs of delaysMs) expect(delayMs).toBeLessThanOrEqual(5 * minuteMs);
  });
});
