/** Money of an order that the payee has received but cannot use yet: 不可用余额. */
import type { SimulatorContext } from '../context.ts';
import { accounts } from '../state/accounts.ts';
import type { Order, OrderMoney } from './types.ts';

/** For profit sharing, until receipt of a managed mini-program's goods is settled, or for both. */
export function isFrozen({ sharingFinished, awaitsReceipt }: OrderMoney): boolean {
  return !sharingFinished || awaitsReceipt === true;
}

/** Makes the rest available once there is no reason left to freeze it. @returns fen */
export function freeUnheld({ state, clock }: SimulatorContext, order: Order, outNo: string): number {
  const money = order.money!;
  const amountFen = money.frozenFen;
  if (isFrozen(money) || amountFen === 0) return 0;
  money.frozenFen = 0;
  state.ledger.move({
    atMs: clock.now(),
    kind: 'unfreeze',
    ref: order.transactionId!,
    outNo,
    from: accounts.frozen(order.payeeMchid),
    to: accounts.available(order.payeeMchid),
    amountFen,
    reason: `rest of ${order.outTradeNo}`,
  });
  return amountFen;
}
