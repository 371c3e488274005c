/** When keys and certificates end: the merchant's own by the doctor, WeChat Pay's by what the functions downloaded. */
import type { AccountKind } from '../../shared/core/account.ts';
import type { CertificatesRecord } from '../../shared/core/platform-certificates.ts';
import type { Documents } from '../../shared/core/ports.ts';
import { checkKeys } from '../doctor/check-keys.ts';
import type { Fact } from './health.ts';
import { moment } from './text.ts';

const dayMs = 86_400_000;
/** WeChat Pay offers the next certificate 10 days before the end of this one; the timer downloads it by itself. */
const platformWarnMs = 5 * dayMs;

type Values = Readonly<Record<string, string | undefined>>;

export function merchantExpiry(values: Values, accounts: readonly AccountKind[], nowMs: number): Fact[] {
  return accounts
    .flatMap((kind) => checkKeys(values, kind, nowMs))
    .map(({ id, level, what }) => ({
      id,
      what,
      level: level === 'info' ? ('good' as const) : ('attention' as const),
    }));
}

export async function platformExpiry(data: Documents, nowMs: number): Promise<Fact[]> {
  const records = await data.find<CertificatesRecord>('platform_certificates', { where: {}, limit: 10 });
  return records.flatMap(({ _id, items }) => {
    const last = Math.max(...items.map(({ expire_time }) => Date.parse(expire_time)));
    if (!Number.isFinite(last)) return [];
    const level = last - nowMs < platformWarnMs ? ('attention' as const) : ('good' as const);
    const zh = `商户号 ${_id} 的微信支付平台证书到 ${moment(last)}`;
    return [
      { id: 'platform-certificate', level, what: { zh, en: 'end of the newest platform certificate.' } },
    ];
  });
}
