import type {
  RefundOrderAnswers,
  ShareProfitAnswers,
  ShareProfitRequest,
  SharingRule,
} from '../../shared/contract/index.ts';
import type { AccountKind } from '../../shared/core/account.ts';
import type { Document } from '../../shared/core/ports.ts';
import { sellersCollection } from '../../shared/merchants/sellers.ts';
import { refundsOf, workOnDueRefunds } from '../../shared/payments/refunds/find.ts';
import { refundOrder } from '../../shared/payments/refunds/refund-order.ts';
import { loadSharing } from '../../shared/payments/sharing/records.ts';
import { shareProfit } from '../../shared/payments/sharing/share-profit.ts';
import { workOnDueSharings } from '../../shared/payments/sharing/work.ts';
import { type RefundShop, refundShop } from './refund-shop.ts';

/** The shop of the test; `open` makes it. */
export let shop: RefundShop;
export const closeShop = () => shop?.close();

export const minuteMs = 60_000;
export const act = <A extends ShareProfitRequest['action']>(
  request: Extract<ShareProfitRequest, { action: A }>,
): Promise<ShareProfitAnswers[A]> =>
  shareProfit(shop.ports, 'oOperator', request) as Promise<ShareProfitAnswers[A]>;
export const work = () => workOnDueSharings(shop.ports, ['direct', 'partner', 'ecommerce'], () => true);
export const pass = async (minutes: number, stepMinutes = 1) => {
  for (let passed = 0; passed < minutes; passed += stepMinutes) {
    await shop.sandbox.clock.advance(stepMinutes * minuteMs);
    await work();
  }
};
export const sharingOf = async (outTradeNo: string) => (await loadSharing(shop.documents, outTradeNo))!;
export const balance = async (mchid: string) =>
  (await shop.sandbox.control('GET', `/merchants/${mchid}/balance`)).json;
export const requests = (path: RegExp) =>
  shop.sent.filter(({ method, url }) => method === 'POST' && path.test(new URL(url).pathname));

type AfterFirst<F extends (...args: never[]) => unknown> =
  Parameters<F> extends [unknown?, ...infer Rest] ? Rest : never;

/** A shop with one seller that may take payments. @param how see refundShop */
export async function open(kind: AccountKind, ...how: AfterFirst<typeof refundShop>): Promise<void> {
  shop = await refundShop(kind, ...how);
  const subMchid = seller();
  if (subMchid === null) return;
  const record = { _id: subMchid, subMchid, account: kind, name: '店', state: 'ACTIVE' } as Document;
  shop.documents.put(sellersCollection, record);
}

export const seller = () => {
  const { credentials } = shop.sandbox;
  return shop.account.kind === 'direct' ? null : credentials[shop.account.kind].subMerchants[0]!.subMchid;
};
/** A merchant that receives: of another kind of account than the shop's. */
export const receiver = () => shop.sandbox.credentials[shop.account.kind === 'direct' ? 'partner' : 'direct'];

export async function addReceivers(...people: string[]) {
  const { mchid, name } = receiver();
  const relation = shop.account.kind === 'ecommerce' ? 'DISTRIBUTOR' : 'PARTNER';
  const to = { action: 'addReceiver', sellerId: seller(), relation } as const;
  await act({ ...to, type: 'MERCHANT_ID', account: mchid, name });
  for (const account of people) await act({ ...to, type: 'PERSONAL_OPENID', account });
}

export const refundOf = (outTradeNo: string, name: string, more: object = {}) =>
  refundOrder(shop.ports, 'oOperator', {
    action: 'refund',
    outTradeNo,
    requestToken: name.padStart(16, '0'),
    ...more,
  }) as Promise<RefundOrderAnswers['refund']>;
export const refundsIn = async (outTradeNo: string) =>
  (await refundsOf(shop.documents, outTradeNo)).map(({ state }) => state);
export const later = async (minutes: number) => {
  for (let minute = 0; minute < minutes; minute++) {
    await shop.sandbox.clock.advance(minuteMs);
    await work();
    await workOnDueRefunds(shop.ports, () => true);
  }
};

export const rule = (changes: Partial<SharingRule> = {}) =>
  act({
    action: 'setRule',
    sellerId: seller(),
    productId: null,
    receivers: [
      { type: 'MERCHANT_ID', account: receiver().mchid, part: { permille: 200 }, description: '佣金' },
    ],
    after: 'PAYMENT',
    days: 0,
    freeAfterDays: 0,
    onFailure: 'HOLD',
    ...changes,
  });
