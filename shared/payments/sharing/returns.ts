/** Takes shares back from merchants. */
import type { Account } from '../../core/account.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import { recordMovement } from '../ledger/ledger.ts';
import { familyOf } from './families.ts';
import type { ReturnStatus } from './family.ts';
import type { SharingPorts } from './ports.ts';
import type { ShareReturn, SharingChanges, SharingRecord } from './records.ts';
import { isUnknownThere, maySucceedLater } from './requests.ts';
import { goOn, type Step } from './step.ts';

const laterMs = 60_000;
/** Delay after a refusal that a person has to resolve: the receiver's consent, or its balance. */
const refusedMs = 10 * 60_000;

/** One return, one step further. According to the docs it completes immediately; PROCESSING is queried. */
export async function workOnReturn(
  ports: SharingPorts,
  account: Account,
  sharing: SharingRecord,
  made: ShareReturn,
): Promise<Step> {
  const family = familyOf(sharing.account);
  try {
    const call = made.state === 'RESERVED' ? family.returnShare : family.queryReturn;
    return await apply(ports, sharing, made, await call(account, sharing, made));
  } catch (error) {
    if (!(error instanceof WechatpayError)) throw error;
    if (made.state === 'PROCESSING' || maySucceedLater(error))
      return later(ports, sharing, made, error, laterMs);
    return refused(ports, account, sharing, made, error);
  }
}

/** The refusal counts only if WeChat Pay has no return with this number; the same return is tried again later. */
async function refused(
  ports: SharingPorts,
  account: Account,
  sharing: SharingRecord,
  made: ShareReturn,
  refusal: WechatpayError,
): Promise<Step> {
  try {
    return await apply(
      ports,
      sharing,
      made,
      await familyOf(sharing.account).queryReturn(account, sharing, made),
    );
  } catch (error) {
    if (!(error instanceof WechatpayError)) throw error;
    if (!isUnknownThere(error)) return later(ports, sharing, made, error, laterMs);
  }
  return later(ports, sharing, made, refusal, refusedMs);
}

/** The ledger entry is written before the state. */
async function apply(
  ports: SharingPorts,
  sharing: SharingRecord,
  made: ShareReturn,
  status: ReturnStatus,
): Promise<Step> {
  const nowMs = ports.clock.nowMs();
  const { result, failReason } = status;
  if (result === 'SUCCESS') {
    const owner = { ...sharing, outTradeNo: sharing._id };
    const atMs = status.finishedAtMs ?? nowMs;
    const { amountFen, outReturnNo: reference } = made;
    await recordMovement(ports.documents, owner, { kind: 'SHARE_RETURN', amountFen, reference, atMs });
  }
  if (result === 'FAILED') {
    ports.log.warn('sharing.return_failed', { outTradeNo: sharing._id, failReason });
  }
  const notBeforeMs = result === 'PROCESSING' ? nowMs + laterMs : made.notBeforeMs;
  return goOn(ports, sharing, (current) =>
    withReturn(current, made.outReturnNo, { state: result, failReason, notBeforeMs }),
  );
}

function later(
  ports: SharingPorts,
  sharing: SharingRecord,
  { outReturnNo }: ShareReturn,
  { code, message }: WechatpayError,
  delayMs: number,
): Promise<Step> {
  const failReason = `${code} ${message}`.slice(0, 300);
  const notBeforeMs = ports.clock.nowMs() + delayMs;
  return goOn(ports, sharing, (current) => withReturn(current, outReturnNo, { failReason, notBeforeMs }));
}

/** Changes one return, unless it has ended. */
function withReturn(
  { returns }: SharingRecord,
  outReturnNo: string,
  set: Partial<Pick<ShareReturn, 'state' | 'failReason' | 'notBeforeMs'>>,
): SharingChanges | undefined {
  const known = returns.find((each) => each.outReturnNo === outReturnNo);
  if (!known || known.state === 'SUCCESS' || known.state === 'FAILED') return undefined;
  return { returns: returns.map((each) => (each === known ? { ...each, ...set } : each)) };
}
