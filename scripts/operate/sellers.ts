/** Sellers in the terminal. */
import type { Documents } from '../../shared/core/ports.ts';
import { setFrozen } from '../../shared/merchants/freeze.ts';
import type { SellerRecord } from '../../shared/merchants/sellers.ts';
import { Problem } from '../cloud/problem.ts';
import { moment } from './text.ts';

/** @returns the seller as it is afterwards. @throws Problem when there is none, or nothing was to be changed */
export async function freezeSeller(
  data: Documents,
  id: string,
  frozen: boolean,
  note: string,
  nowMs: number,
): Promise<SellerRecord> {
  const outcome = await setFrozen(data, id, frozen, note, nowMs);
  if (!outcome) throw unknownSeller(id);
  const { seller, changed } = outcome;
  if (!changed) throw unchanged(id, Boolean(seller.frozenByOperatorAtMs));
  return seller;
}

export function describeSeller(seller: SellerRecord): string {
  const { _id, name, account, state, profitSharing, frozenByOperatorAtMs, freezeNote } = seller;
  const own = frozenByOperatorAtMs
    ? `  运营冻结 frozen by operator ${moment(frozenByOperatorAtMs)}：${freezeNote ?? ''}`
    : '';
  return `  ${_id}  ${account}  ${state}${profitSharing ? '  分账 sharing' : ''}  ${name}${own}`;
}

function unknownSeller(id: string): Problem {
  return new Problem(
    'no-seller',
    { zh: `没有商家 ${id}。`, en: `There is no seller ${id}.` },
    {
      zh: '请执行 npm run sellers 查看编号（子商户号）。',
      en: 'npm run sellers lists them; the id is the sub-merchant number.',
    },
  );
}

function unchanged(id: string, frozen: boolean): Problem {
  return new Problem(
    'nothing-to-change',
    frozen
      ? { zh: `商家 ${id} 已被冻结。`, en: `Seller ${id} is frozen already.` }
      : { zh: `商家 ${id} 没有被运营冻结。`, en: `Seller ${id} is not frozen by an operator.` },
    {
      zh: '无需处理；微信支付自己的冻结由进件状态决定。',
      en: "Nothing to do; WeChat Pay's own freeze follows the application.",
    },
  );
}
