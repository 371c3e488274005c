import { createHash } from 'node:crypto';
import type { SellerFundsRequest, WithdrawalView } from '../../contract/index.ts';
import { CommerceError, explainWechatpayError } from '../../core/errors.ts';
import { type FundsCaller, type FundsHolder, settledTexts } from './holder.ts';
import type { WithdrawalPorts } from './ports.ts';
import { loadWithdrawal, type WithdrawalRecord, withdrawalsCollection } from './records.ts';
import { viewWithdrawal } from './view.ts';
import { queryBalance } from './wire.ts';
import { workOnWithdrawal } from './work.ts';

type WithdrawRequest = Extract<SellerFundsRequest, { action: 'withdraw' }>;

/**
 * Withdraws once per token, however often it is asked.
 * @throws CommerceError BALANCE_TOO_LOW, WITHDRAWAL_UNFINISHED, AMOUNT_OUT_OF_RANGE, TOKEN_REUSED, WECHATPAY_REFUSED
 */
export async function withdraw(
  ports: WithdrawalPorts,
  holder: FundsHolder,
  caller: FundsCaller,
  request: WithdrawRequest,
): Promise<WithdrawalView> {
  if (holder.account.kind !== 'ecommerce' && holder.subMchid !== null) {
    throw new CommerceError('NOT_ALLOWED', { texts: settledTexts });
  }
  const outRequestNo = withdrawalNumber(holder, request.requestToken);
  const known = await loadWithdrawal(ports.documents, outRequestNo);
  if (!known) await checkAmount(ports, holder, request.amountFen);
  const stored = known ?? (await store(ports, holder, caller, request, outRequestNo));
  // The same token with another amount would be another withdrawal, which needs a token of its own.
  if (stored.amountFen !== request.amountFen) throw new CommerceError('TOKEN_REUSED', { texts: tokenTexts });
  const worked = await workOnWithdrawal(ports, stored);
  if (worked.state === 'REFUSED') throw refusalOf(worked);
  return viewWithdrawal(worked);
}

/** out_request_no: 32 characters of [0-9a-f]; the same request token is the same withdrawal. */
function withdrawalNumber({ mchid, subMchid }: FundsHolder, requestToken: string): string {
  return createHash('sha256')
    .update(JSON.stringify(['withdrawal', mchid, subMchid, requestToken]))
    .digest('hex')
    .slice(0, 32);
}

/** Fails early if WeChat Pay would refuse; its answer decides. */
async function checkAmount(ports: WithdrawalPorts, holder: FundsHolder, amountFen: number): Promise<void> {
  const { minWithdrawalFen, maxWithdrawalFen } = ports.policy;
  if (amountFen < minWithdrawalFen || amountFen > maxWithdrawalFen) {
    const [min, max] = [yuan(minWithdrawalFen), yuan(maxWithdrawalFen)];
    throw new CommerceError('AMOUNT_OUT_OF_RANGE', {
      texts: {
        zh: `单笔提现金额为 ${min} 至 ${max} 元。`,
        en: `A withdrawal must be from ¥${min} to ¥${max}.`,
      },
    });
  }
  const availableFen = await available(holder);
  if (amountFen > availableFen) throw tooLow(availableFen);
}

async function available({ account, subMchid }: FundsHolder): Promise<number> {
  try {
    return (await queryBalance(account, subMchid)).availableFen;
  } catch (error) {
    throw explainWechatpayError(error);
  }
}

async function store(
  { clock, documents }: WithdrawalPorts,
  { account, mchid, subMchid, seller }: FundsHolder,
  { openid, isOperator }: FundsCaller,
  { amountFen, remark }: WithdrawRequest,
  outRequestNo: string,
): Promise<WithdrawalRecord> {
  const nowMs = clock.nowMs();
  const record: WithdrawalRecord = {
    _id: outRequestNo,
    version: 1,
    account: account.kind === 'ecommerce' ? 'ecommerce' : 'partner',
    mchid,
    subMchid,
    sellerId: seller?._id ?? null,
    ownerMchid: subMchid ?? mchid,
    amountFen,
    remark: remark ?? null,
    requestedBy: isOperator && seller?.ownerOpenid !== openid ? 'operator' : 'seller',
    openid: openid ?? null,
    state: 'REQUESTED',
    parameters: null,
    sentAtMs: null,
    attempts: 0,
    nextAtMs: nowMs,
    withdrawId: null,
    receivedAccount: null,
    createdAtMs: nowMs,
    paidAtMs: null,
    endedAtMs: null,
    failure: null,
  };
  return (await documents.insertIfAbsent(withdrawalsCollection, record)) ?? record;
}

function refusalOf({ failure }: WithdrawalRecord): CommerceError {
  const { code = '', message = '' } = failure ?? {};
  if (code === 'UNFINISHED') return new CommerceError('WITHDRAWAL_UNFINISHED');
  if (code === 'NOT_ENOUGH') return new CommerceError('BALANCE_TOO_LOW', { wechatPay: { code } });
  return new CommerceError('WECHATPAY_REFUSED', {
    wechatPay: { code },
    texts: {
      zh: `微信支付没有接受这笔提现（${code}）。${message}`,
      en: `WeChat Pay did not accept the withdrawal (${code}). ${message}`,
    },
  });
}

function tooLow(availableFen: number): CommerceError {
  const left = yuan(availableFen);
  return new CommerceError('BALANCE_TOO_LOW', {
    texts: {
      zh: `可提现余额不足：当前可提现 ${left} 元。`,
      en: `The balance is too low: ¥${left} can be withdrawn.`,
    },
  });
}

function yuan(fen: number): string {
  return (fen / 100).toFixed(2);
}

const tokenTexts = {
  zh: '此请求标识已用于另一笔提现，请重新发起。',
  en: 'This request token was used for another withdrawal. Use a new token for a new withdrawal.',
};
