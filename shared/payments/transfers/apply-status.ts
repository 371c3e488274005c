import { delayAfter, type Policy } from '../../core/policy.ts';
import { recordMovement } from '../ledger/ledger.ts';
import { type AnomalySide, recordTransferAnomaly, type Source } from '../orders/anomalies.ts';
import { uncountTransfer } from './daily-limit.ts';
import type { TransferPorts } from './ports.ts';
import { changeTransfer, hasEnded, type TransferChanges, type TransferRecord } from './records.ts';
import { isState, type TransferStatus } from './wire.ts';

export type StatusPorts = Pick<TransferPorts, 'clock' | 'documents' | 'log'> & {
  readonly policy: Pick<Policy, 'transferCheckDelaysMs'>;
};

/** How long the receiver has to confirm. */
const confirmWithinMs = 24 * 3600_000;
/** Delay from the end of the confirmation period until WeChat Pay is queried. */
const afterExpiryMs = 60_000;
/** Delay between checks of a transfer that a person has to settle. */
const mismatchDelayMs = 6 * 3600_000;

/**
 * Records what WeChat Pay says about a transfer; what is reported twice changes nothing. The ledger entry is written
 * before the state. A transfer recorded as refused is corrected if WeChat Pay has it after all.
 * @returns the transfer as it is afterwards
 */
export async function applyTransferStatus(
  ports: StatusPorts,
  transfer: TransferRecord,
  status: TransferStatus,
  source: Source,
): Promise<TransferRecord> {
  if (differs(transfer, status)) {
    const { expected, received } = sides(transfer, status);
    await recordTransferAnomaly(ports, transfer._id, { source, expected, received });
    return leaveToPerson(ports, transfer);
  }
  const { state } = status;
  if (!isState(state)) {
    ports.log.warn('transfer.unknown_state', { outBillNo: transfer._id, state });
    return inProgress(ports, transfer, status);
  }
  if (state === 'SUCCESS') return succeed(ports, transfer, status);
  if (state === 'FAIL' || state === 'CANCELLED') return end(ports, transfer, status, state);
  return inProgress(ports, transfer, status);
}

/** The report is not applied and nothing is sent again; the transfer is queried occasionally. */
async function leaveToPerson(ports: StatusPorts, transfer: TransferRecord): Promise<TransferRecord> {
  const nextAtMs = ports.clock.nowMs() + mismatchDelayMs;
  const { doc } = await changeTransfer(ports.documents, transfer, (current) =>
    hasEnded(current) ? undefined : { nextAtMs },
  );
  return doc;
}

async function succeed(
  ports: StatusPorts,
  transfer: TransferRecord,
  status: TransferStatus,
): Promise<TransferRecord> {
  const atMs = status.updatedAtMs ?? ports.clock.nowMs();
  const { _id: reference, mchid, amountFen } = transfer;
  const owner = { outTradeNo: null, account: 'direct', mchid, subMchid: null } as const;
  await recordMovement(ports.documents, owner, {
    kind: 'TRANSFER',
    amountFen: -amountFen,
    reference,
    atMs,
    // The balance changed when WeChat Pay accepted it.
    billedAtMs: status.acceptedAtMs ?? transfer.createdAtMs,
  });
  return endAs(ports, transfer, { state: 'SUCCESS', ...known(status), endedAtMs: atMs, failure: null });
}

async function end(
  ports: StatusPorts,
  transfer: TransferRecord,
  status: TransferStatus,
  state: 'FAIL' | 'CANCELLED',
): Promise<TransferRecord> {
  await uncountTransfer(ports, transfer);
  return endAs(ports, transfer, {
    state,
    ...known(status),
    endedAtMs: status.updatedAtMs ?? ports.clock.nowMs(),
    failReason: status.failReason ?? null,
  });
}

/** A final state from WeChat Pay is kept; one only concluded here (REFUSED, or CANCELLED before it was sent) is not. */
async function endAs(
  ports: StatusPorts,
  transfer: TransferRecord,
  changes: TransferChanges,
): Promise<TransferRecord> {
  const { doc, changed } = await changeTransfer(ports.documents, transfer, (current) =>
    hasEnded(current) && current.transferBillNo !== null
      ? undefined
      : { ...changes, nextAtMs: null, request: null, packageInfo: null },
  );
  if (changed) ports.log.info('transfer.ended', { outBillNo: doc._id, state: doc.state });
  return doc;
}

async function inProgress(
  ports: StatusPorts,
  transfer: TransferRecord,
  status: TransferStatus,
): Promise<TransferRecord> {
  const nowMs = ports.clock.nowMs();
  const { doc } = await changeTransfer(ports.documents, transfer, (current) => {
    if (hasEnded(current) && current.transferBillNo !== null) return undefined;
    const state = isState(status.state) ? status.state : 'PROCESSING';
    const attempts = state === current.state ? current.attempts + 1 : 1;
    const waits = state === 'WAIT_USER_CONFIRM';
    const expiresAtMs =
      current.expiresAtMs ?? (waits ? (status.acceptedAtMs ?? nowMs) + confirmWithinMs : null);
    return {
      state,
      ...known(status),
      attempts,
      askedAtMs: nowMs,
      expiresAtMs,
      packageInfo: status.packageInfo ?? current.packageInfo,
      nextAtMs: nextTurn(ports, attempts, waits ? expiresAtMs : null),
      endedAtMs: null,
      failure: null,
    };
  });
  return doc;
}

/** Queried periodically, and right after the confirmation period ends. */
function nextTurn({ clock, policy }: StatusPorts, attempts: number, expiresAtMs: number | null): number {
  const nowMs = clock.nowMs();
  const turnMs = nowMs + delayAfter(policy.transferCheckDelaysMs, attempts - 1);
  const endMs = expiresAtMs === null ? turnMs : expiresAtMs + afterExpiryMs;
  return endMs > nowMs ? Math.min(turnMs, endMs) : turnMs;
}

function known({ transferBillNo }: TransferStatus): TransferChanges {
  return { transferBillNo };
}

function differs(transfer: TransferRecord, { outBillNo, amountFen, openid }: TransferStatus): boolean {
  return (
    outBillNo !== transfer._id ||
    (amountFen !== undefined && amountFen !== transfer.amountFen) ||
    (openid !== undefined && openid !== transfer.openid)
  );
}

function sides(transfer: TransferRecord, status: TransferStatus) {
  const common = { appid: transfer.appid, mchid: transfer.mchid, subMchid: null, currency: 'CNY' };
  const { amountFen, transferBillNo, state } = transfer;
  const expected: AnomalySide = { ...common, amountFen, transactionId: transferBillNo, state };
  const received: AnomalySide = {
    ...common,
    amountFen: status.amountFen ?? null,
    transactionId: status.transferBillNo,
    state: status.state,
  };
  return { expected, received };
}
