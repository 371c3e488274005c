/**
 * Random sequences of what operators, a buyer, banks, WeChat Pay and the timer do to the refunds of one order, on
 * instances that end between two writes and requests whose answers are lost, several at once in any order: against the real simulator, beside a
 * model. fast-check makes a sequence that fails as short as it can. MODEL_RUNS plays more of them.
 */
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import type { AccountKind } from '../../shared/core/account.ts';
import { refundNumber } from '../../shared/payments/refunds/request.ts';
import { expectSameMoney } from '../payments/expect-same-money.ts';
import { type RefundShop, refundShop } from '../payments/refund-shop.ts';
import { type Fault, faults } from './faults.ts';
import { chooseFrom, interleave, type Turn } from './interleaving.ts';
import * as instances from './refund-instances.ts';
import { givenFen, observe, type RefundsModel, refundedFen, roomFor, unfinished } from './refunds-model.ts';
import { codeOf, modelRuns, modelTimeout } from './runs.ts';

const paidFen = 100;

interface Real {
  readonly shop: RefundShop;
  readonly no: string;
  /** Callbacks as they were last signed. */
  readonly signed: instances.Callback[];
}

type Command = fc.AsyncCommand<RefundsModel, Real>;

type Action = { readonly fault: Fault } & (
  | { readonly does: 'ask'; readonly name: string; readonly amountFen: number }
  | { readonly does: 'ask as the buyer' }
  | { readonly does: 'run the timer' }
  | { readonly does: 'receive a callback'; readonly which: number; readonly times: number }
  | { readonly does: 'refund to a card'; readonly which: number }
);

const which = fc.nat(9);
const actions: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('ask' as const),
      name: fc.constantFrom('a', 'b', 'c', 'd'),
      amountFen: fc.integer({ min: 1, max: 45 }),
      fault: faults,
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('ask as the buyer' as const), fault: faults }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('run the timer' as const), fault: faults }) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('receive a callback' as const),
      which,
      times: fc.integer({ min: 1, max: 2 }),
      fault: faults,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant('refund to a card' as const), which, fault: faults }),
  },
);

/** One or several things at once, each on an instance of its own. */
class Act implements Command {
  readonly #actions: readonly Action[];
  readonly #choices: readonly number[];

  constructor(some: readonly Action[], choices: readonly number[]) {
    this.#actions = some;
    this.#choices = choices;
  }

  check = () => true;
  toString = () => `together ${JSON.stringify(this.#actions)} in the order ${this.#choices}`;

  run = async (model: RefundsModel, real: Real) => {
    const [first] = this.#actions;
    const alone = this.#actions.length === 1 && Object.keys(first!.fault).length === 0;
    const expected = alone ? codesOf(model, real, first!) : undefined;
    const prepared = await Promise.all(this.#actions.map((action) => prepare(real, action)));
    const operations = prepared.map((perform) => (turn: Turn) => perform(turn));
    const outcomes = await interleave(operations, chooseFrom(this.#choices));
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.status === 'rejected') throw outcome.reason;
      const action = this.#actions[index]!;
      if (action.does === 'ask' && outcome.value === 'OK') {
        model.answered.set(refundNumber(real.no, instances.tokenOf(action.name)), action.amountFen);
      }
    }
    expect(unexpected(expected, outcomes)).toEqual([]);
    await expectObserved(model, real);
  };
}

/** Answers that may not be given. @param expected undefined: any may */
function unexpected(
  expected: readonly string[] | undefined,
  outcomes: readonly PromiseSettledResult<string>[],
): string[] {
  const answers = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  return expected ? answers.filter((answer) => !expected.includes(answer)) : [];
}

/** What may be answered when nothing fails and nothing else happens. */
function codesOf(model: RefundsModel, { no }: Real, action: Action): readonly string[] | undefined {
  if (action.does !== 'ask') return action.does === 'run the timer' ? ['OK'] : undefined;
  const { amountFen, name } = action;
  const known = model.refunds.get(refundNumber(no, instances.tokenOf(name)));
  if (known?.here && known.amountFen !== amountFen) return ['TOKEN_REUSED'];
  // WeChat Pay refuses what it has no room for, which we do not know of while a callback is on its way.
  const refused = [...model.refunds.values()].some(({ elsewhere }) => elsewhere) ? ['WECHATPAY_REFUSED'] : [];
  if (known?.here === 'REFUSED') return ['REFUND_EXCEEDS', ...refused];
  if (known?.here && known.here !== 'REQUESTED') return ['OK', ...refused];
  const room = roomFor(model, known?.here ? 0 : amountFen);
  if (room === 'no') return ['REFUND_EXCEEDS'];
  return room === 'yes' && !known ? ['OK', ...refused] : ['OK', 'REFUND_EXCEEDS', ...refused];
}

/** Decides what an action is about, before anything happens. */
async function prepare(real: Real, action: Action): Promise<(turn: Turn) => Promise<string>> {
  const { shop, no } = real;
  const on = (work: (ports: ReturnType<typeof instances.instanceOf>) => Promise<unknown>) => (turn: Turn) =>
    codeOf(work(instances.instanceOf(shop, action.fault, turn)));
  switch (action.does) {
    case 'ask':
      return on((ports) => instances.ask(ports, no, action.name, action.amountFen));
    case 'ask as the buyer':
      return on((ports) => instances.askAsBuyer(ports, no));
    case 'run the timer':
      return on(instances.runTimer);
    case 'receive a callback': {
      const callback = await signedCallback(real, action.which);
      return on(async (ports) => {
        for (let time = 0; callback && time < action.times; time++)
          await instances.receive(shop, ports, callback);
      });
    }
    case 'refund to a card': {
      const abnormal = [...(await instances.refundsSeen(shop))].filter(([, { here }]) => here === 'ABNORMAL');
      const [outRefundNo] = abnormal[action.which % abnormal.length] ?? [];
      return on(async (ports) => outRefundNo && instances.refundToCard(ports, outRefundNo));
    }
  }
}

/** One of the callbacks about refunds, signed now; in any order, and as often as wanted. */
async function signedCallback({ shop, signed }: Real, index: number) {
  const { json } = await shop.sandbox.control('GET', '/notifications?limit=100');
  const refunds = (json.notifications as { id: string; eventType: string }[]).filter(({ eventType }) =>
    eventType.startsWith('REFUND.'),
  );
  const chosen = refunds[index % refunds.length];
  if (!chosen) return undefined;
  await shop.sandbox.control('POST', `/notifications/${chosen.id}/replay`, {});
  return signed.at(-1);
}

/** Something that happens at WeChat Pay, or time that passes. */
class Happens implements Command {
  readonly #what: string;
  readonly #happen: (real: Real) => Promise<unknown>;

  constructor(what: string, happen: (real: Real) => Promise<unknown>) {
    this.#what = what;
    this.#happen = happen;
  }

  check = () => true;
  toString = () => this.#what;
  run = async (model: RefundsModel, real: Real) => {
    await this.#happen(real);
    await expectObserved(model, real);
  };
}

const payeeOf = ({ shop, no }: Real) => shop.order(no).subMchid ?? shop.account.mchid;
const fund = async (real: Real, change: object) =>
  real.shop.sandbox.control('POST', `/merchants/${payeeOf(real)}/balance`, change);

async function drain(real: Real) {
  const { json } = await real.shop.sandbox.control('GET', `/merchants/${payeeOf(real)}/balance`);
  if (json.availableFen > 0) await fund(real, { takeFen: json.availableFen });
}

async function decide({ shop }: Real, index: number, result: string) {
  const open = [...(await instances.refundsSeen(shop))].filter(
    ([, { there }]) => there === 'PROCESSING' || there === 'ABNORMAL',
  );
  const [no] = open[index % open.length] ?? [];
  if (no) await shop.sandbox.control('POST', `/refunds/${no}/settle`, { result });
}

const events: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(which, fc.constantFrom('SUCCESS', 'CLOSED', 'CLOSED', 'ABNORMAL'))
      .map(
        ([index, result]) =>
          new Happens(`the bank: ${result} for ${index}`, (real) => decide(real, index, result)),
      ),
  },
  {
    weight: 3,
    arbitrary: fc
      .integer({ min: 1, max: 20 })
      .map(
        (minutes) =>
          new Happens(`${minutes} minutes pass`, ({ shop }) => shop.sandbox.clock.advance(minutes * 60_000)),
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(which, fc.integer({ min: 1, max: 40 }))
      .map(
        ([index, fen]) =>
          new Happens(`${fen} fen are refunded in the merchant platform as ${index}`, ({ shop, no }) =>
            codeOf(instances.refundElsewhere(shop, no, `PLATFORM${index}`, fen)),
          ),
      ),
  },
  { weight: 1, arbitrary: fc.constant(new Happens('the balance is spent', drain)) },
  {
    weight: 1,
    arbitrary: fc.constant(new Happens('the balance is topped up', (real) => fund(real, { addFen: 1000 }))),
  },
);
const acts: fc.Arbitrary<Command> = fc
  .tuple(
    fc.array(actions, { minLength: 1, maxLength: 3 }),
    fc.array(fc.nat(5), { minLength: 1, maxLength: 12 }),
  )
  .map(([some, choices]) => new Act(some, choices));

async function expectObserved(model: RefundsModel, { shop }: Real): Promise<void> {
  expect(observe(model, await instances.refundsSeen(shop))).toEqual([]);
}

/** Nothing fails any more, and time passes. */
async function settle(model: RefundsModel, real: Real): Promise<void> {
  const { shop, no } = real;
  await fund(real, { addFen: 1000 });
  await shop.sandbox.clock.advance(10 * 60_000);
  // Of a refund that was made in the merchant platform only a callback reports.
  for (let index = 0; index < 10; index++) {
    const callback = await signedCallback(real, index);
    if (callback) await instances.receive(shop, shop.ports, callback);
  }
  await letEnd(model, real);
  // What is left can be refunded, and not a fen more.
  const leftFen = paidFen - givenFen(model);
  const asked = await codeOf(instances.ask(shop.ports, no, 'rest', leftFen || 1));
  expect(asked).toBe(leftFen === 0 ? 'REFUND_EXCEEDS' : 'OK');
  await letEnd(model, real);
  expect(givenFen(model)).toBe(paidFen);
  expect(await shop.ledgerFen(no)).toBe(paidFen - refundedFen(model));
  await expectSameMoney(shop);
}

async function letEnd(model: RefundsModel, real: Real): Promise<void> {
  for (const minutes of [1, 1, 5, 30, 60, 120, 600, 1440]) {
    await real.shop.sandbox.clock.advance(minutes * 60_000);
    await instances.runTimer(real.shop.ports);
  }
  await expectObserved(model, real);
  expect(unfinished(model)).toEqual([]);
}

let shop: RefundShop | undefined;
afterEach(() => shop?.close());

const kinds: readonly AccountKind[] = ['direct', 'partner', 'ecommerce'];

it(
  'refunds are as a model says, whatever operators, buyers, banks and the timer do, and whatever fails',
  modelTimeout,
  async () => {
    const commands = fc.noBias(fc.commands([acts, events], { maxCommands: 24, size: 'max' }));
    const property = fc.asyncProperty(fc.constantFrom(...kinds), commands, async (kind, sequence) => {
      const signed: instances.Callback[] = [];
      const post = async (_: string, headers: Record<string, string>, rawBody: string) => {
        signed.push({ headers, rawBody });
        return { error: 'nobody listens', ms: 0 };
      };
      const startMs = Date.UTC(2026, 10, 27, 2);
      const opened = await refundShop(kind, () => startMs, { keyMode: 'public-key', post });
      shop = opened;
      const { _id: no } = await opened.paidOrder(paidFen);
      const real = { shop: opened, no, signed };
      const model: RefundsModel = { paidFen, refunds: new Map(), answered: new Map() };
      await fc.asyncModelRun(() => ({ model, real }), sequence);
      await settle(model, real);
      await opened.close();
    });
    await fc.assert(property, modelRuns(20));
  },
);
