import type { ShareProfitAnswers, SharingRule } from '../../contract/index.ts';
import type { Account } from '../../core/account.ts';
import { refuse } from '../../core/input.ts';
import { sellersCollection } from '../../merchants/sellers.ts';
import { type ProductRecord, productsCollection } from '../../shop/products.ts';
import { familyOf } from './families.ts';
import { limitOf } from './limits.ts';
import type { SharingPorts } from './ports.ts';
import { type Payee, requireAdded } from './receivers.ts';
import { changeSharing, type SharingRecord, sharingsCollection } from './records.ts';
import { checkRule, loadRules, type RuleRecord, ruleId, sharingRulesCollection } from './rules.ts';

const dayMs = 24 * 3600_000;

export async function listRules(
  { documents }: SharingPorts,
  sellerId: string | null | undefined,
): Promise<ShareProfitAnswers['rules']> {
  const rules =
    sellerId === undefined
      ? await documents.find<RuleRecord>(sharingRulesCollection, { where: {}, limit: 1000 })
      : await loadRules(documents, sellerId);
  return { rules: rules.map(viewRule) };
}

/**
 * Sets the rule of a seller or a product. From then on the seller's orders are placed for sharing; orders that were
 * waiting for a rule are looked at again.
 * @throws CommerceError SHARING_RULE_INVALID, RECEIVER_NOT_ADDED, PRODUCT_NOT_FOUND
 */
export async function setRule(
  ports: SharingPorts,
  account: Account,
  payee: Payee,
  rule: SharingRule,
  setBy: string | null,
): Promise<ShareProfitAnswers['setRule']> {
  const { documents, clock } = ports;
  const { maxRatio } = await limitOf(ports, account, payee.subMchid);
  checkRule(rule, payee.subMchid ?? account.mchid, Math.floor(maxRatio / 10));
  checkDays(rule, payee);
  await checkProduct(ports, rule);
  await requireAdded(ports, account, payee, rule.receivers);
  const _id = ruleId(rule.sellerId, rule.productId);
  const set = { ...rule, setBy, setAtMs: clock.nowMs() };
  if (!(await documents.update(sharingRulesCollection, _id, {}, set))) {
    await documents.insertIfAbsent<RuleRecord>(sharingRulesCollection, { _id, ...set });
  }
  if (rule.sellerId !== null) {
    const seller = { profitSharing: true, updatedAtMs: clock.nowMs() };
    await documents.update(sellersCollection, rule.sellerId, {}, seller);
  }
  await wake(ports, rule.sellerId);
  return { rule };
}

export async function removeRule(
  { documents }: SharingPorts,
  { sellerId, productId }: Pick<SharingRule, 'sellerId' | 'productId'>,
): Promise<ShareProfitAnswers['removeRule']> {
  return { removed: await documents.remove(sharingRulesCollection, ruleId(sellerId, productId)) };
}

/** The whole wait has to end before WeChat Pay unfreezes the money automatically. */
function checkDays({ days, freeAfterDays }: SharingRule, { kind }: Payee): void {
  const mostDays = familyOf(kind).frozenForMs / dayMs - 1;
  if (days + freeAfterDays <= mostDays) return;
  refuse('SHARING_RULE_INVALID', 'days', {
    zh: `资金最多冻结 ${mostDays + 1} 天，天数合计应不超过 ${mostDays} 天。`,
    en: `The money is frozen for at most ${mostDays + 1} days, so the days may add up to at most ${mostDays}.`,
  });
}

async function checkProduct(
  { documents }: SharingPorts,
  { sellerId, productId }: SharingRule,
): Promise<void> {
  if (productId === null) return;
  const product = await documents.get<ProductRecord>(productsCollection, productId);
  if ((product?.sellerId ?? null) === sellerId && product) return;
  refuse('PRODUCT_NOT_FOUND', 'productId', {
    zh: '该商家没有这个商品。',
    en: 'The seller has no such product.',
  });
}

const woken = 500;

/** Orders that waited without a rule, or failed under the old one, are due now. The timer finds the others itself. */
async function wake({ documents, clock }: SharingPorts, sellerId: string | null): Promise<void> {
  const where = { sellerId, state: { in: ['WAITING', 'FAILED'] } };
  const waiting = await documents.find<SharingRecord>(sharingsCollection, { where, limit: woken });
  for (const sharing of waiting) {
    const nextAtMs = clock.nowMs();
    await changeSharing(documents, sharing, ({ plan, paidAtMs, account }) =>
      plan
        ? undefined
        : { nextAtMs: Math.max(nextAtMs, paidAtMs + familyOf(account).minAgeMs), failure: null },
    );
  }
}

function viewRule(rule: RuleRecord): SharingRule {
  const { sellerId, productId, receivers, after, days, freeAfterDays, onFailure } = rule;
  return { sellerId, productId, receivers, after, days, freeAfterDays, onFailure };
}
