/**
 * For all rules, amounts and refunds, also those that are refused or closed, and those for which shares come back in part:
 * what was paid is where the books say, to the fen.
 */
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import type { OrderMoneyView } from '../../sandbox/wechatpay/control/order-money.ts';
import type { RuleReceiver } from '../../shared/contract/index.ts';
import { refundsOf } from '../../shared/payments/refunds/find.ts';
import { refundOrder } from '../../shared/payments/refunds/refund-order.ts';
import { sharingRulesCollection } from '../../shared/payments/sharing/rules.ts';
import {
  act,
  addReceivers,
  balance,
  closeShop,
  later,
  open,
  receiver,
  refundOf,
  refundsIn,
  rule,
  sharingOf,
  shop,
} from './sharing-shop.ts';

afterEach(closeShop);

const person = 'oStaff';
const part = fc.oneof(
  fc.record({ permille: fc.integer({ min: 1, max: 150 }) }),
  fc.record({ amountFen: fc.integer({ min: 1, max: 60 }) }),
);
const cases = fc.record({
  amountFen: fc.integer({ min: 1, max: 5000 }),
  merchantPart: part,
  personPart: fc.option(part, { nil: undefined }),
  freeAfterDays: fc.constantFrom(0, 5),
  /** Of a second merchant, which in a refund may have no money left to give back. */
  otherPart: fc.option(part, { nil: undefined }),
  refunds: fc.array(
    fc.record({
      /** Of what is then left, in thousandths. */
      permille: fc.integer({ min: 1, max: 1000 }),
      ends: fc.constantFrom('SUCCESS', 'SUCCESS', 'CLOSED', 'REFUSED'),
      /** The second merchant cannot give its share back, and an operator lets the seller bear it. */
      inPart: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;
type Refund = Case['refunds'][number];

/** SHARING_RUNS says how many cases each kind of account gets. */
const numRuns = Number(process.env.SHARING_RUNS ?? 12);

it.each(['direct', 'partner', 'ecommerce'] as const)(
  'shares, returns, refunds, fee and rest of an order of a %s account are what was paid',
  async (kind) => {
    await open(kind);
    await addReceivers(person);
    await addOther();
    await rule();
    // For refunds of more than is left of an order, when a person keeps a share.
    const payee = (await shop.paidOrder(1)).subMchid ?? shop.account.mchid;
    await shop.sandbox.control('POST', `/merchants/${payee}/balance`, { addFen: 1_000_000 });
    let number = 0;
    await fc.assert(
      fc.asyncProperty(cases, async (wanted) => {
        const before = await balancesOf();
        const no = await play(wanted, ++number);
        await expectSameMoney(no, before);
      }),
      { numRuns, seed: 20261128 },
    );
  },
);

/** A merchant of yet another kind of account. */
const other = () => shop.sandbox.credentials[shop.account.kind === 'ecommerce' ? 'partner' : 'ecommerce'];

async function addOther(): Promise<void> {
  const { mchid: account, name } = other();
  const isPlatform = shop.account.kind === 'ecommerce';
  const sellerId =
    shop.account.kind === 'direct' ? null : shop.documents.all<{ _id: string }>('sellers')[0]!._id;
  const relation = isPlatform ? 'DISTRIBUTOR' : 'PARTNER';
  await act({ action: 'addReceiver', sellerId, relation, type: 'MERCHANT_ID', account, name });
}

async function play({ amountFen, refunds, ...wanted }: Case, number: number): Promise<string> {
  setRule(wanted);
  const { _id: no } = await shop.paidOrder(amountFen, { profitSharing: true });
  await later(4);
  let leftFen = amountFen;
  const ends: string[] = [];
  for (const [index, refund] of refunds.entries()) {
    const fen = Math.ceil((leftFen * refund.permille) / 1000);
    if (fen === 0) break;
    const taken = refund.inPart ? await emptied() : 0;
    ends.push(await playRefund(no, `${number}-${index}`, fen, refund));
    expect(ends.at(-1)).toBe(refund.ends);
    if (taken > 0)
      await shop.sandbox.control('POST', `/merchants/${other().mchid}/balance`, { addFen: taken });
    if (ends.at(-1) === 'SUCCESS') leftFen -= fen;
  }
  expect((await refundsIn(no)).toSorted()).toEqual(ends.toSorted());
  return no;
}

/** Takes all that the second merchant has. @returns how much */
async function emptied(): Promise<number> {
  const { availableFen } = await balance(other().mchid);
  if (availableFen > 0)
    await shop.sandbox.control('POST', `/merchants/${other().mchid}/balance`, { takeFen: availableFen });
  return availableFen;
}

/** @returns how it ended */
async function playRefund(no: string, name: string, fen: number, { ends, inPart }: Refund): Promise<string> {
  const preview = { action: 'preview', outTradeNo: no, amountFen: fen } as const;
  const { lossFen } = (await refundOrder(shop.ports, undefined, preview)) as { lossFen: number };
  await shop.sandbox.control('PUT', '/faults', ends === 'REFUSED' ? refusedRefunds : []);
  const asked = await refundOf(no, name, {
    amountFen: fen,
    ...(lossFen > 0 && { acceptedLossFen: lossFen }),
  }).catch(({ code }) => {
    if (code !== 'WECHATPAY_REFUSED') throw new Error(`refunding failed with ${code}`);
  });
  const outRefundNo = (await refundsOf(shop.documents, no)).at(-1)!._id;
  for (let minute = 0; asked && minute < 12; minute++) {
    if (ends === 'CLOSED')
      await shop.sandbox.control('POST', `/refunds/${outRefundNo}/settle`, { result: 'CLOSED' });
    if (inPart && minute === 3)
      await refundOrder(shop.ports, undefined, { action: 'keepShares', outRefundNo }).catch(() => undefined);
    await later(1);
  }
  await shop.sandbox.control('PUT', '/faults', []);
  return (await refundsOf(shop.documents, no)).find(({ _id }) => _id === outRefundNo)!.state;
}

/** WeChat Pay refuses the refund itself, whatever the account. */
const refusedRefunds = ['/v3/refund/domestic/refunds', '/v3/ecommerce/refunds/apply'].map((route) => ({
  route,
  kind: 'refusal',
}));

function setRule({
  merchantPart,
  otherPart,
  personPart,
  freeAfterDays,
}: Omit<Case, 'amountFen' | 'refunds'>): void {
  const receivers: RuleReceiver[] = [
    { type: 'MERCHANT_ID', account: receiver().mchid, part: merchantPart, description: '佣金' },
  ];
  if (otherPart) {
    receivers.push({ type: 'MERCHANT_ID', account: other().mchid, part: otherPart, description: '推广' });
  }
  if (personPart) {
    receivers.push({ type: 'PERSONAL_OPENID', account: person, part: personPart, description: '提成' });
  }
  const [stored] = shop.documents.all<{ _id: string }>(sharingRulesCollection);
  shop.documents.put(sharingRulesCollection, { ...stored!, receivers, freeAfterDays } as { _id: string });
}

async function balancesOf() {
  const { accounts } = (await shop.sandbox.control('GET', '/ledger')).json;
  return accounts as Record<string, number>;
}

async function expectSameMoney(no: string, before: Record<string, number>): Promise<void> {
  const after = await balancesOf();
  const moved = (account: string) => (after[account] ?? 0) - (before[account] ?? 0);
  const { orders } = (await shop.sandbox.control('GET', `/orders/${no}/money`)).json;
  const [{ parts, sources, payeeMchid }] = orders as [OrderMoneyView];
  const fenOf = (from: readonly { kind: string; account?: string; amountFen: number }[], kind: string) =>
    from.filter((each) => each.kind === kind).reduce((sum, { amountFen }) => sum + amountFen, 0);
  const all = (from: readonly { amountFen: number }[]) => from.reduce((sum, each) => sum + each.amountFen, 0);
  expect(all(parts)).toBe(all(sources));

  // Against the accounts at WeChat Pay.
  expect(moved(`merchant ${payeeMchid}`)).toBe(fenOf(parts, 'available') - fenOf(sources, 'payee'));
  expect(moved(`frozen ${payeeMchid}`)).toBe(fenOf(parts, 'frozen'));
  expect(moved('fees')).toBe(fenOf(parts, 'fee'));
  const has = (account: string) => parts.find((each) => each.account === account)?.amountFen ?? 0;
  for (const { mchid } of [receiver(), other()]) expect(moved(`merchant ${mchid}`)).toBe(has(mchid));
  expect(moved(`payer ${person}`)).toBe(has(person));

  // Against what is recorded here, which knows no fee before the bill of the day.
  const unsharedFen = fenOf(parts, 'available') + fenOf(parts, 'frozen') - fenOf(sources, 'payee');
  expect(await shop.ledgerFen(no)).toBe(unsharedFen + fenOf(parts, 'fee'));
  const { requests, returns } = await sharingOf(no);
  const shares = requests.flatMap(({ receivers }) => receivers).filter(({ result }) => result === 'SUCCESS');
  const returned = returns.filter(({ state }) => state === 'SUCCESS');
  expect(all(shares) - all(returned)).toBe(fenOf(parts, 'receiver'));
  expect((await balance(payeeMchid)).frozenFen).toBeGreaterThanOrEqual(0);
}
