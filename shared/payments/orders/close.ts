import * as z from 'zod/mini';
import type { CloseOrderAnswer } from '../../contract/index.ts';
import type { Account } from '../../core/account.ts';
import { CommerceError, explainWechatpayError, isRefusal } from '../../core/errors.ts';
import { documentId, parseInput } from '../../core/input.ts';
import { accountOf, holdsKey } from './account.ts';
import type { Payer } from './create.ts';
import { loadOwnPayment } from './ownership.ts';
import type { OrderPorts, ProviderRpc } from './ports.ts';
import { type Payment, subMchidOf } from './records.ts';
import { closeHere, refreshPayment } from './refresh.ts';
import { loadPayment } from './store.ts';
import { noSuchOrderCodes } from './transaction.ts';
import { isOpen, isPaid } from './transitions.ts';
import { viewOrder } from './view.ts';

const closeRequest = z.strictObject({ paymentNo: documentId });

const closedCodes: ReadonlySet<string> = new Set(['ORDER_CLOSED', 'ORDERCLOSED']);
const paidCodes: ReadonlySet<string> = new Set(['ORDERPAID', 'ORDER_PAID']);

/**
 * closeOrder: closes the caller's own unpaid payment, all of it. Closing a closed payment succeeds.
 * @throws CommerceError ORDER_PAID, ORDER_NOT_FOUND, OUTCOME_UNKNOWN, …
 */
export async function closeOrder(ports: OrderPorts, payer: Payer, event: unknown): Promise<CloseOrderAnswer> {
  const { paymentNo } = parseInput(closeRequest, event);
  const payment = await loadOwnPayment(ports, payer.openid, paymentNo);
  const closed = await closePayment(ports, payment);
  const nowMs = ports.clock.nowMs();
  return { orders: closed.orders.map((order) => viewOrder(order, nowMs, ports.policy)) };
}

/**
 * Closes at WeChat Pay first, then here: until WeChat Pay has closed it the payer can still pay.
 * @returns the payment as it is afterwards. @throws CommerceError ORDER_PAID when it was paid in the meantime
 */
export async function closePayment(ports: OrderPorts, payment: Payment): Promise<Payment> {
  if (payment.orders.some(({ state }) => isPaid(state))) throw new CommerceError('ORDER_PAID');
  // A closed order that still has a check was unknown to WeChat Pay when it was closed here.
  if (!payment.orders.some((order) => isOpen(order.state) || order.checkAfterMs !== null)) return payment;
  const holder = await accountOf(ports, payment);
  const after = holdsKey(holder)
    ? await closeThere(ports, holder, payment)
    : await closeByProvider(ports, holder, payment);
  if (after.orders.some(({ state }) => isPaid(state))) throw new CommerceError('ORDER_PAID');
  return after;
}

async function closeByProvider(ports: OrderPorts, rpc: ProviderRpc, payment: Payment): Promise<Payment> {
  await rpc.close(payment.paymentNo);
  return (await loadPayment(ports.documents, payment.paymentNo)) ?? payment;
}

async function closeThere(ports: OrderPorts, account: Account, payment: Payment): Promise<Payment> {
  try {
    await sendClose(account, payment);
  } catch (error) {
    if (isRefusal(error, paidCodes)) {
      await refreshPayment(ports, payment);
      throw new CommerceError('ORDER_PAID');
    }
    // A request in flight may still create it.
    if (isRefusal(error, noSuchOrderCodes)) return closeHere(ports, payment, false);
    if (!isRefusal(error, closedCodes)) throw explainWechatpayError(error);
  }
  return closeHere(ports, payment, true);
}

/**
 * A combined payment is closed whole. Direct: https://pay.weixin.qq.com/doc/v3/merchant/4012791901 · partner:
 * https://pay.weixin.qq.com/doc/v3/partner/4012760118 · combined: https://pay.weixin.qq.com/doc/v3/partner/4012761093
 */
async function sendClose({ kind, appid, mchid, subAppid, client }: Account, payment: Payment): Promise<void> {
  if (payment.combined) {
    const route = 'POST /v3/combine-transactions/out-trade-no/{combine_out_trade_no}/close';
    const sub_orders = payment.orders.map((order) => ({
      mchid,
      out_trade_no: order._id,
      sub_mchid: subMchidOf(order),
      ...(subAppid !== undefined && { sub_appid: subAppid }),
    }));
    return client.request(route, {
      combine_out_trade_no: payment.paymentNo,
      combine_appid: appid,
      sub_orders,
    });
  }
  for (const order of payment.orders) {
    const out_trade_no = order._id;
    if (kind === 'direct') {
      await client.request('POST /v3/pay/transactions/out-trade-no/{out_trade_no}/close', {
        out_trade_no,
        mchid,
      });
    } else {
      const route = 'POST /v3/pay/partner/transactions/out-trade-no/{out_trade_no}/close';
      await client.request(route, { out_trade_no, sp_mchid: mchid, sub_mchid: subMchidOf(order) });
    }
  }
}
