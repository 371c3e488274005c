/**
 * After-sales sharing (售后服务分账) of e-commerce. A request has no number of ours, and WeChat Pay has one per order: each
 * attempt asks first, and requests only what is not there.
 * https://wechatpay.im/openapi/v3/ecommerce/profitsharing/after-sales-orders (请求售后服务分账, 查询售后服务分账结果)
 */
import type { Account } from '../../core/account.ts';
import { delayAfter } from '../../core/policy.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import { failureOf, isUnfunded } from '../failed-call.ts';
import { recordMovement } from '../ledger/ledger.ts';
import type { SharingPorts } from './ports.ts';
import { type AfterSalesFee, isPendingFee, type SharingRecord } from './records.ts';
import { isUnknownThere, maySucceedLater } from './requests.ts';
import { goOn, type Step } from './step.ts';
import { payeeFields } from './subsidies.ts';

const delaysMs = [1, 1, 2, 5, 15, 60].map((minutes) => minutes * 60_000);

/** One step of an order's fee. */
export async function workOnAfterSales(
  ports: SharingPorts,
  account: Account,
  sharing: SharingRecord,
  fee: AfterSalesFee,
): Promise<Step> {
  try {
    const found = await query(account, sharing);
    return found
      ? await applyResult(ports, sharing, fee, found)
      : await request(ports, account, sharing, fee);
  } catch (error) {
    if (!(error instanceof WechatpayError)) throw error;
    const failure = failureOf(error);
    const later = maySucceedLater(error) || isUnfunded(error);
    return change(
      ports,
      sharing,
      later ? { ...postponed(ports, fee), failure } : { state: 'FAILED', failure },
    );
  }
}

async function query({ client }: Account, sharing: SharingRecord) {
  try {
    return await client.request('GET /v3/ecommerce/profitsharing/after-sales-orders', payeeFields(sharing));
  } catch (error) {
    if (error instanceof WechatpayError && isUnknownThere(error)) return undefined;
    throw error;
  }
}

async function request(
  ports: SharingPorts,
  { client }: Account,
  sharing: SharingRecord,
  fee: AfterSalesFee,
): Promise<Step> {
  await client.request('POST /v3/ecommerce/profitsharing/after-sales-orders', {
    ...payeeFields(sharing),
    amount: fee.amountFen,
    type: 'SERVICE_FEE_INCOME',
    scene: fee.scene,
    refund_id: fee.refundId,
  });
  return change(ports, sharing, { ...postponed(ports, fee), state: 'PROCESSING', failure: null });
}

/** The ledger entry is written before the state. */
async function applyResult(
  ports: SharingPorts,
  sharing: SharingRecord,
  fee: AfterSalesFee,
  found: { amount: number; result: string; fail_reason?: string; finish_time: string },
): Promise<Step> {
  if (found.amount !== fee.amountFen) {
    const failure = { code: 'AFTER_SALES_MISMATCH', message: mismatchText(found.amount) };
    return change(ports, sharing, { state: 'FAILED', failure });
  }
  if (found.result === 'SUCCESS') {
    const atMs = Date.parse(found.finish_time) || ports.clock.nowMs();
    await recordMovement(
      ports.documents,
      { ...sharing, outTradeNo: sharing._id },
      { kind: 'AFTER_SALES', amountFen: -fee.amountFen, reference: fee.refundId, atMs },
    );
    return change(ports, sharing, { state: 'SUCCESS', failure: null });
  }
  if (found.result === 'FAILED') {
    const code = found.fail_reason ?? 'FAILED';
    return change(ports, sharing, { state: 'FAILED', failure: { code, message: failedText(code) } });
  }
  return change(ports, sharing, { ...postponed(ports, fee), state: 'PROCESSING', failure: null });
}

const mismatchText = (fen: number) =>
  `微信支付上该订单已有 ${(fen / 100).toFixed(2)} 元的售后服务分账，与本次金额不同。WeChat Pay has an after-sales fee of ¥${(fen / 100).toFixed(2)} for this order, not of this amount.`;
const failedText = (code: string) =>
  `微信支付未完成售后服务分账（${code}）。WeChat Pay did not complete the after-sales fee (${code}).`;

function postponed({ clock }: SharingPorts, { attempts }: AfterSalesFee) {
  return { attempts: attempts + 1, notBeforeMs: clock.nowMs() + delayAfter(delaysMs, attempts) };
}

/** Changes the fee, unless it has ended. */
function change(ports: SharingPorts, sharing: SharingRecord, set: Partial<AfterSalesFee>): Promise<Step> {
  return goOn(ports, sharing, ({ afterSales }) =>
    afterSales && isPendingFee(afterSales) ? { afterSales: { ...afterSales, ...set } } : undefined,
  );
}
