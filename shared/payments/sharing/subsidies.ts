/**
 * Subsidies (补差): an e-commerce platform adds to the frozen money of an order, before it is shared. One per order;
 * WeChat Pay treats another amount as another subsidy and charges it too, so the amount is stored before the call and
 * never changes. There is no query API: the same request is repeated until it is answered.
 * https://pay.weixin.qq.com/docs/partner/apis/ecommerce-subsidy/subsidies/create.html
 */
import type { Account } from '../../core/account.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import { failureOf } from '../failed-call.ts';
import { recordMovement } from '../ledger/ledger.ts';
import type { SharingPorts } from './ports.ts';
import type { SharingChanges, SharingRecord, Subsidy, SubsidyReturn } from './records.ts';
import { maySucceedLater } from './requests.ts';
import { goOn, type Step } from './step.ts';

const againMs = 60_000;
const description = '平台补差';

/** The part of an order's subsidy that is to be sent now or later. */
export function pendingSubsidy({ subsidy }: SharingRecord): Subsidy | SubsidyReturn | undefined {
  return subsidy?.state === 'RESERVED' ? subsidy : subsidy?.returns.find(({ state }) => state === 'RESERVED');
}

/** One call. Nothing of the order is shared before its subsidy has arrived. */
export async function workOnSubsidy(
  ports: SharingPorts,
  account: Account,
  sharing: SharingRecord,
  pending: Subsidy | SubsidyReturn,
): Promise<Step> {
  try {
    return 'outRefundNo' in pending
      ? await sendReturn(ports, account, sharing, pending)
      : await create(ports, account, sharing, pending);
  } catch (error) {
    if (!(error instanceof WechatpayError)) throw error;
    const later = maySucceedLater(error) || error.code === 'NOT_ENOUGH' || 'outRefundNo' in pending;
    const set = {
      failure: failureOf(error),
      notBeforeMs: ports.clock.nowMs() + againMs,
      ...(!later && ({ state: 'FAILED' } as const)),
    };
    const step = await goOn(ports, sharing, (current) => withPending(current, pending, set));
    return later ? { ...step, waits: true } : step;
  }
}

async function create(ports: SharingPorts, { client }: Account, sharing: SharingRecord, subsidy: Subsidy) {
  const answer = await client.request('POST /v3/ecommerce/subsidies/create', {
    ...payeeFields(sharing),
    amount: subsidy.amountFen,
    description,
    out_subsidy_no: subsidy.outSubsidyNo,
  });
  if (answer.result !== 'SUCCESS') {
    const failure = { code: answer.result, message: '补差失败 · The subsidy failed.' };
    return goOn(ports, sharing, (current) => withPending(current, subsidy, { state: 'FAILED', failure }));
  }
  const atMs = Date.parse(answer.success_time) || ports.clock.nowMs();
  await recordMovement(
    ports.documents,
    { ...sharing, outTradeNo: sharing._id },
    { kind: 'SUBSIDY', amountFen: subsidy.amountFen, reference: answer.subsidy_id, atMs },
  );
  const set = { state: 'SUCCESS', subsidyId: answer.subsidy_id, failure: null } as const;
  return goOn(ports, sharing, (current) => withPending(current, subsidy, set));
}

async function sendReturn(
  ports: SharingPorts,
  { client }: Account,
  sharing: SharingRecord,
  made: SubsidyReturn,
): Promise<Step> {
  const answer = await client.request('POST /v3/ecommerce/subsidies/return', {
    ...payeeFields(sharing),
    out_order_no: made.outReturnNo,
    refund_id: made.refundId,
    amount: made.amountFen,
    description: '补差回退',
  });
  const failed = answer.result !== 'SUCCESS';
  if (!failed) {
    const atMs = Date.parse(answer.success_time) || ports.clock.nowMs();
    await recordMovement(
      ports.documents,
      { ...sharing, outTradeNo: sharing._id },
      { kind: 'SUBSIDY_RETURN', amountFen: -made.amountFen, reference: made.outReturnNo, atMs },
    );
  }
  return goOn(ports, sharing, (current) =>
    withPending(current, made, { state: failed ? 'FAILED' : 'SUCCESS', failure: null }),
  );
}

export function payeeFields({ subMchid, transactionId }: SharingRecord) {
  return { sub_mchid: subMchid ?? '', transaction_id: transactionId };
}

function withPending(
  { subsidy }: SharingRecord,
  pending: Subsidy | SubsidyReturn,
  set: Partial<Pick<Subsidy, 'state' | 'failure' | 'notBeforeMs' | 'subsidyId'>>,
): SharingChanges | undefined {
  if (!subsidy) return undefined;
  if (!('outRefundNo' in pending)) return { subsidy: { ...subsidy, ...set } };
  const returns = subsidy.returns.map((each) =>
    each.outReturnNo === pending.outReturnNo ? { ...each, ...set } : each,
  );
  return { subsidy: { ...subsidy, returns } };
}
