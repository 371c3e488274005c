import { createHash } from 'node:crypto';
import { ApiProblem, internalCodes } from '../http/problem.ts';
import type { Slot } from '../state/slot.ts';
import type { State } from '../state/state.ts';
import { isUnpaid, type Order, type Payment, tradeTypeOf } from './types.ts';

/** Looks up payments and orders; each number is unique within the merchant number that placed it. */
export class OrderStore {
  readonly #payments: Slot<Payment>;
  readonly #orders: Map<string, string>;
  readonly #prepays: Map<string, string>;
  /** Numbers of any merchant, for the control API. */
  readonly #numbers: Map<string, string>;
  readonly #transactions: Map<string, string>;
  /** What a code_url ends in. */
  readonly #codes: Map<string, string>;

  constructor(state: State) {
    this.#payments = state.slot<Payment>('payments');
    this.#orders = state.slot<string>('orders');
    this.#prepays = state.slot<string>('prepays');
    this.#numbers = state.slot<string>('numbers');
    this.#transactions = state.slot<string>('transactions');
    this.#codes = state.slot<string>('codes');
  }

  /** For reading only; {@link settle} is the only change allowed afterwards. */
  payments(): IterableIterator<Payment> {
    return this.#payments.peek();
  }

  payment(mchid: string, paymentNo: string, combined: boolean): Payment | undefined {
    return this.#payments.get(paymentKey(mchid, paymentNo, combined));
  }

  /** The payment that holds this order, and the order. */
  order(mchid: string, outTradeNo: string): { payment: Payment; order: Order } | undefined {
    const key = this.#orders.get(`${mchid}/${outTradeNo}`);
    const payment = key === undefined ? undefined : this.#payments.get(key);
    const order = payment?.orders.find((one) => one.outTradeNo === outTradeNo && one.mchid === mchid);
    return payment && order ? { payment, order } : undefined;
  }

  byPrepayId(prepayId: string): Payment | undefined {
    const key = this.#prepays.get(prepayId);
    return key === undefined ? undefined : this.#payments.get(key);
  }

  /** Any merchant's: a combine_out_trade_no, or an out_trade_no. The latest when several merchants used it. */
  find(no: string): Payment | undefined {
    const key = this.#numbers.get(no);
    return key === undefined ? undefined : this.#payments.get(key);
  }

  /** The payment that has an order with this transaction_id. */
  byTransactionId(transactionId: string): Payment | undefined {
    const key = this.#transactions.get(transactionId);
    return key === undefined ? undefined : this.#payments.get(key);
  }

  /** The order with this transaction_id. */
  orderByTransactionId(transactionId: string): { payment: Payment; order: Order } | undefined {
    const payment = this.byTransactionId(transactionId);
    const order = payment?.orders.find((one) => one.transactionId === transactionId);
    return payment && order ? { payment, order } : undefined;
  }

  addTransactionId(payment: Payment, transactionId: string): void {
    this.#transactions.set(transactionId, keyOf(payment));
  }

  add(payment: Payment): void {
    const key = keyOf(payment);
    for (const order of payment.orders) {
      if (this.#orders.has(`${order.mchid}/${order.outTradeNo}`)) {
        throw new ApiProblem(403, 'OUT_TRADE_NO_USED', '商户订单号重复', {
          internalCode: internalCodes.otherParameters,
          explanation: {
            en: `out_trade_no ${order.outTradeNo} belongs to another payment of ${order.mchid}`,
            zh: `out_trade_no ${order.outTradeNo} 已用于 ${order.mchid} 的另一笔订单`,
          },
        });
      }
    }
    this.#payments.set(key, payment);
    for (const order of payment.orders) this.#orders.set(`${order.mchid}/${order.outTradeNo}`, key);
    for (const no of [payment.paymentNo, ...payment.orders.map((order) => order.outTradeNo)]) {
      this.#numbers.set(no, key);
    }
    this.addPrepayId(payment);
  }

  addPrepayId(payment: Payment): void {
    const key = keyOf(payment);
    this.#prepays.set(payment.prepayId, key);
    if (tradeTypeOf(payment) === 'NATIVE') this.#codes.set(codeOf(payment), key);
  }

  /** The payment whose latest or earlier code_url ends in this. */
  byCode(code: string): Payment | undefined {
    const key = this.#codes.get(code);
    return key === undefined ? undefined : this.#payments.get(key);
  }

  /** Closes what WeChat Pay would have closed by now. True when that changed it. */
  settle(payment: Payment, nowMs: number): boolean {
    if (!isUnpaid(payment) || nowMs < payment.closesAtMs) return false;
    for (const order of payment.orders) order.state = 'CLOSED';
    this.#payments.touch(keyOf(payment));
    return true;
  }
}

/** The end of its code_url: nine letters and digits, as in real ones. */
export function codeOf({ prepayId }: Payment): string {
  const digest = createHash('sha256').update(prepayId).digest('base64url');
  return `${digest.replace(/[-_]/g, '').slice(0, 7)}zz`;
}

function keyOf(payment: Payment): string {
  return paymentKey(payment.mchid, payment.paymentNo, payment.kind === 'combine');
}

function paymentKey(mchid: string, paymentNo: string, combined: boolean): string {
  return `${mchid}/${combined ? 'combine/' : ''}${paymentNo}`;
}
