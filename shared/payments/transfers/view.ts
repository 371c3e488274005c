import type { TransferConfirmation, TransferView } from '../../contract/index.ts';
import type { TransferRecord } from './records.ts';

/** A transfer for operators. */
export function viewForOperator(transfer: TransferRecord): TransferView {
  const { openid, transferBillNo, failure } = transfer;
  return {
    ...viewCommon(transfer),
    openid,
    ...(transferBillNo !== null && { transferBillNo }),
    ...(failure !== null && { failure }),
  };
}

/** The same for the receiver: without the reason why it waits, but with what they confirm it with. */
export function viewForReceiver(transfer: TransferRecord, nowMs: number): TransferView {
  const confirmation = confirmationOf(transfer, nowMs);
  return { ...viewCommon(transfer), ...(confirmation && { confirmation }) };
}

function viewCommon(transfer: TransferRecord): TransferView {
  const { state, expiresAtMs, endedAtMs, failReason } = transfer;
  return {
    outBillNo: transfer._id,
    amountFen: transfer.amountFen,
    remark: transfer.remark,
    sceneId: transfer.sceneId,
    state: state === 'REQUESTED' || state === 'RESERVED' ? 'WAITING' : state,
    createdAtMs: transfer.createdAtMs,
    ...(expiresAtMs !== null && endedAtMs === null && { expiresAtMs }),
    ...(endedAtMs !== null && { endedAtMs }),
    ...(failReason !== null && { failReason }),
  };
}

/** TRANSFERING: the confirmation may be opened once more (docs/merchant/apis/mch-trans, 单据状态). */
function confirmationOf(transfer: TransferRecord, nowMs: number): TransferConfirmation | undefined {
  const { state, packageInfo, expiresAtMs, mchid, appid, cancelRequested } = transfer;
  const waits = state === 'WAIT_USER_CONFIRM' || state === 'TRANSFERING';
  if (!waits || packageInfo === null || cancelRequested) return undefined;
  if (expiresAtMs !== null && expiresAtMs <= nowMs) return undefined;
  return { mchId: mchid, appId: appid, package: packageInfo };
}
