import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { documentId, parseInput, refuse, whole } from '../core/input.ts';
import type { Policy } from '../core/policy.ts';

/** A line as the client sends it, without a price. */
export interface CartLine {
  readonly productId: string;
  readonly quantity: number;
  /** Only for a product with a free amount. */
  readonly amountFen?: number;
  /** Path in the client's request, for messages. */
  readonly path: string;
}

const maxQuantity = 999;

const texts = {
  quantity: {
    zh: `同一商品的数量合计不能超过 ${maxQuantity}。`,
    en: `At most ${maxQuantity} of one product can be ordered at once.`,
  },
  repeated: {
    zh: '自定金额的商品只能出现一次。',
    en: 'A product with a free amount can appear only once.',
  },
};

const items = z
  .array(
    z.strictObject({
      productId: documentId,
      quantity: whole(1, maxQuantity, 'quantity'),
      amountFen: z.optional(whole(1, Number.MAX_SAFE_INTEGER, 'amount')),
    }),
    'items',
  )
  .check(z.minLength(1, 'items'));

/**
 * Reads `items` of a request; lines of the same product become one.
 * @throws CommerceError BAD_REQUEST, QUANTITY_INVALID, AMOUNT_NOT_ACCEPTED
 */
export function parseCart(event: unknown, policy: Policy): CartLine[] {
  if (Array.isArray(event) && event.length > policy.maxCartLines) {
    return refuse('BAD_REQUEST', 'items', {
      zh: `一次最多结算 ${policy.maxCartLines} 行商品。`,
      en: `A cart has at most ${policy.maxCartLines} lines.`,
    });
  }
  const lines = parseInput(items, event, 'items');
  return mergeLines(
    lines.map(({ productId, quantity, amountFen }, index) => ({
      productId,
      quantity,
      ...(amountFen !== undefined && { amountFen }),
      path: `items.${index}`,
    })),
  );
}

/** Equal for two carts exactly when they contain the same goods, in any order. */
export function fingerprintCart(lines: readonly CartLine[]): string {
  const plain = lines
    .map(({ productId, quantity, amountFen }) => JSON.stringify([productId, quantity, amountFen ?? null]))
    .sort();
  return createHash('sha256').update(plain.join('\n')).digest('hex');
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
      refuse('BAD_REQUEST', line.path, texts.repeated);
    }
    const quantity = earlier.quantity + line.quantity;
    if (quantity > maxQuantity) refuse('QUANTITY_INVALID', `${line.path}.quantity`, texts.quantity);
    merged.set(line.productId, { ...earlier, quantity });
  }
  return [...merged.values()];
}
