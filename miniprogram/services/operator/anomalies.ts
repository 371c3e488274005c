import type { AnomalyView } from '../../../shared/contract/index.ts';
import { say, texts } from '../../i18n/index';
import { dateTime } from '../../utils/time';

const fields: Readonly<Record<string, string>> = texts({
  state: ['状态', 'State'],
  amountFen: ['金额（元）', 'Amount in yuan'],
  currency: ['币种', 'Currency'],
  transactionId: ['微信订单号', 'Transaction'],
  mchid: ['商户号', 'Merchant number'],
  subMchid: ['子商户号', 'Sub-merchant'],
  appid: ['AppID', 'appid'],
});

/** An anomaly as it is shown. */
export interface AnomalyCard {
  readonly anomalyId: string;
  readonly kind: string;
  readonly outTradeNo: string;
  readonly hasOrder: boolean;
  readonly seenAt: string;
  readonly meaning: string;
  readonly remedy: string;
  readonly differences: AnomalyView['differences'];
}

export function anomalyCard(anomaly: AnomalyView): AnomalyCard {
  const { anomalyId, kind, outTradeNo, seenAtMs, meaning, remedy, differences } = anomaly;
  return {
    anomalyId,
    kind,
    outTradeNo,
    hasOrder: kind !== 'UNKNOWN_ORDER' && kind !== 'TRANSFER_MISMATCH',
    seenAt: dateTime(seenAtMs),
    meaning: say([meaning.zh, meaning.en]),
    remedy: say([remedy.zh, remedy.en]),
    differences: differences.map((each) => ({ ...each, field: fields[each.field] ?? each.field })),
  };
}
