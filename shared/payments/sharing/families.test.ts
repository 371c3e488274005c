import { describe, expect, it } from 'vitest';
import type { AccountKind } from '../../core/account.ts';
import { familyOf } from './families.ts';
import { dayMs, minuteMs, share, shareRequest, shareReturn, sharing } from './testing/sharing.ts';

const receivers = [
  share(),
  share({ type: 'PERSONAL_OPENID', account: 'oStaff', amountFen: 5, description: '提成' }),
];

function calling(kind: AccountKind, answer: object = {}) {
  const { shop, record } = sharing(kind);
  shop.answer = () => answer;
  const { account } = shop;
  const family = familyOf(kind);
  return { family, account, record, shop, request: shareRequest({ receivers }), made: shareReturn() };
}
type Calling = ReturnType<typeof calling>;

const act = {
  share: ({ family, account, record, request }: Calling) => family.share(account, record, request),
  free: ({ family, account, record, request }: Calling) => family.free(account, record, request),
  query: ({ family, account, record, request }: Calling) => family.query(account, record, request),
  returnShare: ({ family, account, record, made }: Calling) => family.returnShare(account, record, made),
  queryReturn: ({ family, account, record, made }: Calling) => family.queryReturn(account, record, made),
} as const;

const order = { transaction_id: '4200000001', out_order_no: 'S1' };
const sub = { sub_mchid: '1900000109' };
const appid = { appid: 'wx0123456789abcdef' };
const numbers = { out_order_no: 'S1', out_return_no: 'R1' };
const back = { return_mchid: '1900000200', amount: 40, description: '退款回退分账' };
const free = { description: '解冻剩余资金' };
const ordinary = {
  receivers: [
    { type: 'MERCHANT_ID', account: '1900000200', amount: 100, description: '佣金' },
    { type: 'PERSONAL_OPENID', account: 'oStaff', amount: 5, description: '提成' },
  ],
  unfreeze_unsplit: false,
};
const ofPlatform = {
  receivers: ordinary.receivers.map(({ account, ...rest }) => ({ ...rest, receiver_account: account })),
  finish: false,
};
const ordinaryRoutes = {
  share: 'POST /v3/profitsharing/orders',
  free: 'POST /v3/profitsharing/orders/unfreeze',
  query: 'GET /v3/profitsharing/orders/{out_order_no}',
  returnShare: 'POST /v3/profitsharing/return-orders',
  queryReturn: 'GET /v3/profitsharing/return-orders/{out_return_no}',
};

/** What a request has beside what its merchants' kind asks for. */
describe.each([
  ['direct', {}],
  ['partner', sub],
] as const)('a request of a %s account', (kind, of) => {
  it.each([
    ['share', { ...appid, ...order, ...ordinary }],
    ['free', { ...order, ...free }],
    ['query', order],
    ['returnShare', { ...numbers, ...back }],
    ['queryReturn', numbers],
  ] as const)('to %s has the fields of its page', async (name, parameters) => {
    const at = calling(kind, { result: 'SUCCESS' });
    await act[name](at);
    expect(at.shop.calls).toEqual([{ route: ordinaryRoutes[name], parameters: { ...of, ...parameters } }]);
  });
});

describe('a request of an e-commerce platform', () => {
  it.each([
    ['share', 'POST /v3/ecommerce/profitsharing/orders', { ...appid, ...sub, ...order, ...ofPlatform }],
    ['free', 'POST /v3/ecommerce/profitsharing/finish-order', { ...sub, ...order, ...free }],
    ['query', 'GET /v3/ecommerce/profitsharing/orders', { ...sub, ...order }],
    [
      'returnShare',
      'POST /v3/ecommerce/profitsharing/returnorders',
      { ...sub, ...numbers, ...back, transaction_id: '4200000001' },
    ],
    ['queryReturn', 'GET /v3/ecommerce/profitsharing/returnorders', { ...sub, ...numbers }],
  ] as const)('to %s has the fields of its page', async (name, route, parameters) => {
    const at = calling('ecommerce', { result: 'SUCCESS' });
    await act[name](at);
    expect(at.shop.calls).toEqual([{ route, parameters }]);
  });

  it('names receivers by whichever field WeChat Pay uses', async () => {
    const wire = { amount: 1, result: 'SUCCESS' };
    const at = calling('ecommerce', {
      status: 'FINISHED',
      order_id: 'O1',
      receivers: [
        { ...wire, receiver_account: 'a', receiver_mchid: 'b' },
        { ...wire, receiver_mchid: 'b' },
        wire,
      ],
    });
    const { state, receivers: found } = await act.query(at);
    expect(state).toBe('FINISHED');
    expect(found.map(({ account }) => account)).toEqual(['a', 'b', '']);
  });

  it('to share or unfreeze is in progress until a query says more', async () => {
    const answer = { order_id: 'O1', status: 'FINISHED', state: 'FINISHED' };
    const pending = { state: 'PROCESSING', orderId: 'O1', receivers: [] };
    expect(await act.share(calling('ecommerce', answer))).toEqual(pending);
    expect(await act.free(calling('ecommerce', answer))).toEqual(pending);
    expect(await act.query(calling('ecommerce', { order_id: 'O1' }))).toEqual(pending);
  });
});

it.each(['direct', 'partner'] as const)(
  'the answers of a %s account say at once what they know',
  async (kind) => {
    const answer = {
      state: 'FINISHED',
      order_id: 'O1',
      receivers: [{ account: '1900000200', amount: 100, result: 'SUCCESS' }],
    };
    const known = {
      state: 'FINISHED',
      orderId: 'O1',
      receivers: [{ account: '1900000200', amountFen: 100 }],
    };
    for (const name of ['share', 'free', 'query'] as const)
      expect(await act[name](calling(kind, answer))).toMatchObject(known);
  },
);

describe('receivers', () => {
  const person = { type: 'PERSONAL_OPENID', account: 'oStaff' } as const;
  const named = { ...person, name: '密文', relation: 'CUSTOM', customRelation: '推广员' };

  it('of sub-merchants are added and deleted with the mini-program in which they are known', async () => {
    const { family, account, shop } = calling('partner');
    const own = { ...account, subAppid: 'wxfedcba9876543210' };
    await family.addReceiver(own, '1900000109', named);
    await family.addReceiver(account, null, { ...person, relation: 'STAFF' });
    await family.deleteReceiver(own, '1900000109', person);
    const subAppid = { sub_appid: 'wxfedcba9876543210' };
    const add = 'POST /v3/profitsharing/receivers/add';
    expect(shop.calls).toEqual([
      {
        route: add,
        parameters: {
          ...{ ...sub, ...appid, ...subAppid, ...person, name: '密文', relation_type: 'CUSTOM' },
          custom_relation: '推广员',
        },
      },
      { route: add, parameters: { ...appid, ...person, relation_type: 'STAFF' } },
      {
        route: 'POST /v3/profitsharing/receivers/delete',
        parameters: { ...sub, ...appid, ...subAppid, ...person },
      },
    ]);
  });

  it('of a platform are added and deleted for all its sellers', async () => {
    const { family, account, shop } = calling('ecommerce');
    await family.addReceiver(account, '1900000109', named);
    await family.addReceiver(account, '1900000109', { ...person, relation: 'OTHERS' });
    await family.deleteReceiver(account, '1900000109', person);
    const add = 'POST /v3/ecommerce/profitsharing/receivers/add';
    expect(shop.calls).toEqual([
      { route: add, parameters: { ...appid, ...person, encrypted_name: '密文', relation_type: 'CUSTOM' } },
      { route: add, parameters: { ...appid, ...person, relation_type: 'OTHERS' } },
      { route: 'POST /v3/ecommerce/profitsharing/receivers/delete', parameters: { ...appid, ...person } },
    ]);
  });
});

describe('what is left, and the most that may be shared', () => {
  it.each([
    ['direct', 'GET /v3/profitsharing/transactions/{transaction_id}/amounts'],
    ['partner', 'GET /v3/profitsharing/transactions/{transaction_id}/amounts'],
    ['ecommerce', 'GET /v3/ecommerce/profitsharing/orders/{transaction_id}/amounts'],
  ] as const)('of an order of a %s account is asked for by its transaction', async (kind, route) => {
    const { family, account, shop } = calling(kind, { unsplit_amount: 7 });
    expect(await family.unsplitFen(account, '42')).toBe(7);
    expect(shop.calls).toEqual([{ route, parameters: { transaction_id: '42' } }]);
  });

  it('is asked for a sub-merchant of a partner, and known to nobody else', async () => {
    const { family, account, shop } = calling('partner', { max_ratio: 2000 });
    expect(await family.maxRatio(account, '1900000109')).toBe(2000);
    const route = 'GET /v3/profitsharing/merchant-configs/{sub_mchid}';
    expect(shop.calls.splice(0)).toEqual([{ route, parameters: sub }]);
    expect(await family.maxRatio(account, null)).toBeUndefined();
    expect(await familyOf('ecommerce').maxRatio(account, '1900000109')).toBeUndefined();
    expect(shop.calls).toEqual([]);
  });
});

it.each([
  ['direct', 25, minuteMs, 30 * dayMs, 3, 11],
  ['partner', 25, minuteMs, 30 * dayMs, 3, 11],
  ['ecommerce', 250, minuteMs / 2, 180 * dayMs, 2, 5],
] as const)(
  'the published limits of %s',
  (kind, sharesPerSecond, minAgeMs, frozenForMs, types, relations) => {
    const family = familyOf(kind);
    expect(family).toMatchObject({ sharesPerSecond, minAgeMs, frozenForMs });
    expect([family.receiverTypes.length, family.relations.length]).toEqual([types, relations]);
  },
);
