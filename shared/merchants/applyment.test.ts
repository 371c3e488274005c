import { describe, expect, it } from 'vitest';
import type { ProviderKind } from '../core/account.ts';
import { WechatpayError } from '../wechatpay/errors.ts';
import { queryApplyment } from './applyment.ts';

const id = '1900000001_A1';

function queried(kind: ProviderKind, answer: object | Error) {
  const request = async () => {
    if (answer instanceof Error) throw answer;
    return { applyment_id: 2000, ...answer };
  };
  return queryApplyment({ kind, client: { request } } as never, id);
}

describe('an application, as WeChat Pay has it', () => {
  it.each([
    ['ecommerce', 'NEED_SIGN'],
    ['partner', 'APPLYMENT_STATE_TO_BE_SIGNED'],
  ] as const)('of %s has what it says, and nothing that it does not', async (kind, state) => {
    expect(await queried(kind, { applyment_state: state })).toStrictEqual({ state, applymentId: '2000' });
    const more = { sub_mchid: '19', sign_url: 'https://pay.weixin.qq.com/s' };
    expect(await queried(kind, { applyment_state: state, ...more })).toStrictEqual({
      ...{ state, applymentId: '2000', subMchid: '19', signUrl: 'https://pay.weixin.qq.com/s' },
    });
  });

  it('of 特约商户 has the reasons of a rejection by field, or by what the field is called', async () => {
    const status = await queried('partner', {
      applyment_state: 'APPLYMENT_STATE_REJECTED',
      audit_detail: [
        { field: 'contact_name', field_name: '超级管理员姓名', reject_reason: '姓名有误' },
        { field: 'id_card_copy', field_name: '身份证人像面照片' },
        { reject_reason: '资料不全' },
        {},
      ],
    });
    expect(status?.rejections?.({})).toMatchObject([
      { path: 'contact_info.contact_name', message: '姓名有误' },
      { path: expect.stringMatching(/\.id_card_copy$/), message: '身份证人像面照片' },
      { path: '', message: '资料不全' },
      { path: '', message: '' },
    ]);
  });

  it.each([
    ['张', '张'],
    ['张三', '张*'],
    ['中国深圳腾讯公司', '中****'],
    ['', ''],
  ])('shows of the payer’s name %s only %s', async (account_name, accountNameMasked) => {
    const answer = { applyment_state: 'ACCOUNT_NEED_VERIFY', account_validation: { account_name } };
    expect((await queried('ecommerce', answer))?.accountValidation).toMatchObject({ accountNameMasked });
  });

  it.each([
    ['123456789', '…6789'],
    ['12345678', '…'],
    ['1234', '…'],
  ])('shows of the payer’s number %s only %s', async (account_no, accountNoMasked) => {
    const validation = { account_name: '张', account_no };
    const answer = { applyment_state: 'ACCOUNT_NEED_VERIFY', account_validation: validation };
    expect((await queried('ecommerce', answer))?.accountValidation).toMatchObject({ accountNoMasked });
  });
});

describe('that WeChat Pay knows no such application', () => {
  it.each([
    ['ecommerce', 'RESOURCE_NOT_EXISTS'],
    ['ecommerce', 'APPLYMENT_NOTEXIST'],
    ['partner', 'RESOURCE_NOT_EXISTS'],
    ['partner', 'APPLYMENT_NOTEXIST'],
    ['partner', 'PARAM_ERROR'],
  ] as const)('is what it tells of %s by %s', async (kind, code) => {
    expect(await queried(kind, new WechatpayError('refused', code, code))).toBeUndefined();
  });

  it.each([
    ['ecommerce', 'refused', 'PARAM_ERROR'],
    ['partner', 'unknown', 'RESOURCE_NOT_EXISTS'],
  ] as const)('does not follow for %s from %s %s', async (kind, certainty, code) => {
    const error = new WechatpayError(certainty, code, code);
    await expect(queried(kind, error)).rejects.toBe(error);
  });
});
