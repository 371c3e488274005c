/** A small sale; `npm run bench -- sale-day` plays 100,000 orders, whose figures are in docs/guides/scale.md. */
import { describe, expect, it } from 'vitest';
import { refundSale, shareSale } from '../../scripts/bench/sale-day.ts';

const orders = 500;
const once = { orders, done: orders, timesPerOrder: [1], refused: 0 };

describe('the orders of a sale', () => {
  it('are shared once each for one seller of a platform, below 300 a second', async () => {
    const figures = await shareSale('ecommerce', { orders });
    expect(figures).toMatchObject(once);
    expect(figures.mostPerSecond).toBeLessThan(300);
  });

  it('are shared once each for one seller of a provider, below 30 a second', async () => {
    const figures = await shareSale('partner', { orders });
    expect(figures).toMatchObject(once);
    expect(figures.mostPerSecond).toBeLessThan(30);
  });

  it('of one seller of a provider stay below its limit also when the timer works on many at once', async () => {
    const figures = await shareSale('partner', { orders, concurrency: 100 });
    expect(figures).toMatchObject(once);
    expect(figures.mostPerSecond).toBeLessThan(30);
  });

  it.each([undefined, 100])('are refunded once each, below 150 a second, %s at once', async (concurrency) => {
    const figures = await refundSale({ orders, concurrency });
    expect(figures).toMatchObject(once);
    expect(figures.mostPerSecond).toBeLessThan(150);
  });
});
