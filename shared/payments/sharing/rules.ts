/** Standing rules: what is shared of each paid order of a seller, or of one product of it. */
import type { RuleReceiver, SharingRule } from '../../contract/index.ts';
import { CommerceError } from '../../core/errors.ts';
import { fieldError } from '../../core/messages.ts';
import type { Document, Documents } from '../../core/ports.ts';
import type { OrderRecord } from '../orders/records.ts';
import { divide, sharesOf, sumOf } from './divide.ts';
import type { PlannedShare } from './records.ts';

export const sharingRulesCollection = 'sharing_rules';

/** `_id` is the seller and the product: one rule for each. */
export interface RuleRecord extends Document, SharingRule {
  readonly setBy: string | null;
  readonly setAtMs: number;
}

/** The id of a rule; `own` stands for the shop's own goods. */
export function ruleId(sellerId: string | null, productId: string | null): string {
  return `${sellerId ?? 'own'}:${productId ?? '*'}`;
}

/** A seller's rules, the one for all products first. */
export async function loadRules(documents: Documents, sellerId: string | null): Promise<RuleRecord[]> {
  const where = { sellerId };
  const found = await documents.find<RuleRecord>(sharingRulesCollection, { where, limit: 1000 });
  return found.sort((a, b) => Number(a.productId !== null) - Number(b.productId !== null));
}

/**
 * What the rules give to each receiver of an order.
 * @param netFen what is left of the payment: refunds reduce every line in proportion
 * @param mostFen what may be shared at most
 * @returns undefined when that exceeds what is left or the maximum
 */
export function applyRules(
  order: Pick<OrderRecord, 'items' | 'amountFen'>,
  rules: readonly SharingRule[],
  netFen: number,
  mostFen: number,
): PlannedShare[] | undefined {
  const shares = new Map<string, PlannedShare>();
  let leftFen = mostFen;
  for (const { rule, baseFen, pieces } of basesOf(order, rules, netFen)) {
    const parts = rule.receivers.map(({ part }) =>
      'amountFen' in part ? { amountFen: part.amountFen * pieces } : part,
    );
    const amounts = sharesOf(baseFen, parts, leftFen);
    if (!amounts) return undefined;
    leftFen -= sumOf(amounts);
    for (const [index, receiver] of rule.receivers.entries()) add(shares, receiver, amounts[index]!);
  }
  return [...shares.values()];
}

/** The seller's rules that apply to something in this order. */
export function rulesFor<R extends SharingRule>(
  order: Pick<OrderRecord, 'items' | 'amountFen'>,
  rules: readonly R[],
): R[] {
  const used = new Set<SharingRule>(basesOf(order, rules, order.amountFen).map(({ rule }) => rule));
  return rules.filter((rule) => used.has(rule));
}

interface Base {
  readonly rule: SharingRule;
  readonly baseFen: number;
  /** How many times a fixed sum is applied. */
  readonly pieces: number;
}

/** Which rule applies to how much of the order. */
function basesOf(
  { items, amountFen }: Pick<OrderRecord, 'items' | 'amountFen'>,
  rules: readonly SharingRule[],
  netFen: number,
): Base[] {
  if (netFen === 0) return [];
  // Orders of older versions may lack lines; then everything is one line without a product.
  const lines = items.length > 0 ? items : [{ productId: null, quantity: 1, amountFen }];
  const net = divide(
    netFen,
    lines.map((line) => line.amountFen),
  );
  const general = rules.find(({ productId }) => productId === null);
  const bases = new Map<SharingRule, Base>();
  for (const [index, line] of lines.entries()) {
    const own = rules.find(({ productId }) => productId !== null && productId === line.productId);
    const rule = own ?? general;
    if (!rule) continue;
    const { baseFen = 0, pieces = 0 } = bases.get(rule) ?? {};
    const count = own ? pieces + line.quantity : 1;
    bases.set(rule, { rule, baseFen: baseFen + net[index]!, pieces: count });
  }
  return [...bases.values()];
}

function add(shares: Map<string, PlannedShare>, receiver: RuleReceiver, amountFen: number): void {
  if (amountFen === 0) return;
  const { type, account, description } = receiver;
  const key = `${type}/${account}`;
  const known = shares.get(key);
  const sumFen = (known?.amountFen ?? 0) + amountFen;
  shares.set(key, { type, account, description: known?.description ?? description, amountFen: sumFen });
}

/** @throws CommerceError SHARING_RULE_INVALID with each field at fault */
export function checkRule(rule: SharingRule, payeeMchid: string, maxPermille: number): void {
  const sum = sumOf(rule.receivers.map(({ part }) => ('permille' in part ? part.permille : 0)));
  const accounts = rule.receivers.map(({ type, account }) => `${type}/${account}`);
  const problems = [
    sum > 1000 &&
      fieldError('receivers', {
        zh: `各接收方比例合计 ${sum}‰，超过 1000‰。`,
        en: `The receivers add up to ${sum}‰, which is more than 1000‰.`,
      }),
    sum <= 1000 &&
      sum > maxPermille &&
      fieldError('receivers', {
        zh: `合计 ${sum}‰，超过该商户允许的最大分账比例 ${maxPermille}‰。请先在商户平台调整比例。`,
        en: `${sum}‰ in total exceeds the maximum of ${maxPermille}‰ that this merchant may share. Raise the maximum in the merchant platform first.`,
      }),
    new Set(accounts).size !== accounts.length &&
      fieldError('receivers', {
        zh: '同一接收方只能出现一次。',
        en: 'A receiver can appear only once.',
      }),
    rule.receivers.some(({ account }) => account === payeeMchid) &&
      fieldError('receivers', {
        zh: '收款商户自己无需作为接收方：剩余资金本就归它。',
        en: 'The payee does not need to be a receiver: the remaining money is already its own.',
      }),
  ].filter((problem) => problem !== false);
  if (problems.length > 0) throw new CommerceError('SHARING_RULE_INVALID', { fields: problems });
}
