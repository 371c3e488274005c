import { describe, expect, it } from 'vitest';
import { linearize, type Operation } from './checker.ts';
import { type OrderInput, type OrderOutput, orderSpecification } from './order-specification.ts';

type Recorded = Operation<OrderInput, OrderOutput>;

const specification = orderSpecification(100);
const at = (calledAt: number, returnedAt: number, input: OrderInput, output?: OrderOutput): Recorded => ({
  input,
  output,
  calledAt,
  returnedAt: output === undefined ? Infinity : returnedAt,
});
const create = at(0, 1, { does: 'create' }, 'OPEN');
const paid = at(2, 2, { does: 'WeChat Pay', state: 'SUCCESS' }, 'OK');
const closedThere = at(2, 2, { does: 'WeChat Pay', state: 'CLOSED' }, 'OK');
const notified = at(3, 4, { does: 'notify' }, 'OK');
const query = (calledAt: number, output: OrderOutput) =>
  at(calledAt, calledAt + 1, { does: 'query' }, output);
const refund = (calledAt: number, returnedAt: number, name: string, fen: number, output?: OrderOutput) =>
  at(calledAt, returnedAt, { does: 'refund', name, fen }, output);
const isExplained = (...history: Recorded[]) => linearize(history, specification).linearizable;

describe('a history of an order is explained', () => {
  it.each([
    ['of a page that does not know of the payment yet', [create, paid, query(3, 'OPEN'), query(5, 'PAID')]],
    [
      'of a callback and a page at the same time',
      [create, paid, at(3, 9, { does: 'notify' }, 'OK'), query(5, 'OPEN')],
    ],
    [
      'of refunds up to what was paid',
      [create, paid, notified, refund(5, 6, 'a', 60, 'OK'), refund(7, 8, 'b', 40, 'OK')],
    ],
    [
      'of one refund that is asked for twice',
      [create, paid, notified, refund(5, 8, 'a', 60, 'OK'), refund(6, 9, 'a', 60, 'OK')],
    ],
    [
      'of a refund that failed, took effect later, and left no room then',
      [create, paid, notified, refund(5, 6, 'a', 60), refund(7, 8, 'b', 60, 'REFUND_EXCEEDS')],
    ],
  ])('%s', (_, history) => {
    expect(isExplained(...history)).toBe(true);
  });
});

describe('a history of an order is refused', () => {
  it.each([
    ['with a stale page after an acknowledged callback', [create, paid, notified, query(5, 'OPEN')]],
    ['that is paid, and then is not', [create, paid, query(3, 'PAID'), query(5, 'OPEN')]],
    ['that is paid before WeChat Pay has the payment', [create, query(1, 'PAID')]],
    [
      'that is closed after it was paid',
      [create, paid, notified, at(5, 6, { does: 'close', isKnownThere: true }, 'OK')],
    ],
    [
      'that is closed here while WeChat Pay can still be paid',
      [create, at(3, 4, { does: 'close', isKnownThere: true }, 'OK')],
    ],
    [
      'that is closed, and offered for payment again',
      [
        create,
        closedThere,
        at(3, 4, { does: 'close', isKnownThere: true }, 'OK'),
        at(5, 6, { does: 'create' }, 'OPEN'),
      ],
    ],
    [
      'with two refunds of more than was paid',
      [create, paid, notified, refund(5, 8, 'a', 60, 'OK'), refund(6, 9, 'b', 60, 'OK')],
    ],
    ['with a refund of an order that is not paid', [create, refund(5, 6, 'a', 60, 'OK')]],
    [
      'with a refund that has room, and is refused',
      [create, paid, notified, refund(5, 6, 'a', 60, 'REFUND_EXCEEDS')],
    ],
    [
      'with a refund that is counted, and then is not',
      [create, paid, notified, refund(5, 6, 'a', 60, 'OK'), at(7, 8, { does: 'left' }, 100)],
    ],
  ])('%s', (_, history) => {
    expect(isExplained(...history)).toBe(false);
  });
});
