import type { OrderState } from '../../contract/index.ts';

/**
 * The one table of how an order's state may move, with WeChat Pay's trade_state names.
 *
 * Events arrive twice, late and in any order, so the table is a total order of "knows more": from each state only
 * forward, so any sequence of the same events ends in the same state. Paid states come last: money that
 * was received is recorded even on an order that was closed, and nothing makes a paid order unpaid.
 * https://pay.weixin.qq.com/doc/v3/merchant/4012791900 (trade_state)
 */
export const transitions: Readonly<Record<OrderState, readonly OrderState[]>> = {
  CREATED: ['NOTPAY', 'USERPAYING', 'PAYERROR', 'CLOSED', 'REVOKED', 'SUCCESS', 'REFUND'],
  NOTPAY: ['USERPAYING', 'PAYERROR', 'CLOSED', 'REVOKED', 'SUCCESS', 'REFUND'],
  USERPAYING: ['PAYERROR', 'CLOSED', 'REVOKED', 'SUCCESS', 'REFUND'],
  PAYERROR: ['CLOSED', 'REVOKED', 'SUCCESS', 'REFUND'],
  CLOSED: ['REVOKED', 'SUCCESS', 'REFUND'],
  REVOKED: ['SUCCESS', 'REFUND'],
  SUCCESS: ['REFUND'],
  REFUND: [],
};

/** The state after hearing `observed`: the same one when that is no news. */
export function advance(current: OrderState, observed: OrderState): OrderState {
  return transitions[current].includes(observed) ? observed : current;
}

/** Money was received (and, for REFUND, some or all of it given back). */
export function isPaid(state: OrderState): boolean {
  return state === 'SUCCESS' || state === 'REFUND';
}

export const openStates: readonly OrderState[] = ['CREATED', 'NOTPAY', 'USERPAYING', 'PAYERROR'];

/** May still become paid in the ordinary way. */
export function isOpen(state: OrderState): boolean {
  return openStates.includes(state);
}

/** Nothing more is to be asked about it. A state that no page lists is neither open nor final: it is asked about again. */
export function isFinal(state: OrderState): boolean {
  return isPaid(state) || state === 'CLOSED' || state === 'REVOKED';
}
