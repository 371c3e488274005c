import { describe, expect, it } from 'vitest';
import { refusal } from '../testing/scripted-shop.ts';
import { forgetLimit, limitOf, mostFen } from './limits.ts';
import { dayMs, nowMs, sharing } from './testing/sharing.ts';

const usual = { maxRatio: 3000, source: 'DEFAULT' };
const asked = (
  kind: Parameters<typeof sharing>[0] = 'partner',
  known?: { maxRatio: number; askedAtMs: number },
) => {
  const { shop } = sharing(kind);
  if (known) shop.documents.put('sharing_limits', { _id: '1900000109', ...known } as never);
  shop.answer = () => ({ max_ratio: 2000 });
  const limit = (subMchid: string | null = '1900000109') => limitOf(shop.ports, shop.account, subMchid);
  return { shop, limit, stored: () => shop.documents.all('sharing_limits') };
};

describe('how much a merchant may share', () => {
  it('is asked once a day where WeChat Pay says it', async () => {
    const { shop, limit, stored } = asked();
    expect(await limit()).toEqual({ maxRatio: 2000, source: 'WECHATPAY' });
    expect(stored()).toEqual([{ _id: '1900000109', maxRatio: 2000, askedAtMs: nowMs }]);
    shop.answer = () => ({ max_ratio: 1000 });
    shop.nowMs += dayMs - 1;
    expect(await limit()).toEqual({ maxRatio: 2000, source: 'WECHATPAY' });
    shop.nowMs += 1;
    expect(await limit()).toEqual({ maxRatio: 1000, source: 'WECHATPAY' });
    expect(stored()).toEqual([{ _id: '1900000109', maxRatio: 1000, askedAtMs: shop.nowMs }]);
    expect(shop.calls).toHaveLength(2);
  });

  it.each([
    ['direct', '1900000109'],
    ['ecommerce', '1900000109'],
    ['partner', null],
  ] as const)('is 30 %% elsewhere: %s, %s', async (kind, subMchid) => {
    const { shop, limit } = asked(kind);
    expect(await limit(subMchid)).toEqual(usual);
    expect(shop.calls).toEqual([]);
  });

  it('is 30 % where WeChat Pay names none', async () => {
    const { shop, limit, stored } = asked();
    shop.answer = () => ({});
    expect(await limit()).toEqual(usual);
    expect(stored()).toEqual([]);
  });

  it('is what was known while there is no answer, else 30 %', async () => {
    const lost = () => {
      throw refusal('CONNECTION_LOST', 'unknown');
    };
    const [known, unknown] = [asked('partner', { maxRatio: 1500, askedAtMs: 0 }), asked()];
    known.shop.answer = lost;
    unknown.shop.answer = lost;
    expect(await known.limit()).toEqual({ maxRatio: 1500, source: 'WECHATPAY' });
    expect(await unknown.limit()).toEqual(usual);
    expect(unknown.shop.logged).toMatchObject([{ level: 'warn', event: 'sharing.limit_unknown' }]);
    unknown.shop.answer = () => {
      throw new TypeError('a bug');
    };
    await expect(unknown.limit()).rejects.toThrow('a bug');
  });

  it('is forgotten for one merchant', async () => {
    const { shop, stored } = asked('partner', { maxRatio: 1500, askedAtMs: 0 });
    await forgetLimit(shop.ports, null);
    await forgetLimit(shop.ports, '19');
    expect(stored()).toHaveLength(1);
    await forgetLimit(shop.ports, '1900000109');
    expect(stored()).toEqual([]);
  });

  it.each([
    [1000, 3000, 300],
    [999, 3000, 299],
    [1, 10_000, 1],
    [5, 0, 0],
  ])('of %d fen, at %d of 10,000, is %d fen', (amountFen, maxRatio, fen) => {
    expect(mostFen(amountFen, { maxRatio, source: 'DEFAULT' })).toBe(fen);
  });
});
