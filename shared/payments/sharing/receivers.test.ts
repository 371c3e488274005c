import { describe, expect, it } from 'vitest';
import type { AccountKind } from '../../core/account.ts';
import type { CommerceError } from '../../core/errors.ts';
import { sellersCollection } from '../../merchants/sellers.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import { refusal } from '../testing/scripted-shop.ts';
import { sellerRecord } from '../withdrawals/testing/withdrawing.ts';
import {
  addReceiver,
  deleteReceiver,
  listReceivers,
  type Payee,
  payeeOf,
  requireAdded,
} from './receivers.ts';
import { nowMs, sharing } from './testing/sharing.ts';

const merchant = { type: 'MERCHANT_ID', account: '1900000200' } as const;
const person = { type: 'PERSONAL_OPENID', account: 'oStaff' } as const;
const payees: Record<AccountKind, Payee> = {
  direct: { kind: 'direct', sellerId: null, subMchid: null },
  partner: { kind: 'partner', sellerId: 's1', subMchid: '1900000109' },
  ecommerce: { kind: 'ecommerce', sellerId: 's1', subMchid: '1900000109' },
};

function receiving(kind: AccountKind = 'partner', subAppid?: string) {
  const { shop } = sharing(kind);
  shop.answer = () => ({});
  const account = { ...shop.account, ...(subAppid !== undefined && { subAppid }) };
  const payee = payees[kind];
  return {
    shop,
    account,
    payee,
    add: (changes: object) =>
      addReceiver(shop.ports, account, payee, { ...person, relation: 'STAFF', ...changes }, 'oOp'),
    remove: (receiver: typeof merchant | typeof person) =>
      deleteReceiver(shop.ports, account, payee, receiver),
    list: () => listReceivers(shop.ports, account, payee),
    require: (...receivers: (typeof merchant | typeof person)[]) =>
      requireAdded(shop.ports, account, payee, receivers),
    stored: () => shop.documents.all('sharing_receivers'),
  };
}

describe('a receiver', () => {
  it.each([
    ['direct', '1900000001'],
    ['partner', '1900000109'],
  ] as const)('of a %s account is added for the merchant that shares, %s', async (kind, owner) => {
    const { add, stored } = receiving(kind);
    expect(await add({ name: '林小满' })).toEqual({ receiver: person });
    expect(stored()).toEqual([
      {
        ...{ _id: `${owner}:PERSONAL_OPENID:oStaff`, owner, ...person, relation: 'STAFF' },
        ...{ addedBy: 'oOp', addedAtMs: nowMs },
      },
    ]);
  });

  it('of a platform is added for all its sellers', async () => {
    const { add, stored } = receiving('ecommerce');
    await add({ relation: 'OTHERS' });
    expect(stored()).toMatchObject([{ owner: '1900000001' }]);
  });

  it('that is added again has its new relation', async () => {
    const { add, stored } = receiving();
    await add({});
    await add({ relation: 'USER' });
    expect(stored()).toMatchObject([{ relation: 'USER' }]);
  });

  it('that WeChat Pay does not take is not added, and one that it does not delete stays', async () => {
    const { shop, add, remove, stored } = receiving();
    await add({});
    shop.answer = () => {
      throw refusal('PARAM_ERROR');
    };
    await expect(add({ account: 'oOther' })).rejects.toMatchObject({ code: 'PARAM_ERROR' });
    await expect(remove(person)).rejects.toMatchObject({ code: 'PARAM_ERROR' });
    expect(stored()).toHaveLength(1);
  });

  it('that WeChat Pay does not have any more is deleted here too', async () => {
    const { shop, add, remove, stored } = receiving();
    await add({});
    shop.answer = () => {
      throw refusal('INVALID_REQUEST');
    };
    expect(await remove(person)).toEqual({ receiver: person });
    expect(stored()).toEqual([]);
  });

  it('stays when nobody signed that WeChat Pay does not have it', async () => {
    const { shop, add, remove, stored } = receiving();
    await add({});
    shop.answer = () => {
      throw new WechatpayError('unknown', 'INVALID_REQUEST', 'm');
    };
    await expect(remove(person)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    expect(stored()).toHaveLength(1);
  });

  it('is deleted alone', async () => {
    const { add, remove, list } = receiving();
    await add({});
    await add({ ...merchant, name: '供应商', relation: 'PARTNER' });
    expect(await remove(person)).toEqual({ receiver: person });
    expect((await list()).receivers).toEqual([{ ...merchant, relation: 'PARTNER' }]);
  });

  it.each([
    ['of an unknown type', { type: 'PERSONAL_SUB_OPENID' }, ['type']],
    ['of an unknown relation', { relation: 'FRIEND' }, ['relation']],
    ['that is a merchant without its name', merchant, ['name']],
    ['of a custom relation without a name', { relation: 'CUSTOM' }, ['customRelation']],
    ['of all these', { ...merchant, relation: 'FRIEND' }, ['relation', 'name']],
  ])('%s is refused before WeChat Pay is asked', async (_, changes, paths) => {
    const { shop, add } = receiving();
    const error = (await add(changes).catch((thrown: unknown) => thrown)) as CommerceError;
    expect(error.code).toBe('BAD_REQUEST');
    expect(error.fields?.map(({ path }) => path)).toEqual(paths);
    expect(error.fields?.every(({ message, messageEn }) => message && messageEn)).toBe(true);
    expect(shop.calls).toEqual([]);
  });

  it.each([
    { ...merchant, name: '供应商' },
    { relation: 'CUSTOM', customRelation: '推广员' },
  ])('is taken with what it needs: %j', async (changes) => {
    const { add, stored } = receiving();
    await add(changes);
    expect(stored()).toHaveLength(1);
  });

  it('may be known by its openid in the sub-merchants’ mini-program, if they have one', async () => {
    const { add, stored, list } = receiving('partner', 'wxfedcba9876543210');
    await add({ type: 'PERSONAL_SUB_OPENID' });
    expect(stored()).toHaveLength(1);
    expect((await list()).types).toEqual(['MERCHANT_ID', 'PERSONAL_OPENID', 'PERSONAL_SUB_OPENID']);
    expect((await receiving().list()).types).toEqual(['MERCHANT_ID', 'PERSONAL_OPENID']);
  });
});

describe('the receivers of a merchant', () => {
  it('are its own', async () => {
    const { shop, add, list } = receiving();
    await add({});
    const other = { _id: '19:PERSONAL_OPENID:oX', owner: '19', ...person, relation: 'STAFF' };
    shop.documents.put('sharing_receivers', other as never);
    expect(await list()).toMatchObject({ receivers: [{ ...person, relation: 'STAFF' }] });
    expect((await list()).relations).toContain('CUSTOM');
  });

  it('of a platform begin with itself', async () => {
    expect((await receiving('ecommerce').list()).receivers).toEqual([
      { type: 'MERCHANT_ID', account: '1900000001', relation: 'PLATFORM' },
    ]);
  });

  it('have to be added before anything is shared with them, and each that is not is named', async () => {
    const { shop, add, require } = receiving();
    await require();
    await add({});
    await require(person);
    const looked: string[] = [];
    shop.documents.interrupt = async (_, operation) => void looked.push(operation);
    await require();
    expect(looked).toEqual([]);
    await expect(require(person, merchant)).rejects.toMatchObject({
      code: 'RECEIVER_NOT_ADDED',
      fields: [{ path: 'receivers', messageEn: expect.stringContaining('1900000200 (MERCHANT_ID)') }],
    });
  });

  it('of a platform need not be added to be the platform itself', async () => {
    const itself = { type: 'MERCHANT_ID', account: '1900000001' } as never;
    await receiving('ecommerce').require(itself);
    await expect(receiving('partner').require(itself)).rejects.toMatchObject({ code: 'RECEIVER_NOT_ADDED' });
    await expect(receiving('ecommerce').require(itself, merchant)).rejects.toMatchObject({
      fields: [{ messageEn: expect.stringContaining('1900000200') }],
    });
  });
});

describe('whose money is shared', () => {
  it.each(['partner', 'ecommerce'] as const)('is a %s seller’s, by its id', async (kind) => {
    const { documents } = sharing(kind).shop;
    documents.put(sellersCollection, sellerRecord(kind));
    expect(await payeeOf(documents, 's1')).toEqual(payees[kind]);
    expect(await payeeOf(documents, null)).toEqual(payees.direct);
    await expect(payeeOf(documents, 's2')).rejects.toMatchObject({ code: 'SELLER_NOT_READY' });
    documents.put(sellersCollection, sellerRecord(kind, { subMchid: '' }));
    await expect(payeeOf(documents, 's1')).rejects.toMatchObject({ code: 'SELLER_NOT_READY' });
  });
});
