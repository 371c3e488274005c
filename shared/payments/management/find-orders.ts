/** Order search for operators. */
import type { ManagedOrder, ManageShopAnswers, OrderGroup, OrderState } from '../../contract/index.ts';
import type { Policy } from '../../core/policy.ts';
import type { Clock, Documents } from '../../core/ports.ts';
import { type LedgerEntry, ledgerCollection } from '../ledger/ledger.ts';
import { type OrderRecord, ordersCollection } from '../orders/records.ts';
import { loadOrder } from '../orders/store.ts';
import { viewOrder } from '../orders/view.ts';
import { loadRefund } from '../refunds/find.ts';

export interface ManagementPorts {
  readonly clock: Clock;
  readonly documents: Documents;
  readonly policy: Policy;
}

const pageSize = 20;
/** Orders of one payer, or of one combined payment. */
const maxFound = 50;

const groups: Readonly<Record<OrderGroup, readonly OrderState[]>> = {
  paid: ['SUCCESS'],
  unpaid: ['CREATED', 'NOTPAY', 'USERPAYING', 'PAYERROR'],
  refunded: ['REFUND'],
  closed: ['CLOSED', 'REVOKED'],
};

/** A page, the newest first. */
export async function listOrders(
  ports: ManagementPorts,
  group: OrderGroup | undefined,
  cursor: string | undefined,
): Promise<ManageShopAnswers['orders']> {
  const found = await ports.documents.find<OrderRecord>(ordersCollection, {
    where: {
      ...(group && { state: { in: groups[group] } }),
      ...(cursor !== undefined && { listKey: { lt: cursor } }),
    },
    orderBy: { field: 'listKey', direction: 'desc' },
    limit: pageSize + 1,
  });
  const page = found.slice(0, pageSize);
  const last = page.at(-1);
  return {
    orders: page.map((order) => viewManaged(ports, order)),
    ...(found.length > pageSize && last && { nextCursor: last.listKey }),
  };
}

/** What a search text matches: first the number of an order or payment, then a payer. */
export async function searchOrders(ports: ManagementPorts, text: string): Promise<ManagedOrder[]> {
  const byNumber = await orderOfNumber(ports.documents, text);
  const found = byNumber ? [byNumber] : await ordersWhere(ports.documents, text);
  return found.map((order) => viewManaged(ports, order));
}

/** By out_trade_no, by a transaction_id in the ledger, or by the number of a refund. */
async function orderOfNumber(documents: Documents, text: string): Promise<OrderRecord | undefined> {
  const order = await loadOrder(documents, text);
  if (order) return order;
  const [payment, refund] = await Promise.all([
    documents.get<LedgerEntry>(ledgerCollection, `PAYMENT:${text}`),
    loadRefund(documents, text),
  ]);
  const outTradeNo = payment?.outTradeNo ?? refund?.outTradeNo;
  return outTradeNo ? loadOrder(documents, outTradeNo) : undefined;
}

async function ordersWhere(documents: Documents, text: string): Promise<OrderRecord[]> {
  const find = (where: Record<string, string>) =>
    documents.find<OrderRecord>(ordersCollection, {
      where,
      orderBy: { field: 'listKey', direction: 'desc' },
      limit: maxFound,
    });
  const ofPayment = await find({ paymentNo: text });
  return ofPayment.length > 0 ? ofPayment : find({ openid: text });
}

export function viewManaged({ clock, policy }: ManagementPorts, order: OrderRecord): ManagedOrder {
  const { openid, mchid, subMchid, transactionId } = order;
  return {
    ...viewOrder(order, clock.nowMs(), policy),
    openid,
    mchid,
    ...(subMchid !== null && { subMchid }),
    ...(transactionId !== null && { transactionId }),
  };
}
