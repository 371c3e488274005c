import type { SharingView } from '../../contract/index.ts';
import {
  type AfterSalesFee,
  returnedFen,
  type ShareRequest,
  type ShareReturn,
  type SharingRecord,
  type Subsidy,
  sharedFen,
} from './records.ts';
import { frozenUntilMs } from './step.ts';

/** The sharing of an order, for operators. */
export function viewSharing(sharing: SharingRecord): SharingView {
  const { failure, nextAtMs } = sharing;
  const returned = sharing.returns.filter(({ state }) => state === 'SUCCESS');
  return {
    outTradeNo: sharing._id,
    account: sharing.account,
    sellerId: sharing.sellerId,
    amountFen: sharing.amountFen,
    paidAtMs: sharing.paidAtMs,
    state: sharing.state,
    requests: sharing.requests.map((request) => viewRequest(request, returned)),
    returns: sharing.returns.map(viewReturn),
    ...(sharing.subsidy && { subsidy: viewSubsidy(sharing.subsidy) }),
    ...(sharing.afterSales && { afterSales: viewAfterSales(sharing.afterSales) }),
    sharedFen: sharedFen(sharing),
    returnedFen: returnedFen({ returns: returned }),
    frozenUntilMs: frozenUntilMs(sharing),
    ...(nextAtMs !== null && { nextAtMs }),
    ...(failure !== null && { failure }),
  };
}

function viewRequest(
  request: ShareRequest,
  returned: readonly ShareReturn[],
): SharingView['requests'][number] {
  const { outOrderNo, kind, by, state, failure } = request;
  return {
    outOrderNo,
    kind,
    by,
    state: state === 'RESERVED' ? 'WAITING' : state,
    receivers: request.receivers.map(({ type, account, amountFen, result, failReason }) => ({
      type,
      account,
      amountFen,
      returnedFen: returnedFen({ returns: returned }, { outOrderNo, mchid: account }),
      result,
      ...(failReason !== null && { failReason }),
    })),
    ...(failure !== null && { failure }),
  };
}

function viewReturn(made: ShareReturn): SharingView['returns'][number] {
  const { outReturnNo, mchid, amountFen, state, outRefundNo, failReason } = made;
  return {
    outReturnNo,
    mchid,
    amountFen,
    state: state === 'RESERVED' ? 'WAITING' : state,
    ...(outRefundNo !== null && { outRefundNo }),
    ...(failReason !== null && { failReason }),
  };
}

function viewSubsidy({ amountFen, state, returns, failure }: Subsidy): NonNullable<SharingView['subsidy']> {
  const returned = returns.filter((each) => each.state === 'SUCCESS');
  return {
    amountFen,
    state: state === 'RESERVED' ? 'WAITING' : state,
    returnedFen: returned.reduce((sum, each) => sum + each.amountFen, 0),
    ...(failure !== null && { failure }),
  };
}

function viewAfterSales(fee: AfterSalesFee): NonNullable<SharingView['afterSales']> {
  const { outRefundNo, amountFen, state, failure } = fee;
  return {
    outRefundNo,
    amountFen,
    state: state === 'RESERVED' ? 'WAITING' : state,
    ...(failure !== null && { failure }),
  };
}
