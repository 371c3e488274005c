/** How much each receiver of a shared order returns for a refund. */
import { returnableForMs } from './family.ts';
import {
  type KnownRefund,
  returnedFen,
  type Share,
  type ShareBase,
  type ShareReturn,
  type SharingRecord,
} from './records.ts';

interface ReturnPart {
  readonly outOrderNo: string;
  readonly mchid: string;
  readonly amountFen: number;
  /** What the receiver returned before, for refunds that were not made, and need not return again. */
  readonly creditFen: number;
  /** Persons, and shares older than 180 days, return nothing. */
  readonly returnable: boolean;
}

/**
 * What each receiver owes for a refund: its share in the proportion of what was refunded since it was shared, so that
 * a refund of the whole takes back the whole.
 * @param outRefundNo one that the sharing knows
 */
export function partsOf(sharing: SharingRecord, outRefundNo: string, nowMs: number): ReturnPart[] {
  const index = sharing.refunds.findIndex((each) => each.outRefundNo === outRefundNo);
  return partsBetween(sharing, sharing.refunds.slice(0, index), sharing.refunds.slice(0, index + 1), nowMs);
}

function partsBetween(
  sharing: SharingRecord,
  before: readonly KnownRefund[],
  after: readonly KnownRefund[],
  nowMs: number,
): ReturnPart[] {
  return sharing.requests.flatMap((request) =>
    request.receivers
      .filter(({ result }) => result === 'SUCCESS')
      .map((share) => {
        const of = { outOrderNo: request.outOrderNo, mchid: share.account };
        const base = request.base ?? { netFen: sharing.amountFen, outRefundNos: [] };
        const partFen = partOf(share, base, after) - partOf(share, base, before);
        const creditFen = Math.min(partFen, creditOf(sharing.returns, of));
        const dueFen = partFen - creditFen;
        const young = nowMs - request.createdAtMs <= returnableForMs;
        const returnable = share.type === 'MERCHANT_ID' && young;
        // Shares that were returned manually before are not requested again.
        const leftFen = returnable ? share.amountFen - returnedFen(sharing, of) : dueFen;
        return { ...of, amountFen: Math.min(dueFen, leftFen), creditFen, returnable };
      }),
  );
}

/** Of one share, for these refunds: without those that were not made, or that the share was less for. */
function partOf(
  { amountFen }: Share,
  { netFen, outRefundNos }: ShareBase,
  refunds: readonly KnownRefund[],
): number {
  const counted = refunds.filter((each) => !each.notMade && !outRefundNos.includes(each.outRefundNo));
  const refundedFen = counted.reduce((sum, { returnsFromFen }) => sum + returnsFromFen, 0);
  return Math.floor((amountFen * Math.min(refundedFen, netFen)) / netFen);
}

type ShareKey = Pick<ShareReturn, 'outOrderNo' | 'mchid'>;

export function isSameShare(a: ShareKey, b: ShareKey): boolean {
  return a.outOrderNo === b.outOrderNo && a.mchid === b.mchid;
}

function creditOf(returns: readonly ShareReturn[], of: ShareKey): number {
  return returns
    .filter((each) => isSameShare(each, of))
    .reduce((sum, { creditFen = 0 }) => sum + creditFen, 0);
}

/** Takes a sum off the credits of one share. */
export function useCredit(
  returns: readonly ShareReturn[],
  of: ShareKey,
  amountFen: number,
): readonly ShareReturn[] {
  let leftFen = amountFen;
  return returns.map((each) => {
    const usedFen = isSameShare(each, of) ? Math.min(leftFen, each.creditFen ?? 0) : 0;
    if (usedFen === 0) return each;
    leftFen -= usedFen;
    return { ...each, creditFen: (each.creditFen ?? 0) - usedFen };
  });
}

/** How much a refund would take back, and how much cannot be returned; reported before anything begins. Fen. */
export function previewReturns(
  sharing: SharingRecord | undefined,
  amountFen: number,
  nowMs: number,
): { readonly returns: readonly { mchid: string; amountFen: number }[]; readonly lossFen: number } {
  if (!sharing) return { returns: [], lossFen: 0 };
  const wanted: KnownRefund = { outRefundNo: '', returnsFromFen: amountFen };
  const parts = partsBetween(sharing, sharing.refunds, [...sharing.refunds, wanted], nowMs).filter(
    (each) => each.amountFen > 0,
  );
  const lost = parts.filter(({ returnable }) => !returnable);
  return {
    returns: parts
      .filter(({ returnable }) => returnable)
      .map(({ mchid, amountFen: fen }) => ({ mchid, amountFen: fen })),
    lossFen: lost.reduce((sum, { amountFen: fen }) => sum + fen, 0),
  };
}
