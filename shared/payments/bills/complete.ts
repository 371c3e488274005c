/**
 * Completes our records from a bill: records the fees, which appear nowhere else, and asks WeChat Pay about payments
 * and refunds of our orders for which no callback arrived.
 */
import type { Account } from '../../core/account.ts';
import { CommerceError } from '../../core/errors.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import { type LedgerEntry, type LedgerOwner, ledgerCollection, recordMovement } from '../ledger/ledger.ts';
import type { OrderPorts } from '../orders/ports.ts';
import { type OrderRecord, ordersCollection } from '../orders/records.ts';
import { refreshPayment } from '../orders/refresh.ts';
import { loadPaymentOf } from '../orders/store.ts';
import { adoptRefund } from '../refunds/adopt.ts';
import { type RefundRecord, refundsCollection } from '../refunds/records.ts';
import { queryRefund } from '../refunds/wire.ts';
import type { Mismatch } from './compare.ts';
import { flowKinds } from './flow-kinds.ts';

/** Number of fees written concurrently. */
const concurrency = 20;

export function isLearned({ billed, known }: Mismatch): boolean {
  return known === undefined && flowKinds[billed.kind].learned === true;
}

/** Made by another system under this merchant number, which is allowed. */
export function isElsewhere({ billed, known }: Mismatch): boolean {
  return known === undefined && flowKinds[billed.kind].others === true;
}

/**
 * Records what only bills report, for our orders. For an order that is not ours, the payment is reported as a
 * difference, and its fee is not reported again.
 */
export async function learn({ documents }: Pick<OrderPorts, 'documents'>, found: readonly Mismatch[]) {
  const references = [...new Set(found.map(({ billed }) => billed.reference))];
  if (references.length === 0) return;
  const [payments, refunds] = await Promise.all([
    documents.find<LedgerEntry>(ledgerCollection, {
      where: { _id: { in: references.map((reference) => `PAYMENT:${reference}`) } },
      limit: references.length,
    }),
    documents.find<RefundRecord>(refundsCollection, {
      where: { _id: { in: references } },
      limit: references.length,
    }),
  ]);
  const owners = new Map<string, LedgerOwner>([
    ...payments.map((entry): [string, LedgerOwner] => [entry.reference, entry]),
    ...refunds.map((refund): [string, LedgerOwner] => [refund._id, refund]),
  ]);
  const queue = found.values();
  const worker = async () => {
    for (const { billed } of queue) {
      const owner = owners.get(billed.reference);
      const { kind, amountFen, reference, atMs } = billed;
      if (!owner || kind === 'REFUND_CLOSED' || kind === 'TRANSFER_FAILED') continue;
      await recordMovement(documents, owner, { kind, amountFen, reference, atMs });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

/**
 * @returns the mismatches that are repaired: WeChat Pay confirmed them for orders of ours, and they are recorded now
 */
export async function repair(
  ports: OrderPorts,
  account: Account,
  found: readonly Mismatch[],
): Promise<ReadonlySet<Mismatch>> {
  const missing = found.filter(
    ({ billed, known }) => known === undefined && (billed.kind === 'PAYMENT' || billed.kind === 'REFUND'),
  );
  const numbers = [...new Set(missing.map(({ billed }) => billed.outTradeNo ?? ''))];
  const repaired = new Set<Mismatch>();
  if (numbers.length === 0) return repaired;
  const orders = await ports.documents.find<OrderRecord>(ordersCollection, {
    where: { _id: { in: numbers } },
    limit: numbers.length,
  });
  const ours = new Map(
    orders.filter(({ mchid }) => mchid === account.mchid).map((order) => [order._id, order]),
  );
  for (const mismatch of missing) {
    const order = ours.get(mismatch.billed.outTradeNo ?? '');
    if (order && (await isRepaired(ports, account, order, mismatch))) repaired.add(mismatch);
  }
  return repaired;
}

async function isRepaired(
  ports: OrderPorts,
  account: Account,
  order: OrderRecord,
  { billed: { kind, reference, amountFen } }: Mismatch,
): Promise<boolean> {
  try {
    if (kind === 'REFUND') {
      const { account: accountKind, subMchid } = order;
      const status = await queryRefund(account, { _id: reference, account: accountKind, subMchid });
      if (status.outTradeNo !== undefined && status.outTradeNo !== order._id) return false;
      const refund = await adoptRefund(ports, order, status);
      return refund.amountFen === -amountFen;
    }
    const payment = await loadPaymentOf(ports.documents, order);
    if (payment) await refreshPayment(ports, payment);
    const entry = await ports.documents.get<LedgerEntry>(ledgerCollection, `PAYMENT:${reference}`);
    return entry?.outTradeNo === order._id && entry.amountFen === amountFen;
  } catch (error) {
    if (!(error instanceof WechatpayError) && !(error instanceof CommerceError)) throw error;
    ports.log.warn('bill.not_repaired', { outTradeNo: order._id, kind, reference, error });
    return false;
  }
}
