import { delayAfter } from '../../core/policy.ts';
import { recordMovement } from '../ledger/ledger.ts';
import { recordOrderAnomaly } from '../orders/anomalies.ts';
import type { OrderRecord } from '../orders/records.ts';
import { changeOrder } from '../orders/store.ts';
import { advance, isPaid } from '../orders/transitions.ts';
import { recordRefundNotMade } from '../sharing/refund-not-made.ts';
import type { RefundPorts } from './ports.ts';
import { changeRefund, isSettled, type RefundRecord } from './records.ts';
import { orderOf, release, reserve } from './reserve.ts';
import type { RefundStatus } from './wire.ts';

/** Delays between queries of a refund in progress; the last one repeats. */
const queryDelaysMs = [1, 2, 5, 15, 60, 360].map((minutes) => minutes * 60_000);

type StatusPorts = Pick<RefundPorts, 'clock' | 'documents' | 'log'>;

/**
 * Records what WeChat Pay says about a refund; what is reported twice changes nothing. The ledger entry is written
 * before the state. That one is REFUSED is our own conclusion: an instance whose clock is ahead may have drawn it while
 * another one's request was on its way, and then what WeChat Pay says counts.
 * @returns the refund as it is afterwards
 */
export async function applyRefundStatus(
  ports: StatusPorts,
  refund: RefundRecord,
  status: RefundStatus,
): Promise<RefundRecord> {
  const differs =
    status.amountFen !== refund.amountFen ||
    (status.outTradeNo !== undefined && status.outTradeNo !== refund.outTradeNo);
  if (differs) {
    const order = await orderOf(ports, refund);
    await recordOrderAnomaly(ports, 'REFUND_MISMATCH', order);
    return refund;
  }
  const doc = await record(ports, refund, status);
  if (doc.state !== 'REFUSED' || status.status === 'CLOSED') return doc;
  return record(ports, await standAgain(ports, doc), status);
}

/** A person has to look at it: somebody may have refunded it once more, or been told that it was not. */
async function standAgain(ports: StatusPorts, refused: RefundRecord): Promise<RefundRecord> {
  ports.log.error('refund.made_after_all', { outRefundNo: refused._id, outTradeNo: refused.outTradeNo });
  await recordOrderAnomaly(ports, 'REFUND_MISMATCH', await orderOf(ports, refused));
  await reserve(ports, refused);
  const { doc } = await changeRefund(ports.documents, refused, ({ state }) =>
    state === 'REFUSED'
      ? { state: 'PROCESSING', failure: null, endedAtMs: null, nextAtMs: ports.clock.nowMs() }
      : undefined,
  );
  return doc;
}

async function record(ports: StatusPorts, refund: RefundRecord, status: RefundStatus): Promise<RefundRecord> {
  if (isSettled(refund)) return refund;
  if (status.status === 'SUCCESS') return succeed(ports, refund, status);
  if (status.status === 'CLOSED') return close(ports, refund, status);
  const nowMs = ports.clock.nowMs();
  const abnormal = status.status === 'ABNORMAL';
  if (abnormal && refund.state !== 'ABNORMAL') {
    ports.log.error('refund.abnormal', { outRefundNo: refund._id, outTradeNo: refund.outTradeNo });
  }
  await markRefunding(ports, refund);
  const { doc } = await changeRefund(ports.documents, refund, (current) =>
    isSettled(current)
      ? undefined
      : {
          state: abnormal ? 'ABNORMAL' : 'PROCESSING',
          ...acceptance(current, status),
          failure: null,
          // An abnormal refund waits for an operator. It is still queried occasionally, since somebody may resolve it
          // in the merchant platform.
          nextAtMs: nowMs + delayAfter(queryDelaysMs, abnormal ? queryDelaysMs.length : current.attempts),
          attempts: current.state === 'PROCESSING' ? current.attempts + 1 : 1,
        },
  );
  return doc;
}

async function succeed(
  ports: StatusPorts,
  refund: RefundRecord,
  status: RefundStatus,
): Promise<RefundRecord> {
  const nowMs = ports.clock.nowMs();
  const atMs = status.successAtMs ?? nowMs;
  const movement = { kind: 'REFUND', amountFen: -refund.amountFen, reference: refund._id, atMs } as const;
  await recordMovement(ports.documents, refund, movement);
  const order = await markRefunding(ports, refund);
  const { doc, changed } = await changeRefund(ports.documents, refund, (current) =>
    isSettled(current)
      ? undefined
      : {
          state: 'SUCCESS',
          ...acceptance(current, status),
          receivedAccount: status.receivedAccount ?? null,
          endedAtMs: atMs,
          failure: null,
          attempts: 0,
          nextAtMs: null,
          notifyAfterMs: notifyAfterMs(order, nowMs),
        },
  );
  if (changed) ports.log.info('refund.success', { outRefundNo: refund._id, outTradeNo: refund.outTradeNo });
  return doc;
}

/** Longer than an attempt at a delivery can take. */
const attemptMs = 60_000;

/**
 * When the fulfilment function learns of the refund: also if it was called and never said done, since it may have
 * delivered, and after an attempt that may be under way.
 */
function notifyAfterMs({ fulfilment, fulfilAttempts }: OrderRecord, nowMs: number): number | null {
  if (fulfilment === 'DONE') return nowMs;
  return fulfilAttempts > 0 ? nowMs + attemptMs : null;
}

async function close(ports: StatusPorts, refund: RefundRecord, status: RefundStatus): Promise<RefundRecord> {
  await release(ports, refund);
  await recordRefundNotMade(ports, await orderOf(ports, refund), refund._id);
  const { doc } = await changeRefund(ports.documents, refund, (current) =>
    isSettled(current)
      ? undefined
      : { state: 'CLOSED', ...acceptance(current, status), endedAtMs: ports.clock.nowMs(), nextAtMs: null },
  );
  return doc;
}

/** Once WeChat Pay has accepted a refund, the order's trade_state is REFUND there, and so it is here. */
async function markRefunding(ports: StatusPorts, refund: RefundRecord) {
  const { order } = await changeOrder(ports.documents, refund.outTradeNo, (current) => {
    const state = advance(current.state, 'REFUND');
    return state === current.state || !isPaid(current.state) ? undefined : { state, checkAfterMs: null };
  });
  return order;
}

function acceptance({ acceptedAtMs }: RefundRecord, status: RefundStatus) {
  return { refundId: status.refundId, acceptedAtMs: acceptedAtMs ?? status.acceptedAtMs ?? null };
}
