import type { ShareProfitRequest } from '../../contract/index.ts';
import { CommerceError } from '../../core/errors.ts';
import { type RefundRecord, refundsCollection } from '../refunds/records.ts';
import type { SharingPorts } from './ports.ts';
import { type AfterSalesFee, changeSharing, type SharingRecord } from './records.ts';
import { workOnSharing } from './work.ts';

/**
 * Charges the seller of a refunded order for handling the refund. Repeating the same request changes nothing; after a
 * failure it is tried again.
 * @throws CommerceError REFUND_NOT_FOUND unless the refund succeeded; SHARING_STATE for an order that has another fee or
 * is not of a platform; SHARING_EXCEEDS for more than was refunded
 */
export async function chargeAfterSales(
  ports: SharingPorts,
  known: SharingRecord,
  request: Extract<ShareProfitRequest, { action: 'chargeAfterSales' }>,
): Promise<SharingRecord> {
  const { outRefundNo, amountFen, scene } = request;
  if (known.account !== 'ecommerce') throw new CommerceError('SHARING_STATE', { texts: platformTexts });
  const refund = await ports.documents.get<RefundRecord>(refundsCollection, outRefundNo);
  const isOurs = refund?.outTradeNo === known._id && refund.state === 'SUCCESS';
  if (!isOurs || refund.refundId === null)
    throw new CommerceError('REFUND_NOT_FOUND', { texts: refundTexts });
  if (amountFen > refund.amountFen) throw new CommerceError('SHARING_EXCEEDS', { texts: exceedsTexts });
  const nowMs = ports.clock.nowMs();
  const made: AfterSalesFee = {
    ...{ outRefundNo, refundId: refund.refundId, amountFen, scene },
    ...{ state: 'RESERVED', notBeforeMs: nowMs, attempts: 0, failure: null },
  };
  const { doc } = await changeSharing(ports.documents, known, ({ afterSales }) => {
    if (!afterSales || afterSales.state === 'FAILED') return { afterSales: made, nextAtMs: nowMs };
    const isSame = afterSales.outRefundNo === outRefundNo && afterSales.amountFen === amountFen;
    if (!isSame || afterSales.scene !== scene) throw onceError(afterSales);
    return { nextAtMs: nowMs };
  });
  return workOnSharing(ports, doc);
}

function onceError({ amountFen }: AfterSalesFee): CommerceError {
  const yuan = (amountFen / 100).toFixed(2);
  return new CommerceError('SHARING_STATE', {
    texts: {
      zh: `每笔订单只能有一次售后服务分账，该订单已有一笔 ${yuan} 元。`,
      en: `An order has one after-sales fee; this one has a fee of ¥${yuan} already.`,
    },
  });
}

const platformTexts = {
  zh: '只有电商收付通的订单可以售后服务分账。',
  en: 'Only 电商收付通 orders have after-sales fees.',
};
const refundTexts = {
  zh: '该订单没有这笔已成功的退款。',
  en: 'The order has no successful refund of this number.',
};
const exceedsTexts = {
  zh: '售后服务分账不能超过退款金额。',
  en: 'An after-sales fee cannot exceed the refund.',
};
