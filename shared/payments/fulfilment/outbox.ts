import { findDue, workThroughDue } from '../../core/due.ts';
import { CommerceError } from '../../core/errors.ts';
import { delayAfter } from '../../core/policy.ts';
import type { FunctionCaller, HasTime } from '../../core/ports.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import { recordOrderAnomaly } from '../orders/anomalies.ts';
import type { OrderPorts } from '../orders/ports.ts';
import { type OrderRecord, ordersCollection } from '../orders/records.ts';
import { refreshPayment } from '../orders/refresh.ts';
import { changeOrder, loadPaymentOf } from '../orders/store.ts';
import { reservedFen } from '../refunds/reserve.ts';
import { isShippedByItself } from '../shipping/logistics.ts';

export interface FulfilmentPorts extends OrderPorts {
  readonly functions: FunctionCaller;
  /** The merchant's own function; undefined leaves everything pending. */
  readonly fulfilmentFunction: string | undefined;
  /** Whether shipments are reported to WeChat: if so, goods without a courier are shipped once they are delivered. */
  readonly ships?: boolean;
}

/** What the fulfilment function is called with. It may come more than once for an order, so it must be idempotent. */
interface FulfilmentCall {
  readonly outTradeNo: string;
  readonly paymentNo: string;
  readonly transactionId: string | null;
  readonly openid: string;
  readonly sellerId: string | null;
  readonly amountFen: number;
  /** Fen refunded before the delivery; 0 unless an operator released the rest for delivery. */
  readonly refundedFen: number;
  readonly items: OrderRecord['items'];
  readonly paidAtMs: number | null;
  /** 1 for the first attempt. */
  readonly attempt: number;
}

/** Delay until an order is tried again after a failure on our side. */
const retryMs = 10 * 60_000;

/**
 * Attempts the orders whose fulfilment is due, the longest waiting first, until the time is up. A function that did not
 * answer in time twice is left alone for the rest of the run.
 * @returns how many were completed
 */
export async function fulfilDue(ports: FulfilmentPorts, hasTime: HasTime): Promise<number> {
  const { policy } = ports;
  if (ports.fulfilmentFunction === undefined) await warnNotConfigured(ports);
  let done = 0;
  const timeouts = { count: 0 };
  const run = {
    concurrency: policy.fulfilmentConcurrency,
    retryMs,
    hasTime: () => timeouts.count < policy.maxFulfilmentTimeouts && hasTime(),
  };
  await workThroughDue<OrderRecord>(ports, fulfilmentQueue, run, async (order) => {
    if ((await attempt(ports, order, timeouts)).fulfilment === 'DONE') done++;
  });
  return done;
}

const fulfilmentQueue = {
  collection: ordersCollection,
  field: 'fulfilAfterMs',
  where: { fulfilment: 'PENDING' },
} as const;

async function warnNotConfigured(ports: FulfilmentPorts): Promise<void> {
  if ((await findDue(ports, fulfilmentQueue, 1)).length === 0) return;
  ports.log.warn('fulfilment.not_configured', {
    hint: 'Set FULFILMENT_FUNCTION to the name of the function that delivers paid orders. 请将 FULFILMENT_FUNCTION 设为负责发货的云函数名。',
  });
}

/** The first attempt for an order whose payer is looking; later attempts are the timer's. @returns the order as it is then */
export async function fulfilOnce(ports: FulfilmentPorts, order: OrderRecord): Promise<OrderRecord> {
  const due = order.fulfilment === 'PENDING' && order.fulfilAttempts === 0;
  return due ? attempt(ports, order, { count: 0 }) : order;
}

async function attempt(
  ports: FulfilmentPorts,
  known: OrderRecord,
  timeouts: { count: number },
): Promise<OrderRecord> {
  const name = ports.fulfilmentFunction;
  if (!isDeliverable(known)) return hold(ports, known);
  if (name === undefined) return known;
  // Claiming the attempt schedules the next one: no other instance calls before that, and one will if this instance
  // dies.
  const turn = await changeOrder(ports.documents, known._id, (current) => takeTurn(current, ports), known);
  if (!turn.changed) return turn.order;
  const order = await confirm(ports, turn.order);
  if (!order) return turn.order;
  if (!isDeliverable(order)) return hold(ports, order);
  if (!(await deliver(ports, name, order, timeouts))) return order;
  const finished = await changeOrder(ports.documents, order._id, (current) =>
    current.fulfilment === 'DONE'
      ? undefined
      : {
          fulfilment: 'DONE',
          fulfilAfterMs: null,
          fulfilledAtMs: ports.clock.nowMs(),
          ...(ports.ships &&
            isShippedByItself(current, ports.policy) && { shipAfterMs: ports.clock.nowMs() }),
        },
  );
  return finished.order;
}

/** Paid, and nothing refunded beyond what an operator knew about when releasing the rest. */
function isDeliverable(order: OrderRecord): boolean {
  return order.state === 'SUCCESS' || isReleased(order);
}

function isReleased(order: OrderRecord): boolean {
  return order.state === 'REFUND' && order.releasedAtRefundedFen === reservedFen(order);
}

function takeTurn(order: OrderRecord, { clock, policy }: FulfilmentPorts) {
  const nowMs = clock.nowMs();
  const due = order.fulfilment === 'PENDING' && order.fulfilAfterMs !== null && order.fulfilAfterMs <= nowMs;
  if (!due) return undefined;
  const fulfilAfterMs = nowMs + delayAfter(policy.fulfilmentDelaysMs, order.fulfilAttempts);
  return { fulfilAttempts: order.fulfilAttempts + 1, fulfilAfterMs };
}

/**
 * WeChat Pay is asked before goods are delivered for a payment that may have been refunded: when a refund was reported,
 * or the payment was last confirmed some time ago.
 * @returns the order as it is now; undefined when WeChat Pay did not confirm anything
 */
async function confirm(ports: FulfilmentPorts, order: OrderRecord): Promise<OrderRecord | undefined> {
  // A trade_state of REFUND has no amount, so the operator's decision counts.
  if (isReleased(order) || isConfirmed(ports, order)) return order;
  try {
    const payment = await loadPaymentOf(ports.documents, order);
    const { orders } = payment ? await refreshPayment(ports, payment) : { orders: [] };
    const fresh = orders.find(({ _id }) => _id === order._id);
    if (fresh && (fresh.state !== 'SUCCESS' || isConfirmed(ports, fresh, order))) return fresh;
    ports.log.warn('fulfilment.not_confirmed', { outTradeNo: order._id });
  } catch (error) {
    if (!(error instanceof WechatpayError) && !(error instanceof CommerceError)) throw error;
    ports.log.warn('fulfilment.not_confirmed', { outTradeNo: order._id, error });
  }
  return undefined;
}

/** @param before the order as it was before WeChat Pay was asked, perhaps by an instance whose clock is minutes behind */
function isConfirmed({ clock, policy }: FulfilmentPorts, order: OrderRecord, before?: OrderRecord): boolean {
  // Orders stored before these fields existed have neither.
  const confirmedAtMs = order.confirmedAtMs ?? 0;
  if (confirmedAtMs <= (order.refundReportedAtMs ?? 0)) return false;
  if (before && confirmedAtMs > (before.confirmedAtMs ?? 0)) return true;
  return clock.nowMs() - confirmedAtMs <= policy.paymentConfirmationMs;
}

async function deliver(
  { functions, log }: FulfilmentPorts,
  name: string,
  order: OrderRecord,
  timeouts: { count: number },
): Promise<boolean> {
  const { _id: outTradeNo, fulfilAttempts } = order;
  try {
    if (isDone(await functions.call(name, { ...callFor(order) }))) return true;
    log.warn('fulfilment.not_done', { outTradeNo, attempt: fulfilAttempts });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'UNAVAILABLE') timeouts.count++;
    log.warn('fulfilment.failed', { outTradeNo, attempt: fulfilAttempts, error });
  }
  return false;
}

/**
 * Refunded goods are not delivered automatically: a person is notified, and then the order is held for that
 * person to decide. In this order, so that an instance that dies in between leaves something to do again.
 */
async function hold(ports: FulfilmentPorts, known: OrderRecord): Promise<OrderRecord> {
  await recordOrderAnomaly(ports, 'REFUNDED_BEFORE_FULFILMENT', known);
  const held = await changeOrder(
    ports.documents,
    known._id,
    (current) =>
      current.fulfilment === 'PENDING' && !isDeliverable(current)
        ? { fulfilment: 'HELD', fulfilAfterMs: null }
        : undefined,
    known,
  );
  return held.order;
}

function callFor(order: OrderRecord): FulfilmentCall {
  return {
    outTradeNo: order._id,
    paymentNo: order.paymentNo,
    transactionId: order.transactionId,
    openid: order.openid,
    sellerId: order.sellerId,
    amountFen: order.amountFen,
    refundedFen: reservedFen(order),
    items: order.items,
    paidAtMs: order.paidAtMs,
    attempt: order.fulfilAttempts,
  };
}

/** `{done: true}`, bare or as the data of a `Result`. Anything else is "not yet". */
export function isDone(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null) return false;
  if ('ok' in answer && answer.ok !== true) return false;
  if ('done' in answer) return answer.done === true;
  return 'ok' in answer && 'data' in answer && isDone(answer.data);
}
