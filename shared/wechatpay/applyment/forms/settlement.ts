/**
 * 修改结算账户: POST /v3/apply4sub/sub_merchants/{sub_mchid}/modify-settlement
 * https://pay.weixin.qq.com/docs/partner/apis/ecommerce-merchant-application/modify-settlement.html
 */
import * as z from 'zod/mini';
import * as f from './fields.ts';

export const settlementForm = z.strictObject({
  account_type: z.enum(['ACCOUNT_TYPE_BUSINESS', 'ACCOUNT_TYPE_PRIVATE']),
  account_bank: f.accountBank(),
  bank_address_code: f.areaCode(),
  bank_name: z.optional(f.text(128)),
  bank_branch_id: z.optional(f.branchId()),
  account_number: f.accountNumber(),
  /** Only to change the holder's name; unchanged when left out. */
  account_name: z.optional(f.accountName()),
});
