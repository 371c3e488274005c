import { describe, expect, it } from 'vitest';
import { withdrawalRecord, withdrawing } from './testing/withdrawing.ts';
import { queryBalance, queryWithdrawal, requestWithdrawal, statusOf, withdrawalParameters } from './wire.ts';

const numbers = { out_request_no: 'N1', withdraw_id: 'W1' };
const own = { subMchid: null, ownerMchid: '1900000001' };

describe('the parameters of a withdrawal', () => {
  it.each([
    [
      'of a seller',
      {},
      { sub_mchid: '1900000109', out_request_no: 'N1', amount: 5000, account_type: 'BASIC', notify_url: 'u' },
    ],
    [
      'of the provider itself, with a remark',
      { ...own, remark: '五月货款' },
      { out_request_no: 'N1', amount: 5000, remark: '五月货款', account_type: 'BASIC', notify_url: 'u' },
    ],
  ])('%s are those of its API', (_, changes, parameters) => {
    expect(withdrawalParameters(withdrawalRecord(changes), 'u')).toEqual(parameters);
  });

  it('name no address where no callback can be received', () => {
    expect(withdrawalParameters(withdrawalRecord(), undefined)).not.toHaveProperty('notify_url');
  });
});

describe('a withdrawal and a balance', () => {
  it.each([
    ['a seller', {}, 'POST /v3/ecommerce/fund/withdraw'],
    ['the provider', own, 'POST /v3/merchant/fund/withdraw'],
  ])('of %s go to its API', async (_, changes, route) => {
    const { shop } = withdrawing();
    const parameters = { out_request_no: 'N1', amount: 5000 };
    await requestWithdrawal(shop.account, withdrawalRecord({ ...changes, parameters }));
    expect(shop.calls).toEqual([{ route, parameters }]);
  });

  it.each([
    [
      'a seller',
      {},
      'GET /v3/ecommerce/fund/withdraw/out-request-no/{out_request_no}',
      { out_request_no: 'N1', sub_mchid: '1900000109' },
    ],
    [
      'the provider',
      own,
      'GET /v3/merchant/fund/withdraw/out-request-no/{out_request_no}',
      { out_request_no: 'N1' },
    ],
  ])('of %s are asked about there', async (_, changes, route, parameters) => {
    const { shop } = withdrawing();
    await queryWithdrawal(shop.account, withdrawalRecord(changes));
    expect(shop.calls).toEqual([{ route, parameters }]);
  });

  it.each([
    [null, undefined, 'GET /v3/merchant/fund/balance/{account_type}', { account_type: 'BASIC' }],
    [
      null,
      '2026-01-01',
      'GET /v3/merchant/fund/dayendbalance/{account_type}',
      { account_type: 'BASIC', date: '2026-01-01' },
    ],
    ['19', undefined, 'GET /v3/ecommerce/fund/balance/{sub_mchid}', { sub_mchid: '19' }],
    [
      '19',
      '2026-01-01',
      'GET /v3/ecommerce/fund/enddaybalance/{sub_mchid}',
      { sub_mchid: '19', date: '2026-01-01' },
    ],
  ] as const)('of merchant %s at the end of %s is asked for at %s', async (of, date, route, parameters) => {
    const { shop } = withdrawing();
    shop.answer = () => ({ available_amount: 7, pending_amount: 3 });
    expect(await queryBalance(shop.account, of, date)).toEqual({ availableFen: 7, pendingFen: 3 });
    expect(shop.calls).toEqual([{ route, parameters }]);
    shop.answer = () => ({ available_amount: 7 });
    expect(await queryBalance(shop.account, of, date)).toEqual({ availableFen: 7, pendingFen: 0 });
  });
});

describe('what WeChat Pay says of a withdrawal', () => {
  it.each([
    [undefined, 'PROCESSING'],
    ['CREATE_SUCCESS', 'PROCESSING'],
    ['INIT', 'PROCESSING'],
    ['SOMETHING_NEW', 'PROCESSING'],
    ['SUCCESS', 'SUCCESS'],
    ['FAIL', 'FAIL'],
    ['REFUND', 'REFUND'],
    ['CLOSE', 'CLOSE'],
  ])('%s means %s', (status, expected) => {
    expect(statusOf({ ...numbers, ...(status !== undefined && { status }) }).status).toBe(expected);
  });

  it('has its time, reason and the account that received it', () => {
    const bank = { account_bank: '工商银行', account_number: '3178' };
    const more = { amount: 5000, update_time: '2026-01-02T11:04:05+08:00', reason: '户名不符', ...bank };
    expect(statusOf({ ...numbers, status: 'FAIL', ...more })).toEqual({
      status: 'FAIL',
      outRequestNo: 'N1',
      withdrawId: 'W1',
      amountFen: 5000,
      updatedAtMs: Date.UTC(2026, 0, 2, 3, 4, 5),
      reason: '户名不符',
      receivedAccount: '工商银行（3178）',
    });
  });

  it('has none of them where they are empty', () => {
    const empty = { update_time: '', reason: '', account_bank: '', account_number: '' };
    const nothing = { updatedAtMs: undefined, reason: undefined, receivedAccount: undefined };
    expect(statusOf({ ...numbers, ...empty })).toMatchObject(nothing);
    expect(statusOf({ ...numbers, account_bank: '工商银行' })).toMatchObject(nothing);
    expect(statusOf({ ...numbers, account_number: '3178' })).toMatchObject(nothing);
  });
});
