/** How much of an order a merchant may share. */
import type { Account } from '../../core/account.ts';
import type { Document } from '../../core/ports.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import { familyOf } from './families.ts';
import { defaultMaxRatio } from './family.ts';
import type { SharingPorts } from './ports.ts';

const sharingLimitsCollection = 'sharing_limits';

/** The last answer of WeChat Pay. `_id` is the sub_mchid. */
interface LimitRecord extends Document {
  readonly maxRatio: number;
  readonly askedAtMs: number;
}

export interface Limit {
  /** Parts of 10,000 of the order's amount. */
  readonly maxRatio: number;
  readonly source: 'WECHATPAY' | 'DEFAULT';
}

const freshForMs = 24 * 3600_000;

/**
 * The merchant's own maximum where WeChat Pay provides it (partner), else 30 %. Queried once a day; without an answer
 * the stored value is used, since WeChat Pay checks it again.
 * https://pay.weixin.qq.com/docs/partner/apis/profit-sharing/merchants/query-merchant-ratio.html
 */
export async function limitOf(
  { clock, documents, log }: SharingPorts,
  account: Account,
  subMchid: string | null,
): Promise<Limit> {
  if (account.kind !== 'partner' || subMchid === null)
    return { maxRatio: defaultMaxRatio, source: 'DEFAULT' };
  const known = await documents.get<LimitRecord>(sharingLimitsCollection, subMchid);
  const nowMs = clock.nowMs();
  if (known && nowMs - known.askedAtMs < freshForMs) return { maxRatio: known.maxRatio, source: 'WECHATPAY' };
  try {
    const maxRatio = await familyOf(account.kind).maxRatio(account, subMchid);
    if (maxRatio === undefined) return { maxRatio: defaultMaxRatio, source: 'DEFAULT' };
    const set = { maxRatio, askedAtMs: nowMs };
    if (!(await documents.update(sharingLimitsCollection, subMchid, {}, set))) {
      await documents.insertIfAbsent<LimitRecord>(sharingLimitsCollection, { _id: subMchid, ...set });
    }
    return { maxRatio, source: 'WECHATPAY' };
  } catch (error) {
    if (!(error instanceof WechatpayError)) throw error;
    log.warn('sharing.limit_unknown', { subMchid, error });
    return known
      ? { maxRatio: known.maxRatio, source: 'WECHATPAY' }
      : { maxRatio: defaultMaxRatio, source: 'DEFAULT' };
  }
}

/** WeChat Pay reported a lower maximum: query it again next time. */
export async function forgetLimit({ documents }: SharingPorts, subMchid: string | null): Promise<void> {
  if (subMchid !== null) await documents.remove(sharingLimitsCollection, subMchid);
}

/** Fen that may be shared of an order in all. */
export function mostFen(amountFen: number, { maxRatio }: Limit): number {
  return Math.floor((amountFen * maxRatio) / 10_000);
}
