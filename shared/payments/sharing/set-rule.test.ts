import { describe, expect, it } from 'vitest';
import type { SharingRule } from '../../contract/index.ts';
import type { AccountKind } from '../../core/account.ts';
import { type SellerRecord, sellersCollection } from '../../merchants/sellers.ts';
import { type ProductRecord, productsCollection } from '../../shop/products.ts';
import { sellerRecord } from '../withdrawals/testing/withdrawing.ts';
import type { SharingRecord } from './records.ts';
import { listRules, removeRule, setRule } from './set-rule.ts';
import { dayMs, minuteMs, nowMs, paidAtMs, ruleRecord, sharing } from './testing/sharing.ts';

const { _id, setBy: _by, setAtMs: _at, ...general } = ruleRecord();
const product = (id: string, sellerId?: string): ProductRecord => ({
  ...{ _id: id, title: id, price: { kind: 'fixed', amountFen: 1 }, onSale: true },
  ...(sellerId !== undefined && { sellerId }),
});

/** WeChat Pay lets the seller share 30 %. */
function setting(of: Partial<SharingRecord> = {}, kind: AccountKind = 'partner') {
  const at = sharing(kind, { state: 'WAITING', nextAtMs: null, ...of });
  const { shop } = at;
  const ofSeller = kind !== 'direct';
  const payee = { kind, sellerId: ofSeller ? 's1' : null, subMchid: ofSeller ? '1900000109' : null };
  shop.documents.put(sellersCollection, sellerRecord('partner'));
  shop.documents.put(productsCollection, product('bread', 's1'), product('tea'));
  const owner = kind === 'partner' ? '1900000109' : '1900000001';
  const added = { type: 'MERCHANT_ID', account: '1900000200', owner, relation: 'PARTNER' };
  shop.documents.put('sharing_receivers', { _id: `${owner}:MERCHANT_ID:1900000200`, ...added } as never);
  shop.answer = () => ({ max_ratio: 3000 });
  const set = (changes: Partial<SharingRule> = {}) =>
    setRule(shop.ports, shop.account, payee, { ...general, sellerId: payee.sellerId, ...changes }, 'oOp');
  return { ...at, set, rules: () => shop.documents.all('sharing_rules') };
}
const rejects = (asked: Promise<unknown>, code: string, path: string, zh = '', en = '') => {
  const [message, messageEn] = [expect.stringContaining(zh), expect.stringContaining(en)];
  return expect(asked).rejects.toMatchObject({ code, fields: [{ path, message, messageEn }] });
};

describe('a rule that is set', () => {
  it('is stored with who set it, and its seller’s orders are shared from then on', async () => {
    const { shop, set, rules } = setting();
    expect(await set()).toEqual({ rule: general });
    expect(rules()).toEqual([{ _id, ...general, setBy: 'oOp', setAtMs: nowMs }]);
    expect(shop.documents.all<SellerRecord>(sellersCollection)).toMatchObject([
      { profitSharing: true, updatedAtMs: nowMs },
    ]);
  });

  it('takes the place of the one before, of its product only', async () => {
    const { set, rules } = setting();
    await set();
    await set({ days: 3 });
    await set({ productId: 'bread' });
    expect(rules()).toMatchObject([
      { _id: 's1:*', days: 3 },
      { _id: 's1:bread', days: 0 },
    ]);
  });

  it.each([
    ['of another seller', 'tea'],
    ['that is not there', 'none'],
  ])('for a product %s is refused', async (_, productId) => {
    const { set, rules } = setting();
    await rejects(set({ productId }), 'PRODUCT_NOT_FOUND', 'productId', '没有这个商品', 'no such product');
    expect(rules()).toEqual([]);
  });

  it('for own goods is for a product of the shop', async () => {
    const { set, rules } = setting({}, 'direct');
    await set({ productId: 'tea' });
    expect(rules()).toMatchObject([{ _id: 'own:tea' }]);
    await rejects(set({ productId: 'bread' }), 'PRODUCT_NOT_FOUND', 'productId');
    await rejects(set({ productId: 'none' }), 'PRODUCT_NOT_FOUND', 'productId');
  });

  it.each([
    ['partner', 20, 9],
    ['ecommerce', 100, 79],
  ] as const)(
    'of a %s account ends before the money is unfrozen: %d and %d days',
    async (kind, days, freeAfterDays) => {
      await setting({}, kind).set({ days, freeAfterDays });
      await rejects(
        setting({}, kind).set({ days, freeAfterDays: freeAfterDays + 1 }),
        'SHARING_RULE_INVALID',
        'days',
        `最多冻结 ${days + freeAfterDays + 1} 天，天数合计应不超过 ${days + freeAfterDays} 天`,
        `at most ${days + freeAfterDays + 1} days, so the days may add up to at most ${days + freeAfterDays}.`,
      );
    },
  );

  it.each([300, 301])('of %d permille is taken up to what its merchant may share', async (permille) => {
    const receivers = [{ ...general.receivers[0]!, part: { permille } }];
    const outcome = await setting()
      .set({ receivers })
      .then(
        () => 'taken',
        ({ code }) => code,
      );
    expect(outcome).toBe(permille === 300 ? 'taken' : 'SHARING_RULE_INVALID');
  });

  it.each([
    ['partner', '1900000109'],
    ['direct', '1900000001'],
  ] as const)('of a %s account does not share with its payee', async (kind, account) => {
    const receivers = [{ ...general.receivers[0]!, account }];
    await rejects(setting({}, kind).set({ receivers }), 'SHARING_RULE_INVALID', 'receivers');
  });

  it('shares only with receivers that were added', async () => {
    const receivers = [{ ...general.receivers[0]!, account: '1900000201' }];
    await rejects(setting().set({ receivers }), 'RECEIVER_NOT_ADDED', 'receivers');
  });
});

describe('orders that wait when a rule is set', () => {
  const failure = { code: 'X', message: 'x' };
  const plan = { shares: [], netFen: 1000, freeAtMs: 0, onFailure: 'HOLD' } as const;

  it.each([
    ['are due', { failure }, { nextAtMs: nowMs, failure: null }],
    ['are due if the old rule failed', { state: 'FAILED', failure }, { nextAtMs: nowMs, failure: null }],
    ['are due once they may be shared', { paidAtMs: nowMs }, { nextAtMs: nowMs + minuteMs }],
    ['are left alone when they have a plan', { plan, failure }, { nextAtMs: null, failure }],
    ['are left alone when they are shared', { state: 'SHARED' }, { nextAtMs: null }],
    ['are left alone when they are another seller’s', { sellerId: 's2' }, { nextAtMs: null }],
  ] as [string, Partial<SharingRecord>, object][])('%s', async (_, of, expected) => {
    const { set, stored } = setting(of);
    await set();
    expect(stored()).toMatchObject(expected);
  });

  it('are due for the shop’s own goods too', async () => {
    const { set, stored } = setting({ paidAtMs: paidAtMs - dayMs }, 'direct');
    await set();
    expect(stored().nextAtMs).toBe(nowMs);
  });
});

it('rules are listed of all or of one seller, and removed one by one', async () => {
  const { shop, set } = setting();
  await set();
  shop.documents.put('sharing_rules', ruleRecord({ _id: 'own:*', sellerId: null }));
  const { ports } = shop;
  expect((await listRules(ports, undefined)).rules).toHaveLength(2);
  expect((await listRules(ports, null)).rules).toEqual([{ ...general, sellerId: null }]);
  expect((await listRules(ports, 's1')).rules).toEqual([general]);
  expect(await removeRule(ports, { sellerId: 's1', productId: null })).toEqual({ removed: true });
  expect(await removeRule(ports, { sellerId: 's1', productId: null })).toEqual({ removed: false });
  expect((await listRules(ports, undefined)).rules).toHaveLength(1);
});
