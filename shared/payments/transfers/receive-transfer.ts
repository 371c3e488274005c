/** receiveTransfer: the person who receives sees what is there, and what to confirm it with. */
import * as z from 'zod/mini';
import type { ReceiveTransferAnswers, ReceiveTransferRequest } from '../../contract/index.ts';
import { CommerceError, explainWechatpayError } from '../../core/errors.ts';
import { documentId, parseInput, text } from '../../core/input.ts';
import { listTransfers } from './list.ts';
import type { TransferPorts } from './ports.ts';
import { loadTransfer } from './records.ts';
import { viewForReceiver } from './view.ts';
import { refreshTransfer } from './work.ts';

const schema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('list'), before: z.optional(documentId) }),
  z.strictObject({ action: z.literal('query'), outBillNo: text(/^[0-9a-zA-Z]{1,32}$/) }),
]);

/** @throws CommerceError TRANSFER_NOT_FOUND for anybody else's; OUTCOME_UNKNOWN, … of a query */
export async function receiveTransfer(
  ports: TransferPorts,
  openid: string,
  event: unknown,
): Promise<ReceiveTransferAnswers[keyof ReceiveTransferAnswers]> {
  const request = parseInput(schema, event) as ReceiveTransferRequest;
  const nowMs = ports.clock.nowMs();
  if (request.action === 'list') {
    const { transfers, ...page } = await listTransfers(ports, openid, request.before);
    return { transfers: transfers.map((each) => viewForReceiver(each, nowMs)), ...page };
  }
  const stored = await loadTransfer(ports.documents, request.outBillNo);
  if (stored?.openid !== openid) throw new CommerceError('TRANSFER_NOT_FOUND');
  try {
    return { transfer: viewForReceiver(await refreshTransfer(ports, stored), nowMs) };
  } catch (error) {
    throw explainWechatpayError(error);
  }
}
