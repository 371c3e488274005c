import { createHash } from 'node:crypto';
import { CommerceError } from '../core/errors.ts';
import { asId, asRecord, onlyKeys, refuse } from '../core/input.ts';
import type { Policy } from '../core/policy.ts';

/** A line as the client may say it: never a price. */
export interface CartLine {
  readonly productId: string;
  readonly quantity: number;
  /** Only for a product with a free amount. */
  readonly amountFen?: number;
  /** Where the client's request has it, for messages. */
  readonly path: string;
}

const maxQuantity = 999;

const texts = {
  items: { zh: '购物车应有至少一件商品。', en: 'A cart with at least one item is expected.' },
  quantity: { zh: '数量必须是 1 到 999 的整数。', en: 'A whole number from 1 to 999 is expected.' },
  amount: { zh: '金额必须是以分为单位的整数。', en: 'An amount is a whole number of fen.' },
  repeated: {
    zh: '自定金额的商品只能出现一次。',
    en: 'A product with a free amount can be in the cart once.',
  },
};

/**
 * Reads `items` of a request; lines of the same product become one.
 * @throws CommerceError BAD_REQUEST, QUANTITY_INVALID, AMOUNT_NOT_ACCEPTED
 */
export function parseCart(items: unknown, policy: Policy): CartLine[] {
  if (!Array.isArray(items) || items.length === 0) return refuse('BAD_REQUEST', 'items', texts.items);
  if (items.length > policy.maxCartLines) {
    return refuse('BAD_REQUEST', 'items', {
      zh: `一次最多结算 ${policy.maxCartLines} 行商品。`,
      en: `A cart has at most ${policy.maxCartLines} lines.`,
    });
  }
  return mergeLines(items.map((item, index) => parseLine(item, `items.${index}`)));
}

/** The same for two carts exactly when they ask for the same goods, in whatever order. */
export function fingerprintCart(lines: readonly CartLine[]): string {
  const plain = lines
    .map(({ productId, quantity, amountFen }) => JSON.stringify([productId, quantity, amountFen ?? null]))
    .sort();
  return createHash('sha256').update(plain.join('\n')).digest('hex');
}

function parseLine(item: unknown, path: string): CartLine {
  const record = asRecord(item, path);
  onlyKeys(record, ['productId', 'quantity', 'amountFen'], path);
  const productId = asId(record.productId, `${path}.productId`);
  const { quantity, amountFen } = record;
  if (!isIntegerFrom1To(quantity, maxQuantity)) {
    return refuse('QUANTITY_INVALID', `${path}.quantity`, texts.quantity);
  }
  if (amountFen === undefined) return { productId, quantity, path };
  if (!isIntegerFrom1To(amountFen, Number.MAX_SAFE_INTEGER)) {
    return refuse('AMOUNT_OUT_OF_RANGE', `${path}.amountFen`, texts.amount);
  }
  return { productId, quantity, amountFen, path };
}

function mergeLines(lines: readonly CartLine[]): CartLine[] {
  const merged = new Map<string, CartLine>();
  for (const line of lines) {
    const earlier = merged.get(line.productId);
    if (!earlier) {
      merged.set(line.productId, line);
      continue;
    }
    if (earlier.amountFen !== undefined || line.amountFen !== undefined) {
      throw new CommerceError('BAD_REQUEST', {
        fields: [{ path: line.path, message: texts.repeated.zh, messageEn: texts.repeated.en }],
      });
    }
    const quantity = earlier.quantity + line.quantity;
    if (quantity > maxQuantity) refuse('QUANTITY_INVALID', `${line.path}.quantity`, texts.quantity);
    merged.set(line.productId, { ...earlier, quantity });
  }
  return [...merged.values()];
}

function isIntegerFrom1To(value: unknown, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max;
}
