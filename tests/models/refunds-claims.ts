/**
 * Random sequences of what operators, a buyer, banks, WeChat Pay and the timer do to the refunds of one order, on
 * instances that end between two writes and requests whose answers are lost, several at once in any order: against the
 * real simulator, beside a model. fast-check makes a sequence that fails as short as it can. MODEL_RUNS plays more.
 */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { AccountKind } from '../../shared/core/account.ts';
import { clockToleranceMs } from '../../shared/core/lease.ts';
import type { RefundPorts } from '../../shared/payments/refunds/ports.ts';
import { refundNumber } from '../../shared/payments/refunds/request.ts';
import { expectSameMoney } from '../payments/expect-same-money.ts';
import { type RefundShop, refundShop } from '../payments/refund-shop.ts';
import { Happens, type Perform, type Rules, race, sequences, together } from './commands.ts';
import { type Fault, faults } from './faults.ts';
import * as instances from './refund-instances.ts';
import { givenFen, observe, type RefundsModel, refundedFen, roomFor, unfinished } from './refunds-model.ts';
import { afterFailure, type Claim, codeOf } from './runs.ts';
import { changedRequests } from './sent.ts';
import { troubles } from './troubles.ts';

const paidFen = 100;
const minuteMs = 60_000;

type Sequence = Iterable<fc.AsyncCommand<RefundsModel, Real, false>>;

interface Real {
  readonly shop: RefundShop;
  readonly no: string;
  /** Callbacks as they were last signed. */
  readonly signed: instances.Callback[];
  /** Whether WeChat Pay was made to refuse one for no reason. */
  refuses: boolean;
}

type Action = { readonly fault: Fault } & (
  | { readonly does: 'ask'; readonly name: string; readonly amountFen: number }
  | { readonly does: 'ask as the buyer' }
  | { readonly does: 'run the timer' }
  | { readonly does: 'receive a callback'; readonly which: number; readonly times: number }
  | { readonly does: 'refund to a card'; readonly which: number }
);

const which = fc.nat(9);
const does = <D extends Action['does'], T extends object>(weight: number, name: D, of: fc.Arbitrary<T>) => ({
  weight,
  arbitrary: fc.tuple(of, faults).map(([given, fault]) => ({ does: name, ...given, fault })),
});
const runningTimer = does(3, 'run the timer', fc.constant({}));
const actions: fc.Arbitrary<Action> = fc.oneof(
  does(
    4,
    'ask',
    fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), amountFen: fc.integer({ min: 1, max: 45 }) }),
  ),
  does(1, 'ask as the buyer', fc.constant({})),
  runningTimer,
  does(3, 'receive a callback', fc.record({ which, times: fc.integer({ min: 1, max: 2 }) })),
  does(1, 'refund to a card', fc.record({ which })),
);

function answersTo(
  model: RefundsModel,
  { no, refuses }: Real,
  action: Action,
): readonly string[] | undefined {
  if (action.does !== 'ask') return action.does === 'run the timer' ? ['OK'] : undefined;
  const { amountFen, name } = action;
  const known = model.refunds.get(refundNumber(no, instances.tokenOf(name)));
  if (known?.here && known.amountFen !== amountFen) return ['TOKEN_REUSED'];
  // WeChat Pay refuses what it has no room for, which we do not know of while a callback is on its way.
  const mayBeRefused = refuses || [...model.refunds.values()].some(({ elsewhere }) => elsewhere);
  const refused = mayBeRefused ? ['WECHATPAY_REFUSED'] : [];
  if (known?.here === 'REFUSED') return ['REFUND_EXCEEDS', ...refused];
  if (known?.here && known.here !== 'REQUESTED') return ['OK', ...refused];
  const room = roomFor(model, known?.here ? 0 : amountFen);
  if (room === 'no') return ['REFUND_EXCEEDS'];
  return room === 'yes' && !known ? ['OK', ...refused] : ['OK', 'REFUND_EXCEEDS', ...refused];
}

async function prepare(real: Real, action: Action): Promise<Perform> {
  const { shop, no } = real;
  const on =
    (work: (ports: RefundPorts) => Promise<unknown>): Perform =>
    (turn) =>
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

const rules: Rules<RefundsModel, Real, Action> = {
  prepare,
  answersTo,
  answered: (model, { no }, action, answer) => {
    if (action.does !== 'ask' || answer !== 'OK') return;
    model.answered.set(refundNumber(no, instances.tokenOf(action.name)), action.amountFen);
  },
  observe: async (model, { shop }) => {
    expect(observe(model, await instances.refundsSeen(shop))).toEqual([]);
    expect(changedRequests(shop.sent)).toEqual([]);
  },
};

const happens = (what: string, happen: (real: Real) => Promise<unknown>) => new Happens(what, happen, rules);

const payeeOf = ({ shop, no }: Real) => shop.order(no).subMchid ?? shop.account.mchid;
const fund = async (real: Real, change: object) =>
  real.shop.sandbox.control('POST', `/merchants/${payeeOf(real)}/balance`, change);

async function spend(real: Real) {
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

const decisions = fc
  .tuple(which, fc.constantFrom('SUCCESS', 'CLOSED', 'CLOSED', 'ABNORMAL'))
  .map(([index, result]) => happens(`the bank: ${result} ${index}`, (real) => decide(real, index, result)));
const time = fc
  .integer({ min: 1, max: 20 })
  .map((minutes) =>
    happens(`${minutes} minutes pass`, ({ shop }) => shop.sandbox.clock.advance(minutes * minuteMs)),
  );
const elsewhere = fc
  .tuple(which, fc.integer({ min: 1, max: 40 }))
  .map(([index, fen]) =>
    happens(`${fen} fen are refunded in the merchant platform as ${index}`, ({ shop, no }) =>
      codeOf(instances.refundElsewhere(shop, no, `PLATFORM${index}OF${fen}`, fen)),
    ),
  );
const balance = fc.constantFrom(
  happens('the balance is spent', spend),
  happens('the balance is topped up', (real) => fund(real, { addFen: 1000 })),
);
const refusals = troubles({
  make: ['POST /v3/refund/domestic/refunds', 'POST /v3/ecommerce/refunds/apply'],
  ask: [
    'GET /v3/refund/domestic/refunds/{out_refund_no}',
    'GET /v3/ecommerce/refunds/out-refund-no/{out_refund_no}',
  ],
}).map(({ what, faults: of }) =>
  happens(`refund: ${what}`, (real) => {
    real.refuses = true;
    return real.shop.sandbox.control('PUT', '/faults', of);
  }),
);
const events = fc.oneof(
  { weight: 2, arbitrary: refusals },
  { weight: 4, arbitrary: decisions },
  { weight: 3, arbitrary: time },
  { weight: 1, arbitrary: elsewhere },
  { weight: 2, arbitrary: balance },
);

/** Nothing fails any more, and time passes. */
async function settle(model: RefundsModel, real: Real): Promise<void> {
  const { shop, no } = real;
  await fund(real, { addFen: 1000 });
  await shop.sandbox.control('PUT', '/faults', []);
  await shop.sandbox.clock.advance(10 * minuteMs);
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
    await real.shop.sandbox.clock.advance(minutes * minuteMs);
    await instances.runTimer(real.shop.ports);
  }
  await rules.observe(model, real);
  expect(unfinished(model)).toEqual([]);
}

let shop: RefundShop | undefined;

async function play(kind: AccountKind, sequence: Sequence): Promise<void> {
  const signed: instances.Callback[] = [];
  const post = async (_: string, headers: Record<string, string>, rawBody: string) => {
    signed.push({ headers, rawBody });
    return { error: 'nobody listens', ms: 0 };
  };
  const startMs = Date.UTC(2026, 10, 27, 2);
  const opened = await refundShop(kind, () => startMs, { keyMode: 'public-key', post });
  shop = opened;
  const { _id: no } = await opened.paidOrder(paidFen);
  const real = { shop: opened, no, signed, refuses: false };
  const model: RefundsModel = { paidFen, refunds: new Map(), answered: new Map() };
  await fc.asyncModelRun(() => ({ model, real }), sequence);
  await settle(model, real);
  await opened.close();
}

/** Its instance ends between reserving the sum and saying so, or its clock is behind, more often than by chance. */
const faultsOfFirst = fc.oneof(
  { weight: 2, arbitrary: faults },
  { weight: 1, arbitrary: fc.constant<Fault>({ dies: { writes: 1, when: 'after' } }) },
  { weight: 1, arbitrary: fc.constant<Fault>({ aheadMs: -clockToleranceMs }) },
);
const asking = (faultsOf: fc.Arbitrary<Fault>) =>
  fc
    .tuple(fc.constantFrom(20, 45), faultsOf)
    .map(([amountFen, fault]): Action => ({ does: 'ask', name: 'a', amountFen, fault }));
const others = fc.oneof(asking(faults), runningTimer.arbitrary);

/** To where its answer is there. */
const stepsOfSending = fc.tuple(fc.constantFrom<number[]>([0], [0, 1]), fc.integer({ min: 2, max: 16 }));
const clocks = fc.constantFrom<Fault>({}, { aheadMs: -clockToleranceMs }, { aheadMs: clockToleranceMs });
const kinds = fc.constantFrom<AccountKind>('direct', 'partner', 'ecommerce');
const end = () => afterFailure(shop?.close());

export const claims: readonly Claim[] = [
  {
    says: 'refunds are as a model says, whatever operators, buyers, banks and the timer do, and whatever fails',
    property: fc.asyncProperty(kinds, sequences(24, together(actions, rules), events), play).afterEach(end),
    runs: 20,
  },
  {
    says: 'a refund that several instances work on at once is reserved and sent once, whichever of them ends, and when',
    property: fc
      .asyncProperty(kinds, race(asking(faultsOfFirst), others, rules), (kind, first) => play(kind, [first]))
      .afterEach(end),
    runs: 20,
  },
  {
    says: 'a refund that was refused is none, and one that was made all the same is known, whoever sends it at once',
    property: fc
      .asyncProperty(
        kinds,
        refusals,
        race(asking(clocks), asking(clocks), rules, stepsOfSending),
        (kind, trouble, first) => play(kind, [trouble, first]),
      )
      .afterEach(end),
    runs: 40,
  },
];
