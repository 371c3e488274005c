/**
 * After the shipment: reminder, confirmation of receipt by the buyer or automatically, settlement, and the events about
 * it.
 */
import { ControlProblem, type SimulatorContext } from '../context.ts';
import { freeUnheld } from '../orders/frozen.ts';
import { OrderStore } from '../orders/order-store.ts';
import { payerOf } from '../orders/types.ts';
import { type Json, numberAt } from './fields.ts';
import { type Found, findByNumbers, orderStateOf } from './find.ts';
import { WeixinProblem } from './problem.ts';
import { type Shipping, shippingSettings, shippingsOf } from './types.ts';

const confirmTask = 'shipping-confirm';
const settleTask = 'shipping-settle';

type Shipped = Found & { readonly shipping: Shipping };

/** Everything was reported as shipped: the buyer may confirm, or receipt is confirmed automatically later. */
export function completeShipment(context: SimulatorContext, found: Shipped): void {
  const { shipping } = found;
  const { confirmAfterMs } = shippingSettings(context.state);
  const nowMs = context.clock.now();
  shipping.shippedAtMs = nowMs;
  const waitMs = shipping.logisticsType === 1 ? confirmAfterMs.express : confirmAfterMs.other;
  context.due.cancel(confirmTask, shipping.transactionId);
  context.due.schedule(confirmTask, shipping.transactionId, nowMs + waitMs);
  pushSettlement(context, found, { estimated_settlement_time: Math.floor((nowMs + waitMs) / 1000) });
}

/** @throws WeixinProblem */
export function notifyConfirmReceive(context: SimulatorContext, appid: string, body: Json): object {
  const found = findByNumbers(context, appid, body);
  const { shipping } = found;
  const receivedTime = numberAt(body, 'received_time');
  if (!shipping || orderStateOf(found, context.clock.now()) !== 2) throw new WeixinProblem(10060028);
  if (shipping.logisticsType !== 1) throw new WeixinProblem(10060032);
  if (shipping.remindedOfMs !== undefined) throw new WeixinProblem(10060030);
  if (receivedTime === undefined || receivedTime < Math.floor((shipping.shippedAtMs ?? 0) / 1000)) {
    throw new WeixinProblem(10060029);
  }
  shipping.remindedOfMs = receivedTime * 1000;
  return {};
}

/** What the confirmation sheet does before it opens. @throws ControlProblem with what the component reports */
export function openConfirmation(
  context: SimulatorContext,
  appid: string,
  body: Json,
  openid: string,
): Shipped {
  let found: Found;
  try {
    found = findByNumbers(context, appid, body);
  } catch (error) {
    if (!(error instanceof WeixinProblem)) throw error;
    const { en, zh } = error.explanation ?? { en: error.message, zh: error.message };
    throw new ControlProblem(
      404,
      'ORDER_UNKNOWN',
      `The order cannot be shown: ${en}.`,
      `获取用户订单失败：${zh}`,
    );
  }
  if (payerOf(found.payment) !== openid) {
    const [en, zh] = ['The order is somebody else’s.', '获取用户订单失败：订单属于其他用户'] as const;
    throw new ControlProblem(409, 'OPENID_MISMATCH', en, zh);
  }
  if (!found.shipping || orderStateOf(found, context.clock.now()) !== 2) {
    throw new ControlProblem(
      409,
      'NOT_TO_CONFIRM',
      'The order does not wait for a confirmation of receipt.',
      '该订单不在待确认收货状态。',
    );
  }
  return found as Shipped;
}

export function confirmReceipt(
  context: SimulatorContext,
  { shipping, order, payment }: Shipped,
  method: 'buyer' | 'automatic',
): void {
  const nowMs = context.clock.now();
  shipping.confirmedAtMs = nowMs;
  shipping.confirmMethod = method;
  context.due.cancel(confirmTask, shipping.transactionId);
  context.due.schedule(
    settleTask,
    shipping.transactionId,
    nowMs + shippingSettings(context.state).settleAfterMs,
  );
  const data = { change: `received (${method})`, outTradeNo: order.outTradeNo };
  context.bus.publish('shipping', data, payment.paymentNo);
}

/** What the clock does. */
export function handleShippingTasks(context: SimulatorContext): void {
  const shipped = (transactionId: string): Shipped | undefined => {
    const shipping = shippingsOf(context.state).get(transactionId);
    const found = new OrderStore(context.state).orderByTransactionId(transactionId);
    return shipping && found && { ...found, order: { ...found.order, transactionId }, shipping };
  };
  context.due.handle(confirmTask, (transactionId) => {
    const found = shipped(transactionId);
    if (found && orderStateOf(found, context.clock.now()) === 2) confirmReceipt(context, found, 'automatic');
  });
  context.due.handle(settleTask, (transactionId) => {
    const found = shipped(transactionId);
    if (!found) return;
    const { money } = found.order;
    if (money?.awaitsReceipt) {
      money.awaitsReceipt = false;
      freeUnheld(context, found.order, '');
    }
    if (orderStateOf(found, context.clock.now()) === 5) return;
    found.shipping.settledAtMs = context.clock.now();
    context.bus.publish(
      'shipping',
      { change: 'settled', outTradeNo: found.order.outTradeNo },
      found.payment.paymentNo,
    );
    pushSettlement(context, found, settlementTimes(found.shipping));
  });
}

function settlementTimes({ confirmedAtMs = 0, confirmMethod, settledAtMs = 0 }: Shipping) {
  return {
    // 1 automatic, 2 by the buyer, according to the page; developers report the opposite.
    confirm_receive_method: confirmMethod === 'buyer' ? 2 : 1,
    confirm_receive_time: Math.floor(confirmedAtMs / 1000),
    settlement_time: Math.floor(settledAtMs / 1000),
  };
}

/** The event trade_manage_order_settlement: when the shipment is complete, and when the money is settled. */
function pushSettlement(
  context: SimulatorContext,
  { order, payment, shipping }: Shipped,
  times: object,
): void {
  context.push({
    Event: 'trade_manage_order_settlement',
    transaction_id: order.transactionId,
    merchant_id: order.mchid,
    sub_merchant_id: order.subMchid ?? '',
    merchant_trade_no: order.outTradeNo,
    pay_time: Math.floor((payment.paidAtMs ?? 0) / 1000),
    shipped_time: Math.floor((shipping.shippedAtMs ?? 0) / 1000),
    ...times,
  });
}
