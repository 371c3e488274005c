import { describe, expect, it } from 'vitest';
import { checkSettlementForm } from '../check.ts';
import { subjectTypes } from '../forms/applyment4sub.ts';
import { organizationTypes } from '../forms/ecommerce.ts';
import { messages } from '../messages.ts';
import { startMs } from '../testing/cases.ts';

const form = (account_type: string) => ({
  account_type,
  account_bank: '工商银行',
  bank_address_code: '110000',
  account_number: '6222020000000000000',
});
const check = (account_type: string, subject: string, more = {}) =>
  checkSettlementForm({ ...form(account_type), ...more }, subject, startMs);

/**
 * 账户类型 of pay.weixin.qq.com/docs/partner/apis/ecommerce-merchant-application/modify-settlement.html: 小微 and 个人卖家 a private account, 个体工商户
 * either, everybody else a corporate one.
 */
describe.each([...organizationTypes, ...subjectTypes])('the new account of %s', (subject) => {
  const isPerson = ['2401', '2500', 'SUBJECT_TYPE_MICRO'].includes(subject);
  const isIndividual = ['4', 'SUBJECT_TYPE_INDIVIDUAL'].includes(subject);

  it.each([
    ['ACCOUNT_TYPE_BUSINESS', !isPerson],
    ['ACCOUNT_TYPE_PRIVATE', isPerson || isIndividual],
  ])('of type %s: %s', (type, isAllowed) => {
    const wrong = { path: 'account_type', ...messages.choiceForSubject };
    expect(check(type, subject)).toEqual(isAllowed ? [] : [wrong]);
  });
});

it('says which branch of another bank it is', () => {
  const wrong = ['bank_name', 'bank_branch_id'].map((path) => ({ path, ...messages.exactlyOne }));
  expect(check('ACCOUNT_TYPE_BUSINESS', '2', { account_bank: '其他银行' })).toEqual(wrong);
  expect(check('ACCOUNT_TYPE_BUSINESS', '2', { account_bank: '其他银行', bank_name: '示例支行' })).toEqual(
    [],
  );
});

it('has a number, and no type that WeChat Pay does not know', () => {
  expect(check('ACCOUNT_TYPE_OTHER', '2', { account_number: undefined })).toEqual([
    { path: 'account_type', ...messages.choice },
    { path: 'account_number', ...messages.required },
  ]);
});
