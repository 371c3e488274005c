import type { ApiContext } from '../context.ts';
import { ApiProblem } from '../http/problem.ts';
import { otherParameters } from '../orders/rules.ts';
import { canonical, changedFields } from '../orders/same-request.ts';
import { accounts } from '../state/accounts.ts';
import { compactTime } from '../state/time.ts';
import { confirmWithinMs, expiryTask, payTask, publish, stepMs } from './end.ts';
import { requireAppid, requireName, requireReport, requireScene, type TransferRequest } from './rules.ts';
import { TransferStore } from './transfer-store.ts';
import type { Transfer } from './types.ts';

/**
 * Accepts a transfer, or finds it when the same request was made before. The money leaves the balance now and reaches
 * the payee when it is confirmed; with an authorisation that happens automatically. @throws ApiProblem
 */
export function acceptTransfer(context: ApiContext, request: TransferRequest, authorized: boolean): Transfer {
  const store = new TransferStore(context.state);
  const { merchant, nowMs } = context;
  const text = canonical({ ...context.body, user_name: request.user_name ?? null });
  const known = store.byNo(merchant.mchid, request.out_bill_no);
  if (known) {
    if (known.request === text) return known;
    throw otherParameters(changedFields(known.request, text));
  }
  requireAppid(context, request.appid);
  requireScene(request.transfer_scene_id);
  requireReport(request);
  requireName(request);
  requireBalance(context, request.transfer_amount);
  const transfer = create(context, request, text, authorized);
  store.add(transfer);
  takeMoney(context, transfer);
  if (authorized) context.due.schedule(payTask, transfer.transferBillNo, nowMs + stepMs);
  else context.due.schedule(expiryTask, transfer.transferBillNo, nowMs + confirmWithinMs);
  publish(context, transfer, 'accepted');
  return transfer;
}

function requireBalance({ merchant, state }: ApiContext, amountFen: number): void {
  const haveFen = state.ledger.balanceFen(accounts.available(merchant.mchid));
  if (haveFen >= amountFen) return;
  throw new ApiProblem(403, 'NOT_ENOUGH', '商户账户余额不足，请充值后原单重试', {
    explanation: {
      en: `${merchant.mchid} has ${haveFen} fen, ${amountFen} are needed: top it up (POST /_sandbox/merchants/{mchid}/balance)`,
      zh: `${merchant.mchid} 的可用余额为 ${haveFen} 分，需要 ${amountFen} 分：请充值（POST /_sandbox/merchants/{mchid}/balance）`,
    },
  });
}

function create(context: ApiContext, request: TransferRequest, text: string, authorized: boolean): Transfer {
  const { merchant, nowMs, state } = context;
  const day = compactTime(nowMs).slice(0, 8);
  return {
    transferBillNo: `1330000${state.random.digits(14)}${day}${state.random.digits(11)}`,
    outBillNo: request.out_bill_no,
    mchid: merchant.mchid,
    appid: request.appid,
    openid: request.openid,
    ...(request.user_name !== undefined && { userName: request.user_name }),
    amountFen: request.transfer_amount,
    remark: request.transfer_remark,
    sceneId: request.transfer_scene_id,
    ...(request.user_recv_perception !== undefined && { perception: request.user_recv_perception }),
    ...(request.notify_url !== undefined && { notifyUrl: request.notify_url }),
    request: text,
    ...(!authorized && { packageInfo: state.random.bytes(48).toString('base64') }),
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    state: authorized ? 'ACCEPTED' : 'WAIT_USER_CONFIRM',
  };
}

function takeMoney({ state, nowMs }: ApiContext, transfer: Transfer): void {
  const { mchid, amountFen, transferBillNo, outBillNo } = transfer;
  state.ledger.move({
    atMs: nowMs,
    kind: 'transfer',
    ref: transferBillNo,
    outNo: outBillNo,
    from: accounts.available(mchid),
    to: accounts.transferring(mchid),
    amountFen,
    reason: `transfer ${outBillNo}`,
  });
}
