import { CommerceError } from '../../core/errors.ts';
import type { PaymentGateway, ProviderDesk } from '../../core/ports.ts';
import { recordOrderAnomaly } from './anomalies.ts';
import type { OrderPorts } from './ports.ts';
import type { Payment } from './records.ts';

/**
 * Who can ask WeChat Pay about a payment: the account it was placed with, or the function that holds that account's key.
 *
 * Never another account. Under another merchant number WeChat Pay truthfully answers that it knows no such order, and a
 * paid order would be taken for one that was never accepted. So what was configured anew since the order was placed
 * is an anomaly, for a person who still has the old account.
 * @throws CommerceError CONFIG_INVALID
 */
export async function accountOf(
  ports: OrderPorts,
  payment: Payment,
): Promise<{ gateway: PaymentGateway } | { gateway?: never; provider: ProviderDesk }> {
  const gateway = ports.gateways.find(payment.account);
  const [order] = payment.orders;
  if (gateway && order?.appid === gateway.appid && order.mchid === gateway.mchid) return { gateway };
  if (!gateway && payment.account !== 'direct' && ports.providerDesk) return { provider: ports.providerDesk };
  const configured = gateway && { appid: gateway.appid, mchid: gateway.mchid };
  for (const each of payment.orders) await recordOrderAnomaly(ports, 'ACCOUNT_CHANGED', each, configured);
  throw new CommerceError('CONFIG_INVALID', { texts });
}

const texts = {
  zh: '该订单使用的商户号、AppID 或账户类型已不在配置中，请联系商家。',
  en: 'The merchant number, appid or kind of account of this order is not configured any more. Please tell the shop.',
};
