import type { RefundRequestView } from '../../contract/index.ts';
import type { Documents } from '../../core/ports.ts';
import { changeVersioned, type Versioned } from '../../core/versioned.ts';

export const refundRequestsCollection = 'refund_requests';

type RequestState = RefundRequestView['state'];

/** What a buyer asked for. `_id` is the out_trade_no: one request per order. */
export interface RefundRequestRecord extends Versioned {
  readonly openid: string;
  readonly state: RequestState;
  readonly reason: string | null;
  readonly reply: string | null;
  readonly askedAtMs: number;
}

export function loadRequest(
  documents: Documents,
  outTradeNo: string,
): Promise<RefundRequestRecord | undefined> {
  return documents.get<RefundRequestRecord>(refundRequestsCollection, outTradeNo);
}

/** @returns the request as it is afterwards; undefined when there is none */
export async function moveRequest(
  documents: Documents,
  outTradeNo: string,
  from: RequestState,
  to: Pick<RefundRequestRecord, 'state'> & Partial<Pick<RefundRequestRecord, 'reply'>>,
): Promise<RefundRequestRecord | undefined> {
  const request = await loadRequest(documents, outTradeNo);
  if (!request) return undefined;
  const { doc } = await changeVersioned(documents, refundRequestsCollection, request, ({ state }) =>
    state === from ? to : undefined,
  );
  return doc;
}
