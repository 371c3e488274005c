/** Orders that are shipped late or not at all (特殊发货报备), and where WeChat's messages about shipments lead. */
import type { SimulatorContext } from '../context.ts';
import { aString, type Json, malformed, numberAt, textAt } from './fields.ts';
import { allKnown, type Found, orderStateOf } from './find.ts';
import { WeixinProblem } from './problem.ts';
import { messagePathsOf, specialsOf } from './types.ts';

const dayMs = 86_400_000;
/** 预计发货时间必须在订单支付时间的15天后，不得超过330天. */
const presaleDays = { least: 15, most: 330 };

/**
 * https://developers.weixin.qq.com/miniprogram/dev/server/API/order_shipping/api_opspecialorder
 * Reporting the same order again replaces the report (own). @throws WeixinProblem
 */
export function reportSpecialOrder(context: SimulatorContext, appid: string, body: Json): object {
  const orderId = textAt(body, 'order_id');
  const type = numberAt(body, 'type');
  const delayTo = numberAt(body, 'delay_to');
  if (type !== 1 && type !== 2)
    throw new WeixinProblem(268546000, {
      en: '1 is a presale order, 2 a test order',
      zh: '1 为预售商品订单，2 为测试订单',
    });
  const found = toShip(context, appid, orderId);
  if (type === 1) requirePresaleTime(found, delayTo);
  const { transactionId } = found.order;
  const shipsAt = type === 1 && delayTo !== undefined ? { delayToMs: delayTo * 1000 } : {};
  specialsOf(context.state).set(transactionId, { transactionId, type, ...shipsAt });
  const data = { change: 'reported as special', outTradeNo: found.order.outTradeNo };
  context.bus.publish('shipping', data, found.payment.paymentNo);
  return {};
}

/** By transaction_id or out_trade_no, whichever it is. */
function toShip(context: SimulatorContext, appid: string, orderId: string): Found {
  const found = allKnown(context, appid).find(
    ({ order }) => order.transactionId === orderId || order.outTradeNo === orderId,
  );
  if (found && orderStateOf(found, context.clock.now()) === 1) return found;
  const why = found
    ? { en: 'it is shipped already, or refunded', zh: '该订单已发货，或已退款' }
    : { en: 'no paid order of this mini-program has that number', zh: '该小程序没有此单号的已支付订单' };
  throw new WeixinProblem(268546002, why);
}

function requirePresaleTime({ payment }: Found, delayTo: number | undefined): void {
  if (delayTo === undefined)
    throw new WeixinProblem(268546001, {
      en: 'a presale order needs delay_to',
      zh: '预售商品订单须填写 delay_to',
    });
  const afterMs = delayTo * 1000 - (payment.paidAtMs ?? 0);
  if (afterMs >= presaleDays.least * dayMs && afterMs <= presaleDays.most * dayMs) return;
  const { least, most } = presaleDays;
  const explanation = {
    en: `delay_to is in seconds, ${least} to ${most} days after the payment`,
    zh: `delay_to 以秒为单位，须在支付后 ${least} 至 ${most} 天`,
  };
  throw new WeixinProblem(268546001, explanation);
}

/**
 * https://developers.weixin.qq.com/miniprogram/dev/server/API/order_shipping/api_setmsgjumppath
 * An empty path leads to WeChat's own page again. @throws WeixinProblem
 */
export function setMessagePath({ state }: SimulatorContext, appid: string, body: Json): object {
  if (typeof body.path !== 'string') throw malformed('path', aString);
  messagePathsOf(state).set(appid, { appid, path: body.path });
  return {};
}
