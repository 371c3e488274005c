import type { ApiContext } from '../context.ts';
import { ApiProblem } from '../http/problem.ts';
import { OrderStore } from '../orders/order-store.ts';
import { otherParameters } from '../orders/rules.ts';
import { canonical, changedFields } from '../orders/same-request.ts';
import { accounts } from '../state/accounts.ts';
import { notifyReceiver } from './notify-receiver.ts';
import { refuse } from './rules.ts';
import { SharingStore, settingsOf } from './sharing-store.ts';
import type { Share, ShareOrder, ShareReturn } from './types.ts';

const returnableForMs = 180 * 86_400_000;
const mostReturns = 50;

export interface ReturnRequest {
  sub_mchid?: string;
  order_id?: string;
  out_order_no?: string;
  out_return_no: string;
  return_mchid: string;
  amount: number;
  description: string;
}

/** Takes a share back from a merchant; it completes at once. @throws ApiProblem */
export function returnShare(context: ApiContext, request: ReturnRequest): ShareReturn {
  const store = new SharingStore(context.state);
  const { merchant, nowMs, state } = context;
  const text = canonical(context.body);
  const known = store.returnByNo(merchant.mchid, request.out_return_no);
  if (known) {
    if (known.request !== text) throw otherParameters(changedFields(known.request, text));
    return known;
  }
  const shareOrder = requireShareOrder(context, request);
  const share = requireReturnable(context, shareOrder, request);
  const from = accounts.available(request.return_mchid);
  const enough = state.ledger.balanceFen(from) >= request.amount;
  const made: ShareReturn = {
    returnId: `3100${state.random.digits(24)}`,
    outReturnNo: request.out_return_no,
    mchid: merchant.mchid,
    ...(shareOrder.subMchid !== undefined && { subMchid: shareOrder.subMchid }),
    orderId: shareOrder.orderId,
    outOrderNo: shareOrder.outOrderNo,
    returnMchid: request.return_mchid,
    amountFen: request.amount,
    description: request.description,
    request: text,
    createdAtMs: nowMs,
    ...(enough ? { result: 'SUCCESS' } : { result: 'FAILED', failReason: 'BALANCE_NOT_ENOUGH' }),
  };
  store.addReturn(made);
  shareOrder.returns++;
  if (!enough) return made;
  share.returnedFen += request.amount;
  state.ledger.move({
    atMs: nowMs,
    kind: 'share-return',
    ref: made.returnId,
    outNo: made.outReturnNo,
    from,
    to: accounts.available(shareOrder.payeeMchid),
    amountFen: request.amount,
    reason: `share ${shareOrder.outOrderNo} returned`,
  });
  notifyReceiver(context, shareOrder, share, {
    of: 'return',
    id: made.returnId,
    outNo: made.outReturnNo,
    amountFen: made.amountFen,
    description: made.description,
    atMs: nowMs,
  });
  return made;
}

export function findReturn(
  context: ApiContext,
  outReturnNo: string,
  by: { readonly orderId?: string | undefined; readonly outOrderNo?: string | undefined },
): ShareReturn {
  const found = new SharingStore(context.state).returnByNo(context.merchant.mchid, outReturnNo);
  const same =
    (by.orderId === undefined || found?.orderId === by.orderId) &&
    (by.outOrderNo === undefined || found?.outOrderNo === by.outOrderNo);
  if (found && same) return found;
  throw new ApiProblem(404, 'RESOURCE_NOT_EXISTS', '回退单不存在', {
    explanation: { en: 'no return of this merchant has that number', zh: '该商户没有此单号的回退单' },
  });
}

function requireShareOrder(context: ApiContext, request: ReturnRequest): ShareOrder {
  const store = new SharingStore(context.state);
  const { mchid } = context.merchant;
  const { order_id, out_order_no, sub_mchid } = request;
  if (order_id === undefined && out_order_no === undefined) {
    throw refuse('order_id和out_order_no必须二选一传入', { en: 'neither was given', zh: '两个都没有传' });
  }
  const found = order_id === undefined ? store.byNo(mchid, out_order_no!) : store.byId(order_id);
  const own = found?.mchid === mchid && (sub_mchid === undefined || found.subMchid === sub_mchid);
  if (found && own) {
    const payment = new OrderStore(context.state).byTransactionId(found.transactionId)!;
    context.subject.outTradeNo = payment.paymentNo;
    return found;
  }
  throw new ApiProblem(404, 'RESOURCE_NOT_EXISTS', '分账单不存在', {
    explanation: {
      en: 'no request to share of this merchant has that number',
      zh: '该商户没有此单号的分账单',
    },
  });
}

/** Only merchants can return shares, at most what they received, and outside e-commerce only with their consent. */
function requireReturnable(context: ApiContext, shareOrder: ShareOrder, request: ReturnRequest): Share {
  if (shareOrder.state !== 'FINISHED')
    throw refuse('分账单处理中，请稍后再试', {
      en: 'the sharing is not finished',
      zh: '该分账单还没有处理完成',
    });
  if (context.nowMs - shareOrder.createdAtMs > returnableForMs) {
    throw refuse('分账单已超过可回退期限', {
      en: 'shares are returned for 180 days',
      zh: '分账后 180 天内可以回退',
    });
  }
  if (shareOrder.returns >= mostReturns) {
    throw refuse('回退次数超过最大限制', {
      en: `a request to share has at most ${mostReturns} returns`,
      zh: `一个分账单最多回退 ${mostReturns} 次`,
    });
  }
  const share = shareOrder.shares.find(
    ({ type, account, result }) =>
      type === 'MERCHANT_ID' && account === request.return_mchid && result === 'SUCCESS',
  );
  if (!share) {
    throw refuse('回退方不是该分账单的商户接收方', {
      en: 'only a merchant that received a share can return it',
      zh: '只有收到分账的商户可以回退',
    });
  }
  if (share.returnedFen + request.amount > share.amountFen) {
    throw refuse('回退金额超过可回退金额', {
      en: `${share.amountFen - share.returnedFen} fen can still be returned, ${request.amount} are asked for`,
      zh: `还可回退 ${share.amountFen - share.returnedFen} 分，本次请求 ${request.amount} 分`,
    });
  }
  const { returnConsent } = settingsOf(context.state, request.return_mchid);
  if (context.merchant.kind !== 'ecommerce' && !returnConsent) {
    throw new ApiProblem(403, 'NO_AUTH', '回退方未开通分账回退授权', {
      explanation: {
        en: `${request.return_mchid} has not agreed to return shares`,
        zh: `${request.return_mchid} 没有开通分账回退授权`,
      },
    });
  }
  return share;
}
