import type { RefundOrderAnswers } from '../../../contract/index.ts';
import { type ScriptedShop, scriptedShop } from '../../testing/scripted-shop.ts';
import { loadRefund } from '../find.ts';
import type { RefundRecord } from '../records.ts';
import { refundOrder } from '../refund-order.ts';
import { refundNumber } from '../request.ts';

export const requestToken = '0123456789abcdef';
export const outRefundNo = refundNumber('T1', requestToken);

/** A shop whose WeChat Pay accepts every refund. */
export function refunding(kind: Parameters<typeof scriptedShop>[0] = 'direct'): ScriptedShop {
  const shop = scriptedShop(kind);
  shop.answer = (_, parameters) => ({
    refund_id: '50',
    out_refund_no: parameters.out_refund_no,
    out_trade_no: 'T1',
    status: 'PROCESSING',
    amount: { refund: (parameters.amount as { refund: number } | undefined)?.refund ?? 1000 },
  });
  return shop;
}

/** What an operator asks of refundOrder. */
export const act = (shop: ScriptedShop, event: object) => refundOrder(shop.ports, 'oOp', event);

/** An operator refunds the order T1. */
export function refund(shop: ScriptedShop, changes: object = {}): Promise<RefundOrderAnswers['refund']> {
  const request = { action: 'refund', outTradeNo: 'T1', requestToken, ...changes };
  return act(shop, request) as Promise<RefundOrderAnswers['refund']>;
}

/** What is stored of that refund. */
export async function stored(shop: ScriptedShop): Promise<RefundRecord> {
  return (await loadRefund(shop.documents, outRefundNo))!;
}
