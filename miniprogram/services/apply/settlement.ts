/**
 * 修改结算账户, as a page of questions.
 * https://pay.weixin.qq.com/docs/partner/apis/ecommerce-merchant-application/modify-settlement.html
 */
import { option } from './options';
import type { Questions } from './types';

export const settlementQuestions: Questions = {
  steps: [
    {
      id: 'account',
      title: ['新的结算账户', 'The new account'],
      fields: [
        {
          key: 'account_type',
          kind: 'choice',
          label: ['账户类型', 'Account type'],
          options: [
            option('ACCOUNT_TYPE_BUSINESS', '对公账户', 'Corporate account'),
            option('ACCOUNT_TYPE_PRIVATE', '经营者个人账户', "Operator's own account"),
          ],
        },
        { key: 'account_bank', kind: 'bank', label: ['开户银行', 'Bank'] },
        { key: 'bank_address_code', kind: 'city', label: ['开户城市', 'City of the bank'] },
        {
          key: 'bank_branch_id',
          kind: 'branch',
          label: ['开户支行', 'Branch'],
          when: (values) => values._needs_branch === true,
          reports: ['bank_name'],
        },
        { key: 'account_number', kind: 'digits', label: ['银行账号', 'Account number'] },
        {
          key: 'account_name',
          kind: 'text',
          label: ['开户名称', 'Account holder'],
          help: ['户名不变就不用填', 'Only when the name changes'],
          optional: true,
        },
      ],
    },
  ],
  derive: () => ({}),
};
