import type { State } from '../state/state.ts';
import type { Receiver, ShareOrder, ShareReturn, SharingSettings } from './types.ts';

/** Receivers belong to the sub-merchant of a provider, or to the caller itself. */
export function receiverKey(owner: string, { type, account }: Pick<Receiver, 'type' | 'account'>): string {
  return `${owner}/${type}/${account}`;
}

export const receiversOf = (state: State) => state.slot<Receiver>('share_receivers');

/** Sharing agreements by mchid or openid; the default is 30 % and consent. */
export function settingsOf(state: State, account: string): SharingSettings {
  return (
    state.slot<SharingSettings>('sharing_settings').get(account) ?? { maxRatio: 3_000, returnConsent: true }
  );
}

export function setSettings(state: State, account: string, settings: SharingSettings): void {
  state.slot<SharingSettings>('sharing_settings').set(account, settings);
}

/** Looks up sharing requests by order_id, by the caller's out_order_no, or by transaction. */
export class SharingStore {
  readonly #orders;
  readonly #numbers;
  readonly #ofTransaction;
  readonly #returns;

  constructor(state: State) {
    this.#orders = state.slot<ShareOrder>('share_orders');
    this.#numbers = state.slot<string>('share_numbers');
    this.#ofTransaction = state.slot<string[]>('shares_of_transaction');
    this.#returns = state.slot<ShareReturn>('share_returns');
  }

  byId(orderId: string): ShareOrder | undefined {
    return this.#orders.get(orderId);
  }

  byNo(mchid: string, outOrderNo: string): ShareOrder | undefined {
    const id = this.#numbers.get(`${mchid}/${outOrderNo}`);
    return id === undefined ? undefined : this.#orders.get(id);
  }

  ofTransaction(transactionId: string): ShareOrder[] {
    return (this.#ofTransaction.get(transactionId) ?? []).map((id) => this.#orders.get(id)!);
  }

  add(order: ShareOrder): void {
    this.#orders.set(order.orderId, order);
    this.#numbers.set(`${order.mchid}/${order.outOrderNo}`, order.orderId);
    const known = this.#ofTransaction.get(order.transactionId) ?? [];
    this.#ofTransaction.set(order.transactionId, [...known, order.orderId]);
  }

  returnByNo(mchid: string, outReturnNo: string): ShareReturn | undefined {
    return this.#returns.get(`${mchid}/${outReturnNo}`);
  }

  addReturn(made: ShareReturn): void {
    this.#returns.set(`${made.mchid}/${made.outReturnNo}`, made);
  }
}
