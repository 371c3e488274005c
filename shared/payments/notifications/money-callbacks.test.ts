/** Callbacks about everything but payments: genuine, forged, and of other merchants. */
import { describe, expect, it } from 'vitest';
import type { Document } from '../../core/ports.ts';
import type { MemoryDocuments } from '../../core/testing/documents.ts';
import { ledgerCollection } from '../ledger/ledger.ts';
import type { SharingRecord } from '../sharing/records.ts';
import { madeUpRecords } from '../testing/watched-money.ts';
import type { WithdrawalRecord } from '../withdrawals/records.ts';
import { certified, harness, otherKey, type Sent, verifyingProvider } from './testing/callbacks.ts';

const sub = '1900000109';
const provider = '1900000002';

const complaint = { complaint_id: '200201820200101080076610000', action_type: 'CREATE_COMPLAINT' };
const violation = { sub_mchid: sub, record_id: '40110104', punish_plan: '关闭支付权限' };
const withdrawal = {
  sub_mchid: sub,
  out_request_no: 'W1',
  withdraw_id: '12321937198237912739132791732123',
  status: 'SUCCESS',
  amount: 500,
};
const share = {
  sp_mchid: provider,
  sub_mchid: sub,
  transaction_id: '4200002',
  order_id: '3008450740201411110007820472',
  out_order_no: 'S1',
  receiver: { type: 'MERCHANT_ID', account: provider, amount: 100, description: '佣金' },
  success_time: '2026-01-02T11:04:05+08:00',
};

const direct = { appid: 'wx0123456789abcdef', mchid: '1900000001' };
const at = '2026-01-02T11:04:05+08:00';
const refund = {
  ...{ sp_mchid: provider, sub_mchid: sub, out_trade_no: 'T1', transaction_id: '4200002' },
  ...{ out_refund_no: 'R1', refund_id: '50', refund_status: 'SUCCESS', success_time: at },
  ...{ amount: { total: 1000, refund: 300 }, user_received_account: '支付用户零钱' },
};
const transfer = {
  ...{
    mch_id: direct.mchid,
    out_bill_no: 'B1',
    transfer_bill_no: '1330000071100999991182020050700019480001',
  },
  ...{ state: 'SUCCESS', transfer_amount: 30, openid: 'opayer', update_time: at },
};
const authorization = {
  ...{ ...direct, out_authorization_no: 'A1', authorization_id: '661', openid: 'opayer' },
  ...{ state: 'TAKING_EFFECT', authorize_time: at },
};

const events = {
  refund: { type: 'REFUND.SUCCESS', resource: refund },
  transfer: { type: 'MCHTRANSFER.BILL.FINISHED', resource: transfer },
  authorization: { type: 'MCHTRANSFER.AUTHORIZATION.CONFIRMED', resource: authorization },
  complaint: { type: 'COMPLAINT.CREATE', resource: complaint },
  violation: { type: 'VIOLATION.PUNISH', resource: violation },
  withdrawal: { type: 'MCHWITHDRAW.CHANGE', resource: withdrawal },
  share: { type: 'TRANSACTION.SUCCESS', resource: share },
};
type Kind = keyof typeof events;
const identifying: Record<Kind, string> = {
  refund: 'out_refund_no',
  transfer: 'out_bill_no',
  authorization: 'out_authorization_no',
  complaint: 'complaint_id',
  violation: 'record_id',
  withdrawal: 'out_request_no',
  share: 'order_id',
};
const kinds = Object.keys(events) as Kind[];
/** Transfers are the shop's own. */
const isDirect = (kind: Kind) => kind === 'transfer' || kind === 'authorization';

/** A refund, a transfer and an authorisation under way. */
function putWhatTheyAreAbout(documents: Pick<MemoryDocuments, 'put'>): void {
  madeUpRecords();
  const ofSeller = { account: 'ecommerce', mchid: provider, subMchid: sub, version: 1 } as const;
  const order = { ...ofSeller, _id: 'T1', paymentNo: 'T1', state: 'SUCCESS', amountFen: 1000 };
  const refunds = [{ outRefundNo: 'R1', amountFen: 300, sendAfterMs: 0 }];
  documents.put('orders', { ...order, refunds, fulfilment: 'DONE', fulfilAttempts: 1 } as Document);
  documents.put('refunds', {
    ...{ ...ofSeller, _id: 'R1', outTradeNo: 'T1', amountFen: 300, totalFen: 1000, attempts: 1 },
    ...{ state: 'PROCESSING', requestedBy: 'operator', acceptedAtMs: null, nextAtMs: 9e15 },
  } as Document);
  const own = { ...direct, version: 1, openid: 'opayer', createdAtMs: 0 };
  documents.put('transfers', {
    ...{ ...own, _id: 'B1', amountFen: 30, state: 'WAIT_USER_CONFIRM', day: '2026-01-02', attempts: 1 },
    ...{ nextAtMs: 9e15, expiresAtMs: 9e15, askedAtMs: 0, cancelRequested: false, request: null },
    ...{ transferBillNo: null, packageInfo: null, endedAtMs: null, failReason: null, failure: null },
  } as Document);
  documents.put('transfer_authorizations', {
    ...{ ...own, _id: 'A', number: 'A1', sceneId: '1005', round: 1, state: 'WAIT_USER_CONFIRM' },
    ...{ authorizationId: null, authorizedAtMs: null, closedAtMs: null, closeReason: null },
  } as Document);
}

/** A platform with a withdrawal under way, and an order whose share is pending. */
async function platform() {
  const { shop, send } = await harness(verifyingProvider);
  const account = { account: 'ecommerce', mchid: provider, subMchid: sub, version: 1 } as const;
  const made = {
    ...{ ...account, _id: 'W1', ownerMchid: sub, amountFen: 500, state: 'PROCESSING', attempts: 1 },
    ...{ sentAtMs: null, paidAtMs: null, receivedAccount: null },
  };
  shop.documents.put('withdrawals', made as Document);
  const request = { outOrderNo: 'S1', kind: 'SHARE', state: 'PROCESSING', receivers: [] };
  const sharing = { ...account, _id: 'T1', requests: [request], returns: [], refunds: [], nextAtMs: 9e15 };
  shop.documents.put('sharings', sharing as Document);
  shop.documents.put(ledgerCollection, { _id: 'PAYMENT:4200002', outTradeNo: 'T1' } as Document);
  putWhatTheyAreAbout(shop.documents);
  const post = (kind: Kind, changes: Sent = {}) => {
    const ours: Sent = isDirect(kind) ? { path: '/direct' } : { path: '/ecommerce', key: otherKey };
    return send({ ...ours, event: events[kind], ...changes });
  };
  return {
    post,
    send,
    documents: shop.documents,
    dump: () => shop.documents.dump(),
    withdrawal: () => shop.documents.peek<WithdrawalRecord>('withdrawals', 'W1')!,
    sharing: () => shop.documents.peek<SharingRecord>('sharings', 'T1')!,
  };
}

const effects: Record<Kind, (shop: Awaited<ReturnType<typeof platform>>) => void> = {
  refund: ({ documents }) => {
    expect(documents.peek('refunds', 'R1')).toMatchObject({ state: 'SUCCESS' });
    expect(documents.peek(ledgerCollection, 'REFUND:R1')).toMatchObject({ amountFen: -300 });
  },
  transfer: ({ documents }) => {
    expect(documents.peek('transfers', 'B1')).toMatchObject({ state: 'SUCCESS' });
    expect(documents.peek(ledgerCollection, 'TRANSFER:B1')).toMatchObject({ amountFen: -30 });
  },
  authorization: ({ documents }) =>
    expect(documents.peek('transfer_authorizations', 'A')).toMatchObject({ state: 'TAKING_EFFECT' }),
  complaint: ({ documents }) =>
    expect(documents.all('complaints')).toMatchObject([
      { _id: complaint.complaint_id, account: 'ecommerce' },
    ]),
  violation: ({ documents }) =>
    expect(documents.all('violations')).toMatchObject([{ recordId: '40110104', subMchid: sub }]),
  withdrawal: ({ withdrawal: made, documents }) => {
    expect(made()).toMatchObject({ state: 'SUCCESS' });
    expect(documents.all(ledgerCollection)).toContainEqual(
      expect.objectContaining({ _id: 'WITHDRAWAL:W1', amountFen: -500 }),
    );
  },
  share: ({ sharing }) => expect(sharing().nextAtMs).toBeLessThan(9e15),
};

/** What is kept of it: only refunds and shares belong to an order. */
const audits: Record<Kind, object> = {
  refund: { outTradeNos: ['T1'] },
  transfer: { outTradeNos: ['B1'], outcomes: ['changed'] },
  authorization: { outTradeNos: [], outcomes: ['changed'] },
  complaint: { outTradeNos: [], outcomes: ['CREATE_COMPLAINT'] },
  violation: { outTradeNos: [], outcomes: ['recorded'] },
  withdrawal: { outTradeNos: [], outcomes: ['SUCCESS'] },
  share: { outTradeNos: ['T1'] },
};

describe.each(kinds)('a callback about a %s', (kind) => {
  it('is recorded once, however often it comes', async () => {
    const shop = await platform();
    expect((await shop.post(kind)).statusCode).toBe(204);
    effects[kind](shop);
    expect(shop.documents.all('notifications')).toMatchObject([audits[kind]]);
    const before = shop.dump();
    expect((await shop.post(kind)).statusCode).toBe(204);
    expect(shop.dump()).toBe(before);
  });

  const forgeries: [string, Sent, number][] = [
    ['a changed body', { spoil: ({ body }) => ({ body: body.replace('summary":"', 'summary":"!') }) }, 401],
    ['the signature of another key', { pair: certified }, 401],
    ['no signature', { spoil: () => ({ headers: {} }) }, 401],
    ['a resource encrypted for another merchant', { key: 'k'.repeat(32) }, 500],
    [
      "the path of another account, whose key can't open it",
      { path: isDirect(kind) ? '/ecommerce' : '/direct' },
      500,
    ],
  ];
  it.each(forgeries)('with %s changes nothing', async (_name, forged, status) => {
    const shop = await platform();
    const before = shop.dump();
    expect((await shop.post(kind, forged)).statusCode).toBe(status);
    expect(shop.dump()).toBe(before);
  });

  it('without identifiers is not acknowledged and not recorded', async () => {
    const shop = await platform();
    const before = shop.dump();
    const { type, resource } = events[kind];
    const event = { type, resource: { ...resource, [identifying[kind]]: undefined } };
    expect((await shop.post(kind, { event })).statusCode).toBe(500);
    expect(shop.dump()).toBe(before);
  });
});

it.each([
  ['of another sub-merchant', { ...withdrawal, sub_mchid: '1900000110' }],
  ['of the platform itself', { ...withdrawal, sub_mchid: undefined }],
  ['that this shop never made', { ...withdrawal, out_request_no: 'W9' }],
  ['of another amount', { ...withdrawal, amount: 501 }],
])('a genuine callback about a withdrawal %s moves no money', async (_name, resource) => {
  const shop = await platform();
  const event = { ...events.withdrawal, resource };
  expect((await shop.post('withdrawal', { event })).statusCode).toBe(204);
  expect(shop.withdrawal()).toMatchObject({ state: 'PROCESSING', version: 1 });
  expect(shop.documents.all(ledgerCollection)).toHaveLength(1);
});

it.each([
  ['of another sub-merchant', { ...share, sub_mchid: '1900000110' }],
  ['of another provider', { ...share, sp_mchid: '1900000003' }],
  ['of a direct merchant', { ...share, sp_mchid: undefined, sub_mchid: undefined, mchid: provider }],
  ['of a payment that is not here', { ...share, transaction_id: '4200009' }],
  ['under a number that is not pending', { ...share, out_order_no: 'S9' }],
])('a genuine callback about a share %s changes no order', async (_name, resource) => {
  const shop = await platform();
  const event = { ...events.share, resource };
  expect((await shop.post('share', { event })).statusCode).toBe(204);
  expect(shop.sharing()).toMatchObject({ nextAtMs: 9e15, version: 1 });
  expect(shop.documents.all('anomalies')).toEqual([]);
});

it.each(['PROFITSHARING.SUCCESS', 'PROFITSHARING.RETURN', 'PROFITSHARING', 'PROFITSHARING_RETURN'])(
  'a share is taken under the event type %s too',
  async (type) => {
    const shop = await platform();
    expect((await shop.post('share', { event: { type, resource: share } })).statusCode).toBe(204);
    effects.share(shop);
  },
);

it('a penalty that comes to a merchant without sub-merchants is kept for the audit only', async () => {
  const shop = await platform();
  expect((await shop.send({ event: events.violation, path: '/direct' })).statusCode).toBe(204);
  expect(shop.documents.all('violations')).toEqual([]);
  expect(shop.documents.all('notifications')).toMatchObject([{ outcomes: ['WRONG_ACCOUNT'] }]);
});
