import { createHash } from 'node:crypto';
import type { AccountKind } from '../../core/account.ts';

/**
 * The out_trade_no, or combine_out_trade_no, of one cart of one payer: the same token is the same number, so a double
 * tap is the same order wherever it lands. With another account it is another order. 32 lower-case hex digits: within the 6 to 32 of `[0-9A-Za-z_\-|*]` that
 * WeChat Pay takes, and no two differ by case alone. https://pay.weixin.qq.com/doc/v3/merchant/4012791897
 */
export function paymentNumber(account: AccountKind, openid: string, requestToken: string): string {
  return digest(['payment', account, openid, requestToken]);
}

/** The out_trade_no of one seller's order in a combined payment. */
export function memberNumber(paymentNo: string, sellerId: string): string {
  return digest(['member', paymentNo, sellerId]);
}

/** The parts go in as JSON, so that no two lists of parts read the same. */
function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
