/** Operators who transfer money to persons, who take it, cannot take it, or get nothing because it is cancelled. */
import { users } from '../../../sandbox/system/shop.ts';
import type { Transfer } from '../../../sandbox/wechatpay/transfers/types.ts';
import type { TransferView } from '../../../shared/contract/index.ts';
import type { LedgerEntry } from '../../../shared/payments/ledger/ledger.ts';
import { hasEnded, type TransferRecord } from '../../../shared/payments/transfers/records.ts';
import { between, pick, type Random } from '../random.ts';
import type { Shop } from '../shop.ts';
import type { Books, Theirs } from '../theirs.ts';
import { type Action, type Kind, operator, sum } from './kind.ts';

const minuteMs = 60_000;

const ends = {
  'confirm the transfer': (shop: Shop, no: string) =>
    shop.control('POST', `/transfers/${no}/confirm`, { result: 'SUCCESS' }),
  'cannot receive the transfer': (shop: Shop, no: string) =>
    shop.control('POST', `/transfers/${no}/confirm`, { result: 'FAIL' }),
  'cancel the transfer': (shop: Shop, outBillNo: string) =>
    shop.call('transferMoney', operator, { action: 'cancel', outBillNo }),
} as const;
const endNames = Object.keys(ends) as (keyof typeof ends)[];

export const transferrers: Kind = {
  name: 'transferrers',
  chance: 0.2,

  plan: (random, { busyMs }) =>
    Array.from({ length: between(random, 1, 2) }, () => transferAndEnd(random, busyMs)).flat(),

  check: checkTransfers,

  count: ({ memory }) => {
    const transfers = memory.all<TransferRecord>('transfers');
    const inState = (wanted: TransferRecord['state']) =>
      transfers.filter(({ state }) => state === wanted).length;
    return {
      transfers: transfers.length,
      'transfers that arrived': inState('SUCCESS'),
      'transfers that failed': inState('FAIL'),
      'transfers cancelled': inState('CANCELLED'),
      'transfers that nobody confirmed in time': transfers.filter(
        ({ failReason }) => failReason === 'OVERDUE_CLOSE',
      ).length,
    };
  },
};

function transferAndEnd(random: Random, busyMs: number): Action[] {
  let outBillNo: string | undefined;
  const atMs = between(random, 0, busyMs * 0.6);
  const [buyer, amountFen] = [between(random, 0, 1), between(random, 30, 5_000)];
  const made: Action = {
    atMs,
    what: `transfer ${amountFen} fen to buyer ${buyer}`,
    act: async (shop) => {
      outBillNo = await transfer(shop, users[buyer]!.openid, amountFen, {});
    },
  };
  const end = pick(random, ['confirm the transfer', ...endNames] as const);
  const endAtMs = atMs + between(random, 1_000, 40 * minuteMs);
  const ended: Action = {
    atMs: endAtMs,
    what: end,
    act: async (shop) => outBillNo && ends[end](shop, outBillNo),
  };
  return random() < 0.8 ? [made, ended] : [made];
}

/** Enough for what is transferred in one story. */
const balanceFen = 1_000_000;

/** @returns its out_bill_no, if the answer came */
export async function transfer(
  shop: Shop,
  openid: string,
  amountFen: number,
  more: { readonly withoutConfirmation?: true },
): Promise<string | undefined> {
  const { mchid } = shop.credentials.direct;
  await shop.control('POST', `/merchants/${mchid}/balance`, { addFen: balanceFen });
  const answer = await shop.call<{ transfer: TransferView }>('transferMoney', operator, {
    action: 'transfer',
    requestToken: shop.token('transfer'),
    openid,
    amountFen,
    remark: '三月佣金',
    sceneId: '1005',
    reports: { 岗位类型: '推广员', 报酬说明: '三月佣金' },
    ...more,
  });
  return answer?.transfer.outBillNo;
}

function checkTransfers({ memory }: Books, theirs: Theirs): string[] {
  const found: string[] = [];
  const ours = memory.all<TransferRecord>('transfers');
  const there = theirs.slot<Transfer>('transfers');
  for (const { outBillNo, state, amountFen } of there) {
    const record = ours.find(({ _id }) => _id === outBillNo);
    if (record?.state !== state) found.push(`${outBillNo}: ${state} there, ${record?.state} here`);
    if (record?.amountFen !== amountFen) found.push(`${outBillNo}: another amount`);
  }
  for (const record of ours) {
    const known = there.some(({ outBillNo }) => outBillNo === record._id);
    if (!hasEnded(record)) found.push(`${record._id}: the transfer is ${record.state} in the end`);
    if (!known && record.state !== 'REFUSED' && record.state !== 'CANCELLED')
      found.push(`${record._id}: ${record.state}, and WeChat Pay does not know it`);
  }
  const sentFen = sum(there.filter(({ state }) => state === 'SUCCESS'));
  const recordedFen = sum(memory.all<LedgerEntry>('ledger').filter(({ kind }) => kind === 'TRANSFER'));
  if (recordedFen !== 0 - sentFen) found.push(`transferred ${sentFen} fen, in our ledger ${recordedFen}`);
  return found;
}
