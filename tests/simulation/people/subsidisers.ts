/** Operators of an e-commerce platform who add to the money of an order before it is shared, and take it back. */
import type {
  Subsidy as TheirSubsidy,
  SubsidyReturn as TheirSubsidyReturn,
} from '../../../sandbox/wechatpay/subsidies/types.ts';
import type { LedgerEntry } from '../../../shared/payments/ledger/ledger.ts';
import type { RefundRecord } from '../../../shared/payments/refunds/records.ts';
import type { SharingRecord } from '../../../shared/payments/sharing/records.ts';
import { between, type Random } from '../random.ts';
import type { Shop } from '../shop.ts';
import type { Books, Theirs } from '../theirs.ts';
import { later, some } from './buyers.ts';
import { type Action, type Kind, operator, sum } from './kind.ts';
import type { Visit } from './visits.ts';

const balanceFen = 1_000_000;

export const subsidisers: Kind = {
  name: 'subsidisers',
  chance: 0.15,
  ofPlatform: true,

  plan: (random, { visits, busyMs }) =>
    visits.filter(({ own }) => !own).flatMap((visit) => subsidyOf(random, visit, busyMs)),

  check: checkSubsidies,

  count: (_books, theirs) => ({
    subsidies: theirs.slot('subsidies').length,
    'subsidies taken back': theirs.slot('subsidy_returns').length,
  }),
};

function subsidyOf(random: Random, visit: Visit, busyMs: number): Action[] {
  const amountFen = between(random, 1, 300);
  const atMs = visit.plan.atMs + visit.plan.payAfterMs + between(random, 2_000, 120_000);
  const of = `(visit ${visit.plan.number})`;
  return [
    { atMs, what: `subsidise ${amountFen} fen ${of}`, act: (shop) => subsidise(shop, visit, amountFen) },
    ...some(random, 0.3, () => ({
      atMs: atMs + between(random, 1_000, 60_000),
      what: `subsidise it again ${of}`,
      act: (shop) => subsidise(shop, visit, amountFen),
    })),
    ...some(random, 0.7, () => ({
      atMs: Math.max(atMs, later(random, visit, busyMs)),
      what: `take the subsidy back ${of}`,
      act: (shop) => takeBack(shop, visit, Math.ceil(amountFen / 2)),
    })),
  ];
}

async function subsidise(shop: Shop, visit: Visit, amountFen: number): Promise<void> {
  const { mchid } = shop.credentials[shop.providerKind];
  await shop.control('POST', `/merchants/${mchid}/balance`, { addFen: balanceFen });
  for (const { _id: outTradeNo, account } of visit.orders(shop))
    if (account !== 'direct')
      await shop.call('shareProfit', operator, { action: 'subsidise', outTradeNo, amountFen });
}

async function takeBack(shop: Shop, visit: Visit, amountFen: number): Promise<void> {
  const refunds = shop.memory.all<RefundRecord>('refunds');
  for (const { _id: outTradeNo } of visit.orders(shop)) {
    const refund = refunds.find((each) => each.outTradeNo === outTradeNo);
    if (!refund) continue;
    const request = { action: 'returnSubsidy', outTradeNo, outRefundNo: refund._id, amountFen };
    await shop.call('shareProfit', operator, request);
  }
}

/** An order is subsidised once, and each movement is in our ledger. */
function checkSubsidies({ memory }: Books, theirs: Theirs): string[] {
  const found: string[] = [];
  const sharings = memory.all<SharingRecord>('sharings');
  const there = theirs.slot<TheirSubsidy>('subsidies');
  for (const { transactionId, amountFen, reversed } of there) {
    const ours = sharings.find((each) => each.transactionId === transactionId)?.subsidy;
    if (reversed || ours?.amountFen !== amountFen)
      found.push(`${transactionId}: subsidised with ${amountFen} fen, and here with ${ours?.amountFen}`);
    if (ours && ours.state !== 'SUCCESS') found.push(`${transactionId}: subsidised, and ${ours.state} here`);
  }
  for (const { _id, transactionId, subsidy, nextAtMs } of sharings) {
    const known = there.some((each) => each.transactionId === transactionId);
    if (subsidy?.state === 'SUCCESS' && !known) found.push(`${_id}: a subsidy that WeChat Pay does not know`);
    const open = [subsidy, ...(subsidy?.returns ?? [])].some((each) => each?.state === 'RESERVED');
    if (open && nextAtMs === null) found.push(`${_id}: its subsidy is not worked on any more`);
  }
  const ledger = memory.all<LedgerEntry>('ledger');
  const inLedger = (kind: LedgerEntry['kind']) => sum(ledger.filter((each) => each.kind === kind));
  const [givenFen, backFen] = [sum(there), sum(theirs.slot<TheirSubsidyReturn>('subsidy_returns'))];
  if (inLedger('SUBSIDY') !== givenFen)
    found.push(`subsidised ${givenFen} fen, in our ledger ${inLedger('SUBSIDY')}`);
  if (inLedger('SUBSIDY_RETURN') !== 0 - backFen)
    found.push(`${backFen} fen of subsidies taken back, in our ledger ${inLedger('SUBSIDY_RETURN')}`);
  return found;
}
