/**
 * Random sequences of what a person, reviewers and the timer do to the person's applications, on instances that end
 * between two writes and requests whose answers are lost, several at once in any order: against the real simulator,
 * beside one state machine per application. MODEL_RUNS plays more of them.
 */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/wechatpay/testing/sandbox.ts';
import { clockToleranceMs } from '../../shared/core/lease.ts';
import { type ApplicationDocument, applicationsCollection } from '../../shared/merchants/application.ts';
import { answerApplyMerchant } from '../../shared/merchants/apply-merchant.ts';
import { pollApplications } from '../../shared/merchants/poll.ts';
import type { OnboardingPorts } from '../../shared/merchants/ports.ts';
import { type SellerRecord, sellersCollection } from '../../shared/merchants/sellers.ts';
import { sampleForm } from '../../shared/merchants/testing/fixture.ts';
import { withRealParts } from '../conformance/form-parts.ts';
import { type Kind, type Provider, providerOf } from '../conformance/provider.ts';
import { type ApplicationsModel, observe, type Seen, unfinished } from './applications-model.ts';
import { Happens, type Perform, type Rules, race, sequences, together } from './commands.ts';
import { type Fault, faults, faultyClock, faultyDocuments, faultyTransport } from './faults.ts';
import { afterFailure, type Claim, codeOf } from './runs.ts';

const openid = 'oApplicant000000000000000001';
const minuteMs = 60_000;

interface Real {
  readonly sandbox: Sandbox;
  readonly provider: Provider;
  /** One for each shortname. */
  readonly forms: readonly Record<string, unknown>[];
}

const which = fc.nat(1);
type Action = { readonly fault: Fault } & (
  | { readonly does: 'submit'; readonly token: number; readonly form: number }
  | { readonly does: 'revise'; readonly token: number; readonly form: number }
  | { readonly does: 'query'; readonly token: number }
  | { readonly does: 'revoke'; readonly token: number }
  | { readonly does: 'run the timer' }
);
const does = <D extends Action['does'], T extends object>(weight: number, what: D, of: fc.Arbitrary<T>) => ({
  weight,
  arbitrary: fc.tuple(of, faults).map(([given, fault]) => ({ does: what, ...given, fault })),
});
const actions = fc.oneof(
  does(4, 'submit', fc.record({ token: which, form: which })),
  does(3, 'revise', fc.record({ token: which, form: which })),
  does(2, 'query', fc.record({ token: which })),
  does(1, 'revoke', fc.record({ token: which })),
  does(4, 'run the timer', fc.constant({})),
) as fc.Arbitrary<Action>;

const tokenOf = (token: number) => `token-0000000000${token}`;

/** The number that a token gives: the merchant number and 40 digits of a hash. */
function numberOf({ provider }: Real, token: number): string {
  const hash = createHash('sha256')
    .update(`application\n${openid}\n${tokenOf(token)}`)
    .digest('hex');
  return `${provider.client.account.mchid}_${hash.slice(0, 40)}`;
}

async function prepare(real: Real, action: Action): Promise<Perform> {
  const { sandbox, provider, forms } = real;
  const { kind } = provider.ports.account;
  const on =
    (work: (ports: OnboardingPorts) => Promise<unknown>): Perform =>
    (turn) => {
      const { ports } = providerOf(sandbox, kind, faultyTransport(action.fault, turn));
      const documents = faultyDocuments(provider.ports.documents, action.fault, turn);
      return codeOf(work({ ...ports, clock: faultyClock(ports.clock, action.fault), documents }));
    };
  const ask = (request: object) => on((ports) => answerApplyMerchant(ports, openid, request));
  const applicationId = 'token' in action ? numberOf(real, action.token) : '';
  switch (action.does) {
    case 'submit':
      return ask({ action: 'submit', requestToken: tokenOf(action.token), form: forms[action.form] });
    case 'revise':
      return ask({ action: 'revise', applicationId, form: forms[action.form] });
    case 'query':
    case 'revoke':
      return ask({ action: action.does, applicationId });
    case 'run the timer':
      return on((ports) => pollApplications(ports, () => true));
  }
}

async function seenNow({ sandbox, provider }: Real): Promise<Map<string, Seen>> {
  const { documents } = provider.ports;
  const seen = new Map<string, Seen>();
  for (const doc of documents.all<ApplicationDocument>(applicationsCollection)) {
    const { state, stage, open, merchantShortname: shortname } = doc;
    seen.set(doc._id, { here: { state, stage, open, shortname } });
  }
  const { json } = await sandbox.control('GET', '/applications');
  for (const { outNo, merchantShortname: shortname } of json.applications) {
    const details = await sandbox.control('GET', `/applications/${outNo}`);
    const history = (details.json.history as { state: string }[]).map(({ state }) => state);
    seen.set(outNo, { ...seen.get(outNo), there: { history, shortname } });
  }
  for (const { applicationId, state } of documents.all<SellerRecord>(sellersCollection)) {
    seen.set(applicationId!, { ...seen.get(applicationId!), seller: state });
  }
  return seen;
}

const rules: Rules<ApplicationsModel, Real, Action> = {
  prepare,
  answersTo: (_model, _real, { does: what }) => (what === 'run the timer' ? ['OK'] : undefined),
  answered: ({ answered }, real, action, answer) => {
    if (action.does === 'submit' && answer === 'OK') answered.add(numberOf(real, action.token));
  },
  observe: async (model, real) => {
    expect(observe(model, await seenNow(real))).toEqual([]);
  },
};

const happens = (what: string, happen: (real: Real) => Promise<unknown>) => new Happens(what, happen, rules);

/** What is not possible in its state is refused, and changes nothing. */
const review = (what: string, path: string, body: object) =>
  which.map((token) =>
    happens(`${what} ${token}`, (real) =>
      real.sandbox.control('POST', `/applications/${numberOf(real, token)}/${path}`, body),
    ),
  );
const time = fc
  .constantFrom(0.2, 1, 2, 10, 60)
  .map((minutes) =>
    happens(`${minutes} minutes pass`, ({ sandbox }) => sandbox.clock.advance(minutes * minuteMs)),
  );
const events = fc.oneof(
  { weight: 3, arbitrary: review('the reviewer approves', 'review', { decision: 'approve' }) },
  { weight: 3, arbitrary: review('the reviewer rejects', 'review', { decision: 'reject' }) },
  {
    weight: 1,
    arbitrary: review('the account is to be verified of', 'review', { decision: 'verify-account' }),
  },
  { weight: 1, arbitrary: review('it has to be edited', 'review', { decision: 'edit' }) },
  { weight: 3, arbitrary: review('the person signs', 'sign', {}) },
  { weight: 1, arbitrary: review('WeChat Pay freezes', 'freeze', {}) },
  { weight: 1, arbitrary: review('WeChat Pay cancels', 'cancel', {}) },
  { weight: 4, arbitrary: time },
);

/** Nothing fails any more, what is under way comes to its end, and the timer has asked about everything. */
async function settle(model: ApplicationsModel, real: Real): Promise<void> {
  await letEnd(real);
  for (const no of model.known.keys()) {
    await real.sandbox.control('POST', `/applications/${no}/review`, { decision: 'approve' });
    await real.sandbox.control('POST', `/applications/${no}/sign`, {});
  }
  await letEnd(real);
  await rules.observe(model, real);
  expect(unfinished(model)).toEqual([]);
}

async function letEnd(real: Real): Promise<void> {
  for (const minutes of [2, 2, 2, 60, 60, 1441, 1441]) {
    await real.sandbox.clock.advance(minutes * minuteMs);
    await pollApplications(real.provider.ports, () => true);
  }
}

/** The sample with a shortname, where this kind has it. */
function named(form: Record<string, unknown>, merchant_shortname: string): Record<string, unknown> {
  if ('merchant_shortname' in form) return { ...form, merchant_shortname };
  return { ...form, business_info: { ...(form.business_info as object), merchant_shortname } };
}

let sandbox: Sandbox | undefined;

type Sequence = Iterable<fc.AsyncCommand<ApplicationsModel, Real, false>>;

async function play(kind: Kind, sequence: Sequence, begin: (real: Real) => Promise<unknown>): Promise<void> {
  const startMs = Date.UTC(2026, 10, 27, 2);
  const opened = await startSandbox({ transportTime: 'virtual', keyMode: 'public-key' }, () => startMs);
  sandbox = opened;
  const provider = providerOf(opened, kind);
  const form = await withRealParts(opened, provider, openid, sampleForm(kind));
  const forms = [named(form, '小店一'), named(form, '小店二')];
  const model: ApplicationsModel = { known: new Map(), answered: new Set() };
  const real = { sandbox: opened, provider, forms };
  await begin(real);
  await fc.asyncModelRun(() => ({ model, real }), sequence);
  await settle(model, real);
  await opened.close();
}

const kinds = fc.constantFrom<Kind>('ecommerce', 'partner');

const one = fc.constant(0);
const clocks = fc.constantFrom<Fault>({}, { aheadMs: clockToleranceMs });
const well = <D extends Action['does'], T extends object>(what: D, of: fc.Arbitrary<T>) =>
  fc
    .tuple(of, clocks)
    .map(([given, fault]) => ({ does: what, ...given, fault })) as unknown as fc.Arbitrary<Action>;
/** Its instance ends right after it was stored, or sees leases end late, more often than by chance. */
const faultsOfSender = fc.oneof(
  { weight: 3, arbitrary: faults },
  { weight: 1, arbitrary: fc.constant<Fault>({ dies: { writes: 0, when: 'after' } }) },
  { weight: 1, arbitrary: fc.constant<Fault>({ aheadMs: -clockToleranceMs }) },
);
const formOfOne = fc.record({ token: one, form: which });
const besides = fc.oneof(well('query', fc.record({ token: one })), well('submit', formOfOne));
const ofAnother = fc.record({ token: fc.constant(1), form: which });
const otherForm = fc.record({ token: one, form: fc.constant(1) });

async function rejected(real: Real): Promise<void> {
  const { provider, forms, sandbox: at } = real;
  const submitted = { action: 'submit', requestToken: tokenOf(0), form: forms[0] };
  await answerApplyMerchant(provider.ports, openid, submitted);
  await at.control('POST', `/applications/${numberOf(real, 0)}/review`, { decision: 'reject' });
  await at.clock.advance(minuteMs);
  await pollApplications(provider.ports, () => true);
}

const sending = (what: Action['does']) =>
  fc
    .tuple(formOfOne, faultsOfSender)
    .map(([given, fault]) => ({ does: what, ...given, fault })) as fc.Arbitrary<Action>;

const end = () => afterFailure(sandbox?.close());
const nothing = async () => undefined;

export const claims: readonly Claim[] = [
  {
    says: 'each application is one state machine, whatever the person, reviewers and the timer do, and whatever fails',
    property: fc
      .asyncProperty(kinds, sequences(24, together(actions, rules), events), (kind, sequence) =>
        play(kind, sequence, nothing),
      )
      .afterEach(end),
    runs: 20,
  },
  {
    says: 'a new application is sent by one instance at a time, and asked about when that one has certainly ended',
    property: fc
      .asyncProperty(kinds, race(sending('submit'), besides, rules), (kind, first) =>
        play(kind, [first], nothing),
      )
      .afterEach(end),
    runs: 40,
  },
  {
    says: 'a correction is sent by one instance at a time, and asked about when that one has certainly ended',
    property: fc
      .asyncProperty(kinds, race(sending('revise'), well('revise', otherForm), rules), (kind, first) =>
        play(kind, [first], rejected),
      )
      .afterEach(end),
    runs: 40,
  },
  {
    says: 'a person has one application under way, whichever of two instances is first',
    property: fc
      .asyncProperty(kinds, race(sending('submit'), well('submit', ofAnother), rules), (kind, first) =>
        play(kind, [first], nothing),
      )
      .afterEach(end),
    runs: 20,
  },
];
