/**
 * What is about to be paid, kept on the device from the cart to the receipt: a payment interrupted by a dead battery
 * continues with the same token, and so remains one order.
 */
import type { CartItem, OrderView } from '../../shared/contract/index.ts';
import { newToken } from '../utils/token';
import type { OrderFunction } from './api';
import type { PaymentGroup } from './cart';

const key = 'checkout';

export interface PendingPayment {
  readonly via: OrderFunction;
  readonly requestToken: string;
  readonly items: readonly CartItem[];
  /** What the user was shown. */
  readonly amountFen: number;
  readonly payees: readonly { readonly name: string; readonly lines: readonly PendingLine[] }[];
  /** Known once the server has the order. */
  readonly paymentNo?: string;
  readonly paid?: boolean;
}

export interface PendingLine {
  readonly title: string;
  readonly image?: string;
  readonly quantity: number;
  readonly amountFen: number;
}

function pendingOf(group: PaymentGroup): PendingPayment {
  return {
    via: group.via,
    requestToken: newToken(),
    items: group.payees.flatMap(({ lines }) => lines.map((line) => line.item)),
    amountFen: group.amountFen,
    payees: group.payees.map(({ name, lines }) => ({
      name,
      lines: lines.map(({ product, item, amountFen }) => ({
        title: product.title,
        image: product.image ?? '',
        quantity: item.quantity,
        amountFen,
      })),
    })),
  };
}

/**
 * The payments of a cart. One begun earlier with exactly the same goods at the same price is resumed with its token, so
 * that going back and forth creates no second order.
 */
export function preparePayments(
  groups: readonly PaymentGroup[],
  begun: readonly PendingPayment[],
): PendingPayment[] {
  return groups.map((group) => {
    const fresh = pendingOf(group);
    const same = begun.find(
      (before) =>
        !before.paid &&
        before.via === fresh.via &&
        before.amountFen === fresh.amountFen &&
        JSON.stringify(before.items) === JSON.stringify(fresh.items),
    );
    return same ?? fresh;
  });
}

/** The same goods as a new order, when the previous one was closed. */
export function renewed({ paymentNo: _closed, ...payment }: PendingPayment): PendingPayment {
  return { ...payment, requestToken: newToken() };
}

/** An order that exists already, to be paid again. */
export function pendingOfOrders(
  orders: readonly OrderView[],
  shopName: string,
  pictures: Readonly<Record<string, string>>,
): PendingPayment {
  return {
    via: orders.some((order) => order.account !== 'direct') ? 'createPartnerOrder' : 'createOrder',
    requestToken: '',
    items: [],
    amountFen: orders.reduce((sum, order) => sum + order.amountFen, 0),
    payees: orders.map((order) => ({
      name: order.sellerName ?? shopName,
      lines: order.items.map(({ productId, title, quantity, amountFen }) => ({
        ...{ title, quantity, amountFen },
        image: pictures[productId] ?? '',
      })),
    })),
    paymentNo: orders[0]?.paymentNo ?? '',
  };
}

export function readCheckout(): PendingPayment[] {
  const stored: unknown = wx.getStorageSync(key);
  return Array.isArray(stored) ? (stored as PendingPayment[]) : [];
}

export function writeCheckout(payments: readonly PendingPayment[]): void {
  wx.setStorageSync(key, payments);
}
