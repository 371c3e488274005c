import { describe, expect, test } from 'vitest';
import { ecommerceForm } from './ecommerce';
import { missingFields, toForm, visibleSteps } from './form';
import { recall } from './recall';
import type { Values } from './types';

const official = {
  organization_type: '2',
  merchant_shortname: '小满面包',
  finance_institution: false,
  qualifications: ['V1_a', 'V1_b'],
  owner: false,
  ubo_info_list: [{ ubo_id_doc_type: 'IDENTIFICATION_TYPE_OVERSEA_PASSPORT' }, { ubo_id_doc_copy: 'V1_c' }],
  sales_scene_info: { store_name: '小满', store_qr_code: 'V1_d' },
  account_info: { bank_account_type: '74', account_bank: '其他银行', bank_address_code: '440300' },
};

const missingKeys = (values: Values) =>
  visibleSteps(ecommerceForm, values)
    .flatMap((step) => missingFields(step, values))
    .map(({ key }) => key);

describe('a form recalled from the server', () => {
  const values = recall(ecommerceForm, official);

  test('makes the same form again, but for what is chosen by name', () => {
    const { account_info, ...rest } = official;
    expect(toForm(ecommerceForm, values)).toMatchObject({
      ...rest,
      account_info: { bank_account_type: '74' },
    });
  });

  test('asks again for the bank, its city and what is sensitive', () => {
    expect(missingKeys(values)).toEqual(
      expect.arrayContaining([
        'account_info.account_bank',
        'account_info.bank_address_code',
        'account_info.account_number',
        'id_card_info.id_card_number',
        'ubo_info_list.1.ubo_id_doc_name',
      ]),
    );
    expect(missingKeys(values)).not.toContain('ubo_info_list.2.ubo_id_doc_name');
  });

  test('answers the questions of the page itself', () => {
    expect(values).toMatchObject({ _owners: '2', _store_by: 'qr' });
    expect(missingKeys(values)).not.toContain('sales_scene_info.store_url');
  });
});
