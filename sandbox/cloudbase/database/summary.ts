/** What the inspector's timeline says about a changed document. */
import type { StoredDocument } from '../types.ts';
import type { DocumentChange } from './store.ts';
import { toJsonValue } from './values.ts';

/** Above this size the timeline gets only the names of the fields. */
const maxSummaryChars = 8_192;

export function documentEvent(change: DocumentChange): { data: unknown; outTradeNo: string | undefined } {
  const { collection, id, op, before, after } = change;
  return {
    data: { collection, id, op, before: summary(before), after: summary(after) },
    outTradeNo: outTradeNoOf(collection, after ?? before),
  };
}

function summary(document: StoredDocument | undefined): unknown {
  if (!document) return undefined;
  const value = toJsonValue(document);
  const sizeChars = JSON.stringify(value).length;
  return sizeChars <= maxSummaryChars
    ? value
    : { _id: document._id, fields: Object.keys(document), sizeChars };
}

function outTradeNoOf(collection: string, document: StoredDocument | undefined): string | undefined {
  if (!document) return undefined;
  const named = document.outTradeNo ?? document.out_trade_no;
  if (typeof named === 'string') return named;
  return collection === 'orders' && typeof document._id === 'string' ? document._id : undefined;
}
