import type { Slot } from '../state/slot.ts';
import type { State } from '../state/state.ts';
import type { Refund } from './types.ts';

/** Looks up refunds by out_refund_no within a merchant number, by refund_id, or by order. */
export class RefundStore {
  readonly #refunds: Slot<Refund>;
  readonly #numbers: Map<string, string>;

  constructor(state: State) {
    this.#refunds = state.slot<Refund>('refunds');
    this.#numbers = state.slot<string>('refund_numbers');
  }

  /** For reading only. */
  all(): IterableIterator<Refund> {
    return this.#refunds.peek();
  }

  byId(refundId: string): Refund | undefined {
    return this.#refunds.get(refundId);
  }

  byNo(mchid: string, outRefundNo: string): Refund | undefined {
    const id = this.#numbers.get(`${mchid}/${outRefundNo}`);
    return id === undefined ? undefined : this.#refunds.get(id);
  }

  /** Of any merchant; the latest when several used the number. */
  find(outRefundNo: string): Refund | undefined {
    const found = [...this.#refunds.peek()].findLast((refund) => refund.outRefundNo === outRefundNo);
    return found && this.#refunds.get(found.refundId);
  }

  add(refund: Refund): void {
    this.#refunds.set(refund.refundId, refund);
    this.#numbers.set(`${refund.mchid}/${refund.outRefundNo}`, refund.refundId);
  }
}
