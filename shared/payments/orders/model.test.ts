/**
 * Random sequences of what a payer, WeChat Pay and the timer do to orders, beside a model in a few lines. fast-check
 * makes a sequence that fails as short as it can.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CommerceError } from '../../core/errors.ts';
import { receiveNotification } from '../notifications/receive.ts';
import { checkDueOrders } from '../reconcile/check-orders.ts';
import { createShop, payer, type Shop } from '../testing/shop.ts';
import { paymentNotification } from '../testing/wechat.ts';
import { closeOrder } from './close.ts';
import { createOrder } from './create.ts';
import { queryOrder } from './query.ts';
import type { OrderRecord } from './records.ts';

type State = 'NOTPAY' | 'SUCCESS' | 'CLOSED';

/** One order: its state at WeChat Pay, and here. */
interface Expected {
  readonly outTradeNo: string;
  readonly expiresAtMs: number;
  there: State;
  here: State;
}

/** Orders by the name of their token. */
type Model = Map<string, Expected>;

class Step implements fc.AsyncCommand<Model, Shop> {
  readonly #name: string;
  readonly #does: Does;

  constructor(name: string, does: Does) {
    this.#name = name;
    this.#does = does;
  }

  check = (model: Readonly<Model>) => this.#does.fits?.(model.get(this.#name)) ?? true;
  run = async (model: Model, shop: Shop) => {
    await this.#does.run(shop, model, this.#name);
    expectSame(model, shop);
  };
  toString = () => `${this.#does.what} ${this.#name}`;
}

interface Does {
  readonly what: string;
  readonly fits?: (order: Expected | undefined) => boolean;
  readonly run: (shop: Shop, model: Model, name: string) => Promise<void>;
}

function expectSame(model: Model, shop: Shop): void {
  for (const [name, { outTradeNo, here }] of model) {
    const order = shop.order(outTradeNo);
    expect([name, order.state]).toEqual([name, here]);
    expect(order.transactionId !== null).toBe(here === 'SUCCESS');
    expect(order.fulfilment !== 'NONE').toBe(here === 'SUCCESS');
  }
  expect(shop.documents.all('orders')).toHaveLength(model.size);
}

async function outcomeOf<T>(running: Promise<T>): Promise<{ readonly code: string; readonly value?: T }> {
  try {
    return { code: 'OK', value: await running };
  } catch (error) {
    if (!(error instanceof CommerceError)) throw error;
    return { code: error.code };
  }
}

const tap: Does = {
  what: 'tap',
  run: async (shop, model, name) => {
    const request = { requestToken: name.repeat(16), items: [{ productId: 'tea', quantity: 1 }] };
    const known = model.get(name);
    const tooLate = known !== undefined && shop.nowMs >= known.expiresAtMs - 60_000;
    const isClosed = known?.here === 'CLOSED' || (known?.here === 'NOTPAY' && tooLate);
    const outcome = await outcomeOf(createOrder(shop.ports, payer, request));
    const { outTradeNo, expiresAtMs } = outcome.value?.orders[0] ?? known!;
    if (!known) model.set(name, { outTradeNo, expiresAtMs, there: 'NOTPAY', here: 'NOTPAY' });
    expect(outcome.code).toBe(isClosed ? 'ORDER_CLOSED' : 'OK');
    expect(outTradeNo).toBe(model.get(name)!.outTradeNo);
    expect(outcome.value?.payment === undefined).toBe(isClosed || known?.here === 'SUCCESS');
  },
};

const pay: Does = {
  what: 'pay',
  fits: (order) => order?.there === 'NOTPAY' && order.here === 'NOTPAY',
  run: async (shop, model, name) => {
    const order = model.get(name)!;
    if (shop.nowMs >= order.expiresAtMs) return;
    shop.wechat.pay(order.outTradeNo);
    order.there = 'SUCCESS';
  },
};

const callback: Does = {
  what: 'callback',
  fits: (order) => order?.there === 'SUCCESS',
  run: async (shop, model, name) => {
    const order = model.get(name)!;
    const transaction = shop.wechat.orders.get(order.outTradeNo)!;
    await receiveNotification(shop.ports, paymentNotification(transaction, `n-${name}`), 'direct');
    order.here = 'SUCCESS';
  },
};

const look: Does = {
  what: 'look',
  fits: (order) => order !== undefined,
  run: async (shop, model, name) => {
    const order = model.get(name)!;
    // More often than every two seconds WeChat Pay is not asked.
    shop.nowMs += 3_000;
    await queryOrder(shop.ports, payer, { outTradeNo: order.outTradeNo });
    if (order.there === 'SUCCESS') order.here = 'SUCCESS';
  },
};

const close: Does = {
  what: 'close',
  fits: (order) => order !== undefined,
  run: async (shop, model, name) => {
    const order = model.get(name)!;
    const { code } = await outcomeOf(closeOrder(shop.ports, payer, { paymentNo: order.outTradeNo }));
    expect(code).toBe(order.there === 'SUCCESS' ? 'ORDER_PAID' : 'OK');
    if (order.there === 'NOTPAY') order.there = 'CLOSED';
    order.here = order.there;
  },
};

const wait = (ms: number): Does => ({
  what: `wait ${ms} ms, then the timer;`,
  run: async (shop, model) => {
    shop.nowMs += ms;
    const due = new Set(
      shop.documents
        .all<OrderRecord>('orders')
        .filter(({ checkAfterMs }) => checkAfterMs !== null && checkAfterMs <= shop.nowMs)
        .map(({ _id }) => _id),
    );
    await checkDueOrders(shop.ports, ['direct'], () => true);
    for (const order of model.values()) {
      if (!due.has(order.outTradeNo)) continue;
      if (order.there === 'SUCCESS') order.here = 'SUCCESS';
      else if (shop.nowMs >= order.expiresAtMs + 60_000) order.there = order.here = 'CLOSED';
    }
  },
});

it('orders are as a model says, whatever their payer, WeChat Pay and the timer do', async () => {
  const steps = [tap, pay, callback, look, close, wait(60_000), wait(3 * 3600_000), wait(25 * 3600_000)];
  const commands = steps.flatMap((does) =>
    ['a', 'b'].map((name) => fc.constant<fc.AsyncCommand<Model, Shop>>(new Step(name, does))),
  );
  const property = fc.asyncProperty(fc.commands(commands, { maxCommands: 25 }), (sequence) =>
    fc.asyncModelRun(() => ({ model: new Map() as Model, real: createShop() }), sequence),
  );
  await fc.assert(property, { numRuns: 60, seed: 15 });
});
