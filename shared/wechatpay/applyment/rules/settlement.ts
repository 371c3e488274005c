import { bankBranch, type FormReader } from './reader.ts';

/** Which 账户类型 a subject may settle to, for 修改结算账户. Both kinds' subject names. */
const eitherAccount = ['4', 'SUBJECT_TYPE_INDIVIDUAL'];
const privateOnly = ['2401', '2500', 'SUBJECT_TYPE_MICRO'];

/**
 * Rules of a change of the settlement account, for a merchant of type `subject`.
 * https://pay.weixin.qq.com/docs/partner/apis/ecommerce-merchant-application/modify-settlement.html
 */
export function checkSettlement(form: FormReader, subject: string): void {
  const allowed = eitherAccount.includes(subject)
    ? ['ACCOUNT_TYPE_BUSINESS', 'ACCOUNT_TYPE_PRIVATE']
    : privateOnly.includes(subject)
      ? ['ACCOUNT_TYPE_PRIVATE']
      : ['ACCOUNT_TYPE_BUSINESS'];
  form.oneOf('account_type', allowed);
  bankBranch(form, '');
}
