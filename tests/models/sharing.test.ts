/**
 * Random sequences of what rules, operators, receivers, banks and the timer do to the money of one shared order, refunds
 * too, on instances that end between two writes and requests whose answers are lost, several at once in any order:
 * against the real simulator, beside a model. Receivers that cannot take a share, or give it back, are part of it.
 */
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import type { AccountKind } from '../../shared/core/account.ts';
import type { RefundPorts } from '../../shared/payments/refunds/ports.ts';
import { sharingNumber } from '../../shared/payments/sharing/open.ts';
import {
  addReceivers,
  closeShop,
  open,
  receiver,
  rule,
  seller,
  sharingOf,
  shop,
} from '../payments/sharing-shop.ts';
import { Happens, type Perform, type Rules, sequences, together } from './commands.ts';
import { type Fault, faults } from './faults.ts';
import { instanceOf, refundsSeen, tokenOf } from './refund-instances.ts';
import * as refunds from './refunds-model.ts';
import { codeOf, modelRuns, modelTimeout } from './runs.ts';
import { changedRequests } from './sent.ts';
import * as instances from './sharing-instances.ts';
import { givenByRule, observe, type SharingModel, unfinished } from './sharing-model.ts';
import { troubles } from './troubles.ts';

const paidFen = 1000;
const person = 'oStaff';
const minuteMs = 60_000;

interface Model {
  readonly sharing: SharingModel;
  readonly refunds: refunds.RefundsModel;
}

interface Real {
  readonly no: string;
}

type Action = { readonly fault: Fault } & (
  | { readonly does: 'share'; readonly name: string; readonly toPerson: boolean; readonly amountFen: number }
  | { readonly does: 'take back'; readonly which: number; readonly name: string; readonly amountFen: number }
  | { readonly does: 'free' }
  | { readonly does: 'retry' }
  | { readonly does: 'run the timer' }
  | {
      readonly does: 'refund';
      readonly name: string;
      readonly amountFen: number;
      readonly keepShares: boolean;
    }
);

const which = fc.nat(5);
const name = fc.constantFrom('a', 'b', 'c');
const does = <D extends Action['does'], T extends object>(weight: number, what: D, of: fc.Arbitrary<T>) => ({
  weight,
  arbitrary: fc
    .tuple(of, faults)
    .map(([given, fault]) => ({ does: what, ...given, fault }) as unknown as Action),
});
const takingBack = does(
  2,
  'take back',
  fc.record({ which, name, amountFen: fc.integer({ min: 1, max: 120 }) }),
);
const runningTimer = does(2, 'run the timer', fc.constant({}));
const sharing = does(
  2,
  'share',
  fc.record({ name, toPerson: fc.boolean(), amountFen: fc.integer({ min: 1, max: 200 }) }),
);
const actions: fc.Arbitrary<Action> = fc.oneof(
  sharing,
  takingBack,
  does(1, 'free', fc.constant({})),
  does(1, 'retry', fc.constant({})),
  does(6, 'run the timer', fc.constant({})),
  does(
    3,
    'refund',
    fc.record({ name, amountFen: fc.integer({ min: 1, max: 600 }), keepShares: fc.boolean() }),
  ),
);

async function prepare({ no }: Real, action: Action): Promise<Perform> {
  const on =
    (work: (ports: RefundPorts) => Promise<unknown>): Perform =>
    (turn) =>
      codeOf(work(instanceOf(shop, action.fault, turn)));
  const of = { outTradeNo: no };
  switch (action.does) {
    case 'share': {
      const { toPerson, amountFen } = action;
      const to = toPerson
        ? ({ type: 'PERSONAL_OPENID', account: person } as const)
        : ({ type: 'MERCHANT_ID', account: receiver().mchid } as const);
      const receivers = [{ ...to, amountFen, description: '补分' }];
      const requestToken = tokenOf(action.name);
      return on((ports) => instances.act(ports, { action: 'share', ...of, requestToken, receivers }));
    }
    case 'take back': {
      const made = (await sharingOf(no)).requests.filter(({ kind }) => kind === 'SHARE');
      const outOrderNo = made[action.which % made.length]?.outOrderNo ?? 'none';
      const back = { outOrderNo, mchid: receiver().mchid, amountFen: action.amountFen };
      const requestToken = tokenOf(action.name);
      return on((ports) => instances.act(ports, { action: 'return', ...of, requestToken, ...back }));
    }
    case 'free':
    case 'retry': {
      const { does: asked } = action;
      return on((ports) => instances.act(ports, { action: asked, ...of }));
    }
    case 'refund':
      return on((ports) => instances.refund(ports, no, action.name, action));
    case 'run the timer':
      return on(instances.runTimer);
  }
}

const rules: Rules<Model, Real, Action> = {
  prepare,
  answersTo: (_model, _real, { does: what }) => (what === 'run the timer' ? ['OK'] : undefined),
  answered: ({ sharing }, { no }, action, answer) => {
    if (action.does !== 'share' || answer !== 'OK') return;
    const number = sharingNumber('share', no, 'OPERATOR', tokenOf(action.name));
    const { toPerson, amountFen } = action;
    sharing.answered.set(number, { account: toPerson ? person : receiver().mchid, amountFen });
  },
  observe: async (model, { no }) => {
    expect(observe(model.sharing, await instances.sharingSeen(shop, no))).toEqual([]);
    expect(refunds.observe(model.refunds, await refundsSeen(shop))).toEqual([]);
    expect(changedRequests(shop.sent)).toEqual([]);
  },
};

const happens = (what: string, happen: (real: Real) => Promise<unknown>) => new Happens(what, happen, rules);
const agree = (account: string, settings: object) =>
  shop.sandbox.control('POST', `/sharing/${account}`, settings);
const fund = (mchid: string, change: object) =>
  shop.sandbox.control('POST', `/merchants/${mchid}/balance`, change);
const payee = () => seller() ?? shop.account.mchid;

async function spend(mchid: string) {
  const { json } = await shop.sandbox.control('GET', `/merchants/${mchid}/balance`);
  if (json.availableFen > 0) await fund(mchid, { takeFen: json.availableFen });
}

async function close(index: number) {
  const openRefunds = [...(await refundsSeen(shop))].filter(([, { there }]) => there === 'PROCESSING');
  const [no] = openRefunds[index % openRefunds.length] ?? [];
  if (no) await shop.sandbox.control('POST', `/refunds/${no}/settle`, { result: 'CLOSED' });
}

const failReason = 'RECEIVER_HIGH_RISK';
const changes = fc.constantFrom(
  happens('the merchant cannot receive', () => agree(receiver().mchid, { failReason })),
  happens('the merchant can receive', () => agree(receiver().mchid, { failReason: null })),
  happens('the person cannot receive', () => agree(person, { failReason })),
  happens('the person can receive', () => agree(person, { failReason: null })),
  happens('the merchant does not agree to return', () => agree(receiver().mchid, { returnConsent: false })),
  happens('the merchant agrees to return', () => agree(receiver().mchid, { returnConsent: true })),
  happens('the merchant has spent its balance', () => spend(receiver().mchid)),
  happens('the merchant has money', () => fund(receiver().mchid, { addFen: 1000 })),
  happens('the seller may share less', () => agree(payee(), { maxRatio: 1000 })),
  happens('the seller may share more again', () => agree(payee(), { maxRatio: 3000 })),
);
const passing = (minutes: number) =>
  happens(`${minutes} minutes pass`, () => shop.sandbox.clock.advance(minutes * minuteMs));
const time = fc.constantFrom(1, 1, 2, 5, 15, 90, 1500).map(passing);
/** Not for so long that the rule gives up. */
const failing = fc.constantFrom(
  happens('the merchant cannot receive', () => agree(receiver().mchid, { failReason })),
  happens('both can receive', async () => {
    for (const account of [receiver().mchid, person]) await agree(account, { failReason: null });
  }),
  happens('the person cannot receive', () => agree(person, { failReason })),
);
const returning = fc.constantFrom(
  happens('the merchant does not agree to return', () => agree(receiver().mchid, { returnConsent: false })),
  happens('the merchant agrees to return', () => agree(receiver().mchid, { returnConsent: true })),
  happens('the merchant has spent its balance', () => spend(receiver().mchid)),
);
const closings = which.map((index) => happens(`the bank closes refund ${index}`, () => close(index)));
const cause = (faults: readonly object[]) => shop.sandbox.control('PUT', '/faults', faults);
const refusals = troubles({
  make: ['POST /v3/profitsharing/orders', 'POST /v3/ecommerce/profitsharing/orders'],
  ask: ['GET /v3/profitsharing/orders/{out_order_no}', 'GET /v3/ecommerce/profitsharing/orders'],
}).map(({ what, faults: of }) => happens(`share: ${what}`, () => cause(of)));
const events = fc.oneof(
  { weight: 4, arbitrary: time },
  { weight: 3, arbitrary: changes },
  { weight: 1, arbitrary: closings },
  { weight: 2, arbitrary: refusals },
);

/** Nothing fails any more, receivers can do everything, and time passes; then an operator frees what is left. */
async function settle(model: Model, real: Real): Promise<void> {
  const { mchid } = receiver();
  await cause([]);
  await agree(mchid, { failReason: null, returnConsent: true });
  await agree(person, { failReason: null });
  await agree(payee(), { maxRatio: 3000 });
  for (const one of [mchid, payee()]) await fund(one, { addFen: 1_000_000 });
  await letEnd(model, real);
  // By the rule alone; only an order that is held after failures waits for somebody.
  const { state, failure } = await sharingOf(real.no);
  expect([state, failure !== null]).toEqual([state === 'FAILED' ? 'FAILED' : 'FREED', state === 'FAILED']);
  await codeOf(instances.act(shop.ports, { action: 'free', outTradeNo: real.no }));
  await letEnd(model, real);
  expect(unfinished(model.sharing)).toEqual([]);
  expect(refunds.unfinished(model.refunds)).toEqual([]);
  expect(await sharingOf(real.no)).toMatchObject({ state: 'FREED' });
  const { ours, theirs } = await instances.ledgersOf(shop);
  expect(ours).toEqual(theirs);
}

async function letEnd(model: Model, real: Real): Promise<void> {
  for (const minutes of [1, 1, 1, 5, 10, 30, 60, 120, 1440, 1440, 4320, 4320]) {
    await shop.sandbox.clock.advance(minutes * minuteMs);
    await instances.runTimer(shop.ports);
  }
  await rules.observe(model, real);
}

const setting = fc.record({
  kind: fc.constantFrom<AccountKind>('direct', 'partner', 'ecommerce'),
  permille: fc.integer({ min: 1, max: 150 }),
  personFen: fc.integer({ min: 0, max: 100 }),
  freeAfterDays: fc.constantFrom(0, 1),
  onFailure: fc.constantFrom<'HOLD' | 'FREE'>('HOLD', 'FREE'),
});
type Setting = typeof setting extends fc.Arbitrary<infer T> ? T : never;

async function paidOrder({ kind, permille, personFen, freeAfterDays, onFailure }: Setting): Promise<string> {
  const startMs = Date.UTC(2026, 10, 27, 2);
  await open(kind, () => startMs, { keyMode: 'public-key', post: async () => ({ error: 'nobody', ms: 0 }) });
  await addReceivers(person);
  const toMerchant = { type: 'MERCHANT_ID', account: receiver().mchid, part: { permille } } as const;
  const toPerson = { type: 'PERSONAL_OPENID', account: person, part: { amountFen: personFen } } as const;
  const receivers = [
    { ...toMerchant, description: '佣金' },
    ...(personFen > 0 ? [{ ...toPerson, description: '提成' }] : []),
  ];
  await rule({ receivers, freeAfterDays, onFailure });
  return (await shop.paidOrder(paidFen, { profitSharing: true }))._id;
}

function modelOf({ permille, personFen }: Setting): Model {
  const parts = [
    [receiver().mchid, Math.floor((paidFen * permille) / 1000)],
    [person, personFen],
  ] as const;
  const ruleFen = new Map(parts.filter(([, fen]) => fen > 0));
  const sharing = { mostFen: paidFen * 0.3, ruleFen, answered: new Map(), seen: undefined };
  return { sharing, refunds: { paidFen, refunds: new Map(), answered: new Map() } };
}

afterEach(closeShop);

it(
  'shares, returns, refunds and rest are what was paid, whatever receivers and instances do, and whatever fails',
  modelTimeout,
  async () => {
    const commands = sequences(24, together(actions, rules), events);
    const property = fc.asyncProperty(setting, commands, async (how, sequence) => {
      const no = await paidOrder(how);
      const model = modelOf(how);
      await fc.asyncModelRun(() => ({ model, real: { no } }), sequence);
      await settle(model, { no });
      await closeShop();
    });
    await fc.assert(property, modelRuns(15));
  },
);

it(
  'the rule gives each receiver its part once, and frees the rest, when nobody else acts and everybody can receive in the end',
  modelTimeout,
  async () => {
    const passes = fc.constantFrom(1, 5, 15, 90).map(passing);
    const commands = sequences(12, together(runningTimer.arbitrary, rules), passes, failing);
    const property = fc.asyncProperty(setting, commands, async (how, sequence) => {
      const no = await paidOrder(how);
      const model = modelOf(how);
      await fc.asyncModelRun(() => ({ model, real: { no } }), sequence);
      await settle(model, { no });
      expect(givenByRule(model.sharing.seen!)).toEqual(model.sharing.ruleFen);
      await closeShop();
    });
    await fc.assert(property, modelRuns(10));
  },
);

it(
  'what is taken back of a share comes back once, or says why not, whatever the receiver does meanwhile',
  modelTimeout,
  async () => {
    const some = together(fc.oneof(takingBack, runningTimer), rules);
    const commands = sequences(10, some, fc.constantFrom(1, 5, 15).map(passing), returning);
    // A share of which most can be taken back, and no other turn of the order that would make up for a forgotten one.
    const permille = fc.integer({ min: 100, max: 150 });
    const shared = fc
      .tuple(setting, permille)
      .map(([how, most]) => ({ ...how, permille: most, freeAfterDays: 0 as const }));
    const property = fc.asyncProperty(shared, commands, async (how, sequence) => {
      const no = await paidOrder(how);
      const model = modelOf(how);
      for (const minutes of [2, 10, 30]) {
        await shop.sandbox.clock.advance(minutes * minuteMs);
        await instances.runTimer(shop.ports);
      }
      await fc.asyncModelRun(() => ({ model, real: { no } }), sequence);
      await settle(model, { no });
      await closeShop();
    });
    await fc.assert(property, modelRuns(10));
  },
);

it(
  'a share that was refused is none, and one that was made all the same is known, whatever WeChat Pay says of it',
  modelTimeout,
  async () => {
    const some = together(fc.oneof(sharing, runningTimer), rules);
    const commands = sequences(10, some, fc.constantFrom(1, 5).map(passing), refusals);
    const property = fc.asyncProperty(setting, refusals, commands, async (how, first, sequence) => {
      const no = await paidOrder(how);
      const model = modelOf(how);
      await shop.sandbox.clock.advance(2 * minuteMs);
      await first.run(model, { no });
      await fc.asyncModelRun(() => ({ model, real: { no } }), sequence);
      await settle(model, { no });
      await closeShop();
    });
    await fc.assert(property, modelRuns(12));
  },
);
