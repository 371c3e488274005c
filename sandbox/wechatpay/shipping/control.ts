/** The shipping service in the control API: its settings, the orders, the buyer's confirmation, what was sent to payers. */
import type { ControlContext, ControlRoute, SimulatorContext } from '../context.ts';
import { flag, integer, objectBody, optional, text } from '../control/read.ts';
import { OrderStore } from '../orders/order-store.ts';
import { byTransactionId, orderStateOf, orderView } from './find.ts';
import { confirmReceipt, openConfirmation } from './receipt.ts';
import { recordSubscriptions } from './subscriptions.ts';
import { endTokens } from './tokens.ts';
import { messagePathsOf, type ShippingSettings, shippingSettings, shippingsOf, specialsOf } from './types.ts';

const mostMs = 400 * 86_400_000;

function changeSettings(context: ControlContext): ShippingSettings {
  const settings = shippingSettings(context.state);
  const { managed, freezes, knownAfterMs, confirmAfterMs, settleAfterMs, tokens } = objectBody(context);
  const flags = {
    managed: optional(managed, 'managed', flag) ?? settings.managed,
    freezes: optional(freezes, 'freezes', flag) ?? settings.freezes ?? false,
  };
  Object.assign(settings, flags);
  const ms = (value: unknown, name: string, known: number) => integer(value, name, 0, mostMs, known);
  settings.knownAfterMs = ms(knownAfterMs, 'knownAfterMs', settings.knownAfterMs);
  settings.settleAfterMs = ms(settleAfterMs, 'settleAfterMs', settings.settleAfterMs);
  const { express, other } = (confirmAfterMs ?? {}) as Record<string, unknown>;
  settings.confirmAfterMs = {
    express: ms(express, 'confirmAfterMs.express', settings.confirmAfterMs.express),
    other: ms(other, 'confirmAfterMs.other', settings.confirmAfterMs.other),
  };
  if (tokens === 'end') endTokens(context.state);
  return settings;
}

/** The appid of the mini-program that the order was paid in. */
function payAppidOf(context: SimulatorContext, body: Record<string, unknown>): string {
  const store = new OrderStore(context.state);
  const payment =
    store.byTransactionId(String(body.transaction_id ?? '')) ??
    store.find(String(body.merchant_trade_no ?? ''));
  return payment?.payAppid ?? '';
}

function receiptOf(context: ControlContext) {
  const { openid, ...numbers } = objectBody(context);
  return openConfirmation(context, payAppidOf(context, numbers), numbers, text(openid, 'openid'));
}

export const shippingRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/_sandbox/shipping',
    handle: (context) => {
      const nowMs = context.clock.now();
      const orders = [...shippingsOf(context.state).keys()].flatMap((transactionId) => {
        const found = new OrderStore(context.state).byTransactionId(transactionId);
        if (!found) return [];
        const known = byTransactionId(context, found.payAppid, transactionId);
        return [{ ...orderView(known, nowMs), order_state: orderStateOf(known, nowMs) }];
      });
      return {
        settings: shippingSettings(context.state),
        orders,
        specials: [...specialsOf(context.state).peek()],
        messagePaths: [...messagePathsOf(context.state).peek()],
      };
    },
  },
  {
    method: 'POST',
    path: '/_sandbox/shipping',
    handle: (context) => ({ settings: changeSettings(context) }),
  },
  {
    method: 'POST',
    path: '/_sandbox/receipts/open',
    handle: (context) => {
      const { order, shipping } = receiptOf(context);
      const descriptions = shipping.parcels.map(({ itemDesc }) => itemDesc);
      return { order: { outTradeNo: order.outTradeNo, amountFen: order.amountFen, descriptions } };
    },
  },
  {
    method: 'POST',
    path: '/_sandbox/receipts/confirm',
    handle: (context) => {
      const found = receiptOf(context);
      confirmReceipt(context, found, 'buyer');
      return { order: orderView(found, context.clock.now()) };
    },
  },
  {
    // WeChat sends these by itself: once a day, and for orders that were paid 48 hours ago and not shipped.
    method: 'POST',
    path: '/_sandbox/shipping/remind',
    handle: (context) => {
      const { outTradeNo } = objectBody(context);
      if (outTradeNo === undefined) {
        context.push({ Event: 'trade_manage_remind_access_api', msg: '请接入发货信息管理服务' });
        return {};
      }
      const payment = new OrderStore(context.state).find(String(outTradeNo));
      for (const order of payment?.orders ?? []) {
        context.push({
          Event: 'trade_manage_remind_shipping',
          transaction_id: order.transactionId ?? '',
          merchant_id: order.mchid,
          sub_merchant_id: order.subMchid ?? '',
          merchant_trade_no: order.outTradeNo,
          pay_time: Math.floor((payment?.paidAtMs ?? 0) / 1000),
          msg: '请尽快录入发货信息',
        });
      }
      return {};
    },
  },
  { method: 'POST', path: '/_sandbox/subscriptions', handle: recordSubscriptions },
  {
    method: 'GET',
    path: '/_sandbox/subscribe-messages',
    handle: ({ state }) => ({ messages: [...state.slot<object>('subscribe_messages').peek()] }),
  },
];
