/** A shop to play with: the goods of the shop itself, and of the sub-merchants of the service provider. */
import type { StoredDocument } from '../cloudbase/index.ts';
import type { ProviderKind } from '../wechatpay/state/merchants.ts';

export interface SeededSeller {
  subMchid: string;
  name: string;
}

/** Users of the phone. The openids are made up, in the shape of real ones. */
export const users = [
  { openid: 'oSandboxUser0000000000000001', name: '小林', nameEn: 'Lin' },
  { openid: 'oSandboxUser0000000000000002', name: '阿梅', nameEn: 'Mei' },
  { openid: 'oSandboxUser0000000000000003', name: '老周', nameEn: 'Zhou' },
];

const english: Readonly<Record<string, readonly [title: string, subtitle: string]>> = {
  'tea-longjing': ['Longjing tea, first harvest', 'Spring 2026, 50 g tin'],
  'cup-celadon': ['Celadon tea cup', 'Thrown by hand, Longquan glaze'],
  sticker: ['One-fen sticker', 'Try a payment for one fen'],
  'bread-rye': ['Rye sourdough', 'Baked today'],
  'cake-basque': ['Basque cheesecake', 'Six inches, keep cool'],
  'honey-lychee': ['Lychee honey', 'From Lingnan orchards, 500 g'],
};

/** The documents of a fresh shop, by collection. */
export function shopDocuments(
  sellers: readonly SeededSeller[],
  account: ProviderKind,
  nowMs: number,
): Record<string, StoredDocument[]> {
  const [first, second] = sellers;
  return {
    products: [
      fixed('tea-longjing', '西湖龙井 · 明前', '2026 春茶，50 克罐装', 6800, '/assets/products/tea.png'),
      fixed('cup-celadon', '青瓷主人杯', '手工拉坯，龙泉青釉', 12900, '/assets/products/cup.png'),
      fixed('sticker', '一分钱贴纸', '试一试支付，只要一分钱', 1, '/assets/products/sticker.png'),
      {
        _id: 'tip',
        title: '请店主喝茶',
        titleEn: 'Buy the shopkeeper a tea',
        subtitle: '随心打赏，1 元到 200 元',
        subtitleEn: 'Any amount from ¥1 to ¥200',
        image: '/assets/products/tip.png',
        logistics: 'virtual',
        price: { kind: 'free', minAmountFen: 100, maxAmountFen: 20000 },
        onSale: true,
      },
      ...(first
        ? [
            {
              ...fixed('bread-rye', '黑麦酸面包', '当日现烤', 2600, '/assets/products/bread.png'),
              sellerId: sellerId(first),
            },
          ]
        : []),
      ...(first
        ? [
            {
              ...fixed('cake-basque', '巴斯克蛋糕', '六寸，需冷藏', 8800, '/assets/products/cake.png'),
              sellerId: sellerId(first),
            },
          ]
        : []),
      ...(second
        ? [
            {
              ...fixed('honey-lychee', '荔枝蜜', '岭南荔枝园，500 克', 4500, '/assets/products/honey.png'),
              sellerId: sellerId(second),
            },
          ]
        : []),
    ],
    sellers: sellers.map((seller) => ({
      _id: sellerId(seller),
      name: seller.name,
      account,
      subMchid: seller.subMchid,
      state: 'ACTIVE',
      profitSharing: account === 'ecommerce',
      version: 1,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    })),
  };
}

/** The seller's document id: its sub_mchid is the natural key. */
function sellerId(seller: SeededSeller): string {
  return seller.subMchid;
}

function fixed(
  id: string,
  title: string,
  subtitle: string,
  amountFen: number,
  image: string,
): StoredDocument {
  const [titleEn, subtitleEn] = english[id] ?? [];
  const price = { kind: 'fixed', amountFen };
  return {
    _id: id,
    title,
    subtitle,
    image,
    price,
    onSale: true,
    ...(titleEn && subtitleEn && { titleEn, subtitleEn }),
  };
}
