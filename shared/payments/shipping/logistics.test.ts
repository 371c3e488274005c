import { describe, expect, it } from 'vitest';
import type { OrderRecord } from '../orders/records.ts';
import { isShippedByItself, logisticsOf } from './logistics.ts';

type Way = NonNullable<OrderRecord['items'][number]['logistics']>;
const order = (...ways: (Way | undefined)[]): Pick<OrderRecord, 'items'> => ({
  items: ways.map((logistics) => ({
    ...{ productId: 'p', title: '茶', quantity: 1, unitAmountFen: 100, amountFen: 100 },
    ...(logistics && { logistics }),
  })),
});

describe('an order gets to its buyer', () => {
  it.each([
    [['virtual'], 'virtual'],
    [['virtual', 'pickup'], 'pickup'],
    [['pickup', 'local'], 'local'],
    [['virtual', 'express', 'local'], 'express'],
    [['virtual', undefined], 'express'],
    [[], 'express'],
  ] as [(Way | undefined)[], Way][])('with items by %j: by %s', (ways, way) => {
    expect(logisticsOf(order(...ways))).toBe(way);
  });

  it.each([
    ['virtual', ['virtual', 'pickup'], true],
    ['pickup', ['virtual', 'pickup'], true],
    ['pickup', ['virtual'], false],
    ['virtual', [], false],
    ['express', ['virtual', 'pickup'], false],
  ] as [Way, ('virtual' | 'pickup')[], boolean][])(
    'by %s, where %j need nobody: by itself is %s',
    (way, automaticShipping, byItself) => {
      expect(isShippedByItself(order(way), { automaticShipping })).toBe(byItself);
    },
  );
});
