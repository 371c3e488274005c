import type { TransferPorts } from './ports.ts';
import { type TransferRecord, transfersCollection } from './records.ts';

const pageSize = 20;

/** The newest first. @returns a page, and where the next one begins */
export async function listTransfers(
  { documents }: Pick<TransferPorts, 'documents'>,
  openid: string | undefined,
  before: string | undefined,
): Promise<{ transfers: TransferRecord[]; next?: string }> {
  const found = await documents.find<TransferRecord>(transfersCollection, {
    where: {
      ...(openid !== undefined && { openid }),
      ...(before !== undefined && { listKey: { lt: before } }),
    },
    orderBy: { field: 'listKey', direction: 'desc' },
    limit: pageSize + 1,
  });
  const transfers = found.slice(0, pageSize);
  const last = transfers.at(-1);
  return { transfers, ...(found.length > pageSize && last && { next: last.listKey }) };
}
