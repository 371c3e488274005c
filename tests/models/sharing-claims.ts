/**
 * Random sequences of what rules, operators, receivers, banks and the timer do to the money of one shared order, refunds
 * too, on instances that end between two writes and requests whose answers are lost, several at once in any order:
 * against the real simulator, beside a model. Receivers that cannot take a share, or give it back, are part of it.
 */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { AccountKind } from '../../shared/core/account.ts';
import { type RefundRecord, refundsCollection } from '../../shared/payments/refunds/records.ts';
import { addReceivers, closeShop, open, receiver, rule, sharingOf, shop } from '../payments/sharing-shop.ts';
import { race, sequences, together } from './commands.ts';
import * as refunds from './refunds-model.ts';
import { afterFailure, type Claim, codeOf } from './runs.ts';
import {
  actions,
  agree,
  cause,
  events,
  failing,
  fund,
  type Model,
  minuteMs,
  passing,
  payee,
  person,
  type Real,
  refunding,
  refusals,
  retrying,
  returning,
  rules,
  runningTimer,
  sharing,
  takingBack,
} from './sharing-commands.ts';
import * as instances from './sharing-instances.ts';
import { givenByRule, unfinished } from './sharing-model.ts';

const paidFen = 1000;

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
  for (const minutes of [1, 1, 1, 5, 10, 30, 60, 120, 1440, 1440, 4320, 4320, 5, 5, 5]) {
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

/** What the rule gives of so much: half a fen is the seller's. */
function ruleFenOf({ permille, personFen }: Setting, netFen: number): Map<string, number> {
  const parts = [
    [receiver().mchid, Math.ceil((netFen * permille) / 1000 - 0.5)],
    [person, personFen],
  ] as const;
  return new Map(parts.filter(([, fen]) => fen > 0));
}

function modelOf(how: Setting): Model {
  const ruleFen = ruleFenOf(how, paidFen);
  const sharing = { mostFen: paidFen * 0.3, ruleFen, answered: new Map(), seen: undefined };
  return { sharing, refunds: { paidFen, refunds: new Map(), answered: new Map() } };
}

type Event = fc.AsyncCommand<Model, Real>;
type Sequence = Iterable<fc.AsyncCommand<Model, Real, false>>;

/** @param begin before the sequence @param end after everything has ended */
async function play(
  how: Setting,
  sequence: Sequence,
  begin: (model: Model, real: Real) => Promise<unknown> = async () => undefined,
): Promise<Model> {
  const real = { no: await paidOrder(how) };
  const model = modelOf(how);
  await begin(model, real);
  await fc.asyncModelRun(() => ({ model, real }), sequence);
  await settle(model, real);
  await closeShop();
  return model;
}

/** @param refundedFen before anything is shared */
async function playRule(how: Setting, refundedFen: number, sequence: Sequence): Promise<void> {
  const { sharing: model } = await play(how, sequence, async ({ sharing: of }, { no }) => {
    of.ruleFen = ruleFenOf(how, paidFen - refundedFen);
    const asked = { amountFen: refundedFen, keepShares: false };
    if (refundedFen > 0) await instances.refund(shop.ports, no, 'first', asked);
  });
  expect(givenByRule(model.seen!)).toEqual(model.ruleFen);
}

/** @param trouble of the receiver, while a part of what was shared with it is asked back for a refund */
async function playRefunds(how: Setting, trouble: Event, sequence: Sequence): Promise<void> {
  const { sharing: model } = await play(how, sequence, async (begun, real) => {
    await share();
    await trouble.run(begun, real);
    await instances.refund(shop.ports, real.no, 'first', { amountFen: 300, keepShares: false });
  });
  const refunds = shop.documents.all<RefundRecord>(refundsCollection);
  const counted = refunds.filter(({ state, keepShares }) => state === 'SUCCESS' && !keepShares);
  const sharedFen = model.ruleFen.get(receiver().mchid) ?? 0;
  const dueFen = Math.floor((sharedFen * sumOf(counted)) / paidFen);
  const backFen = [...model.seen!.returned.values()].reduce((sum, fen) => sum + fen, 0);
  expect(backFen).toBe(dueFen);
}

const sumOf = (all: readonly { readonly amountFen: number }[]) =>
  all.reduce((sum, { amountFen }) => sum + amountFen, 0);

/** The rule has shared. */
async function share(): Promise<void> {
  for (const minutes of [2, 10, 30]) {
    await shop.sandbox.clock.advance(minutes * minuteMs);
    await instances.runTimer(shop.ports);
  }
}

const waiting = (minutes: readonly number[]) => fc.constantFrom(...minutes).map(passing);
/** A share of which most can be taken back, and no other turn of the order that would make up for a forgotten one. */
const shared = fc
  .tuple(setting, fc.integer({ min: 100, max: 150 }))
  .map(([how, permille]): Setting => ({ ...how, permille, freeAfterDays: 0 }));
/** The rule is due, and the next share meets some trouble. */
async function begin(trouble: Event, model: Model, real: Real): Promise<void> {
  await shop.sandbox.clock.advance(2 * minuteMs);
  await trouble.run(model, real);
}

/** The request of the rule is stored, and has not arrived: whoever comes next sends it. */
async function storeShare(): Promise<void> {
  await shop.sandbox.clock.advance(2 * minuteMs);
  shop.lose = 'before';
  await instances.runTimer(shop.ports);
  shop.lose = undefined;
  await shop.sandbox.clock.advance(2 * minuteMs);
}

const refundsAndTimer = together(fc.oneof(refunding, runningTimer), rules);
const end = () => afterFailure(closeShop());

export const claims: readonly Claim[] = [
  {
    says: 'shares, returns, refunds and rest are what was paid, whatever receivers and instances do, and whatever fails',
    property: fc
      .asyncProperty(setting, sequences(24, together(actions, rules), events), async (how, sequence) => {
        await play(how, sequence);
      })
      .afterEach(end),
    runs: 15,
  },
  {
    says: 'the rule gives each receiver its part once, and frees the rest, when nobody else acts and everybody can receive in the end',
    property: fc
      .asyncProperty(
        setting,
        fc.constantFrom(0, 0, 250, 500),
        sequences(12, together(runningTimer.arbitrary, rules), waiting([1, 5, 15, 90]), failing),
        playRule,
      )
      .afterEach(end),
    runs: 10,
  },
  {
    says: 'what is taken back of a share comes back once, or says why not, whatever the receiver does meanwhile',
    property: fc
      .asyncProperty(
        shared,
        sequences(10, together(fc.oneof(takingBack, runningTimer), rules), waiting([1, 5, 15]), returning),
        async (how, sequence) => {
          await play(how, sequence, share);
        },
      )
      .afterEach(end),
    runs: 10,
  },
  {
    says: 'a refund waits until what receivers return for it has come back, whatever they do meanwhile',
    property: fc
      .asyncProperty(
        shared,
        returning,
        sequences(10, refundsAndTimer, waiting([1, 15, 15]), fc.oneof(refundsAndTimer, returning)),
        playRefunds,
      )
      .afterEach(end),
    runs: 10,
  },
  {
    says: 'a share that was refused is none, and one that was made all the same is known, whatever WeChat Pay says of it',
    property: fc
      .asyncProperty(
        setting,
        refusals,
        sequences(10, together(fc.oneof(sharing, runningTimer), rules), waiting([1, 5]), refusals),
        async (how, first, sequence) => {
          await play(how, sequence, (model, real) => begin(first, model, real));
        },
      )
      .afterEach(end),
    runs: 12,
  },
  {
    says: 'a share that several instances send at once is known, whatever WeChat Pay says to each of them',
    property: fc
      .asyncProperty(
        setting,
        refusals,
        race(fc.oneof(retrying, runningTimer), fc.oneof(retrying, runningTimer), rules),
        async (how, trouble, atOnce) => {
          await play(how, [atOnce], async (model, real) => {
            await storeShare();
            await trouble.run(model, real);
          });
        },
      )
      .afterEach(end),
    runs: 30,
  },
];
