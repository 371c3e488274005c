/** Whose money is asked about, and who may ask. */
import type { Account } from '../../core/account.ts';
import { CommerceError } from '../../core/errors.ts';
import { type SellerRecord, sellersCollection } from '../../merchants/sellers.ts';
import type { WithdrawalPorts } from './ports.ts';

/** Who asks. */
export interface FundsCaller {
  /** Absent when another function of the shop asks. */
  readonly openid?: string;
  readonly isOperator: boolean;
}

/** Whose money it is, and the account used to query WeChat Pay. */
export interface FundsHolder {
  readonly account: Account;
  readonly mchid: string;
  readonly subMchid: string | null;
  /** Undefined for the provider's own money. */
  readonly seller: SellerRecord | undefined;
}

/** For the caller, another owner's seller does not exist. */
export async function findHolder(
  ports: Pick<WithdrawalPorts, 'accounts' | 'documents'>,
  { openid, isOperator }: FundsCaller,
  id: string | undefined,
): Promise<FundsHolder> {
  if (id === undefined) {
    if (!isOperator) throw new CommerceError('NOT_ALLOWED');
    const account = providerOf(ports);
    return { account, mchid: account.mchid, subMchid: null, seller: undefined };
  }
  const seller = await ports.documents.get<SellerRecord>(sellersCollection, id);
  if (!seller || !(isOperator || (openid !== undefined && seller.ownerOpenid === openid))) {
    throw new CommerceError('SELLER_NOT_FOUND');
  }
  const account = ports.accounts.find(seller.account);
  if (!account) throw new CommerceError('SELLER_NOT_READY');
  return { account, mchid: account.mchid, subMchid: seller.subMchid, seller };
}

function providerOf({ accounts }: Pick<WithdrawalPorts, 'accounts'>): Account {
  const account = accounts.find('ecommerce') ?? accounts.find('partner');
  if (!account) throw new CommerceError('CONFIG_INVALID');
  return account;
}

/** WeChat Pay shows a provider its own balance, and the balances of 二级商户. */
export function seesBalance({ account, subMchid }: FundsHolder): boolean {
  return subMchid === null || account.kind === 'ecommerce';
}

export const settledTexts = {
  zh: '特约商户的资金由微信支付自动结算到银行卡，不能在此查询余额或提现。',
  en: 'WeChat Pay settles the money of 特约商户 to their bank accounts automatically; balances and withdrawals are not available here.',
};
