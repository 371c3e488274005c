/** A shop with one paid order, and what instances of its functions do to its refunds. */
import { receiveNotification } from '../../shared/payments/notifications/receive.ts';
import { requestRefund } from '../../shared/payments/refunds/buyer-request.ts';
import { workOnDueRefunds } from '../../shared/payments/refunds/find.ts';
import type { RefundPorts } from '../../shared/payments/refunds/ports.ts';
import type { RefundRecord } from '../../shared/payments/refunds/records.ts';
import { refundOrder } from '../../shared/payments/refunds/refund-order.ts';
import { parseNotification } from '../../shared/wechatpay/notifications/notifications.ts';
import type { RefundShop } from '../payments/refund-shop.ts';
import { type Fault, faultyClock, faultyDocuments, faultyTransport } from './faults.ts';
import type { Turn } from './interleaving.ts';
import type { Seen } from './refunds-model.ts';

export interface Callback {
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: string;
}

/** One more instance of the functions. */
export function instanceOf(shop: RefundShop, fault: Fault, turn: Turn): RefundPorts {
  const ports = shop.instance(faultyTransport(fault, turn));
  const clock = faultyClock(ports.clock, fault);
  return { ...ports, clock, documents: faultyDocuments(shop.documents, fault, turn) };
}

export const tokenOf = (name: string) => name.padStart(16, '0');

export const ask = (ports: RefundPorts, outTradeNo: string, name: string, amountFen: number) =>
  refundOrder(ports, 'oOperator', { action: 'refund', outTradeNo, requestToken: tokenOf(name), amountFen });

export const askAsBuyer = (ports: RefundPorts, outTradeNo: string) =>
  requestRefund(ports, 'oPayer', { action: 'ask', outTradeNo });

export const runTimer = (ports: RefundPorts) => workOnDueRefunds(ports, () => true);

export const refundToCard = (ports: RefundPorts, outRefundNo: string) =>
  refundOrder(ports, 'oOperator', {
    action: 'refundElsewhere',
    outRefundNo,
    ...{
      type: 'USER_BANK_CARD',
      bankType: 'ICBC_DEBIT',
      bankAccount: '6222020000000000001',
      realName: '林小满',
    },
  });

/** Verified, decrypted and recorded, as payNotify does. */
export async function receive(shop: RefundShop, ports: RefundPorts, callback: Callback): Promise<void> {
  const { client, kind } = shop.account;
  const keys = { platformKeys: client.platformKeys, apiV3Key: client.account.apiV3Key };
  const nowMs = () => ports.clock.nowMs();
  await receiveNotification(ports, await parseNotification(callback, { ...keys, nowMs }), kind);
}

/** A refund that the merchant makes in the merchant platform. @throws WechatpayError */
export async function refundElsewhere(
  shop: Pick<RefundShop, 'order' | 'account'>,
  outTradeNo: string,
  no: string,
  refund: number,
) {
  const { amountFen: total, subMchid } = shop.order(outTradeNo);
  const { client, kind, appid } = shop.account;
  const request = {
    out_trade_no: outTradeNo,
    out_refund_no: no,
    notify_url: 'http://127.0.0.1:9/notify',
    amount: { refund, total, currency: 'CNY' as const },
  };
  if (kind === 'ecommerce') {
    const of = { sub_mchid: subMchid!, sp_appid: appid };
    await client.request('POST /v3/ecommerce/refunds/apply', { ...of, ...request });
  } else {
    const of = subMchid === null ? {} : { sub_mchid: subMchid };
    await client.request('POST /v3/refund/domestic/refunds', { ...of, ...request });
  }
}

/** Both sides, as they are now. */
export async function refundsSeen(shop: RefundShop): Promise<Map<string, Seen>> {
  const { json } = await shop.sandbox.control('GET', '/refunds');
  const there = json.refunds as { outRefundNo: string; status: Seen['there']; amountFen: number }[];
  const seen = new Map<string, Seen>();
  for (const { outRefundNo, status, amountFen } of there) {
    const elsewhere = outRefundNo.startsWith('PLATFORM');
    seen.set(outRefundNo, { amountFen, there: status!, ...(elsewhere && { elsewhere }) });
  }
  for (const { _id, amountFen, state: here, failure } of shop.documents.all<RefundRecord>('refunds')) {
    const known = seen.get(_id);
    seen.set(_id, { amountFen, ...known, here, ...(failure && { failure: failure.code }) });
  }
  return seen;
}
