import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountKind } from '../../core/account.ts';
import { defaultPolicy } from '../../core/policy.ts';
import { createShop, payer, token } from '../testing/shop.ts';
import { describeOrder, memberNumber, paymentNumber } from './build-records.ts';
import { createOrder, createPartnerOrder } from './create.ts';

describe('a new order', () => {
  const placed = async (kind: AccountKind, ...productIds: string[]) => {
    const shop = createShop(kind);
    const items = productIds.map((productId) => ({ productId, quantity: 1 }));
    const create = kind === 'direct' ? createOrder : createPartnerOrder;
    const { orders } = await create(shop.ports, payer, { requestToken: token('a'), items });
    return orders.map(({ outTradeNo }) => shop.order(outTradeNo));
  };

  it.each([
    ['direct', ['tea'], [{ combined: false, sellerId: null, profitSharing: false }]],
    ['partner', ['bread'], [{ combined: false, sellerId: 's1', profitSharing: true }]],
    ['partner', ['honey'], [{ combined: false, sellerId: 's2', profitSharing: false }]],
    [
      'ecommerce',
      ['bread', 'honey'],
      [
        { combined: true, sellerId: 's1', profitSharing: true },
        { combined: true, sellerId: 's2', profitSharing: false },
      ],
    ],
  ] as const)(
    'of %s for %j is of its seller, and shared if that one shares',
    async (kind, products, expected) => {
      expect(await placed(kind, ...products)).toMatchObject(expected);
    },
  );

  it.each([true, false])('of own goods is shared if they require it: %s', async (profitSharing) => {
    const shop = createShop();
    const price = { kind: 'fixed', amountFen: 100 } as const;
    shop.documents.put('products', {
      _id: 'tea',
      title: '龙井',
      price,
      onSale: true,
      profitSharing,
    } as never);
    const items = [{ productId: 'tea', quantity: 1 }];
    const { paymentNo } = await createOrder(shop.ports, payer, { requestToken: token('a'), items });
    expect(shop.order(paymentNo)).toMatchObject({ profitSharing });
    expect(JSON.parse(shop.wechat.bodies[0]!).settle_info).toEqual(
      profitSharing ? { profit_sharing: true } : undefined,
    );
  });

  it('is checked for the first time when the policy says', async () => {
    const [order] = await placed('direct', 'tea');
    const [firstDelayMs] = defaultPolicy.checkDelaysMs;
    expect(order!.checkAfterMs! - order!.createdAtMs).toBe(firstDelayMs);
  });
});

describe('a description', () => {
  const described = (...lines: [title: string, quantity: number][]) =>
    describeOrder({
      lines: lines.map(([title, quantity]) => ({
        productId: 'p',
        title,
        quantity,
        unitAmountFen: 1,
        amountFen: quantity,
      })),
    });

  it.each([
    ['one of a product', [['龙井', 1]], '龙井'],
    ['several of a product', [['龙井', 2]], '龙井 ×2'],
    [
      'several products',
      [
        ['龙井', 1],
        ['茶杯', 2],
      ],
      '龙井 等3件',
    ],
    ['a title with control characters and blanks around it', [[' 龙\r\n\t井 ', 1]], '龙 井'],
    ['a title at the limit', [['x'.repeat(127), 1]], 'x'.repeat(127)],
    ['a title beyond the limit', [['x'.repeat(128), 1]], 'x'.repeat(127)],
    ['a title at the limit, several of it', [['x'.repeat(127), 2]], `${'x'.repeat(123)} ×2`],
    ['a Chinese title at the limit', [['长'.repeat(42), 1]], '长'.repeat(42)],
    ['a Chinese title beyond the limit', [['长'.repeat(43), 1]], '长'.repeat(42)],
    ['half a character', [['茶\ud800叶', 1]], '茶 叶'],
    ['a character across the limit', [[`${'x'.repeat(124)}𠮷`, 1]], 'x'.repeat(124)],
  ] as [string, [string, number][], string][])('of %s', (_, lines, text) => {
    expect(described(...lines)).toBe(text);
  });

  it('is 1 to 127 bytes of whole characters, for any title', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 999 }),
        (title, quantity) => {
          const line = {
            productId: 'p',
            title: `茶${title}`,
            quantity,
            unitAmountFen: 1,
            amountFen: quantity,
          };
          const text = describeOrder({ lines: [line] });
          expect(text.length).toBeGreaterThan(0);
          expect(Buffer.byteLength(text)).toBeLessThanOrEqual(127);
          expect(Buffer.from(text).toString(), 'half of a surrogate pair').toBe(text);
        },
      ),
    );
  });
});

describe('a number', () => {
  const text = fc.string({ minLength: 1, maxLength: 40 });

  it('is 32 characters that WeChat Pay takes, and the same for the same token', () => {
    fc.assert(
      fc.property(text, text, (openid, requestToken) => {
        const no = paymentNumber('direct', openid, requestToken);
        expect(no).toMatch(/^[0-9a-f]{32}$/);
        expect(paymentNumber('direct', openid, requestToken)).toBe(no);
        expect(memberNumber(no, 's1')).toMatch(/^[0-9a-f]{32}$/);
      }),
    );
  });

  it('differs for another payer, token, account or seller, wherever the parts are split', () => {
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        const numbers = [
          paymentNumber('direct', a, b + c),
          paymentNumber('direct', a + b, c),
          paymentNumber('partner', a, b + c),
          memberNumber(a, b + c),
          memberNumber(a + b, c),
        ];
        expect(new Set(numbers).size).toBe(numbers.length);
      }),
    );
  });
});
