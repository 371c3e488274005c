import { describe, expect, it } from 'vitest';
import { memoryDocuments } from '../core/testing/documents.ts';
import { type ApplicationDocument, applicationsCollection } from './application.ts';
import { changeSettlement, querySettlement, querySettlementChange } from './settlement.ts';
import { applicationDocument } from './testing/application.ts';

const bare = { account_type: 'ACCOUNT_TYPE_BUSINESS', account_bank: '工商银行', account_number: '62***78' };
const shown = {
  accountType: 'ACCOUNT_TYPE_BUSINESS',
  accountBank: '工商银行',
  accountNumberMasked: '62***78',
};

function settling(changes: Partial<ApplicationDocument> = {}, answer: object = {}) {
  const doc = applicationDocument({ subMchid: '19', sellerId: '19', ...changes });
  const documents = memoryDocuments();
  documents.put(applicationsCollection, doc);
  const asked: unknown[] = [];
  const request = async (_: string, parameters: unknown) => {
    asked.push(parameters);
    return { ...bare, application_no: '7', ...answer };
  };
  const log = { info() {}, warn() {}, error() {} };
  const clock = { nowMs: () => Date.UTC(2026, 2, 1) };
  const ports = { documents, log, clock, account: { kind: 'ecommerce', client: { request } } } as never;
  return {
    asked,
    query: () => querySettlement(ports, 'oOwner', doc._id),
    change: (account: Record<string, unknown>) => changeSettlement(ports, 'oOwner', doc._id, account),
    queryChange: () => querySettlementChange(ports, 'oOwner', doc._id, '7'),
  };
}

describe('a settlement account', () => {
  it('shows what WeChat Pay says of it, and nothing that it does not', async () => {
    const { query, asked } = settling();
    expect(await query()).toStrictEqual(shown);
    expect(asked).toEqual([{ sub_mchid: '19' }]);
    const more = { bank_name: '支行', bank_branch_id: '102', verify_fail_reason: '户名不符' };
    expect(await settling({}, { ...more, verify_result: 'VERIFY_FAIL' }).query()).toStrictEqual({
      ...{ ...shown, bankName: '支行', bankBranchId: '102' },
      ...{ verifyResult: 'VERIFY_FAIL', verifyFailReason: '户名不符' },
    });
  });

  it('shows the last two digits of a number that came in clear', async () => {
    const { query } = settling({}, { account_number: '6222000011112278' });
    expect(await query()).toMatchObject({ accountNumberMasked: '…78' });
  });

  it.each([
    ['has no number yet', { subMchid: null, sellerId: null }],
    ['has lost its number', { subMchid: null }],
    ['has a number, and is not signed yet', { sellerId: null }],
  ])('is not there for an application that %s', async (_, changes) => {
    const { query, asked } = settling(changes);
    await expect(query()).rejects.toMatchObject({ code: 'APPLICATION_STATE' });
    expect(asked).toEqual([]);
  });
});

describe('a change of it', () => {
  const account = {
    ...{ account_type: 'ACCOUNT_TYPE_PRIVATE', account_bank: '工商银行', bank_address_code: '440305' },
    ...{ account_number: '6222000011112222', account_name: '新名称' },
  };

  it.each([
    ['an enterprise', { organization_type: '2' }],
    ['an enterprise of 特约商户', { subject_info: { subject_type: 'SUBJECT_TYPE_ENTERPRISE' } }],
    ['a subject that is not known', {}],
  ])('to the account of a person is refused to %s', async (_, form) => {
    const { change, asked } = settling({ form });
    const fields = [{ path: 'account_type' }];
    await expect(change(account)).rejects.toMatchObject({ code: 'APPLICATION_INVALID', fields });
    expect(asked).toEqual([]);
  });

  it.each([
    ['a household', { organization_type: '4' }],
    ['a household of 特约商户', { subject_info: { subject_type: 'SUBJECT_TYPE_INDIVIDUAL' } }],
  ])('to the account of a person is asked for by %s', async (_, form) => {
    const { change, asked } = settling({ form });
    expect(await change(account)).toEqual({ applicationNo: '7' });
    expect(asked).toEqual([{ ...account, sub_mchid: '19' }]);
  });

  it.each([
    ['AUDIT_SUCCESS', {}, { state: 'AUDIT_SUCCESS' }],
    ['AUDIT_FAIL', { verify_fail_reason: '户名不符' }, { state: 'AUDIT_FAIL', reason: '户名不符' }],
    ['AUDITING', {}, { state: 'AUDITING' }],
    ['BRAND_NEW', {}, { state: 'AUDITING' }],
  ])('that is %s is shown so', async (verify_result, more, expected) => {
    const { asked, queryChange } = settling({}, { verify_result, ...more });
    const { account: _, ...said } = await queryChange();
    expect(said).toStrictEqual(expected);
    expect(asked).toEqual([{ sub_mchid: '19', application_no: '7' }]);
  });
});
