/** Which order an event is about, where the event does not say so itself. */
import type { DocumentChange, Exchange, Invocation } from './events.ts';

const paymentPath = /^\/v3\/(pay|combine-transactions)\//;
const transferPath = /^\/v3\/fund-app\/mch-transfer\/transfer-bills/;
const billNoInPath = /\/out-bill-no\/([^/?]+)/;
const billNoInBody = /"out_bill_no"\s*:\s*"([^"]+)"/;
const numberInPath = /\/out-trade-no\/([^/?]+)/;
const numberInBody = /"(?:combine_)?out_trade_no"\s*:\s*"([^"]+)"/;

/**
 * The payment's number of a request to the payment APIs, or the out_bill_no of one about a transfer. A request that was refused before its body was read
 * has none in the record, but its body or path contains it.
 */
export function orderNumberOf({ outTradeNo, request }: Exchange): string | undefined {
  if (isTransferRequest({ request })) {
    return billNoInPath.exec(request.target)?.[1] ?? billNoInBody.exec(request.body)?.[1];
  }
  if (!paymentPath.test(request.target)) return undefined;
  return outTradeNo ?? numberInPath.exec(request.target)?.[1] ?? combinedFirst(request.body);
}

/** A request about one transfer to a person (商家转账). */
export function isTransferRequest({ request }: Pick<Exchange, 'request'>): boolean {
  return transferPath.test(request.target);
}

/** In a combined order the number of the payment may stand behind those of its sub-orders. */
function combinedFirst(body: string): string | undefined {
  return /"combine_out_trade_no"\s*:\s*"([^"]+)"/.exec(body)?.[1] ?? numberInBody.exec(body)?.[1];
}

/** The callback that an HTTP invocation received. Its body is encrypted, but the id is not. */
export function notificationIdOf({ source, event }: Invocation): string | undefined {
  if (source !== 'http') return undefined;
  const { body } = (event ?? {}) as { body?: unknown };
  return typeof body === 'string' ? /"id"\s*:\s*"([^"]+)"/.exec(body)?.[1] : undefined;
}

/** Request-ID of the HTTP request that an invocation received. */
export function requestIdOf({ source, event }: Invocation): string | undefined {
  if (source !== 'http') return undefined;
  const { headers } = (event ?? {}) as { headers?: Record<string, unknown> };
  const value = headers?.['request-id'];
  return typeof value === 'string' ? value : undefined;
}

/** The numbers that a document has by its place in the database. */
export function ownNumbersOf({ collection, id, before, after }: DocumentChange): {
  paymentNo?: string;
  orderNo?: string;
} {
  const document = after ?? before ?? {};
  switch (collection) {
    case 'combined_payments':
      return { paymentNo: id };
    case 'orders':
      return {
        orderNo: id,
        ...(typeof document.paymentNo === 'string' && { paymentNo: document.paymentNo }),
      };
    case 'deliveries':
    case 'shipments':
    case 'transfers':
      return { orderNo: id };
    case 'ledger':
      // The entry of a transfer belongs to no order; its reference is the out_bill_no.
      if (document.kind === 'TRANSFER' && typeof document.reference === 'string') {
        return { orderNo: document.reference };
      }
      return numberOfRecord(document);
    case 'refunds':
    case 'refund_requests':
    case 'notifications':
    case 'anomalies':
    case 'bill_differences':
      return numberOfRecord(document);
    default:
      return {};
  }
}

function numberOfRecord(document: Record<string, unknown>): { orderNo?: string } {
  const [first] = Array.isArray(document.outTradeNos)
    ? (document.outTradeNos as unknown[])
    : [document.outTradeNo];
  return typeof first === 'string' ? { orderNo: first } : {};
}
