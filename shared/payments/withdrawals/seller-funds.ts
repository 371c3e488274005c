/** sellerFunds: balances, totals and withdrawals for sellers and operators. */
import * as z from 'zod/mini';
import type {
  FundsOverview,
  FundsSeller,
  SellerFundsAnswers,
  SellerFundsRequest,
  WithdrawalView,
} from '../../contract/index.ts';
import { CommerceError, explainWechatpayError } from '../../core/errors.ts';
import { parseInput, requestToken, text, whole } from '../../core/input.ts';
import { type SellerRecord, sellersCollection } from '../../merchants/sellers.ts';
import { type FundsCaller, type FundsHolder, findHolder, seesBalance, settledTexts } from './holder.ts';
import type { WithdrawalPorts } from './ports.ts';
import { withdrawalsOf } from './records.ts';
import { entriesOf, totalsOf } from './totals.ts';
import { viewWithdrawal } from './view.ts';
import { queryBalance } from './wire.ts';
import { withdraw } from './withdraw.ts';

const maxSellers = 200;
const maxListed = 50;

const sellerId = z.optional(text(/^[\w-]{1,64}$/));
const schema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('sellers') }),
  z.strictObject({ action: z.literal('overview'), sellerId }),
  z.strictObject({
    action: z.literal('entries'),
    sellerId,
    kind: z.enum(['sales', 'refunded', 'fees', 'shared', 'withdrawn']),
    beforeMs: z.optional(whole(0, Number.MAX_SAFE_INTEGER)),
  }),
  z.strictObject({ action: z.literal('dayEnd'), sellerId, date: text(/^\d{4}-\d{2}-\d{2}$/) }),
  z.strictObject({
    action: z.literal('withdraw'),
    sellerId,
    requestToken,
    amountFen: whole(1, Number.MAX_SAFE_INTEGER, 'amount'),
    remark: z.optional(z.string().check(z.minLength(1), z.maxLength(56))),
  }),
  z.strictObject({ action: z.literal('withdrawals'), sellerId }),
]);

type Answer = SellerFundsAnswers[keyof SellerFundsAnswers];

/**
 * @throws CommerceError SELLER_NOT_FOUND (also for another owner's seller), NOT_ALLOWED, BALANCE_TOO_LOW,
 * WITHDRAWAL_UNFINISHED, AMOUNT_OUT_OF_RANGE, TOKEN_REUSED, OUTCOME_UNKNOWN, …
 */
export async function sellerFunds(
  ports: WithdrawalPorts,
  caller: FundsCaller,
  event: unknown,
): Promise<Answer> {
  const request = parseInput(schema, event) as SellerFundsRequest;
  if (request.action === 'sellers') return listSellers(ports, caller);
  const holder = await findHolder(ports, caller, request.sellerId);
  switch (request.action) {
    case 'overview':
      return { overview: await overview(ports, holder) };
    case 'entries':
      return entriesOf(ports.documents, holder, request.kind, request.beforeMs);
    case 'dayEnd':
      return { balance: await balanceOf(holder, request.date) };
    case 'withdraw':
      return { withdrawal: await withdraw(ports, holder, caller, request) };
    case 'withdrawals':
      return { withdrawals: await listWithdrawals(ports, holder) };
  }
}

async function listSellers(
  { documents }: WithdrawalPorts,
  { openid, isOperator }: FundsCaller,
): Promise<SellerFundsAnswers['sellers']> {
  const found = await documents.find<SellerRecord>(sellersCollection, {
    where: isOperator ? {} : { ownerOpenid: openid ?? '' },
    limit: maxSellers,
  });
  const sellers = found.map(({ _id, name }): FundsSeller => ({ sellerId: _id, name }));
  return { sellers, isOperator };
}

async function overview(ports: WithdrawalPorts, holder: FundsHolder): Promise<FundsOverview> {
  const { seller } = holder;
  const [{ fen, partial }, balance, unfinished] = await Promise.all([
    totalsOf(ports.documents, holder),
    seesBalance(holder) ? balanceOf(holder) : undefined,
    unfinishedOf(ports, holder),
  ]);
  return {
    ...(seller && { sellerId: seller._id, name: seller.name }),
    salesFen: fen.sales,
    refundedFen: 0 - fen.refunded,
    feesFen: 0 - fen.fees,
    sharedFen: 0 - fen.shared,
    withdrawnFen: 0 - fen.withdrawn,
    partial,
    ...(balance && { balance }),
    ...(unfinished && { unfinished }),
  };
}

async function balanceOf(holder: FundsHolder, date?: string) {
  if (!seesBalance(holder)) throw new CommerceError('NOT_ALLOWED', { texts: settledTexts });
  try {
    return await queryBalance(holder.account, holder.subMchid, date);
  } catch (error) {
    throw explainWechatpayError(error);
  }
}

async function unfinishedOf(
  ports: WithdrawalPorts,
  holder: FundsHolder,
): Promise<WithdrawalView | undefined> {
  const views = await listWithdrawals(ports, holder);
  return views.find(({ state }) => state === 'WAITING' || state === 'PROCESSING');
}

async function listWithdrawals(
  { documents }: WithdrawalPorts,
  { mchid, subMchid }: FundsHolder,
): Promise<WithdrawalView[]> {
  const found = await withdrawalsOf(documents, subMchid ?? mchid, maxListed);
  return found.map(viewWithdrawal);
}
