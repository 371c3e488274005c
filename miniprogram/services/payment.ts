/**
 * One payment from the tap to a definite result. What `wx.requestPayment` says on the phone is a hint; only queryOrder
 * decides that something is paid, and this polls until the result is known.
 * https://pay.weixin.qq.com/doc/v3/merchant/4012791898 (小程序调起支付)
 */
import type { CreateOrderAnswer, OrderView, PaymentParams } from '../../shared/contract/index.ts';
import type { Api } from './api';
import type { PendingPayment } from './checkout';

export type PaymentPhase =
  /** Nothing is under way; `reason` says how the last try ended. */
  | { readonly name: 'ready'; readonly reason?: 'cancelled' | 'failed'; readonly message?: string }
  | { readonly name: 'ordering' }
  /** The server's price differs from the one the user saw: asks before going on. */
  | { readonly name: 'price-changed'; readonly amountFen: number }
  | { readonly name: 'paying' }
  /** Asking the server. `offline` while the requests fail. */
  | { readonly name: 'confirming'; readonly offline: boolean }
  /** Queried many times without a final answer; shown neither as paid nor as failed. */
  | { readonly name: 'unconfirmed' }
  | { readonly name: 'paid' }
  /** The time to pay has expired, or the order was closed. */
  | { readonly name: 'closed' };

export interface PaymentTools {
  readonly api: Pick<Api, 'createOrder' | 'queryOrder'>;
  /** Rejects with `{errMsg}`. */
  readonly requestPayment: (parameters: PaymentParams) => Promise<unknown>;
  /**
   * Asks the payer, right after paying, whether messages about the order may be sent; WeChat allows that after a tap or
   * a payment. What the payer answers changes nothing here.
   */
  readonly askForMessages: () => void;
  readonly sleep: (ms: number) => Promise<void>;
  /** In the user's language. */
  readonly errorText: (error: { message: string; messageEn: string }) => string;
  readonly onPhase: (phase: PaymentPhase) => void;
  /** Called as soon as the server has the order, before anything is paid. */
  readonly onOrder: (paymentNo: string, orders: readonly OrderView[]) => void;
}

/** About a minute in all; WeChat's answer usually is there in two seconds. */
const pausesMs = [300, 700, 1000, 1500, 2000, 3000, 4000, 5000, 6000, 8000, 10_000, 12_000];
/** How often the server must say "not paid" before the phone's "cancelled" or "failed" is accepted. */
const enoughNo = { cancelled: 1, failed: 2 };

type SheetOutcome = 'ok' | 'cancelled' | 'failed';

/**
 * Makes one attempt. Safe to call again after any outcome: the same token means the same order.
 * @param acceptedFen the amount the user has agreed to.
 */
export async function pay(
  payment: PendingPayment,
  acceptedFen: number,
  tools: PaymentTools,
): Promise<PaymentPhase> {
  const show = (phase: PaymentPhase): PaymentPhase => {
    tools.onPhase(phase);
    return phase;
  };
  show({ name: 'ordering' });
  const request = payment.paymentNo
    ? { paymentNo: payment.paymentNo }
    : { requestToken: payment.requestToken, items: payment.items };
  const created = await tools.api.createOrder(payment.via, request);
  if (!created.ok) {
    const { error } = created;
    if (error.code === 'ORDER_PAID' && payment.paymentNo)
      return confirmPayment(payment.paymentNo, 'ok', tools);
    if (error.code === 'ORDER_CLOSED') return show({ name: 'closed' });
    return show({ name: 'ready', reason: 'failed', message: tools.errorText(error) });
  }
  const { paymentNo, orders } = created.data;
  tools.onOrder(paymentNo, orders);
  const amountFen = orders.reduce((sum, order) => sum + order.amountFen, 0);
  if (created.data.payment === undefined) return confirmPayment(paymentNo, 'ok', tools);
  if (amountFen !== acceptedFen) return show({ name: 'price-changed', amountFen });
  show({ name: 'paying' });
  const outcome = await openSheet(created.data, tools);
  return confirmPayment(paymentNo, outcome.kind, tools, outcome.message);
}

async function openSheet(
  { payment }: CreateOrderAnswer,
  tools: PaymentTools,
): Promise<{ kind: SheetOutcome; message?: string }> {
  try {
    await tools.requestPayment(payment as PaymentParams);
    tools.askForMessages();
    return { kind: 'ok' };
  } catch (error) {
    const errMsg = String((error as { errMsg?: unknown }).errMsg ?? '');
    if (/fail[: ]*cancel/.test(errMsg)) return { kind: 'cancelled' };
    return {
      kind: 'failed',
      message: errMsg.replace(/^requestPayment:fail\s*/, '').replace(/^\(detail\)\s*/, ''),
    };
  }
}

/**
 * Asks the server for the state of a payment.
 * @param outcome what the phone reported; decides how soon "not paid yet" is taken as an answer.
 */
export async function confirmPayment(
  paymentNo: string,
  outcome: SheetOutcome,
  tools: Pick<PaymentTools, 'api' | 'sleep' | 'onPhase'>,
  message?: string,
): Promise<PaymentPhase> {
  const show = (phase: PaymentPhase): PaymentPhase => {
    tools.onPhase(phase);
    return phase;
  };
  show({ name: 'confirming', offline: false });
  let saidNo = 0;
  for (const pauseMs of pausesMs) {
    const asked = await tools.api.queryOrder({ paymentNo });
    if (asked.ok) {
      const verdict = verdictOf(asked.data.orders);
      if (verdict !== 'open') return show({ name: verdict });
      saidNo += 1;
      if (outcome !== 'ok' && saidNo >= enoughNo[outcome]) {
        return show({ name: 'ready', reason: outcome, ...(message ? { message } : {}) });
      }
    }
    show({ name: 'confirming', offline: !asked.ok });
    await tools.sleep(pauseMs);
  }
  return show({ name: 'unconfirmed' });
}

/** A payment is paid when all its orders are: a combined payment is paid in one go. */
export function verdictOf(orders: readonly OrderView[]): 'paid' | 'closed' | 'open' {
  if (orders.length === 0) return 'open';
  if (orders.every(({ state }) => state === 'SUCCESS' || state === 'REFUND')) return 'paid';
  if (orders.every(({ state }) => state === 'CLOSED' || state === 'REVOKED')) return 'closed';
  return 'open';
}
