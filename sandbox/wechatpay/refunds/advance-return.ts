import { type ApiContext, checkFields, type SimulatorContext } from '../context.ts';
import { ApiProblem } from '../http/problem.ts';
import { accounts } from '../state/accounts.ts';
import { rfc3339 } from '../state/time.ts';
import { findRefund } from './find.ts';
import { RefundStore } from './refund-store.ts';
import { refundIdParam, subMchidQuery } from './schemas.ts';
import type { AdvanceReturn, Refund } from './types.ts';

const dayMs = 86_400_000;
/** pay.weixin.qq.com/docs/partner/apis/ecommerce-refund/refunds/create-return-advance.html */
const triedForMs = 90 * dayMs;
export const advanceReturnTask = 'advance-return';

/** The sub-merchant pays the platform back what it advanced for a refund; a repeated request tries again. */
export function returnAdvance(context: ApiContext): Record<string, unknown> {
  const refund = advancedRefund(context, 'body');
  if (refund.status !== 'SUCCESS') {
    throw new ApiProblem(400, 'INVALID_REQUEST', '垫付退款未成功，不能发起回补', {
      explanation: { en: `the refund is ${refund.status}`, zh: `退款单状态为 ${refund.status}` },
    });
  }
  refund.advanceReturn ??= {
    id: context.state.random.digits(28),
    result: 'PROCESSING',
    giveUpAtMs: context.nowMs + triedForMs,
  };
  tryReturn(context, refund, refund.advanceReturn);
  return view(refund, refund.advanceReturn);
}

export function queryAdvanceReturn(context: ApiContext): Record<string, unknown> {
  const refund = advancedRefund(context, 'query');
  if (refund.advanceReturn) return view(refund, refund.advanceReturn);
  throw new ApiProblem(404, 'RESOURCE_NOT_EXISTS', '垫付回补单不存在', {
    explanation: { en: 'nothing was asked to be returned yet', zh: '还没有发起过回补' },
  });
}

/** Called by the clock, once a day. */
export function retryAdvanceReturn(context: SimulatorContext, refundId: string): void {
  const refund = new RefundStore(context.state).byId(refundId);
  if (refund?.advanceReturn) tryReturn(context, refund, refund.advanceReturn);
}

function advancedRefund(context: ApiContext, location: 'body' | 'query'): Refund {
  const { refund_id } = checkFields(refundIdParam, context.params, { location: 'uri_template' });
  const values = location === 'body' ? context.body : context.query;
  const { sub_mchid } = checkFields(subMchidQuery, values, { location });
  const refund = findRefund(context, { refundId: String(refund_id) }, String(sub_mchid));
  if (refund.advancedBy !== undefined) return refund;
  throw new ApiProblem(400, 'INVALID_REQUEST', '非垫付退款单，不能发起回补', {
    explanation: {
      en: 'refund_account of this refund was not REFUND_SOURCE_PARTNER_ADVANCE',
      zh: '该退款单的 refund_account 不是 REFUND_SOURCE_PARTNER_ADVANCE',
    },
  });
}

function tryReturn({ state, clock, due }: SimulatorContext, refund: Refund, returned: AdvanceReturn): void {
  if (returned.result !== 'PROCESSING') return;
  const nowMs = clock.now();
  const from = accounts.available(refund.payeeMchid);
  if (state.ledger.balanceFen(from) >= refund.amountFen) {
    const { amountFen, refundId: ref, outRefundNo } = refund;
    const to = accounts.available(refund.advancedBy!);
    const reason = `advance of ${outRefundNo} returned`;
    state.ledger.move({
      atMs: nowMs,
      kind: 'advance-return',
      ref,
      outNo: outRefundNo,
      from,
      to,
      amountFen,
      reason,
    });
    returned.result = 'SUCCESS';
    returned.successAtMs = nowMs;
    due.cancel(advanceReturnTask, refund.refundId);
  } else if (nowMs >= returned.giveUpAtMs) {
    returned.result = 'FAILED';
  } else {
    due.schedule(advanceReturnTask, refund.refundId, Math.min(nowMs + dayMs, returned.giveUpAtMs));
  }
}

function view(refund: Refund, returned: AdvanceReturn): Record<string, unknown> {
  return {
    refund_id: refund.refundId,
    advance_return_id: returned.id,
    return_amount: refund.amountFen,
    payer_mchid: refund.payeeMchid,
    payer_account: 'BASIC',
    payee_mchid: refund.advancedBy,
    payee_account: 'BASIC',
    result: returned.result,
    ...(returned.successAtMs !== undefined && { success_time: rfc3339(returned.successAtMs) }),
  };
}
