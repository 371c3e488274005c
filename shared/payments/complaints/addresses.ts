/**
 * Where WeChat Pay reports complaints and violations: one address per merchant number, which is created once and kept.
 * Complaints: https://pay.weixin.qq.com/docs/merchant/apis/consumer-complaint/complaint-notifications/create-complaint-notifications.html
 * Violations (providers): https://pay.weixin.qq.com/doc/v3/partner/4012471333
 */
import type { AddressView } from '../../contract/index.ts';
import type { Account } from '../../core/account.ts';
import { unlessRefused } from '../../core/errors.ts';
import type { ComplaintPorts } from './ports.ts';

type AddressPorts = Pick<ComplaintPorts, 'log' | 'refunds'>;

/** There is no address yet. */
const missing: ReadonlySet<string> = new Set(['RESOURCE_NOT_EXISTS', 'NOT_FOUND', 'NOT_EXISTS']);

interface Address {
  readonly what: AddressView['what'];
  read(account: Account): Promise<string | undefined>;
  create(account: Account, url: string): Promise<unknown>;
  change(account: Account, url: string): Promise<unknown>;
}

const complaints: Address = {
  what: 'complaints',
  read: async ({ client }) =>
    (await client.request('GET /v3/merchant-service/complaint-notifications', {})).url,
  create: ({ client }, url) => client.request('POST /v3/merchant-service/complaint-notifications', { url }),
  change: ({ client }, url) => client.request('PUT /v3/merchant-service/complaint-notifications', { url }),
};

const violations: Address = {
  what: 'violations',
  read: async ({ client }) =>
    (await client.request('GET /v3/merchant-risk-manage/violation-notifications', {})).notify_url,
  create: ({ client }, url) =>
    client.request('POST /v3/merchant-risk-manage/violation-notifications', { notify_url: url }),
  change: ({ client }, url) =>
    client.request('PUT /v3/merchant-risk-manage/violation-notifications', { notify_url: url }),
};

/**
 * Creates missing addresses. A different existing address is left alone, since another system may need it, unless
 * `takeOver` says so; until then complaints are found by the timer's list.
 * @returns each address as it is afterwards; none without WECHATPAY_NOTIFY_URL. @throws WechatpayError
 */
export async function keepAddresses(
  ports: AddressPorts,
  account: Account,
  takeOver = false,
): Promise<AddressView[]> {
  const wanted = ports.refunds.notifyUrlOf(account.kind);
  if (wanted === undefined) return [];
  const kept: AddressView[] = [];
  for (const address of account.kind === 'direct' ? [complaints] : [complaints, violations]) {
    kept.push({
      what: address.what,
      account: account.kind,
      wanted,
      url: await keep(address, account, wanted, takeOver),
    });
  }
  for (const { what, url } of kept.filter((each) => each.url !== wanted)) {
    ports.log.warn('complaint.address_elsewhere', { what, account: account.kind, url, wanted });
  }
  return kept;
}

async function keep(address: Address, account: Account, wanted: string, takeOver: boolean): Promise<string> {
  const known = await unlessRefused(missing, () => address.read(account));
  if (known === undefined || known === '') await address.create(account, wanted);
  else if (known !== wanted && takeOver) await address.change(account, wanted);
  else return known;
  return wanted;
}
