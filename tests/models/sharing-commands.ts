/** What is done to the money of one shared order, and what happens to it elsewhere. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { RefundPorts } from '../../shared/payments/refunds/ports.ts';
import { sharingNumber } from '../../shared/payments/sharing/open.ts';
import { receiver, seller, sharingOf, shop } from '../payments/sharing-shop.ts';
import { Happens, type Perform, type Rules } from './commands.ts';
import { type Fault, faults } from './faults.ts';
import { instanceOf, refundsSeen, tokenOf } from './refund-instances.ts';
import * as refunds from './refunds-model.ts';
import { codeOf } from './runs.ts';
import { changedRequests } from './sent.ts';
import * as instances from './sharing-instances.ts';
import { observe, type SharingModel } from './sharing-model.ts';
import { troubles } from './troubles.ts';

export const person = 'oStaff';
export const minuteMs = 60_000;

export interface Model {
  readonly sharing: SharingModel;
  readonly refunds: refunds.RefundsModel;
}

export interface Real {
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
export const takingBack = does(
  2,
  'take back',
  fc.record({ which, name, amountFen: fc.integer({ min: 1, max: 120 }) }),
);
export const runningTimer = does(2, 'run the timer', fc.constant({}));
export const sharing = does(
  2,
  'share',
  fc.record({ name, toPerson: fc.boolean(), amountFen: fc.integer({ min: 1, max: 200 }) }),
);
export const retrying = does(1, 'retry', fc.constant({}));
export const refunding = does(
  3,
  'refund',
  fc.record({ name, amountFen: fc.integer({ min: 1, max: 600 }), keepShares: fc.boolean() }),
);
export const actions: fc.Arbitrary<Action> = fc.oneof(
  sharing,
  takingBack,
  does(1, 'free', fc.constant({})),
  retrying,
  does(6, 'run the timer', fc.constant({})),
  refunding,
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

export const rules: Rules<Model, Real, Action> = {
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
export const agree = (account: string, settings: object) =>
  shop.sandbox.control('POST', `/sharing/${account}`, settings);
export const fund = (mchid: string, change: object) =>
  shop.sandbox.control('POST', `/merchants/${mchid}/balance`, change);
export const payee = () => seller() ?? shop.account.mchid;

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
export const passing = (minutes: number) =>
  happens(`${minutes} minutes pass`, () => shop.sandbox.clock.advance(minutes * minuteMs));
const time = fc.constantFrom(1, 1, 2, 5, 15, 90, 1500).map(passing);
/** Not for so long that the rule gives up. */
export const failing = fc.constantFrom(
  happens('the merchant cannot receive', () => agree(receiver().mchid, { failReason })),
  happens('both can receive', async () => {
    for (const account of [receiver().mchid, person]) await agree(account, { failReason: null });
  }),
  happens('the person cannot receive', () => agree(person, { failReason })),
);
export const returning = fc.constantFrom(
  happens('the merchant does not agree to return', () => agree(receiver().mchid, { returnConsent: false })),
  happens('the merchant agrees to return', () => agree(receiver().mchid, { returnConsent: true })),
  happens('the merchant has spent its balance', () => spend(receiver().mchid)),
);
const closings = which.map((index) => happens(`the bank closes refund ${index}`, () => close(index)));
export const cause = (faults: readonly object[]) => shop.sandbox.control('PUT', '/faults', faults);
export const refusals = troubles({
  make: ['POST /v3/profitsharing/orders', 'POST /v3/ecommerce/profitsharing/orders'],
  ask: ['GET /v3/profitsharing/orders/{out_order_no}', 'GET /v3/ecommerce/profitsharing/orders'],
}).map(({ what, faults: of }) => happens(`share: ${what}`, () => cause(of)));
export const events = fc.oneof(
  { weight: 4, arbitrary: time },
  { weight: 3, arbitrary: changes },
  { weight: 1, arbitrary: closings },
  { weight: 2, arbitrary: refusals },
);
