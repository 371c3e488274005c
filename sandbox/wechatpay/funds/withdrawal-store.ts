import type { Slot } from '../state/slot.ts';
import type { State } from '../state/state.ts';
import type { Withdrawal } from './types.ts';

/** Looks up withdrawals by caller, owner and out_request_no, or by withdraw_id. */
export class WithdrawalStore {
  readonly #withdrawals: Slot<Withdrawal>;
  readonly #numbers: Slot<string>;

  constructor(state: State) {
    this.#withdrawals = state.slot<Withdrawal>('withdrawals');
    this.#numbers = state.slot<string>('withdrawal_numbers');
  }

  /** For reading only. */
  all(): IterableIterator<Withdrawal> {
    return this.#withdrawals.peek();
  }

  byId(withdrawId: string): Withdrawal | undefined {
    return this.#withdrawals.get(withdrawId);
  }

  /** The latest with that number. */
  byNo(mchid: string, ownerMchid: string, outRequestNo: string): Withdrawal | undefined {
    const id = this.#numbers.get(`${mchid}/${ownerMchid}/${outRequestNo}`);
    return id === undefined ? undefined : this.#withdrawals.get(id);
  }

  /** Of any merchant; the latest when several used the number. */
  find(outRequestNo: string): Withdrawal | undefined {
    const found = [...this.all()].findLast((withdrawal) => withdrawal.outRequestNo === outRequestNo);
    return found && this.byId(found.withdrawId);
  }

  add(withdrawal: Withdrawal): void {
    const { withdrawId, mchid, ownerMchid, outRequestNo } = withdrawal;
    this.#withdrawals.set(withdrawId, withdrawal);
    this.#numbers.set(`${mchid}/${ownerMchid}/${outRequestNo}`, withdrawId);
  }
}
