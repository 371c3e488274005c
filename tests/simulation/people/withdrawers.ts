/** Sellers whose balance is withdrawn, and banks that send it back. */
import type { Withdrawal } from '../../../sandbox/wechatpay/funds/types.ts';
import type { WithdrawalView } from '../../../shared/contract/index.ts';
import type { LedgerEntry } from '../../../shared/payments/ledger/ledger.ts';
import type { WithdrawalRecord } from '../../../shared/payments/withdrawals/records.ts';
import { between, pick, type Random } from '../random.ts';
import type { Shop } from '../shop.ts';
import type { Books, Theirs } from '../theirs.ts';
import { type Action, type Kind, operator, sum } from './kind.ts';

const hourMs = 3_600_000;
const balanceFen = 1_000_000;

export const withdrawers: Kind = {
  name: 'withdrawers',
  chance: 0.2,

  plan: (random, { busyMs }) =>
    Array.from({ length: between(random, 1, 2) }, () => withdrawal(random, busyMs)).flat(),

  check: checkWithdrawals,

  count: ({ memory }) => {
    const withdrawals = memory.all<WithdrawalRecord>('withdrawals');
    const inState = (wanted: WithdrawalRecord['state']) =>
      withdrawals.filter(({ state }) => state === wanted).length;
    return {
      withdrawals: withdrawals.length,
      'withdrawals that failed': inState('FAIL'),
      'withdrawals that the bank sent back': inState('REFUND'),
    };
  },
};

function withdrawal(random: Random, busyMs: number): Action[] {
  let outRequestNo: string | undefined;
  const atMs = between(random, 0, busyMs * 0.6);
  const amountFen = between(random, 1, 3_000);
  const made: Action = {
    atMs,
    what: `withdraw ${amountFen} fen`,
    act: async (shop) => {
      const sellerId = shop.sellers[0]!;
      await shop.control('POST', `/merchants/${sellerId}/balance`, { addFen: balanceFen });
      const request = { action: 'withdraw', sellerId, requestToken: shop.token('withdraw'), amountFen };
      const answer = await shop.call<{ withdrawal: WithdrawalView }>('sellerFunds', operator, request);
      outRequestNo = answer?.withdrawal.outRequestNo;
    },
  };
  const result = pick(random, ['FAIL', 'REFUND'] as const);
  const laterMs = between(random, 1_000, pick(random, [hourMs, 40 * hourMs]));
  const bounces: Action = {
    atMs: atMs + laterMs,
    what: `the bank answers the withdrawal with ${result}`,
    act: async (shop) => outRequestNo && bounce(shop, outRequestNo, result),
  };
  return random() < 0.6 ? [made, bounces] : [made];
}

async function bounce(shop: Shop, no: string, result: 'FAIL' | 'REFUND'): Promise<void> {
  // Only what had arrived at the bank comes back from there.
  if (result === 'REFUND') {
    await shop.control('POST', `/withdrawals/${no}/settle`, { result: 'SUCCESS' });
    await shop.timeline.sleep(120_000);
  }
  await shop.control('POST', `/withdrawals/${no}/settle`, { result });
}

function checkWithdrawals({ memory }: Books, theirs: Theirs): string[] {
  const found: string[] = [];
  const ours = memory.all<WithdrawalRecord>('withdrawals');
  const there = theirs.slot<Withdrawal>('withdrawals');
  const ledger = memory.all<LedgerEntry>('ledger');
  for (const { outRequestNo, amountFen, status } of there) {
    const record = ours.find(({ _id }) => _id === outRequestNo);
    if (!record || record.amountFen !== amountFen) {
      found.push(`${outRequestNo}: withdrawn, and here it is ${JSON.stringify(record)}`);
      continue;
    }
    const sumOf = (kind: LedgerEntry['kind']) =>
      sum(ledger.filter((each) => each.kind === kind && each.reference === outRequestNo));
    const left = record.state === 'SUCCESS' || record.state === 'REFUND' ? 0 - amountFen : 0;
    if (sumOf('WITHDRAWAL') !== left)
      found.push(`${outRequestNo}: ${record.state}, in our ledger ${sumOf('WITHDRAWAL')}`);
    const back = record.state === 'REFUND' ? amountFen : 0;
    if (sumOf('WITHDRAWAL_RETURN') !== back)
      found.push(`${outRequestNo}: ${record.state}, and its return is not booked so`);
    const same = record.state === status || (record.state === 'PROCESSING' && status === 'CREATE_SUCCESS');
    // One that the bank sent back later is found by the daily queries.
    if (!same && record.nextAtMs === null)
      found.push(`${outRequestNo}: ${status} there, ${record.state} here for good`);
  }
  for (const { _id, state } of ours)
    if (!there.some(({ outRequestNo }) => outRequestNo === _id) && state !== 'REFUSED')
      found.push(`${_id}: ${state}, and WeChat Pay does not know it`);
  return found;
}
