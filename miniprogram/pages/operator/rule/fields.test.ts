import { describe, expect, it } from 'vitest';
import { newReceiverFields } from './fields';

const empty = { type: 'MERCHANT_ID', account: '', name: '', relation: '', customRelation: '' };
const choices = (types: readonly string[], relations: readonly string[]) => ({
  ...{ sellers: [], products: [], receivers: [], types, relations },
});

/** 添加分账接收方 of merchants and partners, and of platforms. */
const ordinary = [
  ...['SERVICE_PROVIDER', 'STORE', 'STAFF', 'STORE_OWNER', 'PARTNER', 'HEADQUARTER', 'BRAND'],
  ...['DISTRIBUTOR', 'USER', 'SUPPLIER', 'CUSTOM'],
];
const platform = ['SUPPLIER', 'DISTRIBUTOR', 'SERVICE_PROVIDER', 'PLATFORM', 'OTHERS'];

describe.each([
  ['an ordinary account', ['MERCHANT_ID', 'PERSONAL_OPENID', 'PERSONAL_SUB_OPENID'], ordinary],
  ['a platform', ['MERCHANT_ID', 'PERSONAL_OPENID'], platform],
])('a new receiver of %s', (_name, types, relations) => {
  it('has a name in words for every kind and relation that WeChat Pay takes', () => {
    const fields = newReceiverFields(empty, choices(types, relations), {});
    const options = fields.flatMap((field) => field.options);
    expect(options.map(({ value }) => value)).toEqual([...types, ...relations]);
    expect(options.filter(({ value, label }) => label === value)).toEqual([]);
  });
});

describe('a new receiver', () => {
  const keys = (more: object) =>
    newReceiverFields({ ...empty, ...more }, choices([], ['CUSTOM']), {}).map(({ key }) => key);

  it('is asked for the name of a relation of its own, and for the full name of a merchant', () => {
    expect(keys({ relation: 'CUSTOM' })).toEqual([
      'new.type',
      'new.account',
      'new.name',
      'new.relation',
      'new.customRelation',
    ]);
    expect(keys({ type: 'PERSONAL_OPENID' })).toEqual(['new.type', 'new.account', 'new.relation']);
  });

  it('shows a relation that is new at WeChat Pay as it is', () => {
    const fields = newReceiverFields(empty, choices([], ['SOMETHING_NEW']), {});
    expect(fields.at(-1)!.options).toMatchObject([{ value: 'SOMETHING_NEW', label: 'SOMETHING_NEW' }]);
  });
});
