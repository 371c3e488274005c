/**
 * What belongs to one user is not there for another, who is a seller too: every function that a user may call, with the
 * ids of somebody else. The owner's own call shows that the thing is there.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Attacked, startAttacked } from './instance.ts';

const owner = 'oSandboxUser0000000000000001';
const stranger = 'oSandboxUser0000000000000002';
const operator = 'oSandboxUser0000000000000003';

const requestToken = 't'.repeat(24);
const applicationId = 'd'.repeat(32);
const sellerId = '1900000777';
const otherSellerId = '1900000778';
const product = { title: '茶', amountFen: 100 };
const theirs = { title: '一分钱的茶', amountFen: 1 };
/** Sold by the owner's seller, and listed for the owner. */
const sold = 's'.repeat(32);
const authorizationNo = 'b'.repeat(32);

let attacked: Attacked;
let outTradeNo: string;
let outBillNo: string;

beforeAll(async () => {
  attacked = await startAttacked();
  const { paymentNo } = await dataOf('createOrder', owner, {
    requestToken,
    items: [{ productId: 'sticker', quantity: 1 }],
  });
  outTradeNo = paymentNo;
  const { transfer } = await dataOf('transferMoney', operator, {
    action: 'transfer',
    requestToken,
    openid: owner,
    amountFen: 30,
    remark: '三月佣金',
    sceneId: '1005',
    reports: { 岗位类型: '推广员', 报酬说明: '三月佣金' },
  });
  outBillNo = transfer.outBillNo;
  const { database } = attacked.system.emulator;
  for (const [_id, ownerOpenid] of [
    [sellerId, owner],
    [otherSellerId, stranger],
  ] as const)
    database.put('sellers', {
      ...{ _id, name: '某店', ownerOpenid, account: 'ecommerce', subMchid: _id, applicationId },
      ...{ state: 'ACTIVE', profitSharing: true, version: 1, createdAtMs: 0, updatedAtMs: 0 },
    });
  database.put('products', {
    ...{ _id: 'owned', title: '茶', price: { kind: 'fixed', amountFen: 1 }, onSale: true, sellerId },
  });
  database.put('applications', {
    ...{ _id: applicationId, openid: owner, kind: 'ecommerce', state: 'FINISH', stage: 'finished' },
    ...{ open: false, form: {}, masks: [], merchantShortname: '某店', fingerprint: '', version: 1 },
    ...{ applymentId: '1', subMchid: null, sellerId: null, signUrl: null, legalValidationUrl: null },
    ...{ rejections: null, accountValidation: null, leaseUntilMs: 0, polledAtMs: 0, nextPollAtMs: null },
    ...{ attempts: 0, createdAtMs: 0, updatedAtMs: 0 },
  });
  const { direct, ecommerce } = attacked.system.simulator.credentials();
  database.put('orders', {
    ...{ _id: sold, paymentNo: sold, account: 'ecommerce', state: 'SUCCESS', amountFen: 1, currency: 'CNY' },
    ...{ description: '茶', items: [], openid: operator, sellerId, sellerName: '某店', listKey: sold },
    ...{ createdAtMs: 0, expiresAtMs: 0, paidAtMs: 0, fulfilment: 'DONE' },
  });
  database.put('ledger', {
    ...{ _id: `PAYMENT:${sold}`, kind: 'PAYMENT', reference: sold, outTradeNo: sold, amountFen: 1, atMs: 0 },
    ...{ account: 'ecommerce', mchid: ecommerce.mchid, subMchid: sellerId, billedKey: sold },
  });
  database.put('transfer_authorizations', {
    ...{ _id: 'a', number: authorizationNo, openid: owner, state: 'CLOSED', sceneId: '1005', round: 1 },
    ...{ appid: direct.appid, mchid: direct.mchid, version: 1, createdAtMs: 0, packageInfo: null },
    ...{ authorizedAtMs: null, closedAtMs: 0, closeReason: null, authorizationId: null },
  });
});
afterAll(() => attacked?.close());

interface Answer {
  readonly ok: boolean;
  readonly data?: unknown;
  readonly error?: { readonly code: string };
}

async function answerOf(name: string, openid: string, event: object): Promise<Answer> {
  return (await attacked.call(name, event, { source: 'user', openid })).answer as Answer;
}

// biome-ignore lint/suspicious/noExplicitAny: answers of several functions
async function dataOf(name: string, openid: string, event: object): Promise<any> {
  const answer = await answerOf(name, openid, event);
  if (!answer.ok) throw new Error(JSON.stringify(answer));
  return answer.data;
}

const fileIdOf = (openid: string) =>
  `cloud://${attacked.system.emulator.envId}.bucket/applyments/${openid}/${'a'.repeat(32)}.png`;
const [one, all] = [{ applicationId }, { sellerId }];

type Attempt = readonly [name: string, event: () => object, code: string];
const attempts: readonly Attempt[] = [
  ['queryOrder', () => ({ paymentNo: outTradeNo }), 'ORDER_NOT_FOUND'],
  ['queryOrder', () => ({ outTradeNo }), 'ORDER_NOT_FOUND'],
  ['closeOrder', () => ({ paymentNo: outTradeNo }), 'ORDER_NOT_FOUND'],
  ['createOrder', () => ({ paymentNo: outTradeNo }), 'ORDER_NOT_FOUND'],
  ['requestRefund', () => ({ action: 'query', outTradeNo }), 'ORDER_NOT_FOUND'],
  ['requestRefund', () => ({ action: 'ask', outTradeNo }), 'ORDER_NOT_FOUND'],
  ['confirmReceipt', () => ({ outTradeNo }), 'ORDER_NOT_FOUND'],
  ['receiveTransfer', () => ({ action: 'query', outBillNo }), 'TRANSFER_NOT_FOUND'],
  ['sellerFunds', () => ({ action: 'overview', ...all }), 'SELLER_NOT_FOUND'],
  ['sellerFunds', () => ({ action: 'entries', kind: 'sales', ...all }), 'SELLER_NOT_FOUND'],
  ['sellerFunds', () => ({ action: 'dayEnd', date: '2026-01-02', ...all }), 'SELLER_NOT_FOUND'],
  ['sellerFunds', () => ({ action: 'withdraw', requestToken, amountFen: 1, ...all }), 'SELLER_NOT_FOUND'],
  ['sellerFunds', () => ({ action: 'withdrawals', ...all }), 'SELLER_NOT_FOUND'],
  ['sellerProducts', () => ({ action: 'list', ...all }), 'SELLER_NOT_FOUND'],
  ['sellerProducts', () => ({ action: 'add', requestToken, product, ...all }), 'SELLER_NOT_FOUND'],
  ['sellerProducts', () => ({ action: 'change', productId: 'owned', product, ...all }), 'SELLER_NOT_FOUND'],
  [
    'sellerProducts',
    () => ({ action: 'setOnSale', productId: 'owned', onSale: false, ...all }),
    'SELLER_NOT_FOUND',
  ],
  [
    'sellerProducts',
    () => ({ action: 'change', productId: 'owned', product: theirs, sellerId: otherSellerId }),
    'PRODUCT_NOT_FOUND',
  ],
  [
    'sellerProducts',
    () => ({ action: 'setOnSale', productId: 'owned', onSale: true, sellerId: otherSellerId }),
    'PRODUCT_NOT_FOUND',
  ],
  ['applyMerchant', () => ({ action: 'query', ...one }), 'APPLICATION_NOT_FOUND'],
  ['applyMerchant', () => ({ action: 'revise', form: {}, ...one }), 'APPLICATION_NOT_FOUND'],
  ['applyMerchant', () => ({ action: 'revoke', ...one }), 'APPLICATION_NOT_FOUND'],
  ['applyMerchant', () => ({ action: 'settlement', ...one }), 'APPLICATION_NOT_FOUND'],
  ['applyMerchant', () => ({ action: 'changeSettlement', account: {}, ...one }), 'APPLICATION_NOT_FOUND'],
  [
    'applyMerchant',
    () => ({ action: 'settlementChange', applicationNo: '1', ...one }),
    'APPLICATION_NOT_FOUND',
  ],
  ['uploadMedia', () => ({ action: 'finish', fileID: fileIdOf(owner) }), 'FILE_NOT_YOURS'],
];

describe('what belongs to somebody else', () => {
  it.each(attempts)('is not there for %s %#', async (name, event, code) => {
    const { answer, written } = await attacked.call(name, event(), { source: 'user', openid: stranger });
    expect(answer).toMatchObject({ ok: false, error: { code } });
    expect(written).toEqual([]);
    expect(JSON.stringify(answer)).not.toContain(owner);
    const own = await answerOf(name, owner, event());
    expect(own.error?.code).not.toBe(code);
  });

  it('is in no list', async () => {
    const listsOf = (sellerId: string) =>
      [
        ['queryOrder', { list: 'mine' }],
        ['queryOrder', { list: 'seller' }],
        ['receiveTransfer', { action: 'list' }],
        ['receiveTransfer', { action: 'authorizations' }],
        ['sellerFunds', { action: 'sellers' }],
        ['sellerFunds', { action: 'entries', kind: 'sales', sellerId }],
        ['sellerProducts', { action: 'list', sellerId }],
        ['applyMerchant', { action: 'query' }],
      ] as const;
    const own: string[] = [];
    for (const [name, event] of listsOf(sellerId)) own.push(JSON.stringify(await dataOf(name, owner, event)));
    const theirLists: string[] = [];
    for (const [name, event] of listsOf(otherSellerId))
      theirLists.push(JSON.stringify(await dataOf(name, stranger, event)));
    // Each list of the owner has something of the owner's, and that of the stranger has not.
    const whatIsWhere = [
      ...[outTradeNo, sold, outBillNo, authorizationNo],
      ...[sellerId, `"reference":"${sold}"`, '"owned"', applicationId],
    ];
    for (const [index, id] of whatIsWhere.entries()) {
      expect(own[index]).toContain(id);
      expect(theirLists.join()).not.toContain(id);
    }
    expect(theirLists.join()).not.toContain(owner);
  });

  it('is in no file path that another person’s begins with', async () => {
    const fileID = fileIdOf(owner).replace(`/${owner}/`, `/${stranger}/../${owner}/`);
    expect(await answerOf('uploadMedia', stranger, { action: 'finish', fileID })).toMatchObject({
      ok: false,
      error: { code: 'FILE_NOT_YOURS' },
    });
  });
});

describe('somebody who is no operator', () => {
  const guesses = [
    { operator: true },
    { openid: operator },
    { userInfo: { openId: operator }, tcbContext: { openid: operator } },
    { isOperator: true, caller: { source: 'server' } },
  ];

  it.each(['refundOrder', 'shareProfit', 'transferMoney', 'shipOrder', 'handleComplaints', 'manageShop'])(
    'does not become one by what the event says: %s',
    async (name) => {
      for (const guess of guesses) {
        const event = { action: 'query', outTradeNo, ...guess };
        const answer = await answerOf(name, stranger, event);
        expect(answer).toMatchObject({ ok: false, error: { code: 'NOT_ALLOWED' } });
      }
    },
  );

  it('sees no other seller’s money by leaving out whose it is', async () => {
    expect(await answerOf('sellerFunds', owner, { action: 'overview' })).toMatchObject({
      ok: false,
      error: { code: 'NOT_ALLOWED' },
    });
  });
});
