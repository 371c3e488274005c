import { loadSellers } from '../../merchants/sellers.ts';
import type { OrderPorts } from './ports.ts';
import type { Payment } from './records.ts';
import { isOpen } from './transitions.ts';

/**
 * A seller may have been frozen since the payment was placed: nobody is helped to pay it any more. What is paid or closed
 * is shown as it is.
 * @throws CommerceError SELLER_FROZEN, SELLER_NOT_READY
 */
export async function checkSellers(
  { documents }: Pick<OrderPorts, 'documents'>,
  { account, orders }: Payment,
): Promise<void> {
  if (!orders.every(({ state }) => isOpen(state))) return;
  const sellerIds = orders.flatMap(({ sellerId }) => sellerId ?? []);
  if (sellerIds.length > 0) await loadSellers(documents, account, sellerIds);
}
