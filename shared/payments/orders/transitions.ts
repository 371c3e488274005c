import type { OrderState } from '../../contract/index.ts';

/**
 * The single table of order state transitions, with WeChat Pay's trade_state names.
 *
 * Events may be duplicated, late and out of order, so the table is a total order of "knows more": states only move
 * forward, so the same events in any sequence end in the same state. Paid states come last: money that was received is
 * recorded even on an order that was closed, and nothing makes a paid order unpaid.
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

/** The state after `observed`; unchanged when it adds nothing new. */
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

/** No more queries are needed. An undocumented state is neither open nor final: it is queried again. */
export function isFinal(state: OrderState): boolean {
  return isPaid(state) || state === 'CLOSED' || state === 'REVOKED';
}
