/** For all rules, amounts and refunds: what was paid is where the books say, to the fen. */
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import type { OrderMoneyView } from '../../sandbox/wechatpay/control/order-money.ts';
import type { RuleReceiver } from '../../shared/contract/index.ts';
import { refundOrder } from '../../shared/payments/refunds/refund-order.ts';
import { sharingRulesCollection } from '../../shared/payments/sharing/rules.ts';
import {
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
  /** Each of what is then left, in thousandths. */
  refunds: fc.array(fc.integer({ min: 1, max: 1000 }), { maxLength: 3 }),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

it.each(['direct', 'partner', 'ecommerce'] as const)(
  'shares, returns, refunds, fee and rest of an order of a %s account are what was paid',
  async (kind) => {
    await open(kind);
    await addReceivers(person);
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
      { numRuns: 12, seed: 20261128 },
    );
  },
);

async function play({ amountFen, refunds, ...wanted }: Case, number: number): Promise<string> {
  setRule(wanted);
  const { _id: no } = await shop.paidOrder(amountFen, { profitSharing: true });
  await later(4);
  let leftFen = amountFen;
  for (const [index, permille] of refunds.entries()) {
    const fen = Math.ceil((leftFen * permille) / 1000);
    if (fen === 0) break;
    const preview = { action: 'preview', outTradeNo: no, amountFen: fen } as const;
    const { lossFen } = (await refundOrder(shop.ports, undefined, preview)) as { lossFen: number };
    await refundOf(no, `${number}-${index}`, {
      amountFen: fen,
      ...(lossFen > 0 && { acceptedLossFen: lossFen }),
    });
    leftFen -= fen;
    await later(12);
  }
  expect((await refundsIn(no)).filter((state) => state !== 'SUCCESS')).toEqual([]);
  return no;
}

function setRule({ merchantPart, personPart, freeAfterDays }: Omit<Case, 'amountFen' | 'refunds'>): void {
  const receivers: RuleReceiver[] = [
    { type: 'MERCHANT_ID', account: receiver().mchid, part: merchantPart, description: '佣金' },
  ];
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
  const { mchid } = receiver();
  const has = (account: string) => parts.find((each) => each.account === account)?.amountFen ?? 0;
  expect(moved(`merchant ${mchid}`)).toBe(has(mchid));
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
