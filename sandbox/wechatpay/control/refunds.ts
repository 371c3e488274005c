import type { ControlContext, ControlRoute } from '../context.ts';
import { endRefund, resultsOf } from '../refunds/end.ts';
import { RefundStore } from '../refunds/refund-store.ts';
import type { Refund, RefundResult } from '../refunds/types.ts';
import { refundControlView } from '../refunds/views.ts';
import { pageOf } from './page.ts';
import { notFound, objectBody, oneOf, wrongState } from './read.ts';

const results: readonly RefundResult[] = ['SUCCESS', 'CLOSED', 'ABNORMAL'];

function find(context: ControlContext): Refund {
  const refund = new RefundStore(context.state).find(context.params.out_refund_no!);
  if (!refund) {
    throw notFound(`refund ${context.params.out_refund_no}`, `退款 ${context.params.out_refund_no}`);
  }
  return refund;
}

function settle(context: ControlContext) {
  const { result } = objectBody(context);
  const wanted = oneOf(result, 'result', results);
  const refund = find(context);
  const possible = resultsOf(refund);
  if (!possible.includes(wanted)) {
    throw wrongState(
      `The refund is ${refund.status}; possible: ${possible.join(', ') || 'nothing'}.`,
      `退款状态为 ${refund.status}，可选：${possible.join('、') || '无'}。`,
    );
  }
  endRefund(context, refund, wanted);
  return { refund: refundControlView(refund) };
}

/** Refunds, and what the payer's bank does with them. */
export const refundRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/_sandbox/refunds',
    handle: (context) => {
      const { entries, ...page } = pageOf([...new RefundStore(context.state).all()], context.query);
      return { refunds: entries.map(refundControlView), ...page };
    },
  },
  {
    method: 'GET',
    path: '/_sandbox/refunds/{out_refund_no}',
    handle: (context) => ({ refund: refundControlView(find(context)) }),
  },
  { method: 'POST', path: '/_sandbox/refunds/{out_refund_no}/settle', handle: settle },
];
