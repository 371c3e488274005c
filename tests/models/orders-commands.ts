/** What the payer, the merchant, WeChat Pay and instances of the functions do to orders, as commands of fast-check. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { Happens, type Perform, type Rules } from './commands.ts';
import { type Fault, faults } from './faults.ts';
import { rightAnswers } from './orders-answers.ts';
import * as instances from './orders-instances.ts';
import { type OrdersModel, observe } from './orders-model.ts';
import { seenNow } from './orders-seen.ts';
import {
  cartOf,
  type Delivery,
  describeCart,
  names,
  numberOf,
  type OrdersShop,
  productIds,
  type Whose,
} from './orders-shop.ts';
import { codeOf } from './runs.ts';
import { troubles } from './troubles.ts';

export const minuteMs = 60_000;

export type Action = { readonly fault: Fault } & (
  | { readonly does: 'create'; readonly whose: Whose; readonly name: string; readonly cart: number }
  | { readonly does: 'pay again' | 'close' | 'query'; readonly which: number }
  | { readonly does: 'buy'; readonly which: number; readonly isHeard: boolean }
  | { readonly does: 'receive a callback'; readonly which: number; readonly times: number }
  | { readonly does: 'run the timer' }
  | { readonly does: 'open the cashier'; readonly which: number }
  | { readonly does: 'pay'; readonly which: number; readonly result: 'SUCCESS' | 'PAYERROR' }
  | ({ readonly does: 'refund in the merchant platform' } & instances.Refunding)
  | { readonly does: 'take a while' }
);

const which = fc.nat(9);
const does = <D extends Action['does'], T extends object>(
  weight: number,
  what: D,
  of: fc.Arbitrary<T>,
  failing: fc.Arbitrary<Fault> = faults,
) => ({
  weight,
  arbitrary: fc
    .tuple(of, failing)
    .map(([given, fault]) => ({ does: what, ...given, fault }) as unknown as Action),
});
const surely = fc.constant<Fault>({});
const whose = fc.constantFrom<Whose>('own', 'sellers');
const cart = fc.record({
  whose,
  name: fc.constantFrom(...names),
  cart: fc.constantFrom(0, 0, 1),
});
const creating = does(4, 'create', cart);
/** Its instance ends right after it was stored, or a part of it. */
const storing = does(
  2,
  'create',
  cart,
  fc.record({ dies: fc.record({ writes: fc.nat(1), when: fc.constant('after') }) }),
);
const payingAgain = does(2, 'pay again', fc.record({ which }));
const querying = does(3, 'query', fc.record({ which }));
const closing = does(2, 'close', fc.record({ which }));
const notAnswered = fc.constant({ loses: { after: 0, what: 'request', all: true } } as const);
const closingInVain = does(2, 'close', fc.record({ which }), notAnswered);
const receiving = does(4, 'receive a callback', fc.record({ which, times: fc.integer({ min: 1, max: 2 }) }));
const runningTimer = does(4, 'run the timer', fc.constant({}));
const openingCashier = does(1, 'open the cashier', fc.record({ which }), surely);
const paying = does(
  4,
  'pay',
  fc.record({ which, result: fc.constantFrom('SUCCESS', 'SUCCESS', 'SUCCESS', 'PAYERROR') }),
  surely,
);
const refunding = does(
  1,
  'refund in the merchant platform',
  fc.record({ which, isWhole: fc.boolean(), ends: fc.constantFrom('later', 'SUCCESS', 'CLOSED') }),
  surely,
);
const waiting = does(1, 'take a while', fc.constant({}), surely);

export const actions = fc.oneof(
  creating,
  payingAgain,
  querying,
  closing,
  receiving,
  runningTimer,
  openingCashier,
  paying,
  refunding,
  waiting,
);
const seldom = fc.oneof({ weight: 3, arbitrary: surely }, { weight: 1, arbitrary: faults });
/** The payer pays what is stored at once, and the callback comes, or does not. */
const buying = does(2, 'buy', fc.record({ which, isHeard: fc.constantFrom(false, false, true) }), surely);
const seldomFailing = {
  payAgain: does(2, 'pay again', fc.record({ which }), seldom),
  close: does(6, 'close', fc.record({ which }), seldom),
  query: does(1, 'query', fc.record({ which }), seldom),
  runTimer: does(1, 'run the timer', fc.constant({}), seldom),
};

/** The first of them stands still while others come to their ends. */
export interface Race {
  readonly first: fc.Arbitrary<Action>;
  readonly others: fc.Arbitrary<Action>;
}

/** By one token. */
export function creation(of: Whose): Race {
  const one = fc.record({ whose: fc.constant(of), name: fc.constant('a'), cart: fc.nat(1) });
  const create = does(3, 'create', one, seldom);
  return { first: create.arbitrary, others: fc.oneof(create, closing, seldomFailing.runTimer) };
}
/** Of what is stored, and WeChat Pay may not know. */
export const opening: Race = {
  first: fc.oneof(...Object.values(seldomFailing)),
  others: fc.oneof(buying, buying, closing, seldomFailing.payAgain),
};
export const handingOut: Race = {
  first: seldomFailing.payAgain.arbitrary,
  others: fc.oneof(closing, seldomFailing.close, seldomFailing.runTimer),
};
export const delivery: Race = {
  first: fc.oneof(seldomFailing.query, seldomFailing.runTimer),
  others: fc.oneof(seldomFailing.query, seldomFailing.runTimer, waiting),
};
/** Each of which may pass the limit. */
export const makingOrders = fc.oneof(creating, storing, payingAgain, payingAgain, closing, paying);
/** Whoever asks or pays while it is closed. */
export const aroundPayment = fc.oneof(
  payingAgain,
  querying,
  closing,
  closingInVain,
  receiving,
  runningTimer,
  paying,
  waiting,
);
/** Of what is paid. */
export const aroundDelivery = fc.oneof(querying, receiving, runningTimer, refunding, refunding, waiting);
/** Of what is refunded. */
export const aroundRefund = fc.oneof(querying, querying, receiving, runningTimer, waiting);
/** Nobody here is told that it is paid. */
export const withoutCallbacks = fc.oneof(payingAgain, payingAgain, payingAgain, runningTimer, paying);

const chosen = <T>(list: readonly T[], index: number): T | undefined => list[index % list.length];
const storedPayments = ({ documents }: OrdersShop) => [
  ...new Set(
    documents
      .all<{ _id: string; paymentNo: string; listKey: string }>('orders')
      .sort((a, b) => (a.listKey < b.listKey ? -1 : 1))
      .map(({ paymentNo }) => paymentNo),
  ),
];

async function prepare(shop: OrdersShop, action: Action): Promise<Perform> {
  const on =
    (work: (instance: ReturnType<OrdersShop['instance']>) => Promise<unknown>): Perform =>
    (turn) =>
      codeOf(work(shop.instance(action.fault, turn)));
  switch (action.does) {
    case 'create':
      return on((instance) => instances.create(shop, instance, action));
    case 'pay again':
    case 'close':
    case 'buy':
    case 'query': {
      const paymentNo = chosen(storedPayments(shop), action.which) ?? 'none';
      if (action.does === 'query') return on((instance) => instances.query(shop, instance, paymentNo));
      if (action.does === 'pay again') return on((instance) => instances.payAgain(shop, instance, paymentNo));
      if (action.does === 'buy')
        return on((instance) => instances.buy(shop, instance, paymentNo, action.isHeard));
      const isKnownThere = await instances.isKnownThere(shop, paymentNo);
      return on((instance) => instances.close(shop, instance, paymentNo, isKnownThere));
    }
    case 'receive a callback': {
      const callback = await instances.signedCallback(shop, action.which);
      return on(async (instance) => {
        for (let time = 0; callback && time < action.times; time++)
          await instances.receive(shop, instance, callback);
      });
    }
    case 'run the timer':
      return on((instance) => instances.runTimer(instance));
    case 'open the cashier': {
      const ticket = chosen(shop.tickets, action.which);
      return (turn) => turn().then(() => (ticket ? instances.openCashier(shop, ticket) : 'OK'));
    }
    case 'pay': {
      const paymentNo = chosen(shop.cashiers, action.which);
      return (turn) => turn().then(() => (paymentNo ? instances.pay(shop, paymentNo, action.result) : 'OK'));
    }
    case 'refund in the merchant platform':
      return (turn) => codeOf(turn().then(() => instances.refund(shop, action)));
    case 'take a while':
      return (turn) =>
        turn()
          .then(() => shop.sandbox.clock.advance(10_000))
          .then(() => 'OK');
  }
}

function answersTo(model: OrdersModel, shop: OrdersShop, action: Action): readonly string[] | undefined {
  switch (action.does) {
    case 'create': {
      const cart = describeCart(cartOf(action.whose, action.cart));
      const paymentNo = numberOf(shop, action.whose, action.name);
      return rightAnswers(model, { does: 'create', paymentNo, cart });
    }
    case 'pay again':
    case 'close':
      return rightAnswers(model, {
        does: action.does,
        paymentNo: chosen(storedPayments(shop), action.which) ?? 'none',
      });
    case 'query':
      return [storedPayments(shop).length === 0 ? 'ORDER_NOT_FOUND' : 'OK'];
    case 'receive a callback':
    case 'run the timer':
      return ['OK'];
    default:
      return undefined;
  }
}

export const rules: Rules<OrdersModel, OrdersShop, Action> = {
  prepare,
  answersTo,
  observe: async (model, shop) => {
    expect(observe(model, await seenNow(shop))).toEqual([]);
  },
};

const happens = (what: string, happen: (shop: OrdersShop) => unknown) =>
  new Happens(what, async (shop: OrdersShop) => happen(shop), rules);
const passing = (minutes: number) =>
  happens(`${minutes} minutes pass`, ({ sandbox }) => sandbox.clock.advance(minutes * minuteMs));
const time = fc.constantFrom(0.1, 1, 1, 2, 6, 15, 60, 120, 360, 1430).map(passing);
export const soon = fc.constantFrom(0.1, 1, 1, 2, 10).map(passing);
/** About as long as a prepay_id can be used. */
export const prepaid = fc.constantFrom(5, 15, 60, 105, 110, 120).map(passing);
const prices = fc
  .tuple(fc.constantFrom(...productIds), fc.integer({ min: 1, max: 9999 }))
  .map(([id, fen]) => happens(`${id} costs ${fen} fen now`, (shop) => shop.setPrice(id, fen)));
export const failing = fc.array(
  fc.constantFrom<Delivery>('refuses', 'throws', 'hangs', 'delivers, and does not say so'),
  { minLength: 1, maxLength: 3 },
);
export const deliveries = failing.map((next) =>
  happens(`whoever delivers: ${next}`, (shop) => shop.deliveries.push(...next)),
);
const closings = which.map((index) =>
  happens(`the bank closes refund ${index}`, (shop) => instances.closeRefund(shop, index)),
);
const jsapi = [
  'POST /v3/pay/transactions/jsapi',
  'POST /v3/pay/partner/transactions/jsapi',
  'POST /v3/combine-transactions/jsapi',
];
const closes = [
  'POST /v3/pay/transactions/out-trade-no/{out_trade_no}/close',
  'POST /v3/pay/partner/transactions/out-trade-no/{out_trade_no}/close',
  'POST /v3/combine-transactions/out-trade-no/{combine_out_trade_no}/close',
];
const asks = [
  'GET /v3/pay/transactions/out-trade-no/{out_trade_no}',
  'GET /v3/pay/partner/transactions/out-trade-no/{out_trade_no}',
  'GET /v3/combine-transactions/out-trade-no/{combine_out_trade_no}',
];
export const refusals = fc
  .constantFrom(jsapi, closes)
  .chain((make) => troubles({ make, ask: asks }))
  .map(({ what, faults: of }) =>
    happens(`orders: ${what}`, ({ sandbox }) => sandbox.control('PUT', '/faults', of)),
  );
export const events = fc.oneof(
  { weight: 5, arbitrary: time },
  { weight: 1, arbitrary: prices },
  { weight: 2, arbitrary: deliveries },
  { weight: 1, arbitrary: closings },
  { weight: 1, arbitrary: refusals },
);
