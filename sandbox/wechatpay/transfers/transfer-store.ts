import type { Slot } from '../state/slot.ts';
import type { State } from '../state/state.ts';
import type { Authorization, Transfer } from './types.ts';

/** Looks up transfers by out_bill_no within a merchant number, by transfer_bill_no, or by package_info. */
export class TransferStore {
  readonly #transfers: Slot<Transfer>;
  readonly #numbers: Slot<string>;

  constructor(state: State) {
    this.#transfers = state.slot<Transfer>('transfers');
    this.#numbers = state.slot<string>('transfer_numbers');
  }

  /** For reading only. */
  all(): IterableIterator<Transfer> {
    return this.#transfers.peek();
  }

  byId(transferBillNo: string): Transfer | undefined {
    return this.#transfers.get(transferBillNo);
  }

  byNo(mchid: string, outBillNo: string): Transfer | undefined {
    return this.#byKey(`${mchid}/${outBillNo}`);
  }

  byPackage(packageInfo: string): Transfer | undefined {
    return this.#byKey(`package/${packageInfo}`);
  }

  /** Of any merchant; the latest when several used the number. */
  find(outBillNo: string): Transfer | undefined {
    const found = [...this.all()].findLast((transfer) => transfer.outBillNo === outBillNo);
    return found && this.byId(found.transferBillNo);
  }

  add(transfer: Transfer): void {
    const { transferBillNo, mchid, outBillNo, packageInfo } = transfer;
    this.#transfers.set(transferBillNo, transfer);
    this.#numbers.set(`${mchid}/${outBillNo}`, transferBillNo);
    if (packageInfo !== undefined) this.#numbers.set(`package/${packageInfo}`, transferBillNo);
  }

  #byKey(key: string): Transfer | undefined {
    const id = this.#numbers.get(key);
    return id === undefined ? undefined : this.#transfers.get(id);
  }
}

/** By `mchid/out_authorization_no`. */
export const authorizationsOf = (state: State) => state.slot<Authorization>('transfer_authorizations');
