/**
 * WeChat Pay's penalties for sub-merchants that broke its rules (商户平台处置通知).
 * https://pay.weixin.qq.com/doc/v3/partner/4012079216
 */
import type { ViolationView } from '../contract/index.ts';
import type { ProviderKind } from '../core/account.ts';
import type { Clock, Document, Documents, Log } from '../core/ports.ts';
import type { ViolationNotificationResource } from '../wechatpay/notifications/types.ts';

const violationsCollection = 'violations';
const maxListed = 100;

/** `_id` is WeChat Pay's record_id with the event: an appeal has the record_id of its penalty. */
interface ViolationRecord extends Document, Omit<ViolationView, 'recordId'> {
  readonly recordId: string;
  readonly account: ProviderKind;
  readonly seenAtMs: number;
}

/** Records a violation once and logs it as an error. @returns whether it was new */
export async function recordViolation(
  { clock, documents, log }: { readonly clock: Clock; readonly documents: Documents; readonly log: Log },
  account: ProviderKind,
  event: ViolationView['event'],
  resource: ViolationNotificationResource,
): Promise<boolean> {
  const { record_id: recordId, sub_mchid: subMchid, punish_time: time = '' } = resource;
  const seenAtMs = clock.nowMs();
  const record: ViolationRecord = {
    _id: `${event}:${recordId}`,
    recordId,
    account,
    event,
    subMchid,
    companyName: resource.company_name ?? '',
    plan: resource.punish_plan ?? '',
    description: resource.punish_description ?? '',
    riskType: resource.risk_type ?? '',
    risk: resource.risk_description ?? '',
    atMs: Date.parse(time) || seenAtMs,
    seenAtMs,
  };
  if (await documents.insertIfAbsent(violationsCollection, record)) return false;
  log.error('merchant.violation', {
    event,
    recordId,
    subMchid,
    riskType: record.riskType,
    plan: record.plan,
  });
  return true;
}

/** The newest first. */
export async function listViolations(documents: Documents): Promise<ViolationView[]> {
  const found = await documents.find<ViolationRecord>(violationsCollection, {
    where: {},
    orderBy: { field: 'seenAtMs', direction: 'desc' },
    limit: maxListed,
  });
  return found.map(({ _id, account: _account, seenAtMs: _seen, ...view }) => view);
}
