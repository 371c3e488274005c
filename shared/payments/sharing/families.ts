/**
 * The two families of profit sharing APIs, with their limits.
 * Direct: https://pay.weixin.qq.com/docs/merchant/products/profit-sharing/apilist.html (请求分账)
 * Partner: https://pay.wechatpay.cn/wiki/doc/apiv3_partner/apis/chapter8_1_1.shtml (请求分账), 300 requests a second
 * E-commerce: https://pay.weixin.qq.com/doc/v3/partner/4012691594 (请求分账), 2,000 a second and 300 for one sub-merchant
 */
import type { AccountKind } from '../../core/account.ts';
import { ecommerceFamily } from './ecommerce.ts';
import type { SharingFamily } from './family.ts';
import { ordinaryFamily } from './ordinary.ts';

const families: Readonly<Record<AccountKind, SharingFamily>> = {
  direct: ordinaryFamily,
  partner: ordinaryFamily,
  ecommerce: ecommerceFamily,
};

export function familyOf(kind: AccountKind): SharingFamily {
  return families[kind];
}
