import type { ApiContext } from '../context.ts';
import { otherParameters } from '../orders/rules.ts';
import { canonical, changedFields } from '../orders/same-request.ts';
import type { Order } from '../orders/types.ts';
import { publish, shareTask, sharingTakesMs } from './end.ts';
import { findTarget, requireAmount, requireReceivers, requireShareable } from './rules.ts';
import { SharingStore } from './sharing-store.ts';
import type { ReceiverType, Share, ShareOrder } from './types.ts';

export interface ShareRequest {
  readonly subMchid: string | undefined;
  readonly transactionId: string;
  readonly outOrderNo: string;
  readonly freesRest: boolean;
  readonly shares: readonly {
    readonly type: ReceiverType;
    readonly account: string;
    readonly amountFen: number;
    readonly description: string;
  }[];
  /** Whose receivers they are. */
  readonly receiversOwner: string;
  /** The body with names in clear text, since encrypting them again gives different bytes. */
  readonly comparable: unknown;
}

/** Accepts a request to share, or finds it when the same was made before. @throws ApiProblem */
export function share(context: ApiContext, request: ShareRequest): ShareOrder {
  const store = new SharingStore(context.state);
  const text = canonical(request.comparable);
  const known = store.byNo(context.merchant.mchid, request.outOrderNo);
  if (known) {
    if (known.request !== text) throw otherParameters(changedFields(known.request, text));
    return known;
  }
  const target = findTarget(context, request.transactionId, request.subMchid);
  const { order } = target;
  const sumFen = request.shares.reduce((sum, { amountFen }) => sum + amountFen, 0);
  requireShareable(context, target);
  requireReceivers(context, request.receiversOwner, request.shares);
  requireAmount(context, order, sumFen);
  const shares = request.shares.map(
    (given): Share => ({
      ...given,
      detailId: `3600${context.state.random.digits(24)}`,
      result: 'PENDING',
      returnedFen: 0,
    }),
  );
  order.money!.frozenFen -= sumFen;
  order.money!.sharingFen += sumFen;
  return begin(context, order, {
    outOrderNo: request.outOrderNo,
    shares,
    freesRest: request.freesRest,
    isFinish: false,
    description: '',
    text,
  });
}

/**
 * Releases the rest without sharing. A number that was used before returns the same answer and changes nothing.
 * @throws ApiProblem
 */
export function finish(
  context: ApiContext,
  request: Pick<ShareRequest, 'subMchid' | 'transactionId' | 'outOrderNo'> & { readonly description: string },
): ShareOrder {
  const store = new SharingStore(context.state);
  const known = store.byNo(context.merchant.mchid, request.outOrderNo);
  if (known) return known;
  const target = findTarget(context, request.transactionId, request.subMchid);
  requireShareable(context, target);
  return begin(context, target.order, {
    outOrderNo: request.outOrderNo,
    shares: [],
    freesRest: true,
    isFinish: true,
    description: request.description,
    text: canonical(context.body),
  });
}

interface Beginning
  extends Pick<ShareOrder, 'outOrderNo' | 'shares' | 'freesRest' | 'isFinish' | 'description'> {
  readonly text: string;
}

function begin(context: ApiContext, order: Order, { text, ...given }: Beginning): ShareOrder {
  const { state, merchant, nowMs } = context;
  const shareOrder: ShareOrder = {
    ...given,
    orderId: `3008${state.random.digits(24)}`,
    mchid: merchant.mchid,
    ...(order.subMchid !== undefined && { subMchid: order.subMchid }),
    transactionId: order.transactionId!,
    payeeMchid: order.payeeMchid,
    request: text,
    createdAtMs: nowMs,
    state: 'PROCESSING',
    returns: 0,
  };
  new SharingStore(state).add(shareOrder);
  context.due.schedule(shareTask, shareOrder.orderId, nowMs + sharingTakesMs);
  publish(context, shareOrder, order, given.isFinish ? 'sharing finishes' : 'sharing accepted');
  return shareOrder;
}
