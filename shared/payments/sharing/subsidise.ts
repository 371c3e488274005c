/** Operations on the subsidy of an order, for operators of an e-commerce platform. */
import type { Account } from '../../core/account.ts';
import { CommerceError } from '../../core/errors.ts';
import { type RefundRecord, refundsCollection } from '../refunds/records.ts';
import { sharingNumber } from './open.ts';
import type { SharingPorts } from './ports.ts';
import { changeSharing, type SharingRecord, type Subsidy, type SubsidyReturn } from './records.ts';
import { payeeFields } from './subsidies.ts';
import { workOnSharing } from './work.ts';

/** 5,000 yuan, according to the docs of 2020. */
export const maxSubsidyFen = 500_000;
/**
 * Adds a subsidy to an order, once. Repeating the same amount changes nothing.
 * @throws CommerceError SHARING_STATE for another amount, or an order that is shared already or not of a platform
 */
export async function subsidise(
  ports: SharingPorts,
  known: SharingRecord,
  amountFen: number,
): Promise<SharingRecord> {
  if (known.account !== 'ecommerce') throw stateError(platformTexts);
  const nowMs = ports.clock.nowMs();
  const { doc } = await changeSharing(ports.documents, known, (current) => {
    const { subsidy, requests, state } = current;
    if (subsidy) {
      if (subsidy.amountFen !== amountFen) throw stateError(onceTexts(subsidy.amountFen));
      return subsidy.state === 'FAILED'
        ? { subsidy: { ...subsidy, state: 'RESERVED', notBeforeMs: nowMs }, nextAtMs: nowMs }
        : { nextAtMs: nowMs };
    }
    if (requests.some((each) => each.state !== 'REFUSED') || state === 'FREED') throw stateError(sharedTexts);
    const outSubsidyNo = sharingNumber('share', current._id, 'subsidy');
    const made: Subsidy = {
      ...{ outSubsidyNo, amountFen, state: 'RESERVED', subsidyId: null },
      ...{ notBeforeMs: nowMs, failure: null, returns: [] },
    };
    return { subsidy: made, nextAtMs: nowMs };
  });
  return workOnSharing(ports, doc);
}

/**
 * Returns the platform's part when the order is refunded: once per refund.
 * @throws CommerceError SHARING_STATE, SHARING_EXCEEDS, REFUND_NOT_FOUND
 */
export async function returnSubsidy(
  ports: SharingPorts,
  known: SharingRecord,
  outRefundNo: string,
  amountFen: number,
): Promise<SharingRecord> {
  const refund = await ports.documents.get<RefundRecord>(refundsCollection, outRefundNo);
  if (refund?.outTradeNo !== known._id || refund.refundId === null)
    throw new CommerceError('REFUND_NOT_FOUND');
  const { refundId } = refund;
  const nowMs = ports.clock.nowMs();
  const { doc } = await changeSharing(ports.documents, known, ({ _id, subsidy }) => {
    if (subsidy?.state !== 'SUCCESS') throw stateError(noneTexts);
    const earlier = subsidy.returns.find((each) => each.outRefundNo === outRefundNo);
    if (earlier) {
      if (earlier.amountFen !== amountFen) throw stateError(onceTexts(earlier.amountFen));
      return { nextAtMs: nowMs };
    }
    const returnedFen = subsidy.returns.reduce((sum, each) => sum + each.amountFen, 0);
    if (returnedFen + amountFen > subsidy.amountFen) throw new CommerceError('SHARING_EXCEEDS');
    const made: SubsidyReturn = {
      ...{ outReturnNo: sharingNumber('return', _id, 'subsidy', outRefundNo), outRefundNo, refundId },
      ...{ amountFen, state: 'RESERVED', notBeforeMs: nowMs, failure: null },
    };
    return { subsidy: { ...subsidy, returns: [...subsidy.returns, made] }, nextAtMs: nowMs };
  });
  return workOnSharing(ports, doc);
}

/** No subsidy will come for an order that was refunded. @throws CommerceError SHARING_STATE; WechatpayError */
export async function cancelSubsidy({ client }: Account, sharing: SharingRecord): Promise<SharingRecord> {
  if (sharing.account !== 'ecommerce') throw stateError(platformTexts);
  if (sharing.subsidy) throw stateError(onceTexts(sharing.subsidy.amountFen));
  await client.request('POST /v3/ecommerce/subsidies/cancel', {
    ...payeeFields(sharing),
    description: '取消补差',
  });
  return sharing;
}

function stateError(texts: { readonly zh: string; readonly en: string }): CommerceError {
  return new CommerceError('SHARING_STATE', { texts });
}

const platformTexts = {
  zh: '只有电商收付通的订单可以补差。',
  en: 'Only 电商收付通 orders can be subsidised.',
};
const sharedTexts = { zh: '补差须在分账之前。', en: 'A subsidy must be made before sharing.' };
const noneTexts = { zh: '该订单没有成功的补差。', en: 'The order has no successful subsidy.' };
const onceTexts = (amountFen: number) => ({
  zh: `该订单已有 ${(amountFen / 100).toFixed(2)} 元的补差操作，金额不能更改；换金额会再次扣款。`,
  en: `The order already has a subsidy request of ¥${(amountFen / 100).toFixed(2)}, and its amount cannot change: another amount would be charged again.`,
});
