import { delayAfter } from '../../core/policy.ts';
import { recordMovement } from '../ledger/ledger.ts';
import type { WithdrawalPorts } from './ports.ts';
import { changeWithdrawal, type WithdrawalRecord, type WithdrawalState } from './records.ts';
import { leaveSlot } from './slot.ts';
import type { WithdrawalStatus } from './wire.ts';

export type StatusPorts = Pick<WithdrawalPorts, 'clock' | 'documents' | 'log'>;

/**
 * Delays between queries of a withdrawal in progress; the last one repeats. The bank has it on the next working day.
 */
const queryDelaysMs = [1, 10, 60, 360].map((minutes) => minutes * 60_000);
const dayMs = 24 * 3600_000;
/** A bank sends money back within days; WeChat Pay documents no limit, so this one is our own. */
const watchedForMs = 30 * dayMs;

/**
 * The allowed transitions. A report older than the stored state changes nothing. REFUSED is our own conclusion: an instance
 * whose clock is ahead may have drawn it while another one's request was on its way.
 */
const followers: Readonly<Record<WithdrawalState, ReadonlySet<WithdrawalState>>> = {
  REQUESTED: new Set(['PROCESSING', 'SUCCESS', 'REFUND', 'FAIL', 'CLOSE']),
  RESERVED: new Set(['PROCESSING', 'SUCCESS', 'REFUND', 'FAIL', 'CLOSE']),
  PROCESSING: new Set(['PROCESSING', 'SUCCESS', 'REFUND', 'FAIL', 'CLOSE']),
  SUCCESS: new Set(['SUCCESS', 'REFUND']),
  REFUND: new Set(),
  FAIL: new Set(),
  CLOSE: new Set(),
  REFUSED: new Set(['PROCESSING', 'SUCCESS', 'REFUND', 'FAIL', 'CLOSE']),
};

/**
 * Records what WeChat Pay says about a withdrawal; what is reported twice changes nothing. The ledger entry is written
 * and the merchant's slot released before the state is stored.
 * @returns the withdrawal as it is afterwards
 */
export async function applyWithdrawalStatus(
  ports: StatusPorts,
  withdrawal: WithdrawalRecord,
  status: WithdrawalStatus,
): Promise<WithdrawalRecord> {
  const { _id: outRequestNo, amountFen, ownerMchid } = withdrawal;
  if (status.amountFen !== undefined && status.amountFen !== amountFen) {
    ports.log.error('withdrawal.mismatch', { outRequestNo, amountFen, reportedFen: status.amountFen });
    return withdrawal;
  }
  if (!followers[withdrawal.state].has(status.status)) return withdrawal;
  const atMs = status.updatedAtMs ?? ports.clock.nowMs();
  if (status.status === 'SUCCESS' || status.status === 'REFUND') {
    await recordWithdrawn(ports, withdrawal, status, atMs);
  }
  if (status.status !== 'PROCESSING') await leaveSlot(ports.documents, ownerMchid, outRequestNo);
  const { doc, changed } = await changeWithdrawal(ports.documents, withdrawal, (current) =>
    followers[current.state].has(status.status) ? changesBy(ports, current, status, atMs) : undefined,
  );
  if (changed && doc.state !== withdrawal.state) report(ports, doc);
  return doc;
}

function changesBy(
  ports: StatusPorts,
  current: WithdrawalRecord,
  status: WithdrawalStatus,
  atMs: number,
): Partial<WithdrawalRecord> {
  const nowMs = ports.clock.nowMs();
  const common = {
    state: status.status,
    withdrawId: status.withdrawId,
    receivedAccount: status.receivedAccount ?? current.receivedAccount,
    endedAtMs: null,
    failure: null,
  };
  if (status.status === 'PROCESSING') {
    const attempts = current.state === 'PROCESSING' ? current.attempts + 1 : 1;
    const delayMs = delayAfter(queryDelaysMs, attempts - 1);
    return { ...common, attempts, nextAtMs: nowMs + delayMs };
  }
  if (status.status === 'SUCCESS') {
    const paidAtMs = current.paidAtMs ?? atMs;
    return { ...common, paidAtMs, nextAtMs: nowMs - paidAtMs < watchedForMs ? nowMs + dayMs : null };
  }
  const failure = { code: status.status, message: (status.reason ?? '').slice(0, 500) };
  return { ...common, failure, endedAtMs: atMs, nextAtMs: null };
}

/** A report that it was returned implies that it had been paid out. */
async function recordWithdrawn(
  { documents }: StatusPorts,
  withdrawal: WithdrawalRecord,
  status: WithdrawalStatus,
  atMs: number,
): Promise<void> {
  const { account, mchid, subMchid, amountFen, _id: reference } = withdrawal;
  const owner = { outTradeNo: null, account, mchid, subMchid };
  const goneAtMs = withdrawal.paidAtMs ?? atMs;
  await recordMovement(documents, owner, {
    kind: 'WITHDRAWAL',
    amountFen: -amountFen,
    reference,
    atMs: goneAtMs,
    // The balance changed when WeChat Pay accepted it.
    billedAtMs: withdrawal.sentAtMs ?? goneAtMs,
  });
  if (status.status !== 'REFUND') return;
  await recordMovement(documents, owner, { kind: 'WITHDRAWAL_RETURN', amountFen, reference, atMs });
}

function report(
  { log }: StatusPorts,
  { _id: outRequestNo, state, ownerMchid, failure }: WithdrawalRecord,
): void {
  const fields = { outRequestNo, ownerMchid, state };
  if (state === 'FAIL' || state === 'REFUND') {
    log.error('withdrawal.failed', { ...fields, reason: failure?.message });
  } else log.info('withdrawal', fields);
}
