import { describe, expect, test } from 'vitest';
import { microApplications, validApplications } from '../testing/forms.ts';
import { changes, refusalOf } from '../testing/mutate.ts';
import { idCardNumber, legalPerson } from '../testing/people.ts';
import type { Json } from './check.ts';

const forms = microApplications();
const [shop, cart] = forms.map(({ form }) => form) as [Json, Json, Json];
const individual = validApplications('applyment4sub').find(
  ({ subjectType }) => subjectType === 'SUBJECT_TYPE_INDIVIDUAL',
)!.form;

const part = '/subject_info/micro_biz_info';
const identity = '/subject_info/identity_info';
const contact = '/contact_info';

const refused: [form: Json, edits: Record<string, unknown>, pointer: string][] = [
  [shop, { [`${contact}/contact_type`]: 'LEGAL' }, `${contact}/contact_type`],
  [shop, { [`${contact}/contact_id_number`]: undefined }, `${contact}/contact_id_number`],
  [shop, { [`${contact}/openid`]: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' }, `${contact}/contact_id_number`],
  [shop, { [`${contact}/contact_id_number`]: '440305199003071043' }, `${contact}/contact_id_number`],
  [cart, { [`${contact}/openid`]: 'me' }, `${contact}/openid`],
  [shop, { [`${contact}/contact_name`]: '李四' }, `${contact}/contact_name`],
  [shop, { [`${contact}/contact_email`]: undefined }, `${contact}/contact_email`],
  [shop, { '/business_info/sales_info': {} }, '/business_info/sales_info'],
  [shop, { [part]: undefined }, part],
  [shop, { [`${part}/micro_biz_type`]: 'MICRO_TYPE_MOBILE' }, `${part}/micro_store_info`],
  [shop, { [`${part}/micro_store_info`]: undefined }, `${part}/micro_store_info`],
  [
    cart,
    { [`${part}/micro_mobile_info/micro_mobile_pics`]: [] },
    `${part}/micro_mobile_info/micro_mobile_pics`,
  ],
  [shop, { [`${identity}/id_doc_type`]: 'IDENTIFICATION_TYPE_OVERSEA_PASSPORT' }, `${identity}/id_doc_type`],
  [shop, { [`${identity}/owner`]: true }, `${identity}/owner`],
  [
    shop,
    { [`${identity}/id_card_info/id_card_address`]: '广东省深圳市' },
    `${identity}/id_card_info/id_card_address`,
  ],
  [
    shop,
    { '/bank_account_info/bank_account_type': 'BANK_ACCOUNT_TYPE_CORPORATE' },
    '/bank_account_info/bank_account_type',
  ],
  [shop, { '/bank_account_info/account_name': '李四' }, '/bank_account_info/account_name'],
  [shop, { '/bank_account_info/account_bank': '其他银行' }, '/bank_account_info/bank_name'],
];

describe('小微', () => {
  test.each(forms)('as $variant is accepted', ({ form }) => {
    expect(refusalOf('applyment4sub', form)).toBeUndefined();
  });

  test.each(refused)('%# is refused with %o at %s', (form, edits, pointer) => {
    const refusal = refusalOf('applyment4sub', changes(form, edits));
    expect(refusal).toMatchObject({ code: 'PARAM_ERROR', pointer });
  });

  test('has a name of up to 100 characters, the same in its three places', () => {
    const named = (length: number) => {
      const name = '阿'.repeat(length);
      return changes(shop, {
        [`${contact}/contact_name`]: name,
        [`${identity}/id_card_info/id_card_name`]: name,
        '/bank_account_info/account_name': name,
      });
    };
    expect(refusalOf('applyment4sub', named(100))).toBeUndefined();
    expect(refusalOf('applyment4sub', named(101))).toMatchObject({ pointer: `${contact}/contact_name` });
  });

  test('is no part of another subject’s form', () => {
    const micro = (shop.subject_info as Json).micro_biz_info;
    const refusal = refusalOf('applyment4sub', changes(individual, { [part]: micro }));
    expect(refusal).toMatchObject({ pointer: part });
  });

  test('the number of the administrator is not compared with the ID card: the page asks only for the name', () => {
    const other = idCardNumber('110101', '19851212', '201');
    expect(other).not.toBe(legalPerson.idCard);
    const form = changes(shop, { [`${contact}/contact_id_number`]: other });
    expect(refusalOf('applyment4sub', form)).toBeUndefined();
  });
});
