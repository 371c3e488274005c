import type { SimulatorContext } from '../context.ts';
import { freeUnheld } from '../orders/frozen.ts';
import { OrderStore } from '../orders/order-store.ts';
import type { Order } from '../orders/types.ts';
import { scenarioOfPart } from '../scenarios/of-payment.ts';
import { accounts } from '../state/accounts.ts';
import { notifyReceiver } from './notify-receiver.ts';
import { SharingStore, settingsOf } from './sharing-store.ts';
import type { Share, ShareOrder } from './types.ts';

export const shareTask = 'share';
/** How long sharing takes. */
export const sharingTakesMs = 5_000;

/** Every receiver gets its share or a failure reason; then the rest is released, if requested. */
function endSharing(context: SimulatorContext, shareOrder: ShareOrder): void {
  if (shareOrder.state === 'FINISHED') return;
  const { payment, order } = new OrderStore(context.state).orderByTransactionId(shareOrder.transactionId)!;
  for (const share of shareOrder.shares) {
    const part = { texts: [share.description], amountFen: share.amountFen };
    const failure = scenarioOfPart(context, part, order, payment)?.shareFailure;
    pay(context, shareOrder, share, order, failure);
  }
  shareOrder.state = 'FINISHED';
  if (shareOrder.freesRest) shareOrder.freedFen = freeRest(context, order, shareOrder.outOrderNo);
  publish(context, shareOrder, order, 'shared');
}

function pay(
  context: SimulatorContext,
  shareOrder: ShareOrder,
  share: Share,
  order: Order,
  failure: string | undefined,
): void {
  const { state, clock } = context;
  const money = order.money!;
  const failReason = failure ?? settingsOf(state, share.account).failReason;
  share.finishedAtMs = clock.now();
  money.sharingFen -= share.amountFen;
  if (failReason !== undefined) {
    share.result = 'CLOSED';
    share.failReason = failReason;
    money.frozenFen += share.amountFen;
    return;
  }
  share.result = 'SUCCESS';
  money.sharedFen += share.amountFen;
  const isMerchant = share.type === 'MERCHANT_ID';
  state.ledger.move({
    atMs: share.finishedAtMs,
    kind: 'share',
    ref: shareOrder.orderId,
    outNo: shareOrder.outOrderNo,
    from: accounts.frozen(shareOrder.payeeMchid),
    to: isMerchant ? accounts.available(share.account) : accounts.payer(share.account),
    amountFen: share.amountFen,
    reason: `share ${shareOrder.outOrderNo} of ${order.outTradeNo}`,
  });
  const { orderId, outOrderNo } = shareOrder;
  notifyReceiver(context, shareOrder, share, {
    of: 'share',
    id: orderId,
    outNo: outOrderNo,
    amountFen: share.amountFen,
    description: share.description,
    atMs: share.finishedAtMs,
  });
}

/** Releases what is left of an order, which ends sharing for it. @returns fen */
export function freeRest(context: SimulatorContext, order: Order, outNo: string): number {
  order.money!.sharingFinished = true;
  return freeUnheld(context, order, outNo);
}

export function publish(
  { bus, state }: SimulatorContext,
  { transactionId, outOrderNo, orderId }: Pick<ShareOrder, 'transactionId' | 'outOrderNo' | 'orderId'>,
  order: Order,
  change: string,
): void {
  const { paymentNo } = new OrderStore(state).byTransactionId(transactionId)!;
  const { outTradeNo, state: tradeState } = order;
  const data = { change, state: tradeState, paymentNo, outTradeNo, outOrderNo, orderId };
  bus.publish('order', data, paymentNo);
}

/** What the clock does to shared orders. */
export function handleSharingTasks(context: SimulatorContext): void {
  context.due.handle(shareTask, (orderId) => {
    const shareOrder = new SharingStore(context.state).byId(orderId);
    if (shareOrder) endSharing(context, shareOrder);
  });
  context.due.handle(unfreezeTask, (transactionId) => {
    const target = new OrderStore(context.state).orderByTransactionId(transactionId);
    const money = target?.order.money;
    if (!target || !money || money.sharingFinished) return;
    if (money.sharingFen > 0)
      context.due.schedule(unfreezeTask, transactionId, context.clock.now() + sharingTakesMs);
    else freeRest(context, target.order, '');
  });
}
export const unfreezeTask = 'sharing-unfreeze';
