/** Sellers, as an operator sees them: who may take payments, and the operator's own freeze. */
import type { Documents } from '../../shared/core/ports.ts';
import { type SellerRecord, sellersCollection } from '../../shared/merchants/sellers.ts';
import { Problem } from '../cloud/problem.ts';
import { moment } from './text.ts';

const maxListed = 1000;

export function listSellers(data: Documents): Promise<SellerRecord[]> {
  return data.find<SellerRecord>(sellersCollection, {
    where: {},
    orderBy: { field: '_id', direction: 'asc' },
    limit: maxListed,
  });
}

/**
 * The operator's freeze stands beside WeChat Pay's own state: neither undoes the other.
 * @returns the seller as it is afterwards. @throws Problem when there is none, or nothing was to be changed
 */
export async function setFrozen(
  data: Documents,
  id: string,
  frozen: boolean,
  note: string,
  nowMs: number,
): Promise<SellerRecord> {
  const seller = await data.get<SellerRecord>(sellersCollection, id);
  if (!seller) throw unknownSeller(id);
  const set = { frozenByOperatorAtMs: frozen ? nowMs : null, freezeNote: note, updatedAtMs: nowMs };
  const where = frozen
    ? { frozenByOperatorAtMs: null }
    : { frozenByOperatorAtMs: seller.frozenByOperatorAtMs ?? null };
  const is = Boolean(seller.frozenByOperatorAtMs);
  if (is === frozen || !(await data.update(sellersCollection, id, where, set))) throw unchanged(id, is);
  return { ...seller, ...set };
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
