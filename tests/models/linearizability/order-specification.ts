/**
 * What the operations on one order do when they are done one after the other.
 *
 * What WeChat Pay has accepted is part of the history, at the moment when it happened. An operation may learn of it or
 * answer with what is known here, but never goes back behind what was known before.
 */
import type { Specification } from './checker.ts';

type There = 'NONE' | 'NOTPAY' | 'CLOSED' | 'SUCCESS';
type Known = 'NONE' | 'OPEN' | 'CLOSED' | 'PAID';

export interface OrderState {
  readonly there: There;
  readonly here: Known;
  /** Fen by the name of the refund. */
  readonly refunds: Readonly<Record<string, number>>;
}

export type OrderInput =
  | { readonly does: 'WeChat Pay'; readonly state: There }
  | { readonly does: 'create' | 'query' | 'notify' | 'timer' | 'left' }
  /** @param isKnownThere WeChat Pay had the order when it was called, so that it closes there too */
  | { readonly does: 'close'; readonly isKnownThere: boolean }
  | { readonly does: 'refund'; readonly name: string; readonly fen: number };

/** `OK`, the code of an error, what a query shows, or the fen that can still be refunded. */
export type OrderOutput = string | number;

export function orderSpecification(paidFen: number): Specification<OrderState, OrderInput, OrderOutput> {
  const givenFen = ({ refunds }: OrderState) => Object.values(refunds).reduce((sum, fen) => sum + fen, 0);

  const refund = (state: OrderState, name: string, fen: number, output: OrderOutput | undefined) => {
    if (state.here !== 'PAID') return output === undefined || output === 'ORDER_NOT_PAID' ? [state] : [];
    const isKnown = Object.hasOwn(state.refunds, name);
    const fits = isKnown || givenFen(state) + fen <= paidFen;
    const made = { ...state, refunds: { ...state.refunds, [name]: fen } };
    if (output === 'OK') return fits ? [made] : [];
    if (output === 'REFUND_EXCEEDS') return fits ? [] : [state];
    return output === undefined ? [state, ...(fits ? [made] : [])] : [];
  };

  return {
    initial: { there: 'NONE', here: 'NONE', refunds: {} },
    next: (state, input, output) => {
      switch (input.does) {
        case 'WeChat Pay':
          return [{ ...state, there: input.state }];
        case 'create':
          return learned(state.here === 'NONE' ? { ...state, here: 'OPEN' } : state).filter(
            ({ here }) => output === undefined || output === created[here],
          );
        case 'query':
          return learned(state).filter(({ here }) => output === undefined || output === shown[here]);
        case 'timer':
          return output === undefined || output === 'OK' ? learned(state) : [];
        case 'notify':
          return notified(state, output);
        case 'close':
          return closed(state, input.isKnownThere, output);
        case 'refund':
          return refund(state, input.name, input.fen, output);
        case 'left': {
          const leftFen = state.here === 'PAID' ? paidFen - givenFen(state) : 0;
          return output === undefined || output === (state.here === 'NONE' ? 'ORDER_NOT_FOUND' : leftFen)
            ? [state]
            : [];
        }
      }
    },
  };
}

const created: Readonly<Record<Known, string>> = {
  NONE: '',
  OPEN: 'OPEN',
  CLOSED: 'ORDER_CLOSED',
  PAID: 'PAID',
};
const shown: Readonly<Record<Known, string>> = { ...created, NONE: 'ORDER_NOT_FOUND', CLOSED: 'CLOSED' };

/** As it is known, or as WeChat Pay has it. Money that was received is final; nothing opens what was closed. */
function learned(state: OrderState): OrderState[] {
  const { here, there } = state;
  if (here === 'NONE' || here === 'PAID') return [state];
  if (there === 'SUCCESS') return [state, { ...state, here: 'PAID' }];
  return there === 'CLOSED' && here === 'OPEN' ? [state, { ...state, here: 'CLOSED' }] : [state];
}

function notified(state: OrderState, output: OrderOutput | undefined): OrderState[] {
  const recorded: OrderState[] = state.there === 'SUCCESS' ? [{ ...state, here: 'PAID' }] : [];
  if (output === 'OK') return recorded;
  return output === undefined ? [state, ...recorded] : [];
}

function closed(state: OrderState, isKnownThere: boolean, output: OrderOutput | undefined): OrderState[] {
  const { here, there } = state;
  if (here === 'NONE') return output === undefined || output === 'ORDER_NOT_FOUND' ? [state] : [];
  if (output === 'ORDER_PAID') return learned(state).filter((after) => after.here === 'PAID');
  // What WeChat Pay does not know yet is closed here alone; the timer closes it there once it has arrived.
  const isClosed = here !== 'PAID' && (here === 'CLOSED' || there === 'CLOSED' || !isKnownThere);
  const after: OrderState[] = isClosed ? [{ ...state, here: 'CLOSED' }] : [];
  if (output === 'OK') return after;
  return output === undefined ? [...learned(state), ...after] : [];
}
