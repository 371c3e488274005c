import type { Account } from '../../core/account.ts';
import { CommerceError } from '../../core/errors.ts';
import { recordOrderAnomaly } from './anomalies.ts';
import type { OrderPorts, ProviderRpc } from './ports.ts';
import type { Payment } from './records.ts';

/**
 * The account that a payment was placed with, or the function that holds its key: who may ask WeChat Pay about it.
 *
 * Never another account. Under another merchant number WeChat Pay correctly answers that there is no such order, and a
 * paid order would be taken for one that was never accepted. So an order of an account that is not configured any more
 * is an anomaly, for a person who still has that account.
 * @throws CommerceError CONFIG_INVALID
 */
export async function accountOf(ports: OrderPorts, payment: Payment): Promise<Account | ProviderRpc> {
  const { providerRpc } = ports;
  const account = ports.accounts.find(payment.account);
  const [order] = payment.orders;
  if (account && order?.appid === account.appid && order.mchid === account.mchid) return account;
  if (!account && payment.account !== 'direct' && providerRpc) return providerRpc;
  const configured = account && { appid: account.appid, mchid: account.mchid };
  for (const each of payment.orders) await recordOrderAnomaly(ports, 'ACCOUNT_CHANGED', each, configured);
  throw new CommerceError('CONFIG_INVALID', { texts });
}

const texts = {
  zh: '该订单使用的商户号、AppID 或账户类型已不在配置中，请联系商家。',
  en: 'The merchant number, appid or account kind of this order is no longer configured. Please contact the shop.',
};

export function holdsKey(holder: Account | ProviderRpc): holder is Account {
  return 'client' in holder;
}
