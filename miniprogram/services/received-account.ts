/**
 * Where a refund has arrived, as WeChat Pay words it (user_received_account): a bank card by its bank's name, or one of
 * these. https://pay.weixin.qq.com/doc/v3/merchant/4013071036
 */
import { type Language, type Pair, say } from '../i18n/index';

const accounts: Readonly<Record<string, Pair>> = {
  支付用户零钱: ['支付用户零钱', 'the WeChat balance'],
  支付用户零钱通: ['支付用户零钱通', 'the mini fund of WeChat (零钱通)'],
  商户基本账户商户结算银行账户: ['商户基本账户、商户结算银行账户', "the merchant's account"],
};

export function receivedAccountName(account: string, language?: Language): string {
  const name = accounts[account];
  return name ? say(name, language) : account;
}
