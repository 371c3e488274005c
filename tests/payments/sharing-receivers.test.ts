/** Receivers at the simulator: each relation and kind that a family of APIs takes, and no other. */
import { afterEach, describe, expect, it } from 'vitest';
import type { ShareProfitAnswers } from '../../shared/contract/index.ts';
import { refusal } from '../../shared/core/testing/expect-refusal.ts';
import { shareProfit } from '../../shared/payments/sharing/share-profit.ts';
import { act, closeShop, open, receiver, requests, shop } from './sharing-shop.ts';

afterEach(closeShop);

const sellerOf = (kind: 'direct' | 'partner' | 'ecommerce') =>
  kind === 'direct' ? null : shop.sandbox.credentials[kind].subMerchants[0]!.subMchid;
const listed = (sellerId: string | null) => act({ action: 'receivers', sellerId });

describe.each([
  ['direct', ['MERCHANT_ID', 'PERSONAL_OPENID'], 11],
  ['partner', ['MERCHANT_ID', 'PERSONAL_OPENID'], 11],
  ['ecommerce', ['MERCHANT_ID', 'PERSONAL_OPENID'], 5],
] as const)('a receiver of a %s account', (kind, types, count) => {
  it('is added in each relation that is offered', async () => {
    await open(kind);
    const sellerId = sellerOf(kind);
    const offered = await listed(sellerId);
    expect(offered.types).toEqual(types);
    expect(offered.relations).toHaveLength(count);
    for (const relation of offered.relations) {
      const custom = relation === 'CUSTOM' && { customRelation: '代理商' };
      const account = `o${relation}`;
      await act({
        ...{ action: 'addReceiver', sellerId, type: 'PERSONAL_OPENID', account, relation },
        ...custom,
      });
    }
    const { receivers } = await listed(sellerId);
    const added = receivers.filter(({ account }) => account.startsWith('o'));
    expect(added.map(({ relation }) => relation).sort()).toEqual([...offered.relations].sort());
  });

  it('is refused before it is sent: an unknown relation, another kind, a merchant without its name', async () => {
    await open(kind);
    const to = { action: 'addReceiver', sellerId: sellerOf(kind), relation: 'SUPPLIER' } as const;
    const person = { type: 'PERSONAL_OPENID', account: 'oStaff' } as const;
    const merchant = { type: 'MERCHANT_ID', account: receiver().mchid } as const;
    await refusal('BAD_REQUEST', () => act({ ...to, ...person, relation: 'FRIEND' }));
    await refusal('BAD_REQUEST', () => act({ ...to, ...person, type: 'PERSONAL_SUB_OPENID' }));
    await refusal('BAD_REQUEST', () => act({ ...to, ...merchant }));
    if (kind !== 'ecommerce')
      await refusal('BAD_REQUEST', () => act({ ...to, ...person, relation: 'CUSTOM' }));
    expect(requests(/receivers\/add$/)).toEqual([]);
  });
});

it('of a sub-merchant with a mini-program of its own is also known by the openid there', async () => {
  await open('partner');
  const sub = shop.sandbox.credentials.partner.subMerchants[0]!;
  const account = { ...shop.account, subAppid: shop.account.appid };
  const ports = { ...shop.ports, accounts: { find: () => account } };
  const ask = (request: object) => shareProfit(ports, 'oOperator', { sellerId: sub.subMchid, ...request });
  const { types } = (await ask({ action: 'receivers' })) as ShareProfitAnswers['receivers'];
  expect(types).toContain('PERSONAL_SUB_OPENID');
  const person = { type: 'PERSONAL_SUB_OPENID', account: 'oThere', relation: 'STAFF' };
  await ask({ action: 'addReceiver', ...person }).catch(() => undefined);
  expect(JSON.parse(requests(/receivers\/add$/)[0]!.body)).toMatchObject({
    sub_appid: account.subAppid,
    type: 'PERSONAL_SUB_OPENID',
    account: 'oThere',
  });
});
