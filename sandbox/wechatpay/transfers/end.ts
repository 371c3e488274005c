import type { SimulatorContext } from '../context.ts';
import { accounts } from '../state/accounts.ts';
import { rfc3339 } from '../state/time.ts';
import { TransferStore } from './transfer-store.ts';
import type { Transfer } from './types.ts';

/** Due when nobody has confirmed for 24 hours. */
export const expiryTask = 'transfer-expiry';
export const cancelTask = 'transfer-cancel';
export const payTask = 'transfer-pay';
export const confirmWithinMs = 24 * 3_600_000;
/** How long asynchronous steps take. */
export const stepMs = 5_000;

type Final = 'SUCCESS' | 'FAIL' | 'CANCELLED';

/** Ends a transfer: the money goes to the payee or back to the merchant, and the callback is sent. */
export function endTransfer(
  context: SimulatorContext,
  transfer: Transfer,
  state: Final,
  failReason?: string,
): void {
  const { transferBillNo, mchid, openid, amountFen, outBillNo } = transfer;
  for (const task of [expiryTask, cancelTask, payTask]) context.due.cancel(task, transferBillNo);
  transfer.state = state;
  transfer.updatedAtMs = context.clock.now();
  if (failReason !== undefined) transfer.failReason = failReason;
  const paid = state === 'SUCCESS';
  context.state.ledger.move({
    atMs: transfer.updatedAtMs,
    kind: paid ? 'transfer-paid' : 'transfer-returned',
    ref: transferBillNo,
    outNo: outBillNo,
    from: accounts.transferring(mchid),
    to: paid ? accounts.payer(openid) : accounts.available(mchid),
    amountFen,
    reason: `transfer ${outBillNo} ${state}`,
  });
  publish(context, transfer, state.toLowerCase());
  notify(context, transfer);
}

export function publish(context: SimulatorContext, transfer: Transfer, change: string): void {
  const { outBillNo, transferBillNo, state, amountFen } = transfer;
  context.bus.publish('transfer', { change, outBillNo, transferBillNo, state, amountFen });
}

/** MCHTRANSFER.BILL.FINISHED, with the fields that public programs read from it. */
function notify(context: SimulatorContext, transfer: Transfer): void {
  if (transfer.notifyUrl === undefined) return;
  const { outBillNo, transferBillNo, state, mchid, amountFen, openid, failReason } = transfer;
  context.notify({
    eventType: 'MCHTRANSFER.BILL.FINISHED',
    originalType: 'mch_payment',
    summary: '商家转账单据终态通知',
    outTradeNo: outBillNo,
    mchid,
    url: transfer.notifyUrl,
    resource: {
      out_bill_no: outBillNo,
      transfer_bill_no: transferBillNo,
      state,
      mch_id: mchid,
      transfer_amount: amountFen,
      openid,
      ...(failReason !== undefined && { fail_reason: failReason }),
      create_time: rfc3339(transfer.createdAtMs),
      update_time: rfc3339(transfer.updatedAtMs),
    },
  });
}

/** What the clock does to transfers. */
export function handleTransferTasks(context: SimulatorContext): void {
  const ifIn = (wanted: Transfer['state'], end: (transfer: Transfer) => void) => (transferBillNo: string) => {
    const transfer = new TransferStore(context.state).byId(transferBillNo);
    if (transfer?.state === wanted) end(transfer);
  };
  context.due.handle(
    expiryTask,
    ifIn('WAIT_USER_CONFIRM', (transfer) => endTransfer(context, transfer, 'FAIL', 'OVERDUE_CLOSE')),
  );
  context.due.handle(
    cancelTask,
    ifIn('CANCELING', (transfer) => endTransfer(context, transfer, 'CANCELLED', 'MCH_CANCEL')),
  );
  context.due.handle(
    payTask,
    ifIn('ACCEPTED', (transfer) => endTransfer(context, transfer, 'SUCCESS')),
  );
}
