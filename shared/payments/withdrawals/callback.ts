import type { AccountKind } from '../../core/account.ts';
import { applyWithdrawalStatus, type StatusPorts } from './apply-status.ts';
import { loadWithdrawal, type WithdrawalRecord } from './records.ts';
import { statusOf, type WireWithdrawal } from './wire.ts';

/**
 * MCHWITHDRAW.CHANGE: how a withdrawal ended, or that the bank sent it back.
 * https://pay.weixin.qq.com/doc/v3/partner/4013049135
 * @returns it as it is afterwards; undefined when this shop has made no such withdrawal through this account
 */
export async function applyWithdrawalCallback(
  ports: StatusPorts,
  account: AccountKind,
  resource: WireWithdrawal,
): Promise<WithdrawalRecord | undefined> {
  const withdrawal = await loadWithdrawal(ports.documents, resource.out_request_no);
  const ownerMchid = resource.sub_mchid ?? withdrawal?.mchid;
  if (withdrawal?.account !== account || withdrawal.ownerMchid !== ownerMchid) return undefined;
  return applyWithdrawalStatus(ports, withdrawal, statusOf(resource));
}
