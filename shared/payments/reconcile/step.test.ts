import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AccountKind } from '../../core/account.ts';
import { billDaysCollection } from '../bills/records.ts';
import { refusal, scriptedShop } from '../testing/scripted-shop.ts';
import { reconcileBills, step, timeFor } from './step.ts';

describe('a part of a run', () => {
  it('gives what it found', async () => {
    const { ports } = scriptedShop();
    expect(await step(ports, 'orders', async () => 7)).toBe(7);
  });

  it.each([
    ['throws', (): Promise<never> => raise()],
    ['fails later', async () => raise()],
  ])('that %s is logged as an error and ends there', async (_, run) => {
    const { ports, logged } = scriptedShop();
    expect(await step(ports, 'orders', run)).toBe('failed');
    expect(logged).toEqual([
      {
        level: 'error',
        event: 'reconcile.step_failed',
        fields: { step: 'orders', error: new Error('broken') },
      },
    ]);
  });
});

function raise(): never {
  throw new Error('broken');
}

describe('the time of a run', () => {
  afterEach(() => void vi.restoreAllMocks());

  it('lasts as long as it was given, by a clock that nobody sets', () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(1_000);
    const hasTime = timeFor(20);
    const at = (ms: number) => {
      now.mockReturnValue(ms);
      return hasTime();
    };
    expect([1_000, 1_019, 1_020, 2_000].map(at)).toEqual([true, true, false, false]);
  });
});

describe('the bills of a run', () => {
  /** A direct shop after ten, when yesterday's bill is ready; WeChat Pay has none. */
  function shopAfterTen() {
    const shop = scriptedShop();
    shop.nowMs = Date.parse('2026-01-02T12:00:00+08:00');
    shop.answer = () => {
      throw refusal('NO_STATEMENT_EXIST');
    };
    return { shop, compare: (...kinds: AccountKind[]) => reconcileBills(shop.ports, kinds, 1_000) };
  }

  it('are those of yesterday of each configured account', async () => {
    const { shop, compare } = shopAfterTen();
    expect(await compare('partner', 'direct')).toEqual([
      { date: '2026-01-01', state: 'EMPTY', differences: 0 },
    ]);
    expect(shop.documents.all(billDaysCollection)).toMatchObject([{ account: 'direct', nextAtMs: null }]);
  });

  it('are none of an account that is not configured', async () => {
    const { shop, compare } = shopAfterTen();
    expect(await compare('partner')).toEqual([]);
    expect(shop.documents.all(billDaysCollection)).toEqual([]);
  });

  it('cost one request to the database each minute once they are compared', async () => {
    const { shop, compare } = shopAfterTen();
    await compare('direct');
    const asked: string[] = [];
    shop.documents.interrupt = async (when, operation) => void (when === 'before' && asked.push(operation));
    expect(await compare('direct')).toEqual([]);
    expect(asked).toEqual(['get bill_days', 'find bill_days']);
  });
});
