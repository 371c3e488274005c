import { delayAfter, type Policy } from '../../core/policy.ts';
import type { Clock, Documents, FunctionCaller, HasTime, Log } from '../../core/ports.ts';
import { recordAnomaly } from '../orders/anomalies.ts';
import { type OrderRecord, ordersCollection } from '../orders/records.ts';
import { changeOrder } from '../orders/store.ts';

export interface FulfilmentPorts {
  readonly clock: Clock;
  readonly documents: Documents;
  readonly log: Log;
  readonly policy: Policy;
  readonly functions: FunctionCaller;
  /** The merchant's own function; undefined leaves everything pending. */
  readonly fulfilmentFunction: string | undefined;
}

/** What the fulfilment function is called with. It may come more than once for an order, so it must be idempotent. */
interface FulfilmentCall {
  readonly outTradeNo: string;
  readonly paymentNo: string;
  readonly transactionId: string | null;
  readonly openid: string;
  readonly sellerId: string | null;
  readonly amountFen: number;
  readonly items: OrderRecord['items'];
  readonly paidAtMs: number | null;
  /** 1 for the first attempt. */
  readonly attempt: number;
}

const maxPerRun = 50;

/**
 * Tries the orders whose fulfilment is due, the longest waiting first, until the time is up.
 * @returns how many became done
 */
export async function fulfilDue(ports: FulfilmentPorts, hasTime: HasTime): Promise<number> {
  const due = await ports.documents.find<OrderRecord>(ordersCollection, {
    where: { fulfilment: 'PENDING', fulfilAfterMs: { lte: ports.clock.nowMs() } },
    orderBy: { field: 'fulfilAfterMs', direction: 'asc' },
    limit: maxPerRun,
  });
  if (due.length > 0 && ports.fulfilmentFunction === undefined) {
    ports.log.warn('fulfilment.not_configured', {
      pending: due.length,
      hint: 'Set FULFILMENT_FUNCTION to the name of the function that delivers what was paid. 请设置 FULFILMENT_FUNCTION。',
    });
    return 0;
  }
  let done = 0;
  for (const order of due) {
    if (!hasTime()) break;
    if ((await attempt(ports, order)).fulfilment === 'DONE') done++;
  }
  return done;
}

/** The first attempt for an order whose payer is looking; later attempts are the timer's. @returns the order as it is then */
export async function fulfilOnce(ports: FulfilmentPorts, order: OrderRecord): Promise<OrderRecord> {
  const due = order.fulfilment === 'PENDING' && order.fulfilAttempts === 0 && order.fulfilAfterMs !== null;
  return due && ports.fulfilmentFunction !== undefined ? attempt(ports, order) : order;
}

async function attempt(ports: FulfilmentPorts, known: OrderRecord): Promise<OrderRecord> {
  const name = ports.fulfilmentFunction;
  if (name === undefined) return known;
  if (known.state !== 'SUCCESS') return hold(ports, known);
  // Taking the turn sets the next one: nobody else calls until then, and if this instance dies someone will.
  const { order, changed } = await changeOrder(
    ports.documents,
    known._id,
    (current) => takeTurn(current, ports),
    known,
  );
  if (!changed) return order;
  try {
    if (!isDone(await ports.functions.call(name, { ...callFor(order) }))) {
      ports.log.warn('fulfilment.not_done', { outTradeNo: order._id, attempt: order.fulfilAttempts });
      return order;
    }
  } catch (error) {
    ports.log.warn('fulfilment.failed', { outTradeNo: order._id, attempt: order.fulfilAttempts, error });
    return order;
  }
  const finished = await changeOrder(ports.documents, order._id, (current) =>
    current.fulfilment === 'PENDING'
      ? { fulfilment: 'DONE', fulfilAfterMs: null, fulfilledAtMs: ports.clock.nowMs() }
      : undefined,
  );
  return finished.order;
}

/** An order whose money went back meanwhile is not due: the next run holds it. */
function takeTurn(order: OrderRecord, { clock, policy }: FulfilmentPorts) {
  const nowMs = clock.nowMs();
  const due = order.fulfilment === 'PENDING' && order.fulfilAfterMs !== null && order.fulfilAfterMs <= nowMs;
  if (!due) return undefined;
  if (order.state !== 'SUCCESS') return { fulfilAfterMs: null };
  const fulfilAfterMs = nowMs + delayAfter(policy.fulfilmentDelaysMs, order.fulfilAttempts);
  return { fulfilAttempts: order.fulfilAttempts + 1, fulfilAfterMs };
}

/**
 * Goods whose money went back are not delivered by a machine: a person is told, and then the order is held for that
 * person to decide. In this order, so that an instance that dies in between leaves something to do again.
 */
async function hold(ports: FulfilmentPorts, known: OrderRecord): Promise<OrderRecord> {
  await reportRefunded(ports, known);
  const held = await changeOrder(
    ports.documents,
    known._id,
    (current) => (current.fulfilAfterMs === null ? undefined : { fulfilAfterMs: null }),
    known,
  );
  return held.order;
}

async function reportRefunded(ports: FulfilmentPorts, order: OrderRecord): Promise<void> {
  const transaction = {
    appid: order.appid,
    mchid: order.mchid,
    ...(order.subMchid !== null && { subMchid: order.subMchid }),
    outTradeNo: order._id,
    ...(order.transactionId !== null && { transactionId: order.transactionId }),
    tradeState: 'REFUND',
    amountFen: order.amountFen,
    currency: order.currency,
  } as const;
  const heard = { account: order.account, source: 'query' } as const;
  await recordAnomaly(ports, 'REFUNDED_BEFORE_FULFILMENT', order, transaction, heard);
}

function callFor(order: OrderRecord): FulfilmentCall {
  return {
    outTradeNo: order._id,
    paymentNo: order.paymentNo,
    transactionId: order.transactionId,
    openid: order.openid,
    sellerId: order.sellerId,
    amountFen: order.amountFen,
    items: order.items,
    paidAtMs: order.paidAtMs,
    attempt: order.fulfilAttempts,
  };
}

/** `{done: true}`, bare or as the data of a `Result`. Anything else is "not yet". */
function isDone(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null) return false;
  if ('done' in answer) return answer.done === true;
  return 'ok' in answer && answer.ok === true && 'data' in answer && isDone(answer.data);
}
