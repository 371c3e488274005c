/**
 * Random sequences of what one payer, sellers' and own prices, WeChat Pay, its callbacks, the fulfilment function and the
 * timer do to the payer's orders, on instances that end between two writes and requests whose answers are lost, several at
 * once in any order: against the real simulator, beside a model. MODEL_RUNS plays more of them.
 */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { ProviderKind } from '../../shared/core/account.ts';
import { race, sequences, together } from './commands.ts';
import * as commands from './orders-commands.ts';
import * as instances from './orders-instances.ts';
import { newModel, type OrdersModel, unfinished, unsettled } from './orders-model.ts';
import { OrdersShop, type Setting, type Whose } from './orders-shop.ts';
import { afterFailure, type Claim } from './runs.ts';

const { minuteMs, rules } = commands;

/** Nothing fails any more, nothing new happens, and time passes; callbacks that did not come do not come. */
async function settle(model: OrdersModel, shop: OrdersShop): Promise<void> {
  await shop.sandbox.control('PUT', '/faults', []);
  shop.deliveries.length = 0;
  // No check is more than six hours after the one before.
  await passing(model, shop, [5, 5, 15, 60, 60, 360]);
  expect(unsettled(model)).toEqual([]);
  // All of them expire.
  await passing(model, shop, [360, 720, 5, 360, 60]);
  expect(unfinished(model)).toEqual([]);
}

/** With runs of the timer in between. */
async function passing(model: OrdersModel, shop: OrdersShop, minutesEach: readonly number[]): Promise<void> {
  for (const minutes of minutesEach) {
    await shop.sandbox.clock.advance(minutes * minuteMs);
    await instances.runTimer(instances.well(shop));
  }
  await rules.observe(model, shop);
}

let opened: OrdersShop | undefined;
const end = () => afterFailure(opened?.close());

type Sequence = Iterable<fc.AsyncCommand<OrdersModel, OrdersShop, false>>;

async function play(
  setting: Setting,
  sequence: Sequence,
  begin: (shop: OrdersShop) => Promise<unknown>,
): Promise<void> {
  const shop = await OrdersShop.open(setting);
  opened = shop;
  const model = newModel(setting.limit);
  await begin(shop);
  await rules.observe(model, shop);
  await fc.asyncModelRun(() => ({ model, real: shop }), sequence);
  await settle(model, shop);
  await shop.close();
}

const provider = fc.constantFrom<ProviderKind>('partner', 'ecommerce');
const clocksDiffer = fc.boolean();
const settings = fc.record({ provider, clocksDiffer, limit: fc.constantFrom(2, 20) });
const limited = fc.record({ provider, clocksDiffer, limit: fc.constantFrom(1, 2) });
const first = fc.constantFrom<Whose>('own', 'sellers').map((whose) => ({ whose, name: 'a', cart: 0 }));

/** What several do at once, three times as often as anything else. */
const mostly = (actions: Parameters<typeof together<OrdersModel, OrdersShop, commands.Action>>[0]) => {
  const some = together(actions, rules);
  return [some, some, some];
};

/** The first stands still after so many of its steps. */
const raceOf = ({ first: one, others }: commands.Race, min: number, max: number) =>
  race(one, others, rules, fc.tuple(fc.constant<number[]>([0]), fc.integer({ min, max })));

const refunds = fc.record({
  isDelivered: fc.constantFrom(false, false, true),
  ends: fc.constantFrom('SUCCESS', 'CLOSED', 'CLOSED'),
  isHeard: fc.boolean(),
});

export const claims: readonly Claim[] = [
  {
    says: 'orders are as a model says, whatever the payer, callbacks, deliveries and the timer do, and whatever fails',
    property: fc
      .asyncProperty(
        settings,
        sequences(24, ...mostly(commands.actions), commands.events),
        (setting, sequence) => play(setting, sequence, async () => undefined),
      )
      .afterEach(end),
    runs: 12,
  },
  {
    says: 'a token gives one payment of one cart, whoever uses it at once',
    property: fc
      .asyncProperty(
        settings,
        first.chain(({ whose }) => raceOf(commands.creation(whose), 2, 8)),
        (setting, one) => play(setting, [one], async () => undefined),
      )
      .afterEach(end),
    runs: 32,
  },
  {
    says: 'what is stored is paid or closed, whoever closes it and asks about it while WeChat Pay is asked to open it',
    property: fc
      .asyncProperty(
        settings,
        first,
        fc.boolean(),
        raceOf(commands.opening, 2, 5),
        (setting, cart, isWhole, one) =>
          play(setting, [one], (shop) => instances.stored(shop, cart, isWhole)),
      )
      .afterEach(end),
    runs: 30,
  },
  {
    says: 'what is closed while WeChat Pay is asked to open it is not handed out',
    property: fc
      .asyncProperty(settings, first, raceOf(commands.handingOut, 2, 5), (setting, cart, one) =>
        play(setting, [one], (shop) => instances.stored(shop, cart)),
      )
      .afterEach(end),
    runs: 10,
  },
  {
    says: 'a payment is paid or closed, on both sides, whoever pays, closes, asks and hears of it at once',
    property: fc
      .asyncProperty(
        settings,
        first,
        sequences(8, ...mostly(commands.aroundPayment), commands.soon, commands.refusals),
        (setting, cart, sequence) => play(setting, sequence, (shop) => instances.asked(shop, cart)),
      )
      .afterEach(end),
    runs: 10,
  },
  {
    says: 'what is handed out can be paid, and its payment is found in time, when no callback comes',
    property: fc
      .asyncProperty(
        settings,
        first,
        fc.constantFrom(instances.asked, instances.askedAgain),
        sequences(8, ...mostly(commands.withoutCallbacks), commands.prepaid, commands.prepaid),
        (setting, cart, begin, sequence) => play(setting, sequence, (shop) => begin(shop, cart)),
      )
      .afterEach(end),
    runs: 20,
  },
  {
    says: 'what is paid is delivered once, unless it was refunded, whatever becomes of the deliveries',
    property: fc
      .asyncProperty(
        settings,
        first,
        fc.constantFrom(instances.paid, instances.paidAndKnown),
        sequences(10, ...mostly(commands.aroundDelivery), commands.soon, commands.deliveries),
        (setting, cart, begin, sequence) => play(setting, sequence, (shop) => begin(shop, cart)),
      )
      .afterEach(end),
    runs: 12,
  },
  {
    says: 'what is paid is delivered by one instance at a time',
    property: fc
      .asyncProperty(
        settings,
        first,
        commands.failing,
        raceOf(commands.delivery, 1, 5),
        (setting, cart, failing, one) =>
          play(setting, [one], async (shop) => {
            await instances.paidAndKnown(shop, cart);
            shop.deliveries.push(...failing);
          }),
      )
      .afterEach(end),
    runs: 15,
  },
  {
    says: 'what was refunded is not delivered any more, and is known to be refunded when a callback said so',
    property: fc
      .asyncProperty(
        fc.record({ provider, clocksDiffer: fc.constant(false), limit: fc.constant(20) }),
        first,
        refunds,
        sequences(6, ...mostly(commands.aroundRefund), commands.soon, commands.prepaid),
        (setting, cart, how, sequence) =>
          play(setting, sequence, (shop) => instances.refunded(shop, cart, how)),
      )
      .afterEach(end),
    runs: 20,
  },
  {
    says: 'a payer never has more open payments than the limit, whatever fails while they are made',
    property: fc
      .asyncProperty(
        limited,
        first,
        sequences(8, ...mostly(commands.makingOrders), commands.soon),
        (setting, cart, sequence) =>
          play(setting, sequence, async (shop) => {
            await instances.create(shop, instances.well(shop), cart);
            await instances.stored(shop, { ...cart, name: 'b' });
          }),
      )
      .afterEach(end),
    runs: 15,
  },
];
